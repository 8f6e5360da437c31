// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"

	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// WordPage is the last message, on the page of the case.
type WordPage struct {
	Word
	New bool
}

func (s *Service) panels() []web.Panel { return []web.Panel{web.ShowPanel("word.html", s.wordPanel)} }

// wordPanel shows it, and takes note that whoever deals with the case has opened its page.
func (s *Service) wordPanel(ctx context.Context, id string) (p WordPage, err error) {
	all, err := s.store.word(ctx, door.From(ctx).Org, id)
	if err != nil || len(all) == 0 {
		return p, err
	}
	p.Word, p.New = all[0], all[0].Seen == ""
	if !p.New {
		return p, nil
	}
	turn, err := s.Desk.Deals(ctx, id)
	if err != nil || !turn {
		return p, err
	}
	return p, s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.seeWord(ctx, tx, p.Word) })
}
