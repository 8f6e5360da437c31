// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"

	"allmende/internal/platform/web"
)

// A TurnRow is a step that waits, in words.
type TurnRow struct {
	Turn
	Names, RoleName, TypeName string
}

func (s *Service) turnRows(ctx context.Context, names map[string]string, all []Turn) (out []TurnRow) {
	for _, t := range all {
		out = append(out, TurnRow{t, s.stepNames(ctx, t.Org, t.Type, t.Version, t.Steps), named(names, t.Role), s.typeName(ctx, t.Org, t.Type, t.Version)})
	}
	return out
}

// TeamPage is what is open in the office, whoever has it.
type TeamPage struct {
	Loads        []LoadRow // who has what; for those who work on cases
	Rows         []WorkRow
	Count        int
	Steps        []TurnRow
	Most         int
	Roles, Whose []web.Choice
	Chips        []web.Chip
	Pager        web.Pager
	Filtered     bool
}

var whose = []string{"nobody", "taken", "late"}

func (s *Service) teamPage(r *http.Request) (p TeamPage, err error) {
	ctx := r.Context()
	l := web.ReadListing(r, "due")
	f := TeamSieve{Role: l.Get("role"), Who: l.Get("who"), After: l.After, Size: l.Size}
	all, next, err := s.Team(ctx, f)
	if err != nil {
		return p, err
	}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	p = TeamPage{Rows: s.workRows(ctx, names, all), Most: mostTasks, Pager: l.Pager(next != nil, next...), Filtered: f.Role+f.Who != ""}
	loads, shown, err := s.teamLoads(ctx)
	if err != nil {
		return p, err
	}
	if f.somebody() {
		loads = shown
	}
	p.Count = f.Counted(loads)
	var roles []string
	if f.Role != "" {
		roles = []string{f.Role}
	}
	if f.Who == "" { // nobody has taken a step, and none is ever late
		steps, err := s.teamSteps(ctx, roles)
		if err != nil {
			return p, err
		}
		p.Steps = s.turnRows(ctx, names, steps)
	}
	for _, key := range slices.SortedFunc(maps.Keys(names), func(a, b string) int { return cmp.Compare(names[a], names[b]) }) {
		p.Roles = append(p.Roles, web.Choice{Value: key, Label: names[key], Chosen: key == f.Role})
	}
	for _, w := range whose {
		p.Whose = append(p.Whose, web.Choice{Value: w, Label: say(ctx, "casework.whose."+w), Chosen: w == f.Who})
	}
	s.offerLoads(ctx, &p, names, shown, f.Who)
	p.Chips = worded(l.Chips("role", "casework.role", "who", "casework.whose"), p.Roles, p.Whose)
	return p, nil
}
