// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"errors"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// admit finds out who the claims are about, gives them the rights that their groups bring,
// and opens a session: all of it, or nothing.
func (s *Service) admit(ctx context.Context, d *desk, c claims, from Origin) (cookie string, err error) {
	act := door.From(ctx).ActFor(d.Org, "identity.sign_in", "")
	return cookie, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		m, matched, err := s.recognise(ctx, tx, d, c)
		if err != nil {
			return err
		}
		if matched {
			// Whoever prepared the account may be somebody else, and has ways in.
			if err := s.People.Shed(ctx, tx, m.ID); err != nil {
				return err
			}
		}
		if m, err = s.stand(ctx, tx, d, c, m); err != nil {
			return err
		}
		tx.Act.Person, tx.Act.On, tx.Act.Org = m.ID, string(m.ID), m.Org
		if err := s.store.bind(ctx, tx, d, c, m); err != nil {
			return err
		}
		var session string
		if cookie, session, err = s.People.Open(ctx, tx, m, from); err != nil {
			return err
		}
		return s.store.addSession(ctx, tx, session, d, c, m)
	})
}

// recognise returns whom a subject is bound to; else, where the operator has allowed it, who
// has the same verified address or the directory's id; else somebody new. Only people of the
// provider's organisation and those below it can be meant. A new one has no ID yet.
// matched says that an account was found that was not bound to the subject before.
func (s *Service) recognise(ctx context.Context, tx *db.Tx, d *desk, c claims) (m Member, matched bool, err error) {
	m, here, err := s.store.bound(ctx, tx, d.Org, c.issuer, c.subject)
	switch {
	case err != nil && fault.Of(err) != fault.NotFound:
		return m, false, err
	case err == nil && !here:
		return m, false, refused("elsewhere", nil)
	case err == nil && !m.Closed:
		return m, false, nil
	}
	closed := err == nil
	for _, way := range d.Match {
		m, err := s.match(ctx, tx, d, c, way)
		if err == nil || fault.Of(err) != fault.NotFound {
			return m, err == nil, err
		}
	}
	switch {
	case closed:
		return m, false, refused("closed", nil)
	case !d.Join:
		return m, false, refused("unknown", nil)
	case c.name == "":
		return m, false, refused("nameless", errors.New("no name, given_name, family_name or preferred_username"))
	}
	// A new one has no login: who comes by a provider has no second door that stays open
	// when the first is closed to them.
	return Member{Org: d.Org, Name: c.name, Level: d.Level}, false, nil
}

func (s *Service) match(ctx context.Context, tx *db.Tx, d *desk, c claims, way string) (Member, error) {
	switch {
	case way == byExternal:
		return s.store.byExternal(ctx, tx, d.Org, c.subject)
	case c.mail != "":
		return s.store.byLogin(ctx, tx, d.Org, c.mail)
	}
	return Member{}, fault.New(fault.NotFound, "fault.not_found")
}

// stand gives a member the rights that the groups bring, now and not only at first: who has
// left a group has lost what it gave. Without any mapping rights stay as they are.
func (s *Service) stand(ctx context.Context, tx *db.Tx, d *desk, c claims, m Member) (Member, error) {
	was := m
	all, err := s.store.mappings(ctx, tx, d.Org, d.ID)
	if err != nil {
		return m, err
	}
	if len(all) > 0 {
		m.Level = d.Level
		if g, ok := s.best(all, c.groups); ok {
			m.Level, m.Org = g.Level, g.Target
		}
	}
	posts, err := s.store.posts(ctx, tx, d.Org, d.ID)
	if err != nil {
		return m, err
	}
	held := postsBy(posts, c.groups)
	if m.Level == "" && len(held) > 0 {
		m.Level = "none" // may what the role gives
	}
	if m.Level == "" {
		return m, refused("no_group", nil)
	}
	if m, err = s.settle(ctx, tx, c, was, m); err != nil {
		return m, err
	}
	_, err = s.follow(ctx, tx, m.ID, d.ID, held)
	return m, err
}

// settle writes down a member as they stand: a new one, or one who was something else.
func (s *Service) settle(ctx context.Context, tx *db.Tx, c claims, was, m Member) (_ Member, err error) {
	if m.ID == "" {
		if m.ID, err = s.People.Add(ctx, tx, m); err != nil {
			return m, err
		}
		return m, tx.Note(ctx, ospo.Act{Org: m.Org, Person: m.ID, What: "identity.join", On: string(m.ID), Door: tx.Act.Door, Request: tx.Act.Request})
	}
	if c.name != "" {
		m.Name = c.name
	}
	if m == was {
		return m, nil
	}
	if err := s.People.Change(ctx, tx, m); err != nil {
		return m, err
	}
	if m.Level == was.Level && m.Org == was.Org {
		return m, nil
	}
	return m, tx.Note(ctx, ospo.Act{Org: m.Org, Person: "system", What: "identity.stand", On: string(m.ID), Diff: stands(was, m), Door: tx.Act.Door, Request: tx.Act.Request})
}

// stands is what groups changed of somebody's rights: level and organisation.
func stands(was, is Member) string {
	type standing struct {
		Org   ospo.OrgID `json:"org"`
		Level string     `json:"level"`
	}
	return change.Between(standing{was.Org, was.Level}, standing{is.Org, is.Level})
}

// best returns the mapping of a group that gives most; of two that give the same the first.
func (s *Service) best(all []Mapping, groups []string) (best Mapping, ok bool) {
	for _, m := range all {
		if slices.Contains(groups, m.Value) && (!ok || slices.Index(s.Levels, m.Level) > slices.Index(s.Levels, best.Level)) {
			best, ok = m, true
		}
	}
	return best, ok
}
