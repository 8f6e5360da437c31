// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"

	"allmende/internal/platform/api"
)

func (s *Service) findingOps() []api.Op {
	return []api.Op{
		api.Get("audit-findings", "/audit/findings", "audit.read", "Findings of the audit office about organisations within view", s.apiFindings),
		api.Get("audit-finding", "/audit/findings/{id}", "audit.read", "One finding with its course", s.apiFinding),
		api.Post("audit-finding-raise", "/audit/findings", "audit.find", "Raises a finding", s.apiRaise),
		api.Post("audit-finding-step", "/audit/findings/{id}/steps", "audit.read",
			"Brings a finding into its next state; answering needs audit.answer, verifying and withdrawing audit.find", s.apiStep),
	}
}

type findingsIn struct {
	State string `query:"state" enum:"open,raised,accepted,planned,done,verified,withdrawn" doc:"In this state only; open for all that are neither verified nor withdrawn."`
	Org   string `query:"org" maxLength:"100" doc:"About this organisation only."`
}

func (s *Service) apiFindings(ctx context.Context, in findingsIn) (api.List[Finding], error) {
	all, err := s.Findings(ctx, FindingFilter(in))
	return api.List[Finding]{Items: append([]Finding{}, all...)}, err
}

type findingIn struct {
	ID string `path:"id" maxLength:"100"`
}

// FindingRecord is a finding with its course.
type FindingRecord struct {
	Finding
	Course []Step `json:"course"`
}

func (s *Service) apiFinding(ctx context.Context, in findingIn) (FindingRecord, error) {
	f, course, err := s.Finding(ctx, in.ID)
	return FindingRecord{f, append([]Step{}, course...)}, err
}

type raiseIn struct{ Body FindingInput }

func (s *Service) apiRaise(ctx context.Context, in raiseIn) (FindingRecord, error) {
	id, err := s.Raise(ctx, in.Body)
	if err != nil {
		return FindingRecord{}, err
	}
	return s.apiFinding(ctx, findingIn{id})
}

type stepIn struct {
	ID   string `path:"id" maxLength:"100"`
	Body StepInput
}

func (s *Service) apiStep(ctx context.Context, in stepIn) (FindingRecord, error) {
	if err := s.Step(ctx, in.ID, in.Body); err != nil {
		return FindingRecord{}, err
	}
	return s.apiFinding(ctx, findingIn{in.ID})
}
