// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"allmende/internal/engine/clause"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// States of what is owed.
const (
	Open      = "open"
	Fulfilled = "fulfilled"
	Waived    = "waived" // not owed, with a reason
)

// Owed is something that has to happen because a contract says so.
type Owed struct {
	ID         string     `json:"id"`
	Org        ospo.OrgID `json:"org"`
	Contract   string     `json:"contract" doc:"Id of the contract."`
	Title      string     `json:"contractTitle"`
	Topic      string     `json:"topic,omitempty" doc:"C03, for example; absent where somebody added it by hand."`
	WhatDE     string     `json:"whatDe"`
	WhatEN     string     `json:"whatEn"`
	Due        string     `json:"due,omitempty" doc:"Day; absent where nobody knows it, since start or end of the contract are unknown."`
	State      string     `json:"state" enum:"open,fulfilled,waived"`
	Evidence   string     `json:"evidence,omitempty"`
	Link       string     `json:"link,omitempty"`
	Reason     string     `json:"reason,omitempty" doc:"Why it is not owed."`
	PersonName string     `json:"personName,omitempty" doc:"Who settled it."`
	Settled    string     `json:"settled,omitempty"`

	Before bool `json:"beforeRegister,omitempty" doc:"It was due before the day from which the contract's duties count: open, but not overdue."`

	Rule    clause.Due `json:"-"`
	Since   string     `json:"-"` // of the contract
	counted string     // of the contract
	term    clause.Term
}

// last is the last day on which something is owed anew. A contract that renews itself has none:
// it goes on until somebody gives notice.
func (o Owed) last() string {
	if o.term.Renews > 0 {
		return ""
	}
	return o.term.End
}

// last is the same of a contract, for what counts from its start.
func (c Contract) last(rule clause.Due) string {
	if c.Renews > 0 && rule.From == "start" {
		return ""
	}
	return c.Until
}

// Next is the day on which it is owed anew; empty where it is owed once.
func (o Owed) Next() string { return o.Rule.Again(o.Due, o.Since, o.last()) }

// current moves what is owed at the end of a contract along with a contract that renews itself.
// What is kept counts from its first end, which lies before.
func (o Owed) current(today string) Owed {
	if o.State == Open && o.Rule.From == "end" && o.Rule.Every == 0 && o.term.Renews > 0 {
		end, _, _ := o.term.Next(today)
		o.Due = o.Rule.On(o.Since, end)
	}
	o.Before = o.State == Open && o.Topic != "" && o.Due != "" && o.Due < o.counted
	return o
}

// What says in a language what is owed.
func (o Owed) What(tongue string) string { return clause.Text{DE: o.WhatDE, EN: o.WhatEN}.In(tongue) }

// Late reports whether it is open after its day, unless that was before its contract was
// entered.
func (o Owed) Late(today string) bool {
	return o.State == Open && !o.Before && o.Due != "" && o.Due < today
}

// A Chosen topic stands in a contract as it was when it was chosen.
type Chosen struct {
	Topic clause.Topic
	Set   string // edition, "contract@1"
	Day   string
}

// A Plan is a contract with answers, what follows from them, and what was chosen.
type Plan struct {
	Contract
	Answers map[string]string
	Advice  clause.Plan
	Chosen  []Chosen
}

// Plan returns that of a contract.
func (s *Service) Plan(ctx context.Context, id string) (p Plan, err error) {
	if p.Contract, err = s.Contract(ctx, id); err != nil {
		return p, err
	}
	p.Answers, p.Advice = p.answers, s.Set.Plan(p.answers)
	p.Chosen, err = s.store.chosen(ctx, s.store.db.Read(), p.Contract)
	return p, err
}

