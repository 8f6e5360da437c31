// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"
	"encoding/json"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Person is somebody about whom data is kept.
type Person struct {
	ID      ospo.PersonID `json:"id"`
	Org     ospo.OrgID    `json:"org"`
	OrgName string        `json:"orgName"`
	Name    string        `json:"name"`
	Login   string        `json:"login,omitempty"`
	Ended   time.Time     `json:"ended,omitzero" doc:"Since when the account is closed."`
}

// Person returns one of the organisations in view.
func (s *Service) Person(ctx context.Context, id ospo.PersonID) (Person, error) {
	if len(id) == 0 || len(id) > 100 {
		return Person{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return s.store.person(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// Mine is all that there is about the viewer, for a token about whoever made it. Nobody
// needs a permission for it (GDPR Art. 15).
func (s *Service) Mine(ctx context.Context) (p Person, record json.RawMessage, err error) {
	defer fault.Wrap(&err, "own data")
	v := door.From(ctx)
	if !v.SignedIn() {
		return p, nil, fault.New(fault.SignIn, "fault.sign_in")
	}
	if p, err = s.store.person(ctx, s.store.db.Read(), instance, v.Human()); err != nil {
		return p, nil, err
	}
	record, err = s.record(ctx, p.ID, p.Org)
	return p, record, err
}

// About is all that there is about a person in view.
func (s *Service) About(ctx context.Context, id ospo.PersonID) (p Person, record json.RawMessage, err error) {
	defer fault.Wrap(&err, "data about %s", id)
	if p, err = s.Person(ctx, id); err != nil {
		return p, nil, err
	}
	record, err = s.record(ctx, id, "")
	return p, record, err
}

// HandOver is About, noted in the log: that somebody took along what there is about another.
func (s *Service) HandOver(ctx context.Context, id ospo.PersonID) (p Person, record json.RawMessage, err error) {
	if p, record, err = s.About(ctx, id); err != nil {
		return p, nil, err
	}
	return p, record, s.store.db.Write(ctx, door.From(ctx).ActFor(p.Org, "retention.export", string(id)), func(*db.Tx) error { return nil })
}

func (s *Service) record(ctx context.Context, id ospo.PersonID, home ospo.OrgID) (json.RawMessage, error) {
	all, err := s.Record(ctx, id, home)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(all, "", "  ")
}
