// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"cmp"
	"context"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// A Mandate is a person holding a role in an organisation and all below it.
type Mandate struct {
	ID         string        `json:"id"`
	Org        ospo.OrgID    `json:"org" doc:"Where the role is held; it holds for all below."`
	OrgName    string        `json:"orgName"`
	Role       string        `json:"role" doc:"Key of the role."`
	RoleName   Text          `json:"roleName"`
	Person     ospo.PersonID `json:"person"`
	Name       string        `json:"name" doc:"Of the person."`
	House      ospo.OrgID    `json:"house" doc:"The person's own organisation."`
	HouseName  string        `json:"houseName"`
	Deputy     ospo.PersonID `json:"deputy,omitempty"`
	DeputyName string        `json:"deputyName,omitempty"`
	Since      string        `json:"since" doc:"First day, YYYY-MM-DD."`
	Until      string        `json:"until,omitempty" doc:"Last day; absent where it is open."`
	Decision   string        `json:"decision" doc:"On whose decision, with the document that says so."`
	Reason     string        `json:"reason,omitempty" doc:"Why a steering role is given to another house."`
	Maker      ospo.PersonID `json:"maker"`
	MakerName  string        `json:"makerName,omitempty"`
	Created    time.Time     `json:"created"`
	Source     string        `json:"source,omitempty" doc:"Id of the provider, or scim and the organisation of the directory, whose group gives it; the decision names the group. It ends with the group."`
	Ended      time.Time     `json:"ended,omitzero" doc:"When it was ended early."`
	Why        string        `json:"why,omitempty" doc:"Why it was ended early."`

	Outside bool   `json:"outside,omitempty" doc:"The person belongs to another house: the role is a service."`
	Away    string `json:"away,omitempty" doc:"Last day on which the person is away; the deputy acts."`
	Closed  bool   `json:"closed,omitempty" doc:"The person has no account any more."`
	State   string `json:"state" doc:"running, planned, over, ended or retired."`
}

// A Grant is what somebody wants to hold. Person and Deputy are ids, logins or names.
type Grant struct {
	Role     string     `json:"role" doc:"Key of the role."`
	Person   string     `json:"person" doc:"Id, login or name. People of other houses are found by their login only."`
	Org      ospo.OrgID `json:"org" doc:"Where the role is held."`
	Since    string     `json:"since,omitempty" doc:"First day, YYYY-MM-DD; today where absent."`
	Until    string     `json:"until,omitempty" doc:"Last day, YYYY-MM-DD."`
	Deputy   string     `json:"deputy,omitempty" doc:"Id, login or name."`
	Decision string     `json:"decision" doc:"On whose decision, with the document that says so."`
	Reason   string     `json:"reason,omitempty" doc:"Why a steering role goes to another house."`
}

// today is the day on the readers' clocks.
func (s *Service) today() string { return lang.Day(s.store.db.Now()) }

// An Outcome says what came of an act: it is done, or waits for a second person.
type Outcome struct {
	ID       string `json:"id,omitempty" doc:"Of what was made, where it is done."`
	Proposal string `json:"proposal,omitempty" doc:"Id of the proposal, where it waits for a second person."`
}

// Grant gives a role to a person, or proposes it where a second person has to agree: for a
// role that administers, and for one to oneself.
func (s *Service) Grant(ctx context.Context, g Grant) (o Outcome, err error) {
	defer fault.Wrap(&err, "grant role %s", g.Role)
	v := door.From(ctx)
	m, err := s.plan(ctx, s.store.db.Read(), v.Org, g)
	if err != nil {
		return o, err
	}
	wait, err := s.grantWaits(ctx, m)
	if err != nil {
		return o, err
	}
	if wait {
		o.Proposal, err = s.proposeGrant(ctx, m)
		return o, err
	}
	o.ID = db.NewID()
	m.ID = o.ID
	return o, s.store.db.Write(ctx, v.ActFor(m.Org, "role.mandate.add", m.ID), func(tx *db.Tx) error {
		return s.keepMandate(ctx, tx, m)
	})
}

// plan finds out whom and what a grant means, as far as root sees, and whether it may be.
func (s *Service) plan(ctx context.Context, q db.Querier, root ospo.OrgID, g Grant) (m Mandate, err error) {
	if m, err = checkGrant(g, s.today()); err != nil {
		return m, err
	}
	if err := s.store.inView(ctx, q, root, g.Org); err != nil {
		return m, err
	}
	p, err := s.store.find(ctx, q, root, "person", g.Person)
	if err != nil {
		return m, err
	}
	m.Person, m.Name = p.id, p.name
	if g.Deputy != "" {
		d, err := s.store.find(ctx, q, root, "deputy", g.Deputy)
		if err != nil {
			return m, err
		}
		if d.id == p.id {
			return m, fault.At("deputy", "role.deputy_self")
		}
		m.Deputy, m.DeputyName = d.id, d.name
	}
	return m, s.judge(ctx, q, p, &m)
}

