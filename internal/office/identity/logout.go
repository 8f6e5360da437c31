// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// tokenLife is how old a logout token may be at most, and how long it is remembered
// (OpenID Connect Back-Channel Logout 1.0, section 4).
const tokenLife = 10 * time.Minute

// Told ends the sessions that a logout token of a provider names: those of one session
// there, or all of one person. A token that was taken already, or is none, ends nothing.
func (s *Service) Told(ctx context.Context, provider, raw, address string) error {
	d := s.desk(provider)
	if d == nil {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	if err := s.slow(address); err != nil {
		return err
	}
	err := s.told(ctx, d, raw)
	return s.note(ctx, d, err)
}

func (s *Service) told(ctx context.Context, d *desk, raw string) error {
	now := s.store.db.Now()
	k, err := d.meet(ctx, now)
	if err != nil {
		return err
	}
	t, err := d.verifier(k, s.store.db.Now).VerifyLogout(d.asking(ctx), raw)
	if err != nil {
		return refused(flaw(err), err)
	}
	if t.IssuedAt.After(now.Add(skew)) || t.IssuedAt.Before(now.Add(-tokenLife)) {
		return refused("time", fmt.Errorf("issued at %s, now %s", t.IssuedAt, now))
	}
	act := door.From(ctx).ActFor(d.Org, "identity.logout", d.ID)
	act.Person = "system"
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if fresh, err := s.store.seeToken(ctx, tx, d, digest(d.Issuer+" "+t.TokenID), now.Add(tokenLife+skew)); err != nil || !fresh {
			return either(err, refused("replay", fmt.Errorf("logout token %.80q", t.TokenID)))
		}
		all, err := s.store.sessionsOf(ctx, tx, d, t.Subject, t.SessionID)
		if err != nil {
			return err
		}
		return s.end(ctx, tx, all)
	})
}

// end ends sessions, with an entry in the log for each person.
func (s *Service) end(ctx context.Context, tx *db.Tx, all []session) error {
	var ids []string
	for _, one := range all {
		ids = append(ids, one.id)
		if err := tx.Note(ctx, ospo.Act{Org: one.org, Person: "system", What: "identity.session.end", On: string(one.person), Door: tx.Act.Door, Request: tx.Act.Request}); err != nil {
			return err
		}
	}
	if err := s.People.End(ctx, tx, ids); err != nil {
		return err
	}
	return s.store.dropSessions(ctx, tx, ids)
}

// Farewell returns where somebody goes on to who signs out of a session: to a page that
// says that they are still signed in at the provider; nothing for sessions with a password.
func (s *Service) Farewell(ctx context.Context, session string) (next string, err error) {
	provider, err := s.store.providerOf(ctx, session)
	if d := s.desk(provider); err != nil || d == nil {
		return "", err
	}
	return "/identity/signed-out/" + provider, nil
}

// away is the address at which one signs out at a provider and comes back (OpenID Connect
// RP-Initiated Logout 1.0); nothing where the provider has none or does not answer.
func (s *Service) away(ctx context.Context, d *desk) string {
	k, err := d.meet(ctx, s.store.db.Now())
	if err != nil || k.end == "" {
		return ""
	}
	u, err := url.Parse(k.end)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	q := u.Query()
	q.Set("client_id", d.Client)
	q.Set("post_logout_redirect_uri", s.address+"/sign-in")
	u.RawQuery = q.Encode()
	return u.String()
}

// session is a session here that began at a provider.
type session struct {
	id     string
	org    ospo.OrgID
	person ospo.PersonID
}
