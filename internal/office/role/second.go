// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/access"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// Approve is what a second person must be allowed to.
const Approve = "role.approve"

// Use lets acts of this room wait at a desk for a second person, and tells the desk who
// may be one.
func (s *Service) Use(desk *approval.Desk) {
	s.desk, desk.Apart, desk.Able, desk.Called = desk, s.Apart, s.able, s.called
	desk.Handle("role.mandate.add", approval.Kind{Key: "role.second.mandate", By: "role.grant", Permit: Approve, Do: s.grantApproved})
	desk.Handle("role.change", approval.Kind{Key: "role.second.change", By: "role.write", Permit: Approve, Do: s.changeApproved})
	desk.Handle("role.retire", approval.Kind{Key: "role.second.retire", By: "role.write", Permit: Approve, Do: s.turnApproved(true)})
	desk.Handle("role.restore", approval.Kind{Key: "role.second.restore", By: "role.write", Permit: Approve, Do: s.turnApproved(false)})
}

// asks reports whether acts of the viewer wait. Whoever sits at the command line of the
// server can open the database, and is not asked: that is the way out where one person is
// alone.
func (s *Service) asks(ctx context.Context) bool {
	v := door.From(ctx)
	return s.desk != nil && !(v.Door == "cli" && v.Person == "operator")
}

// Administers reports whether grants let somebody decide what others may, or be one of two
// people who decide: propose what waits for a second person, or be that person.
func (s *Service) Administers(grants []string) bool {
	all := []string{"role.write", "role.grant", Approve, "identity.scim"}
	if s.desk != nil {
		all = append(all, s.desk.Halves()...)
	}
	for _, p := range s.Permissions {
		if strings.HasSuffix(p, ".admin") {
			all = append(all, p)
		}
	}
	return slices.ContainsFunc(all, func(p string) bool { return covered(grants, p) })
}

// grantWaits reports whether a mandate needs a second person: its role administers, or the
// viewer gives it to themselves.
func (s *Service) grantWaits(ctx context.Context, m Mandate) (bool, error) {
	if !s.asks(ctx) {
		return false, nil
	}
	me := door.From(ctx).Human()
	if m.Person == me || m.Deputy == me {
		return true, nil
	}
	c, err := s.store.catalogue(ctx, s.store.db.Read(), m.Org)
	r, _ := c.role(m.Role, m.Org)
	return s.Administers(r.Grants), err
}

func (s *Service) proposeGrant(ctx context.Context, m Mandate) (id string, err error) {
	facts := []approval.Fact{{Key: "role.role", Value: m.RoleName.In(door.From(ctx).Lang)}, {Key: "role.person", Value: m.Name}, {Key: "role.since", Value: m.Since},
		{Key: "role.decision", Value: m.Decision}}
	if m.Until != "" {
		facts = append(facts, approval.Fact{Key: "role.until", Value: m.Until})
	}
	if m.DeputyName != "" {
		facts = append(facts, approval.Fact{Key: "role.deputy", Value: m.DeputyName})
	}
	return s.desk.Propose(ctx, m.Org, "role.mandate.add", m.Role+" "+string(m.Person), m, m.Reason, facts...)
}

// grantApproved gives the role, if it still can be given.
func (s *Service) grantApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var m Mandate
	if err := json.Unmarshal(p.Body, &m); err != nil {
		return err
	}
	m.Org = p.Org // whoever approves has seen no other
	for _, id := range []ospo.PersonID{m.Deputy, m.Person} {
		if id == "" {
			continue
		}
		h, err := s.store.holder(ctx, tx, id)
		if err != nil {
			return err
		}
		if id == m.Person {
			if err := s.judge(ctx, tx, h, &m); err != nil {
				return err
			}
		}
	}
	m.ID = db.NewID()
	tx.Act.On = m.ID
	return s.keepMandate(ctx, tx, m)
}

