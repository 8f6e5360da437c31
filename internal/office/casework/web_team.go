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
	"allmende/internal/platform/web"
)

// TeamPage is who has what, and what nobody has yet.
type TeamPage struct {
	Loads         []LoadRow
	Tasks         []WorkRow
	Roles, People []web.Choice
	Late          bool
	Chips         []web.Chip
	Most          int
}

// A LoadRow is a load as the page shows it.
type LoadRow struct {
	Load
	RoleName string
	IsLate   bool
}

// Until is the earliest day by which one is due.
func (l LoadRow) Until() time.Time { return day(l.Due) }

func (s *Service) teamPage(r *http.Request) (p TeamPage, err error) {
	ctx := r.Context()
	l := web.ReadListing(r, "due")
	f := TeamSieve{Role: l.Get("role"), Person: l.Get("person"), Late: l.Get("late") == "yes"}
	loads, err := s.Loads(ctx)
	if err != nil {
		return p, err
	}
	urgent, err := s.Urgent(ctx, f)
	if err != nil {
		return p, err
	}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	p = TeamPage{Tasks: s.workRows(ctx, names, urgent), Late: f.Late, Most: mostTasks}
	p.People = []web.Choice{{Value: Nobody, Label: say(ctx, "casework.team.nobody"), Chosen: f.Person == Nobody}}
	for _, load := range loads {
		row := LoadRow{Load: load, RoleName: named(names, load.Role), IsLate: load.Late > 0}
		p.Loads = append(p.Loads, row)
		p.Roles = offer(p.Roles, load.Role, row.RoleName, f.Role)
		if load.Person != "" {
			p.People = offer(p.People, string(load.Person), cmp.Or(load.PersonName, string(load.Person)), f.Person)
		}
	}
	slices.SortStableFunc(p.Loads, func(a, b LoadRow) int { return cmp.Compare(a.RoleName, b.RoleName) })
	p.Chips = worded(l.Chips("role", "casework.role", "person", "casework.team.person", "late", "casework.late"), p.Roles, p.People, []web.Choice{{Value: "yes", Label: say(ctx, "casework.yesno.yes"), Chosen: f.Late}})
	return p, nil
}

// offer adds a choice once.
func offer(all []web.Choice, value, label, chosen string) []web.Choice {
	if slices.ContainsFunc(all, func(c web.Choice) bool { return c.Value == value }) {
		return all
	}
	return append(all, web.Choice{Value: value, Label: label, Chosen: value == chosen})
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

// offerHeirs lists to whom the viewer can hand a task.
func (s *Service) offerHeirs(ctx context.Context, q db.Querier, o Dossier, t Task) (out []web.Choice, err error) {
	if !o.Known || t.Result != "" || !o.hand.hands(t.Role) {
		return nil, nil
	}
	all, err := s.heirs(ctx, q, o.Case, t)
	for _, id := range all {
		name, failed := s.store.person(ctx, id)
		if err = errorOr(err, failed); name != "" {
			out = append(out, web.Choice{Value: string(id), Label: name})
		}
	}
	return out, err
}

// handOn gives a task to somebody.
func (s *Service) handOn(r *http.Request) (string, error) {
	return s.here(r), s.Hand(r.Context(), r.PathValue("case"), r.PathValue("todo"), ospo.PersonID(r.PostFormValue("person")))
}