// Answer keeps the answers to the questions; one that is not there is not answered. seen is when
// the contract was changed last as the caller knows it; empty where the caller does not mind.
func (s *Service) Answer(ctx context.Context, id, seen string, answers map[string]string) (err error) {
	defer fault.Wrap(&err, "answer the questions on contract %s", id)
	c, err := s.Contract(ctx, id)
	if err != nil {
		return err
	}
	kept := map[string]string{}
	for question, answer := range answers {
		if answer == "" {
			continue
		}
		if !s.Set.Allows(question, answer) {
			return fault.At("q-"+question, "contract.answer_bad", answer)
		}
		kept[question] = answer
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "contract.answer", id), func(tx *db.Tx) error {
		if c, err = s.alone(ctx, tx, id); err != nil {
			return err
		}
		if err := moved(ctx, seen, c.Changed, c.answers, kept, func(q string) string { return s.questionText(ctx, q) }, s.answerText(ctx)); err != nil {
			return err
		}
		tx.Act.Diff = change.Between(c.answers, kept)
		return s.store.setAnswers(ctx, tx, c, kept)
	})
}

// alone returns a contract as it is now, which nobody else changes until the transaction ends.
func (s *Service) alone(ctx context.Context, tx *db.Tx, id string) (Contract, error) {
	if err := tx.Alone(ctx, "contract "+id); err != nil {
		return Contract{}, err
	}
	return s.store.one(ctx, tx, door.From(ctx).Org, id)
}

// answerText says an answer to a question.
func (s *Service) answerText(ctx context.Context) func(string, any) string {
	return func(question string, v any) string {
		answer, _ := v.(string)
		if a := s.asked(clause.Step{Question: question, Answer: answer}); a.Said != (clause.Text{}) {
			return a.Said.In(tongue(ctx))
		}
		return say(ctx, "contract.not_said")
	}
}

// A Choice is which topics a contract has.
type Choice struct {
	Topics []string `json:"topics" doc:"All that the contract has: C01 to C12."`
	Type   *string  `json:"type,omitempty" doc:"EVB-IT type; absent: as it is."`
	From   string   `json:"countFrom,omitempty" doc:"Day from which duties count. What was due before is marked and not overdue, what is owed again and again begins with its next day. Absent: with the first topics the day on which the contract was entered, later on as it is."`
}

// Choose settles which topics the contract has. What a new one brings is owed from then on;
// what is open of one that was taken out is not owed, and says so. seen is as in [Service.Answer].
func (s *Service) Choose(ctx context.Context, id, seen string, in Choice) (err error) {
	defer fault.Wrap(&err, "choose topics of contract %s", id)
	c, err := s.Contract(ctx, id)
	if err != nil {
		return err
	}
	for _, t := range in.Topics {
		if _, ok := s.Set.Topic(t); !ok {
			return fault.At("topics", "contract.topic_bad", t)
		}
	}
	if in.Type != nil && *in.Type != "" {
		if _, ok := s.Set.Type(*in.Type); !ok {
			return fault.At("type", "contract.type_bad", *in.Type)
		}
	}
	if err := s.isDay(ctx, "count_from", in.From); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "contract.choose", id), func(tx *db.Tx) error {
		if c, err = s.alone(ctx, tx, id); err != nil {
			return err
		}
		before, err := s.store.topicIDs(ctx, tx, c)
		if err != nil {
			return err
		}
		was := choiceOf(c, before)
		switch {
		case in.From != "":
			c.Counted = in.From
		case len(before) == 0 && c.Counted == "":
			c.Counted = lang.Day(db.Time(c.Created))
		}
		if in.Type != nil {
			c.Type = *in.Type
		}
		now := choiceOf(c, in.Topics)
		if err := moved(ctx, seen, c.Changed, was, now, memberName(ctx), memberValue(ctx)); err != nil {
			return err
		}
		tx.Act.Diff = change.Between(was, now)
		return errors.Join(s.store.setChoice(ctx, tx, c), s.takeOut(ctx, tx, c, before, in.Topics), s.takeIn(ctx, tx, c, before, in.Topics))
	})
}

