// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Named measure is one in whose words something stands.
type Named struct {
	ID    string
	Org   ospo.OrgID
	Title string
	Pot   string // name of the budget
}

// mostNaming is how many measures are shown with a case.
const mostNaming = 50

// Naming lists the measures of the house of a case that name its number, themselves or in a
// booking, as far as the viewer may see them: another house counts its cases by itself.
func (s *Service) Naming(ctx context.Context, house []ospo.OrgID, number string) (out []Named, err error) {
	v := door.From(ctx)
	if !v.May(mayRead) || number == "" {
		return nil, nil
	}
	all, err := s.store.naming(ctx, v.Org, house, number)
	for _, m := range all {
		if !whole(m.words, number) || len(out) > 0 && out[len(out)-1].ID == m.ID {
			continue
		}
		if out = append(out, m.Named); len(out) == mostNaming {
			break
		}
	}
	return out, err
}

// whole reports whether a number stands in a text by itself and not as part of a longer one.
func whole(text, number string) bool {
	digit := func(c byte) bool { return '0' <= c && c <= '9' }
	for {
		i := strings.Index(text, number)
		if i < 0 {
			return false
		}
		end := i + len(number)
		if (i == 0 || !digit(text[i-1])) && (end == len(text) || !digit(text[end])) {
			return true
		}
		text = text[i+1:]
	}
}
