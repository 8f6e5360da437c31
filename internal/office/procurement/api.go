// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"

	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("procurement-list", "/procurement/papers", mayRead, "Award setups and economics studies", s.apiList),
		api.Get("procurement-show", "/procurement/papers/{paper}", mayRead, "A paper with its editions; of an award setup also what the linter finds in the last one, and its trials", s.apiShow),
		api.Get("procurement-trial", "/procurement/trials/{trial}", mayRead, "A simulation with all that went into it", s.apiTrial),
	}
}

// Listed is a page of papers.
type Listed struct {
	Items []Paper `json:"items"`
	Next  string  `json:"next,omitempty" doc:"Cursor of the next page; absent on the last."`
}

func (s *Service) apiList(ctx context.Context, in struct {
	After string `query:"after" doc:"Cursor: next of the page before."`
	Size  int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}) (out Listed, err error) {
	all, next, err := s.Papers(ctx, in.After, in.Size)
	return Listed{Items: append([]Paper{}, all...), Next: next}, err
}

// Shown is a paper with all that belongs to it.
type Shown struct {
	Paper    Paper     `json:"paper"`
	Editions []Edition `json:"editions"`
	Findings []Found   `json:"findings"`
	Trials   []Trial   `json:"trials" doc:"The latest first, at most 50, without their bodies."`
}

// Found is what a rule of the linter found in the last edition.
type Found struct {
	Rule      string `json:"rule"`
	Severity  string `json:"severity" enum:"block,warn"`
	Text      string `json:"text"`
	Criterion string `json:"criterion,omitempty"`
	Field     string `json:"field,omitempty"`
	Got       string `json:"got,omitempty"`
	Ref       string `json:"ref,omitempty" doc:"Decision or clause that it rests on; absent for rules of our own."`
	Certainty string `json:"certainty"`
	Source    string `json:"source"`
}

func (s *Service) apiShow(ctx context.Context, in struct {
	Paper string `path:"paper" doc:"Id of the paper."`
}) (out Shown, err error) {
	out = Shown{Findings: []Found{}, Trials: []Trial{}}
	if out.Paper, out.Editions, err = s.Show(ctx, in.Paper); err != nil {
		return out, err
	}
	for _, e := range out.Editions {
		if err := e.Sound(); err != nil {
			return out, err
		}
	}
	if out.Paper.Kind != Award {
		return out, nil
	}
	setup, err := out.Editions[0].Setup()
	if err != nil {
		return out, err
	}
	found, err := s.Lint(ctx, setup)
	if err != nil {
		return out, err
	}
	for _, f := range found {
		out.Findings = append(out.Findings, Found{f.ID, f.Severity, f.In(tongue(ctx)), f.Criterion, f.Field, f.Got, f.Ref, f.Certainty, f.SourceIn(tongue(ctx))})
	}
	trials, err := s.store.trials(ctx, out.Paper, mostTrials)
	out.Trials = append(out.Trials, trials...)
	return out, err
}

func (s *Service) apiTrial(ctx context.Context, in struct {
	Trial string `path:"trial" doc:"Id of the simulation."`
}) (Trial, error) {
	t, _, err := s.ShowTrial(ctx, in.Trial)
	return t, err
}