// choiceOf is what a choice settles, for the log.
func choiceOf(c Contract, topics []string) any {
	topics = slices.Clone(topics)
	slices.Sort(topics)
	return struct {
		Topics []string `json:"topics"`
		Type   string   `json:"type"`
		From   string   `json:"count_from"`
	}{topics, c.Type, c.Counted}
}

func (s *Service) takeOut(ctx context.Context, tx *db.Tx, c Contract, before, now []string) error {
	for _, t := range before {
		if slices.Contains(now, t) {
			continue
		}
		if err := s.store.dropTopic(ctx, tx, c, t, say(ctx, "contract.topic.out")); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) takeIn(ctx context.Context, tx *db.Tx, c Contract, before, now []string) error {
	for _, t := range s.Set.Topics {
		if !slices.Contains(now, t.ID) || slices.Contains(before, t.ID) {
			continue
		}
		if err := s.store.addTopic(ctx, tx, c, t, s.Set); err != nil {
			return err
		}
		for _, o := range t.Owed {
			one := Owed{ID: db.NewID(), Org: c.Org, Contract: c.ID, Topic: t.ID, WhatDE: o.What.DE, WhatEN: o.What.EN, Rule: o.Due, Due: o.Due.Since(c.Since, c.last(o.Due), c.Counted)}
			if err := s.store.addOwed(ctx, tx, one); err != nil {
				return err
			}
		}
	}
	return nil
}

// Owe adds something owed that no topic brings.
func (s *Service) Owe(ctx context.Context, id, what, due string) (owed string, err error) {
	defer fault.Wrap(&err, "add to what is owed by contract %s", id)
	c, err := s.Contract(ctx, id)
	if err != nil {
		return "", err
	}
	if err := errors.Join(fault.Tidy("what", &what, longestLine, true), s.isDay(ctx, "due", due)); err != nil {
		return "", err
	}
	if due == "" {
		return "", fault.At("due", "fault.missing")
	}
	o := Owed{ID: db.NewID(), Org: c.Org, Contract: c.ID, WhatDE: what, WhatEN: what, Due: due}
	return o.ID, s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "contract.owe", c.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]string{"what": what, "due": due})
		return s.store.addOwed(ctx, tx, o)
	})
}

// Settlement is what somebody says of something owed.
type Settlement struct {
	State    string `json:"state" enum:"fulfilled,waived"`
	Evidence string `json:"evidence,omitempty" doc:"For fulfilled: by what one sees it. A link will do as well."`
	Link     string `json:"link,omitempty" doc:"https address of the evidence."`
	Reason   string `json:"reason,omitempty" doc:"For waived: why it is not owed."`
}

func (in *Settlement) check() error {
	bad := errors.Join(fault.Tidy("evidence", &in.Evidence, longestText, false), fault.Tidy("link", &in.Link, longestText, false), fault.Tidy("reason", &in.Reason, longestText, false), isLink("link", in.Link))
	switch {
	case in.State != Fulfilled && in.State != Waived:
		return fault.At("state", "contract.choice_bad", in.State)
	case bad != nil:
		return bad
	case in.State == Fulfilled && in.Evidence+in.Link == "":
		return fault.At("evidence", "contract.evidence_missing")
	case in.State == Waived && in.Reason == "":
		return fault.At("reason", "contract.reason_missing")
	}
	return nil
}

// Settle marks something owed as fulfilled, with evidence, or as not owed, with a reason; once.
// What is owed again and again is owed anew after it.
func (s *Service) Settle(ctx context.Context, id string, in Settlement) (err error) {
	defer fault.Wrap(&err, "settle %s", id)
	o, err := s.OwedOne(ctx, id)
	if err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(o.Org, "contract.settle", o.Contract), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(map[string]string{"what": o.WhatDE, "due": o.Due}, struct {
			What string `json:"what"`
			Due  string `json:"due"`
			Settlement
		}{o.WhatDE, o.Due, in})
		if err := s.store.setDue(ctx, tx, o, o.Due); err != nil { // by the end that counts now
			return err
		}
		ok, err := s.store.settle(ctx, tx, o, in)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Conflict, "contract.settled")
		}
		next := o.Next()
		if next == "" {
			return nil
		}
		o.ID, o.Due = db.NewID(), next
		return s.store.addOwed(ctx, tx, o)
	})
}

