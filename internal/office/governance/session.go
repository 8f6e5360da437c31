// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/bits"
	"strconv"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A session ends after Idle without a request, and after Absolute in any case, unless the
// operator wants it otherwise.
const (
	Idle     = 8 * time.Hour
	Absolute = 24 * time.Hour
)

// A Session is one browser in which a person is signed in.
type Session struct {
	ID      string
	Org     ospo.OrgID // acted for
	OrgName string
	Agent   string
	Address string
	Created time.Time
	Seen    time.Time
	Own     bool // the one that asks
}

// LimitSessions sets after how long a session ends without a request, and in any case; it
// holds for those that run, too. Zero leaves a limit as it is.
func (s *Service) LimitSessions(idle, absolute time.Duration) error {
	idle, absolute = cmp.Or(idle, s.store.idle), cmp.Or(absolute, s.store.absolute)
	if idle < 5*time.Minute || absolute < idle || absolute > longestSession {
		return fmt.Errorf("sessions that end after %s without a request and after %s in any case: want at least 5m, then at least as long, and at most %s", idle, absolute, longestSession)
	}
	s.store.idle, s.store.absolute = idle, absolute
	return nil
}

const longestSession = 31 * 24 * time.Hour

// An Origin says where somebody signs in from.
type Origin struct{ Agent, Address string }

// account is what is known of somebody who wants to sign in.
type account struct {
	person ospo.PersonID
	org    ospo.OrgID
	login  string
	hash   string
	lane   string // what failures were counted under
}

// prove returns whose login and password these are. Unknown account and wrong password
// take as long and get the same sentence; too many of them a pause. The session is opened
// apart from it, for a second factor may be wanted first.
func (s *Service) prove(ctx context.Context, login, password, device string, from Origin) (a account, err error) {
	defer fault.Wrap(&err, "sign in")
	if login, err = checkLogin(login); err != nil || len(password) > longestPassword {
		return a, fault.New(fault.Invalid, "governance.sign_in.wrong")
	}
	lane, err := s.lane(ctx, login, device)
	if err != nil {
		return a, err
	}
	if err := s.brace(ctx, lane, from.Address); err != nil {
		return a, err
	}
	if a, err = s.store.account(ctx, login); err != nil {
		return a, err
	}
	ok, weak, err := s.guard.matches(ctx, password, a.hash)
	switch {
	case err != nil:
		return account{}, err
	case !ok:
		return account{}, s.refused(ctx, a, lane)
	case weak:
		return a, s.strengthen(ctx, a, password)
	}
	return a, nil
}

// strengthen hashes a password anew at today's cost.
func (s *Service) strengthen(ctx context.Context, a account, password string) error {
	hash, err := s.guard.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.setPassword(ctx, tx, a.person, a.org, hash) })
}

// Confirm reports, as a fault, where a password is not the viewer's own: before the account
// itself is changed. Guessing is braked like signing in.
func (s *Service) Confirm(ctx context.Context, password string, from Origin) error {
	p, err := s.store.person(ctx, door.From(ctx).Person)
	if err != nil {
		return err
	}
	if err := s.brace(ctx, p.Login, from.Address); err != nil {
		return err
	}
	a, err := s.store.account(ctx, p.Login)
	if err != nil {
		return err
	}
	if ok, _, err := s.guard.matches(ctx, password, a.hash); err != nil || !ok {
		return errorOr(err, fault.At("present", "governance.password.wrong"))
	}
	return s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.relax(ctx, tx, p.Login, from.Address) })
}

// refused notes the failure, for an account that exists or for the instance: the first few
// in a row each, then the 8th, the 16th, the 32nd … so that whoever guesses cannot fill the
// log. The number stands in the entry.
func (s *Service) refused(ctx context.Context, a account, lane string) error {
	if a.person == "" {
		a.org = System
	}
	n, err := s.store.failures(ctx, a.person == "", lane, s.store.db.Now())
	if err != nil {
		return err
	}
	if n <= perAccount.free || bits.OnesCount(uint(n)) == 1 {
		act := s.own(ctx, a, "governance.sign_in.refused")
		act.Person = "unknown"
		if a.person == "" {
			act.On = strconv.Itoa(n)
		}
		if err := s.store.db.Write(ctx, act, func(*db.Tx) error { return nil }); err != nil {
			return err
		}
	}
	return fault.New(fault.Invalid, "governance.sign_in.wrong")
}

