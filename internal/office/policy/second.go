// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	engine "allmende/internal/engine/judge"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/change"
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
	desk.Handle("policy.context", approval.Kind{Key: "policy.second.context", By: mayWrite, Permit: Approve, Do: s.contextApproved})
	desk.Handle("policy.choose", approval.Kind{Key: "policy.second.choose", By: mayWrite, Permit: Approve, Do: s.choiceApproved})
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
	tx.Act.Diff = change.Added(d.Profile)
	return s.store.addProfile(ctx, tx, p.Org, d.Profile, d.Number, p.Reason, door.From(ctx).Human())
}

// lawOf names the profile in force in an organisation, with the version of an own one. What a
// second person agrees to was weighed by it.
func (s *Service) lawOf(ctx context.Context, q db.Querier, org ospo.OrgID) (string, error) {
	std, err := s.store.standard(ctx, q, org)
	if err != nil {
		return "", err
	}
	return s.versionOf(ctx, q, org, std.Profile)
}

// versionOf names a profile and its latest version as an organisation sees it.
func (s *Service) versionOf(ctx context.Context, q db.Querier, org ospo.OrgID, id string) (string, error) {
	if p, ok := engine.Find(id); ok {
		return p.Key(), nil
	}
	all, err := s.store.profiles(ctx, q, org, id)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[len(all)-1].Key(), nil
}

// unchanged refuses where another profile, or another version, applies than when something
// was proposed.
func (s *Service) unchanged(ctx context.Context, tx *db.Tx, org ospo.OrgID, law string) error {
	now, err := s.lawOf(ctx, tx, org)
	if err == nil && now != law {
		err = fault.New(fault.Conflict, "policy.law_changed", law, now)
	}
	return err
}

// A savedStandard is a profile that is to apply, in the version that was read, and the one
// that applied then.
type savedStandard struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Law     string `json:"law"`
}

func (s *Service) proposeStandard(ctx context.Context, p Profile, reason string) (string, error) {
	v := door.From(ctx)
	law, err := s.lawOf(ctx, s.store.db.Read(), v.Org)
	if err != nil {
		return "", err
	}
	return s.desk.Propose(ctx, v.Org, "policy.adopt", p.ID, savedStandard{p.ID, p.Key(), law}, reason, approval.Fact{Key: "policy.profile", Value: p.Title.In(v.Lang) + " (" + p.Key() + ")"})
}

func (s *Service) standardApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var saved savedStandard
	if err := json.Unmarshal(p.Body, &saved); err != nil {
		return fault.Because(err, fault.Conflict, "policy.changed_since", p.Thing)
	}
	now, err := s.versionOf(ctx, tx, p.Org, saved.ID)
	if err != nil {
		return err
	}
	if now != saved.Version {
		return fault.New(fault.Conflict, "policy.changed_since", saved.ID)
	}
	if err := s.unchanged(ctx, tx, p.Org, saved.Law); err != nil {
		return err
	}
	tx.Act.Diff = change.Between(map[string]string{"profile": saved.Law}, map[string]string{"profile": saved.Version, "reason": p.Reason})
	return s.store.setStandard(ctx, tx, p.Org, saved.ID, p.Reason, door.From(ctx).Human())
}

// A savedException is one that waits, with the profile by which it was weighed.
type savedException struct {
	Exception
	Law string `json:"law"`
}

func (s *Service) proposeException(ctx context.Context, x Exception) (string, error) {
	org := door.From(ctx).Org
	law, err := s.lawOf(ctx, s.store.db.Read(), org)
	if err != nil {
		return "", err
	}
	return s.desk.Propose(ctx, org, "policy.except", x.Of(), savedException{x, law}, x.Reason, exceptionFacts(ctx, x)...)
}

func exceptionFacts(ctx context.Context, x Exception) []approval.Fact {
	facts := []approval.Fact{{Key: "policy.exception.of", Value: x.Of()}, {Key: "policy.contexts", Value: contextWords(ctx, x.Contexts)}}
	if x.SoftwareName != "" {
		facts = append(facts, approval.Fact{Key: "policy.product", Value: x.SoftwareName})
	}
	if x.Until != "" {
		facts = append(facts, approval.Fact{Key: "policy.until", Value: x.Until})
	}
	return facts
}

// exceptionApproved makes an exception, unless what was weighed is another by now: the profile
// that applies, the product, or the day.
func (s *Service) exceptionApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var saved savedException
	if err := json.Unmarshal(p.Body, &saved); err != nil {
		return err
	}
	if err := s.unchanged(ctx, tx, p.Org, saved.Law); err != nil {
		return err
	}
	x := saved.Exception
	if x.Software != "" {
		if _, err := s.store.software(ctx, p.Org, x.Software); err != nil {
			return fault.Because(err, fault.Conflict, "policy.exception.software_gone", x.SoftwareName)
		}
	}
	if x.Until != "" && x.Until < s.today() {
		return fault.New(fault.Conflict, "policy.day_past", x.Until)
	}
	x.ID, x.Org = db.NewID(), p.Org
	tx.Act.On, tx.Act.Diff = x.ID, x.told()
	return s.store.addException(ctx, tx, x, door.From(ctx).Human())
}

// A savedContext is the use of a release that waits to be set, with the one that was then.
type savedContext struct {
	Release  ospo.ReleaseID `json:"release"`
	Contexts []ospo.Context `json:"contexts"`
	Was      []ospo.Context `json:"was"`
	Reason   string         `json:"reason"`
}

func (s *Service) proposeContext(ctx context.Context, r releaseRow, c savedContext, softer []string) (string, error) {
	_, now, err := s.uses(ctx, door.From(ctx).Org, c.Release, c.Contexts)
	if err != nil {
		return "", err
	}
	return s.desk.Propose(ctx, door.From(ctx).Org, "policy.context", string(c.Release), c, c.Reason, approval.Fact{Key: "policy.product", Value: r.name + " " + r.version},
		approval.Fact{Key: "policy.second.was", Value: contextWords(ctx, c.Was)}, approval.Fact{Key: "policy.second.now", Value: contextWords(ctx, now)}, softerFact(softer))
}

func (s *Service) contextApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var c savedContext
	if err := json.Unmarshal(p.Body, &c); err != nil {
		return err
	}
	was, _, err := s.uses(ctx, p.Org, c.Release, c.Contexts)
	if err != nil {
		return err
	}
	if !slices.Equal(was, c.Was) {
		return fault.New(fault.Conflict, "policy.usage_changed")
	}
	return s.setContexts(ctx, tx, c)
}

func (s *Service) proposeChoice(ctx context.Context, c Choice, softer []string) (string, error) {
	return s.desk.Propose(ctx, door.From(ctx).Org, "policy.choose", c.Component+" "+shorten(c.Licence), c, c.Reason, approval.Fact{Key: "policy.component", Value: c.Component},
		approval.Fact{Key: "policy.licence", Value: c.Licence}, approval.Fact{Key: "policy.chosen", Value: c.Chosen}, softerFact(softer))
}

func (s *Service) choiceApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var c Choice
	if err := json.Unmarshal(p.Body, &c); err != nil {
		return err
	}
	tx.Act.On, tx.Act.Diff = c.Component, change.Added(c, "component", "personName", "created")
	return s.store.setChoice(ctx, tx, c)
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
