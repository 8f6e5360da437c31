// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// A LoadRow is a load as the page shows it.
type LoadRow struct {
	Load
	RoleName string
	IsLate   bool
}

// Until is the earliest day by which one is due.
func (l LoadRow) Until() time.Time { return day(l.Due) }

// offerLoads adds to the board of a team who has what.
func (s *Service) offerLoads(ctx context.Context, p *TeamPage, names map[string]string, all []Load, who string) {
	for _, l := range all {
		p.Loads = append(p.Loads, LoadRow{Load: l, RoleName: named(names, l.Role), IsLate: l.Late > 0})
		if one := string(l.Person); one != "" && !slices.ContainsFunc(p.Whose, func(c web.Choice) bool { return c.Value == one }) {
			p.Whose = append(p.Whose, web.Choice{Value: one, Label: say(ctx, "casework.whose.person", cmp.Or(l.PersonName, one)), Chosen: one == who})
		}
	}
	slices.SortStableFunc(p.Loads, func(a, b LoadRow) int { return cmp.Compare(a.RoleName, b.RoleName) })
}

// worded puts what was chosen in words.
func worded(chips []web.Chip, choices ...[]web.Choice) []web.Chip {
	for i, c := range chips {
		for _, o := range slices.Concat(choices...) {
			if o.Chosen && o.Value == c.Value {
				chips[i].Value = o.Label
			}
		}
	}
	return chips
}

// offerHeirs lists to whom else the viewer can hand a task, with who is away marked.
func (s *Service) offerHeirs(ctx context.Context, q db.Querier, o Dossier, t Task) (out []web.Choice, err error) {
	if !o.Known || t.Result != "" || !o.hand.hands(t.Role) {
		return nil, nil
	}
	all, err := s.heirs(ctx, q, o.Case, t)
	for _, h := range all {
		name, failed := s.store.person(ctx, h.person)
		if err = errorOr(err, failed); name == "" || h.person == o.hand.Human() { // oneself takes it
			continue
		}
		if h.away != "" {
			name = say(ctx, "casework.hand.away", name, lang.Date(tongue(ctx), day(h.away)))
		}
		out = append(out, web.Choice{Value: string(h.person), Label: name})
	}
	return out, err
}

// handOn gives a task to somebody.
func (s *Service) handOn(r *http.Request) (string, error) {
	return s.here(r), s.Hand(r.Context(), r.PathValue("case"), r.PathValue("todo"), ospo.PersonID(r.PostFormValue("person")))
}