// own is an act of somebody on their own account.
func (s *Service) own(ctx context.Context, a account, what string) ospo.Act {
	v := door.From(ctx)
	v.Person = a.person
	return v.ActFor(a.org, what, string(a.person))
}

// open starts a session and returns its secret, for the cookie. must is where it has to
// go before anything else; empty where it is free.
func (s *Service) open(ctx context.Context, a account, must string, from Origin) (string, error) {
	cookie := secret()
	act := s.own(ctx, a, "governance.sign_in")
	return cookie, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if out, err := s.store.suspended(ctx, tx, a.org); err != nil || out {
			return errorOr(err, fault.New(fault.Forbidden, "governance.suspended"))
		}
		if err := s.relax(ctx, tx, cmp.Or(a.lane, a.login), from.Address); err != nil {
			return err
		}
		if lang := door.From(ctx).Lang; lang != "" {
			if err := s.store.speaks(ctx, tx, a.person, lang); err != nil {
				return err
			}
		}
		return s.store.openSession(ctx, tx, digest(cookie), a, must, from)
	})
}

// SignOut ends the session of a cookie; an unknown one is no fault.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	v, err := s.store.session(ctx, digest(cookie), s.store.db.Now())
	if err != nil || v.seen == "" {
		return err
	}
	act := door.From(ctx).ActFor(v.Org, "governance.sign_out", string(v.Person))
	act.Person = v.Person
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		return s.store.dropSession(ctx, tx, digest(cookie))
	})
}

// Sessions lists where the viewer is signed in, the newest first; cookie is the own one.
func (s *Service) Sessions(ctx context.Context, cookie string) ([]Session, error) {
	return s.store.sessions(ctx, door.From(ctx).Person, digest(cookie), s.store.db.Now())
}

// EndSession ends one of the viewer's own sessions.
func (s *Service) EndSession(ctx context.Context, id string) error {
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.Act("governance.session.end", string(v.Person)), func(tx *db.Tx) error {
		return s.store.endSession(ctx, tx, v.Person, id)
	})
}

// ActFor lets the viewer's session act for another organisation: the person's own, one in
// which they hold a role, or one below either.
func (s *Service) ActFor(ctx context.Context, cookie string, org ospo.OrgID) error {
	v := door.From(ctx)
	if !isID(org) {
		return fault.New(fault.NotFound, "governance.org.not_found")
	}
	held, err := s.mandates(ctx, v.Person)
	if err != nil {
		return err
	}
	if ok, err := s.store.within(ctx, v.Person, held, org); err != nil || !ok {
		return errorOr(err, fault.New(fault.NotFound, "governance.org.not_found"))
	}
	return s.store.db.Write(ctx, v.ActFor(org, "governance.act_for", string(org)), func(tx *db.Tx) error {
		return s.store.actFor(ctx, tx, digest(cookie), v.Person, org)
	})
}

// visitor returns who a cookie's session belongs to; the zero Viewer where there is none.
func (s *Service) visitor(ctx context.Context, cookie string) door.Viewer {
	now := s.store.db.Now()
	r, err := s.store.session(ctx, digest(cookie), now)
	if err != nil || r.seen == "" {
		if err != nil {
			slog.ErrorContext(ctx, "a session could not be read", "err", err)
		}
		return door.Viewer{}
	}
	v, err := s.admit(ctx, r)
	if err != nil {
		slog.ErrorContext(ctx, "what a person may could not be read", "err", err)
		return door.Viewer{}
	}
	if now.Sub(db.Time(r.seen)) > time.Minute {
		s.later(func(ctx context.Context) error {
			return s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.sawSession(ctx, tx, digest(cookie)) })
		})
	}
	return v
}

// later does a small write beside the request, which need not wait for the one writer. One
// at a time: what finds it busy is done by a later request.
func (s *Service) later(f func(context.Context) error) {
	select {
	case s.busy <- struct{}{}:
	default:
		return
	}
	go func() {
		defer func() { <-s.busy }()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := f(ctx); err != nil {
			slog.WarnContext(ctx, "the time of a last visit could not be noted", "err", err)
		}
	}()
}

// Wait returns when nothing runs beside the requests any more: before the database closes.
func (s *Service) Wait() {
	s.busy <- struct{}{}
	<-s.busy
}
