// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package digest

import (
	"context"

	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("digest-waiting", "/digest/waiting", "governance.read", "What waits for the caller, in the caller's language", s.apiWaiting),
	}
}

// A Waiting is one matter that waits for the caller.
type Waiting struct {
	Source string `json:"source" doc:"For example approval."`
	Kind   string `json:"kind"`
	Title  string `json:"title"`
	Link   string `json:"link" doc:"Path of the page on which it is dealt with."`
	Since  string `json:"since,omitempty" doc:"Day, YYYY-MM-DD."`
	Due    string `json:"due,omitempty" doc:"Day, YYYY-MM-DD."`
}

func (s *Service) apiWaiting(ctx context.Context, _ struct{}) (out api.List[Waiting], err error) {
	v := door.From(ctx)
	groups, err := s.Waiting(ctx, v.Human(), nil, true)
	for _, g := range groups {
		for _, m := range g.Matters {
			title := m.Text
			if m.Key != "" {
				title = s.Texts.T(tongue(v.Lang), m.Key, m.Args...)
			}
			out.Items = append(out.Items, Waiting{g.Key, m.Kind, title, m.Link, m.Since, m.Due})
		}
	}
	return out, err
}
