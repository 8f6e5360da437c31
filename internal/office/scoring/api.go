// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"context"

	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("scoring-list", "/scoring/rounds", mayRead, "Evaluations of bids, without their texts", s.apiList),
		api.Get("scoring-show", "/scoring/rounds/{round}", mayRead, "An evaluation of bids with all that the caller may see by now: points of others only once the own ones were handed in, or the round is closed", s.apiShow),
	}
}

// Listed is a page of rounds.
type Listed struct {
	Items []Round `json:"items"`
	Next  string  `json:"next,omitempty" doc:"Cursor of the next page; absent on the last."`
}

func (s *Service) apiList(ctx context.Context, in struct {
	After string `query:"after" doc:"Cursor: next of the page before."`
	Size  int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}) (out Listed, err error) {
	all, next, err := s.Rounds(ctx, in.After, in.Size)
	for i := range all {
		all[i].Setup, all[i].Record = "", ""
	}
	return Listed{Items: append([]Round{}, all...), Next: next}, err
}

func (s *Service) apiShow(ctx context.Context, in struct {
	Round string `path:"round" doc:"Id of the round."`
}) (Book, error) {
	b, err := s.Show(ctx, in.Round)
	b.Bids, b.Statements, b.Points, b.Consensus = append([]Bid{}, b.Bids...), append([]Statement{}, b.Statements...), append([]Points{}, b.Points...), append([]Consensus{}, b.Consensus...)
	return b, err
}
