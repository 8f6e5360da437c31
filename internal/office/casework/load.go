// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"slices"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Load is how many tasks of a role are open with somebody, or with nobody yet.
type Load struct {
	Role       string        `json:"role"`
	Person     ospo.PersonID `json:"person,omitempty" doc:"Absent: nobody has taken them."`
	PersonName string        `json:"personName,omitempty"`
	Open       int           `json:"open"`
	Late       int           `json:"late" doc:"Of them overdue."`
	Due        string        `json:"due,omitempty" doc:"The earliest day by which one is due."`
}

// Loads counts the open tasks of all roles in the organisation that the viewer acts for and below
// it, for those who work on cases.
func (s *Service) Loads(ctx context.Context) ([]Load, error) {
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return nil, err
	}
	return s.store.loads(ctx, v.Org, s.today())
}

// somebody reports whether the tasks of one person are asked for.
func (f TeamSieve) somebody() bool { return f.Who != "" && !slices.Contains(whose, f.Who) }

// Counted is how many tasks a sieve lets through.
func (f TeamSieve) Counted(all []Load) (n int) {
	for _, l := range all {
		switch {
		case f.Role != "" && f.Role != l.Role:
		case f.Who == "late":
			n += l.Late
		case f.Who == "", f.Who == "taken" && l.Person != "", f.Who == "nobody" && l.Person == "", f.Who == string(l.Person) && l.Person != "":
			n += l.Open
		}
	}
	return n
}
