// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"cmp"
	"context"
	"regexp"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// An Absence is a person being away: meanwhile deputies may what they may.
type Absence struct {
	ID      string        `json:"id"`
	Org     ospo.OrgID    `json:"org" doc:"The person's own organisation."`
	OrgName string        `json:"orgName"`
	Person  ospo.PersonID `json:"person"`
	Name    string        `json:"name"`
	Since   string        `json:"since" doc:"First day, YYYY-MM-DD."`
	Until   string        `json:"until" doc:"Last day, YYYY-MM-DD."`
	Now     bool          `json:"now" doc:"The person is away today."`
	Roles   int           `json:"roles" doc:"Mandates of the person that have a deputy."`
}

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// Leave notes that a person is away; why is nobody's business. Without a person it is the
// viewer. Others note it for people in view with role.grant.
func (s *Service) Leave(ctx context.Context, person, since, until string) (id string, err error) {
	defer fault.Wrap(&err, "note an absence")
	v := door.From(ctx)
	person, since = cmp.Or(person, string(v.Human())), cmp.Or(since, s.today())
	if err := checkDays(since, until); err != nil {
		return "", err
	}
	if until == "" {
		return "", fault.At("until", "role.missing.until")
	}
	if until < s.today() {
		return "", fault.At("until", "role.until_past", until)
	}
	p, err := s.leaver(ctx, person)
	if err != nil {
		return "", err
	}
	a := Absence{ID: db.NewID(), Org: p.org, Person: p.id, Since: since, Until: until}
	return a.ID, s.store.db.Write(ctx, v.ActFor(p.org, "role.absence.add", string(p.id)), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(a.told())
		return s.store.addAbsence(ctx, tx, a)
	})
}

// leaver finds who is away: the viewer, or somebody in view whom the viewer may speak for.
func (s *Service) leaver(ctx context.Context, person string) (holder, error) {
	v := door.From(ctx)
	if person == string(v.Human()) {
		return s.store.holder(ctx, s.store.db.Read(), v.Human())
	}
	if err := v.Check("role.grant"); err != nil {
		return holder{}, err
	}
	p, err := s.store.find(ctx, s.store.db.Read(), v.Org, "person", person)
	if err != nil {
		return p, err
	}
	if ok, err := s.store.sees(ctx, s.store.db.Read(), v.Org, p.org); err != nil || !ok {
		return p, errorOr(err, fault.At("person", "role.person_unknown", person))
	}
	return p, nil
}

// Return ends an absence: the person is back, deputies stop.
func (s *Service) Return(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "end an absence")
	v := door.From(ctx)
	if !idForm.MatchString(id) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	a, err := s.store.absence(ctx, v, id)
	if err != nil {
		return err
	}
	if a.Person != v.Human() {
		if err := v.Check("role.grant"); err != nil {
			return err
		}
	}
	return s.store.db.Write(ctx, v.ActFor(a.Org, "role.absence.end", string(a.Person)), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(a.told(), nil)
		return s.store.endAbsence(ctx, tx, v, id)
	})
}

// Absences lists who of the organisations in view, and who of those holding a role there,
// is or will be away.
func (s *Service) Absences(ctx context.Context) ([]Absence, error) {
	all, err := s.store.absences(ctx, door.From(ctx), s.today())
	for i, a := range all {
		all[i].Now = a.Since <= s.today()
	}
	return all, err
}