// judge looks at the role: there must be one, it is not given twice, and a steering one
// leaves the house with a reason only.
func (s *Service) judge(ctx context.Context, q db.Querier, p holder, m *Mandate) error {
	c, err := s.store.catalogue(ctx, q, m.Org)
	if err != nil {
		return err
	}
	r, ok := c.role(m.Role, m.Org)
	if !ok || r.Retired {
		return fault.At("role", "role.unknown", m.Role)
	}
	m.RoleName = r.Name
	if n, err := s.store.same(ctx, q, *m); err != nil || n > 0 {
		return errorOr(err, fault.At("person", "role.mandate.twice", m.Name))
	}
	own, err := s.store.house(ctx, q, p.org)
	if err != nil {
		return err
	}
	here, err := s.store.house(ctx, q, m.Org)
	if err != nil {
		return err
	}
	m.Outside = own != here
	if m.Outside && r.Steering && m.Reason == "" {
		return fault.At("reason", "role.outside_reason", m.Name)
	}
	return nil
}

func checkGrant(g Grant, today string) (m Mandate, err error) {
	m = Mandate{Org: g.Org, Role: g.Role, Since: cmp.Or(g.Since, today), Until: g.Until}
	if m.Decision, err = words("decision", g.Decision, longestText); err != nil {
		return m, err
	}
	if m.Reason, err = fault.Text("reason", g.Reason, longestText); err != nil {
		return m, err
	}
	if err := checkDays(m.Since, m.Until); err != nil {
		return m, err
	}
	if m.Until != "" && m.Until < today {
		return m, fault.At("until", "role.until_past", m.Until)
	}
	return m, nil
}

// checkDays checks a first and a last day; the last may be empty.
func checkDays(since, until string) error {
	if _, err := time.Parse(time.DateOnly, since); err != nil {
		return fault.At("since", "role.day", since)
	}
	if _, err := time.Parse(time.DateOnly, until); err != nil && until != "" {
		return fault.At("until", "role.day", until)
	}
	if until != "" && until < since {
		return fault.At("until", "role.until_first", since, until)
	}
	return nil
}

// End ends a mandate today, with a reason.
func (s *Service) End(ctx context.Context, id, why string) (err error) {
	defer fault.Wrap(&err, "end mandate %s", id)
	m, err := s.Mandate(ctx, id)
	if err != nil {
		return err
	}
	if !m.Ended.IsZero() {
		return fault.New(fault.Conflict, "role.mandate.over")
	}
	if m.Source != "" {
		return fault.New(fault.Conflict, "role.mandate.sourced", m.Decision)
	}
	if why, err = words("why", why, longestText); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Org, "role.mandate.end", id), func(tx *db.Tx) error {
		ended := m
		ended.Why = why
		tx.Act.Diff = change.Between(m.told(), ended.told())
		return s.store.endMandate(ctx, tx, door.From(ctx).Org, id, why)
	})
}

// A Sieve narrows a list of mandates; empty parts narrow nothing.
type Sieve struct {
	Org, Role, Person, State string
	Only                     string // one by its id
}

// Mandates lists the mandates of the organisations that the viewer sees, by role.
func (s *Service) Mandates(ctx context.Context, f Sieve) ([]Mandate, error) {
	root, q := door.From(ctx).Org, s.store.db.Read()
	c, err := s.store.catalogue(ctx, q, root)
	if err != nil {
		return nil, err
	}
	all, err := s.store.mandates(ctx, q, root, f, s.today())
	if err != nil {
		return nil, err
	}
	houses := map[ospo.OrgID]ospo.OrgID{}
	for i := range all {
		if err := s.label(ctx, c, houses, &all[i]); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(all, func(m Mandate) bool { return f.State != "" && m.State != f.State }), nil
}

// label fills in what follows from role, day and houses.
func (s *Service) label(ctx context.Context, c catalogue, houses map[ospo.OrgID]ospo.OrgID, m *Mandate) error {
	r, _ := c.role(m.Role, m.Org)
	m.RoleName = r.Name
	switch today := s.today(); {
	case !m.Ended.IsZero():
		m.State = "ended"
	case m.Until != "" && m.Until < today:
		m.State = "over"
	case r.Retired:
		m.State = "retired"
	case m.Since > today:
		m.State = "planned"
	default:
		m.State = "running"
	}
	for _, org := range []ospo.OrgID{m.Org, m.House} {
		if _, ok := houses[org]; !ok {
			h, err := s.store.house(ctx, s.store.db.Read(), org)
			if err != nil {
				return err
			}
			houses[org] = h
		}
	}
	m.Outside = houses[m.Org] != houses[m.House]
	return nil
}

// Mandate returns one mandate that the viewer sees.
func (s *Service) Mandate(ctx context.Context, id string) (Mandate, error) {
	if !idForm.MatchString(id) {
		return Mandate{}, fault.New(fault.NotFound, "fault.not_found")
	}
	all, err := s.Mandates(ctx, Sieve{Only: id})
	if err != nil || len(all) == 0 {
		return Mandate{}, errorOr(err, fault.New(fault.NotFound, "fault.not_found"))
	}
	return all[0], nil
}
