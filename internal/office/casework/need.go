// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import "context"

// A Told is an answer with its question, in the reader's words.
type Told struct{ ID, Name, Word string }

// Need returns a case that the viewer may see, its state in words, and what is known of it in
// the order of its procedure. Where the program does not know the procedure there are no names.
func (s *Service) Need(ctx context.Context, id string) (c Case, state string, all []Told, err error) {
	if c, err = s.Case(ctx, id); err != nil {
		return c, "", nil, err
	}
	if d, err := s.pinned(c); err == nil {
		for _, f := range d.Asks(c.Facts) {
			if c.Facts.Known(f.ID) {
				all = append(all, Told{f.ID, f.Name.In(tongue(ctx)), factWords(ctx, f, c.Facts[f.ID])})
			}
		}
	}
	return c, s.stateName(ctx, c), all, nil
}
