// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	engine "allmende/internal/engine/judge"
	"allmende/internal/fault"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Approve is what a second person must be allowed to.
const Approve = "policy.approve"

// Use lets acts of this room wait at a desk for a second person.
func (s *Service) Use(desk *approval.Desk) {
	s.desk = desk
	desk.Handle("policy.profile", approval.Kind{Key: "policy.second.profile", By: mayWrite, Permit: Approve, Do: s.profileApproved})
	desk.Handle("policy.adopt", approval.Kind{Key: "policy.second.adopt", By: mayWrite, Permit: Approve, Do: s.standardApproved})
	desk.Handle("policy.except", approval.Kind{Key: "policy.second.except", By: mayWrite, Permit: Approve, Do: s.exceptionApproved})
}

// asks reports whether acts of the viewer wait. Whoever sits at the command line of the
// server can open the database, and is not asked.
func (s *Service) asks(ctx context.Context) bool {
	v := door.From(ctx)
	return s.desk != nil && !(v.Door == "cli" && v.Person == "operator")
}

// A savedDraft is a version that waits, with the number of the one it was made from.
type savedDraft struct {
	Profile engine.Profile `json:"profile"`
	Number  int            `json:"number"`
}

func (s *Service) proposeProfile(ctx context.Context, d draft, reason string) (string, error) {
	v := door.From(ctx)
	facts := []approval.Fact{{Key: "policy.profile", Value: d.Title.In(v.Lang) + " (" + d.ID + "), " + strconv.Itoa(d.number)}}
	for _, line := range differences(ctx, d.base, &d.Profile) {
		facts = append(facts, approval.Fact{Key: "policy.rule", Value: line})
	}
	return s.desk.Propose(ctx, v.Org, "policy.profile", d.ID, savedDraft{d.Profile, d.number}, reason, facts...)
}

// mostFacts is how many changed rules a proposal lists; the page of the profile shows all.
const mostFacts = 20

// differences says in words what of the rules is other than it was.
func differences(ctx context.Context, old, now *engine.Profile) (out []string) {
	for _, r := range now.Rules {
		if o, ok := old.Rule(r.ID); !ok || !engine.SameRule(o, r) {
			out = append(out, say(ctx, "policy.rule.put", ruleWords(ctx, r)))
		}
	}
	for _, r := range old.Rules {
		if _, ok := now.Rule(r.ID); !ok {
			out = append(out, say(ctx, "policy.rule.removed", ruleWords(ctx, r)))
		}
	}
	if n := len(out); n > mostFacts {
		out = append(out[:mostFacts], say(ctx, "policy.rule.more", n-mostFacts))
	}
	return out
}

func (s *Service) profileApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var d savedDraft
	if err := json.Unmarshal(p.Body, &d); err != nil {
		return err
	}
	if err := d.Profile.Check(); err != nil {
		return told("", err)
	}
	all, err := s.store.profiles(ctx, tx, p.Org, d.Profile.ID)
	if err != nil {
		return err
	}
	number := 0
	if len(all) > 0 {
		number = all[len(all)-1].number
	}
	if number+1 != d.Number { // whoever approves has read what is other than in that one
		return fault.New(fault.Conflict, "policy.changed_since", d.Profile.ID)
	}
	return s.store.addProfile(ctx, tx, p.Org, d.Profile, d.Number, p.Reason, door.From(ctx).Human())
}

func (s *Service) proposeStandard(ctx context.Context, p Profile, reason string) (string, error) {
	v := door.From(ctx)
	return s.desk.Propose(ctx, v.Org, "policy.adopt", p.ID, p.ID, reason, approval.Fact{Key: "policy.profile", Value: p.Title.In(v.Lang) + " (" + p.ID + ")"})
}

func (s *Service) standardApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var id string
	if err := json.Unmarshal(p.Body, &id); err != nil {
		return err
	}
	return s.store.setStandard(ctx, tx, p.Org, id, p.Reason, door.From(ctx).Human())
}

func (s *Service) proposeException(ctx context.Context, x Exception) (string, error) {
	facts := []approval.Fact{{Key: "policy.exception.of", Value: x.Of()}, {Key: "policy.contexts", Value: contextWords(ctx, x.Contexts)}}
	if x.SoftwareName != "" {
		facts = append(facts, approval.Fact{Key: "policy.product", Value: x.SoftwareName})
	}
	if x.Until != "" {
		facts = append(facts, approval.Fact{Key: "policy.until", Value: x.Until})
	}
	return s.desk.Propose(ctx, door.From(ctx).Org, "policy.except", x.Of(), x, x.Reason, facts...)
}

func (s *Service) exceptionApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var x Exception
	if err := json.Unmarshal(p.Body, &x); err != nil {
		return err
	}
	x.ID, x.Org = db.NewID(), p.Org
	tx.Act.On = x.ID
	return s.store.addException(ctx, tx, x, door.From(ctx).Human())
}

// ruleWords writes a rule on one line.
func ruleWords(ctx context.Context, r engine.Rule) string {
	var of []string
	of = append(of, r.Licences...)
	for _, e := range r.Exceptions {
		of = append(of, "… WITH "+e)
	}
	for _, c := range r.Classes {
		of = append(of, say(ctx, "policy.class."+string(c)))
	}
	if r.OSI {
		of = append(of, say(ctx, "policy.rule.osi"))
	}
	if r.Any {
		of = append(of, say(ctx, "policy.rule.any"))
	}
	of = append(of, r.Components...)
	const most = 12
	if n := len(of); n > most {
		of = append(of[:most:most], say(ctx, "policy.rule.more", n-most))
	}
	return say(ctx, "policy.verdict."+string(r.Verdict)) + ": " + strings.Join(of, ", ") + " (" + contextWords(ctx, r.Contexts) + ")"
}