// SettleBefore settles all that was due before the day from which the duties of a contract
// count, in one step and with a reason: not owed. n is how much that was.
func (s *Service) SettleBefore(ctx context.Context, id, reason string) (n int, err error) {
	defer fault.Wrap(&err, "settle what was due before contract %s was entered", id)
	c, err := s.Contract(ctx, id)
	if err != nil {
		return 0, err
	}
	if err := fault.Tidy("before_reason", &reason, longestText, true); err != nil {
		return 0, err
	}
	all, err := s.Owed(ctx, id, Open, "")
	all = slices.DeleteFunc(all, func(o Owed) bool { return !o.Before })
	if err == nil && len(all) == 0 {
		err = fault.New(fault.Conflict, "contract.before.none")
	}
	if err != nil {
		return 0, err
	}
	return len(all), s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "contract.before", id), func(tx *db.Tx) error {
		var told []string
		for _, o := range all {
			told = append(told, o.WhatDE+" ("+o.Due+")")
			in := Settlement{State: Waived, Reason: say(ctx, "contract.before.reason", shownDay(ctx, c.Counted), reason)}
			if err := s.store.setDue(ctx, tx, o, o.Due); err != nil {
				return err
			}
			if ok, err := s.store.settle(ctx, tx, o, in); err != nil || !ok {
				return errors.Join(err, fault.New(fault.Conflict, "contract.settled"))
			}
		}
		tx.Act.Diff = change.Added(map[string]any{"what": told, "reason": reason})
		return nil
	})
}

// OwedOne returns one that the viewer sees.
func (s *Service) OwedOne(ctx context.Context, id string) (Owed, error) {
	all, err := s.current(ctx, sieve{id: id})
	if err == nil && len(all) == 0 {
		err = notFound()
	}
	if err != nil {
		return Owed{}, err
	}
	return all[0], nil
}

// Owed lists what is owed in contracts that the viewer sees, by its day: of one contract or of
// all, in a state or in all, until a day or for ever.
func (s *Service) Owed(ctx context.Context, contract, state, until string) ([]Owed, error) {
	return s.current(ctx, sieve{contract: contract, state: state, until: until})
}

// current lists what is owed by the ends that count today, in the order of the store.
func (s *Service) current(ctx context.Context, f sieve) ([]Owed, error) {
	all, err := s.store.owed(ctx, s.store.db.Read(), door.From(ctx).Org, f)
	for i := range all {
		all[i] = all[i].current(s.today())
	}
	all = slices.DeleteFunc(all, func(o Owed) bool { return f.until != "" && o.Due > f.until })
	slices.SortStableFunc(all, func(a, b Owed) int {
		return cmp.Or(-cmpBool(a.State == Open, b.State == Open), cmpBool(a.Due == "", b.Due == ""), cmpText(a.Due, b.Due))
	})
	return all, err
}

func cmpBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// A Leaving is a contract whose day of notice comes.
type Leaving struct {
	Contract
	End, By string
	Missed  string // day of notice that passed, so that it went on
}

// Leaving lists running contracts whose last day of notice lies between today and a day.
func (s *Service) Leaving(ctx context.Context, until string) (out []Leaving, err error) {
	all, err := s.store.list(ctx, door.From(ctx).Org, Sieve{State: "running", today: s.today(), Size: mostRows})
	for _, c := range all {
		if l := s.leaving(c); l.By >= s.today() && l.By <= until {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b Leaving) int { return cmpText(a.By, b.By) })
	return out, err
}

func (s *Service) leaving(c Contract) Leaving {
	l := Leaving{Contract: c}
	l.End, l.By, l.Missed = c.Term().Next(s.today())
	return l
}
