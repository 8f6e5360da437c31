// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"
	"errors"
	"net/url"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// States of a condition.
const (
	Open      = "open"
	Fulfilled = "fulfilled"
	Waived    = "waived" // it does not apply, with a reason
)

// A Condition is something that a pot asks for, such as publication.
type Condition struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"org"`
	Pot     string     `json:"pot"`
	PotName string     `json:"potName"`
	ConditionInput
	State      string `json:"state" enum:"open,fulfilled,waived"`
	Evidence   string `json:"evidence,omitempty" doc:"By what one sees that it is fulfilled, or why it does not apply."`
	Link       string `json:"link,omitempty" doc:"Address of the evidence."`
	PersonName string `json:"personName,omitempty"`
	Settled    string `json:"settled,omitempty"`
}

// ConditionInput is what a pot asks for.
type ConditionInput struct {
	What string `json:"what"`
	Kind string `json:"kind,omitempty" enum:"publication,report,notice,use,various" doc:"Duty to publish, report, notice of the funding, use of the money; various where absent."`
	Due  string `json:"due,omitempty" doc:"Day, YYYY-MM-DD; absent where nobody knows."`
}

// Late reports whether it is open after its day.
func (c Condition) Late(today string) bool {
	return c.State == Open && c.Due != "" && c.Due < today
}

// AddCondition notes what a pot asks for.
func (s *Service) AddCondition(ctx context.Context, pot string, in ConditionInput) (id string, err error) {
	defer fault.Wrap(&err, "add a condition to pot %s", pot)
	p, err := s.Pot(ctx, pot)
	if err != nil {
		return "", err
	}
	if err := errors.Join(fault.Tidy("what", &in.What, longestLine, true), oneOf("kind", &in.Kind, "various", Asks), s.calendar(ctx).is("due", in.Due)); err != nil {
		return "", err
	}
	c := Condition{ID: db.NewID(), Org: p.Org, Pot: pot, ConditionInput: in}
	return c.ID, s.store.db.Write(ctx, door.From(ctx).ActFor(p.Org, "budget.condition.add", pot), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.addCondition(ctx, tx, c)
	})
}

// Settle says once that a condition is fulfilled, with evidence, or does not apply, with a
// reason.
func (s *Service) Settle(ctx context.Context, id, state, evidence, link string) (err error) {
	defer fault.Wrap(&err, "settle condition %s", id)
	c, err := s.Condition(ctx, id)
	if err != nil {
		return err
	}
	if err := errors.Join(fault.Tidy("evidence", &evidence, longestText, true), fault.Tidy("link", &link, longestText, false), isLink("link", link), oneOf("state", &state, "", []string{Fulfilled, Waived})); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "budget.condition.settle", c.Pot), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(map[string]string{"what": c.What, "state": c.State}, map[string]string{"what": c.What, "state": state, "evidence": evidence, "link": link})
		c.State, c.Evidence, c.Link = state, evidence, link
		ok, err := s.store.settle(ctx, tx, c)
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "budget.settled")
		}
		return err
	})
}

// Condition returns one that the viewer sees.
func (s *Service) Condition(ctx context.Context, id string) (Condition, error) {
	all, err := s.store.conditions(ctx, s.store.db.Read(), door.From(ctx).Org, sieve{id: id})
	return only(all, err)
}

// Conditions lists those of a pot or of all, open ones first, until a day or for ever.
func (s *Service) Conditions(ctx context.Context, pot, state, until string) ([]Condition, error) {
	return s.store.conditions(ctx, s.store.db.Read(), door.From(ctx).Org, sieve{pot: pot, state: state, until: until})
}

// A Saving is what a measure saves, as somebody states it: with a method, from low to high. What
// is not known is absent. The latest of a measure counts; earlier ones stay.
type Saving struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"org"`
	Measure string     `json:"measure"`
	SavingInput
	PersonName string `json:"personName"`
	Created    string `json:"created"`
}

// SavingInput is what somebody states.
type SavingInput struct {
	Low    string `json:"low,omitempty" doc:"In euros; absent where unknown, which is not 0."`
	High   string `json:"high,omitempty"`
	Per    string `json:"per,omitempty" enum:"year,once" doc:"year where absent."`
	Method string `json:"method" doc:"How it was worked out, compared with what."`
}

// State notes what a measure saves.
func (s *Service) State(ctx context.Context, measure string, in SavingInput) (id string, err error) {
	defer fault.Wrap(&err, "state what measure %s saves", measure)
	m, err := s.Measure(ctx, measure)
	if err != nil {
		return "", err
	}
	if err := errors.Join(fault.Tidy("method", &in.Method, longestText, true), oneOf("saving_per", &in.Per, "year", []string{"year", "once"}), money("low", &in.Low), money("high", &in.High)); err != nil {
		return "", err
	}
	low, known := exact(in.Low)
	if high, also := exact(in.High); known && also && low.Cmp(high) > 0 {
		return "", fault.At("high", "budget.high_low")
	}
	v := Saving{ID: db.NewID(), Org: m.Org, Measure: m.ID, SavingInput: in}
	return v.ID, s.store.db.Write(ctx, door.From(ctx).ActFor(m.Org, "budget.saving", m.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.addSaving(ctx, tx, v)
	})
}

// Savings lists what was stated of a measure, the latest first.
func (s *Service) Savings(ctx context.Context, measure string) ([]Saving, error) {
	return s.store.savings(ctx, s.store.db.Read(), door.From(ctx).Org, measure)
}

func isLink(field, link string) error {
	if u, err := url.Parse(link); link != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(link) > 2000) {
		return fault.At(field, "budget.link_bad", link)
	}
	return nil
}
