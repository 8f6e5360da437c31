// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"

	"allmende/internal/platform/approval"
)

// A Hint is what another room knows of what a task asks for, in sentences of the reader's
// language. Against names a contradiction to what is known of the case; empty for none.
type Hint struct{ Said, Link, Against string }

// surveyTask is the task in which shipped procedures ask what the market has.
const surveyTask = "survey_market"

// hinted are the hints for a task; none where nobody gives any.
func (s *Service) hinted(ctx context.Context, c Case, task string) ([]Hint, error) {
	if s.Surveyed == nil || task != surveyTask {
		return nil, nil
	}
	return s.Surveyed(ctx, c)
}

// contradicted adds to what a proposal says where its facts stand against a survey.
func (s *Service) contradicted(ctx context.Context, c Case, told []approval.Fact) ([]approval.Fact, error) {
	all, err := s.hinted(ctx, c, surveyTask)
	for _, h := range all {
		if h.Against != "" {
			told = append(told, approval.Fact{Key: "casework.against", Value: h.Against})
		}
	}
	return told, err
}