// more lists the grants of a role that its present version does not cover. A role that
// there is not yet has no holders, so that it can be given anything: granting it is asked.
func (s *Service) more(ctx context.Context, r Role) ([]string, error) {
	was, err := s.Role(ctx, r.Key)
	if err != nil {
		if fault.Of(err) == fault.NotFound {
			return nil, nil
		}
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(r.Grants), func(g string) bool {
		return slices.ContainsFunc(was.Grants, func(w string) bool { return access.Covers(w, g) })
	}), nil
}

func (s *Service) proposeChange(ctx context.Context, r Role, more []string, reason string) (id string, err error) {
	v := door.From(ctx)
	now, err := s.Role(ctx, r.Key)
	if err != nil {
		return "", err
	}
	r.Version = now.Version // what it is more than
	return s.desk.Propose(ctx, v.Org, "role.change", r.Key, r, reason,
		approval.Fact{Key: "role.role", Value: r.Name.In(v.Lang)}, approval.Fact{Key: "role.grants_more", Value: strings.Join(more, " ")})
}

func (s *Service) changeApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var r Role
	if err := json.Unmarshal(p.Body, &r); err != nil {
		return err
	}
	all, err := s.store.versions(ctx, tx, p.Org, r.Key)
	if err != nil {
		return err
	}
	now, _ := base(r.Key)
	if len(all) > 0 {
		now = all[len(all)-1]
	}
	if now.Version != r.Version { // whoever approves has read what is more than that one
		return fault.New(fault.Conflict, "role.changed_since", r.Key)
	}
	return s.keepVersion(ctx, tx, p.Org, r, p.Reason)
}

// Apart returns a fault where one of two people deputises for the other in a mandate that
// runs, or both for the same third one: then they are not four eyes. What ran until lately
// counts, so that nobody ends it for an hour.
func (s *Service) Apart(ctx context.Context, one, other ospo.PersonID) error {
	n, err := s.store.bound(ctx, one, other, s.today(), s.store.db.Now().Add(-approval.Life))
	if err == nil && (n > 0 || one == other) {
		err = fault.New(fault.Forbidden, "approval.deputy")
	}
	return err
}

// able names who could be the second person for a proposal.
func (s *Service) able(ctx context.Context, p approval.Proposal) ([]string, error) {
	m, err := s.Matrix(ctx, Question{Org: p.Org, Permission: p.Permit})
	if err != nil {
		return nil, err
	}
	x, err := s.Index(ctx)
	if err != nil {
		return nil, err
	}
	judge := s.desk.Judge(ctx)
	var out []string
	for _, l := range m.People {
		if !x.May(l.Person, "approval.read", p.Org) { // who cannot open the page decides nothing on it
			continue
		}
		if err := judge(p, l.Person); err == nil {
			out = append(out, l.Name+", "+l.House)
		} else if fault.Of(err) != fault.Forbidden {
			return nil, err
		}
	}
	return out, nil
}

// Others reports whether anybody but the viewer may do something in an organisation, or could
// since a time: by a mandate that was ended, or a role that became smaller.
func (s *Service) Others(ctx context.Context, org ospo.OrgID, permission string, since time.Time) (bool, error) {
	m, err := s.Matrix(ctx, Question{Org: org, Permission: permission})
	me := door.From(ctx).Human()
	if err != nil || slices.ContainsFunc(m.People, func(l Line) bool { return l.Person != me }) {
		return err == nil, err
	}
	all, err := s.Roles(ctx)
	if err != nil {
		return false, err
	}
	gave := map[string]bool{}
	for _, r := range all {
		versions, err := s.Versions(ctx, r.Key)
		if err != nil {
			return false, err
		}
		for _, v := range versions {
			if gave[r.Key] = gave[r.Key] || !v.Retired && covered(v.Grants, permission); v.Created.Before(since) {
				break // what it was before nobody remembers
			}
		}
	}
	held, err := s.Mandates(ctx, Sieve{})
	return slices.ContainsFunc(held, func(m Mandate) bool {
		lately := m.Ended.IsZero() && (m.Until == "" || m.Until >= lang.Day(since)) || m.Ended.After(since)
		return gave[m.Role] && m.Person != me && lately && m.Since <= s.today()
	}), err
}
