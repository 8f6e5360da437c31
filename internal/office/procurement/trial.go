// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"allmende/internal/engine/award"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/transfer"
)

// A Trial is one simulation, kept with all that went into it.
type Trial struct {
	ID      string        `json:"id"`
	Org     ospo.OrgID    `json:"org"`
	Paper   string        `json:"paper"`
	N       int           `json:"edition"`
	Person  ospo.PersonID `json:"person"`
	Name    string        `json:"name"`
	Created string        `json:"created"`
	Body    string        `json:"body,omitempty" doc:"Canonical JSON: setup, bids, draws with their seed, and what each formula made of them."`
	Sum     string        `json:"sum" doc:"SHA-256 of body, in hexadecimal."`
}

// At is when it was made.
func (t Trial) At() time.Time { return db.Time(t.Created) }

// Intact reports whether what is kept still has its sum.
func (t Trial) Intact() bool { return sum(t.Body) == t.Sum }

// A Course is what a trial says.
type Course struct {
	Edition int           `json:"edition"`
	Setup   award.Setup   `json:"setup"`
	Bids    []award.Bid   `json:"bids"`
	Draws   award.Draws   `json:"draws"`
	Trials  []award.Trial `json:"trials"` // the first is the setup's own formula
}

// Course reads a trial.
func (t Trial) Course() (c Course, err error) {
	if !t.Intact() {
		return c, fault.New(fault.Conflict, "procurement.trial.altered")
	}
	return c, json.Unmarshal([]byte(t.Body), &c)
}

// Compared are values for formulas that the setup does not announce.
type Compared struct {
	PriceWeight *number.Exact // percent
	Band        *number.Exact // percent
}

// formulas are the setup's own and all that are offered, as far as they have the values that
// they need.
func formulas(s award.Setup, c Compared) []award.Formula {
	out := []award.Formula{s.Formula}
	for _, m := range award.Offered() {
		if m.ID == s.Formula.Method {
			continue
		}
		f, lacks := award.Formula{Method: m.ID}, false
		for _, need := range m.Needs {
			switch need {
			case "scale":
				f.Scale = first(s.Formula.Scale, exact(1000))
			case "price_weight":
				f.PriceWeight = first(s.Formula.PriceWeight, c.PriceWeight)
				lacks = lacks || f.PriceWeight == nil
			case "band":
				f.Band = first(s.Formula.Band, c.Band)
				lacks = lacks || f.Band == nil
			case "decision":
				if f.Decision = s.Formula.Decision; f.Decision == "" {
					f.Decision = award.ByQuality
				}
			default:
				lacks = true
			}
		}
		if !lacks {
			out = append(out, f)
		}
	}
	return out
}

func first(all ...*number.Exact) *number.Exact {
	for _, x := range all {
		if x != nil {
			return x
		}
	}
	return nil
}

func exact(n int64) *number.Exact {
	x := number.Int(n)
	return &x
}

// Try plays the last edition on fictitious bids, beside its own formula the others that are
// offered, and keeps what came of it.
func (s *Service) Try(ctx context.Context, id string, bids []award.Bid, c Compared, d award.Draws) (trial string, err error) {
	defer fault.Wrap(&err, "try the award setup %s", id)
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return "", err
	}
	p, all, err := s.shown(ctx, Award, id)
	if err != nil {
		return "", err
	}
	setup, err := all[0].Setup()
	if err != nil {
		return "", err
	}
	if _, bad := setup.Evaluate(bids); len(bad) > 0 {
		return "", refused(ctx, setup, bids, bad)
	}
	trials, bad := setup.Simulate(formulas(setup, c), bids, d)
	if len(bad) > 0 {
		return "", refused(ctx, setup, bids, bad)
	}
	body, sha, err := canonical(Course{all[0].N, setup, bids, d, trials})
	if err != nil {
		return "", err
	}
	t := Trial{ID: db.NewID(), Org: p.Org, Paper: p.ID, N: all[0].N, Person: v.Human(), Body: body, Sum: sha}
	return t.ID, s.store.db.Write(ctx, v.ActFor(p.Org, "procurement.try", p.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"edition": t.N, "trial": t.ID, "sum": sha})
		return s.store.addTrial(ctx, tx, t)
	})
}

// ShowTrial returns a trial with its paper.
func (s *Service) ShowTrial(ctx context.Context, id string) (t Trial, p Paper, err error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return t, p, err
	}
	if t, err = s.store.trial(ctx, s.store.db.Read(), v.Org, id); err != nil {
		return t, p, err
	}
	if p, err = s.store.one(ctx, s.store.db.Read(), v.Org, t.Paper); err != nil {
		return t, p, err
	}
	return t, p, s.sound(ctx, p, t)
}

// Named is what was frozen and names somebody who is to be erased.
type Named struct {
	editions []Edition
	trials   []Trial
}

// Naming looks for words that name somebody in what was frozen, before a pseudonym takes their
// place. What somebody has altered is not taken along: it must not get a sum that fits.
func (s *Service) Naming(ctx context.Context, tx *db.Tx, words []string) (n Named, err error) {
	for _, w := range transfer.Spellings(words) {
		editions, err := s.store.namingEditions(ctx, tx, w)
		if err != nil {
			return n, err
		}
		for _, e := range editions {
			if sum(e.Body) == e.Sum {
				n.editions = append(n.editions, e)
			}
		}
		trials, err := s.store.namingTrials(ctx, tx, w)
		if err != nil {
			return n, err
		}
		for _, t := range trials {
			if t.Intact() {
				n.trials = append(n.trials, t)
			}
		}
	}
	return n, nil
}

// Reseal is called once the pseudonym stands there. The log keeps the sum that was, and beside
// it which one took its place.
func (s *Service) Reseal(ctx context.Context, tx *db.Tx, n Named) error {
	note := func(org ospo.OrgID, paper, before, after string) error {
		return tx.Note(ctx, ospo.Act{Org: org, Person: tx.Act.Person, What: "procurement.reseal", On: paper, Door: tx.Act.Door, Request: tx.Act.Request,
			Diff: change.Between(map[string]string{"sum": before}, map[string]string{"sum": after})})
	}
	for _, old := range n.editions {
		all, err := s.store.editions(ctx, tx, Paper{ID: old.Paper, Org: old.Org})
		if err != nil {
			return err
		}
		for _, e := range all {
			if e.N != old.N || sum(e.Body) == e.Sum { // a word further on has had its turn
				continue
			}
			e.Sum = sum(e.Body)
			if err := errors.Join(s.store.sumEdition(ctx, tx, e), note(e.Org, e.Paper, old.Sum, e.Sum)); err != nil {
				return err
			}
		}
	}
	for _, old := range n.trials {
		t, err := s.store.trial(ctx, tx, old.Org, old.ID)
		if err != nil {
			return err
		}
		if t.Intact() {
			continue
		}
		t.Sum = sum(t.Body)
		if err := errors.Join(s.store.sumTrial(ctx, tx, t), note(t.Org, t.Paper, old.Sum, t.Sum)); err != nil {
			return err
		}
	}
	return nil
}
