// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// memory is for how long whoever could have been the second person still counts: so that
// nobody takes everybody else's rights away first and is then asked no more.
const memory = 30 * 24 * time.Hour

// UseDesk lets somebody become an administrator only once a second person with a permission agrees.
func (s *Service) UseDesk(desk *approval.Desk, permit string) {
	s.desk, s.second = desk, permit
	desk.Handle("governance.person.add", approval.Kind{Key: "governance.second.add", By: "governance.admin", Permit: permit, Do: s.addApproved})
	desk.Handle("governance.person.change", approval.Kind{Key: "governance.second.change", By: "governance.admin", Permit: permit, Do: s.changeApproved})
	desk.Handle("governance.person.reopen", approval.Kind{Key: "governance.second.reopen", By: "governance.admin", Permit: permit, Do: s.reopenApproved})
	desk.Handle("governance.link.add", approval.Kind{Key: "governance.second.link", By: "governance.admin", Permit: permit, Do: s.linkApproved})
	desk.Handle("governance.org.change", approval.Kind{Key: "governance.second.move", By: "governance.admin", Permit: permit, Do: s.moveApproved})
	desk.Handle("governance.token.add", approval.Kind{Key: "governance.second.token", By: "governance.admin", Permit: permit, Do: s.tokenApproved})
}

// An Outcome says what came of an act: it is done, or waits for a second person.
type Outcome struct {
	ID       ospo.PersonID
	Proposal string // id of the proposal, where it waits
}

// next is where to go on: to the person, or to what waits.
func (o Outcome) next() string {
	if o.Proposal != "" {
		return "/approval/" + o.Proposal
	}
	return "/governance/person/" + string(o.ID)
}

// Enter is AddPerson for whoever comes by a door: an administrator waits for a second person.
func (s *Service) Enter(ctx context.Context, p Person) (o Outcome, err error) {
	if p, err = checkPerson(p); err != nil {
		return o, err
	}
	act := door.From(ctx).Act("governance.person.add", "")
	if err := s.store.reach(ctx, s.store.db.Read(), act.Org, p.Org); err != nil {
		return o, err
	}
	waits, alone, err := s.rises(ctx, Person{}, p)
	if err != nil || waits {
		return s.propose(ctx, err, "governance.person.add", db.NewID(), Person{}, p)
	}
	o.ID, err = s.enterPerson(ctx, act, p, alone)
	return o, err
}

// Alter is ChangePerson for whoever comes by a door: who becomes an administrator, or one of
// more than before, waits for a second person; and so does another address for mail or for
// signing in of somebody who administers, for a link to a new password is sent there.
func (s *Service) Alter(ctx context.Context, p Person) (o Outcome, err error) {
	o.ID = p.ID
	was, err := s.Person(ctx, p.ID)
	if err != nil {
		return o, err
	}
	if p, err = checkPerson(p); err != nil {
		return o, err
	}
	act := door.From(ctx).Act("governance.person.change", string(p.ID))
	if s.store.reach(ctx, s.store.db.Read(), act.Org, p.Org) != nil || act.Person == p.ID {
		return o, s.ChangePerson(ctx, act, p) // which says what is wrong
	}
	waits, alone, err := s.rises(ctx, was, p)
	if err != nil || waits {
		return s.propose(ctx, err, "governance.person.change", string(p.ID), was, p)
	}
	return o, s.alterPerson(ctx, act, p, alone)
}

// Readmit is ReopenPerson for whoever comes by a door: an administrator waits for a second
// person, for a link to a new password is made by one.
func (s *Service) Readmit(ctx context.Context, id ospo.PersonID) (o Outcome, err error) {
	o.ID = id
	was, err := s.Person(ctx, id)
	if err != nil {
		return o, err
	}
	waits, alone, err := s.waits(ctx, was.Org, func() (bool, error) {
		if was.Level == "admin" {
			return true, nil
		}
		return s.administers(ctx, was)
	})
	if err != nil || waits && !was.Ended.IsZero() {
		return s.propose(ctx, err, "governance.person.reopen", string(id), was, was)
	}
	return o, s.readmitPerson(ctx, door.From(ctx).Act("governance.person.reopen", string(id)), id, alone)
}

// Hand is Invite for whoever comes by a door: a link to the account of somebody who
// administers works once a second person agreed, for whoever holds it could agree to anything
// of their own. The proposal keeps the hash of the link alone.
func (s *Service) Hand(ctx context.Context, id ospo.PersonID) (path string, o Outcome, err error) {
	o.ID = id
	p, err := s.invited(ctx, id)
	if err != nil {
		return "", o, err
	}
	waits, _, err := s.waits(ctx, p.Org, func() (bool, error) { return s.administers(ctx, p) })
	if err != nil {
		return "", o, err
	}
	if !waits {
		path, err = s.Invite(ctx, id)
		return path, o, err
	}
	token := secret()
	o, err = s.proposeBody(ctx, p.Org, "governance.link.add", string(id), p, handing{raise{p, p}, digest(token)})
	return welcome(token), o, err
}

// Weighty reports whether an account may administer, propose or be the second person.
func (s *Service) Weighty(ctx context.Context, id ospo.PersonID) (bool, error) {
	p, err := s.Person(ctx, id)
	if err != nil {
		return false, err
	}
	return s.administers(ctx, p)
}

// Guarded reports whether what somebody else does to a person's account waits for a second
// person, because the account could be one.
func (s *Service) Guarded(ctx context.Context, id ospo.PersonID) (bool, error) {
	p, err := s.Person(ctx, id)
	if err != nil {
		return false, err
	}
	waits, _, err := s.waits(ctx, p.Org, func() (bool, error) { return s.administers(ctx, p) })
	return waits, err
}

// propose lets a change wait, unless there is an error already. Whoever goes from one
// organisation to another concerns both: then it is decided where the viewer acts, above both.
func (s *Service) propose(ctx context.Context, err error, what, thing string, was, p Person) (Outcome, error) {
	if err != nil {
		return Outcome{}, err
	}
	at := p.Org
	if was.ID != "" && was.Org != p.Org {
		at = door.From(ctx).Org
	}
	return s.proposeBody(ctx, at, what, thing, p, raise{was, p})
}

func (s *Service) proposeBody(ctx context.Context, at ospo.OrgID, what, thing string, p Person, body any) (o Outcome, err error) {
	org, err := s.store.org(ctx, s.store.db.Read(), p.Org)
	if err != nil {
		return o, err
	}
	facts := []approval.Fact{{Key: "governance.person", Value: p.Name}, {Key: "governance.login", Value: p.Login}, {Key: "governance.org", Value: org.Name}}
	if p.Mail != "" {
		facts = append(facts, approval.Fact{Key: "governance.mail", Value: p.Mail})
	}
	o.Proposal, err = s.desk.Propose(ctx, at, what, thing, body, "", facts...)
	return o, err
}

// A raise is what waits: the person as they were when it was proposed, and as they should be.
type raise struct{ Was, Now Person }

// A handing is a link that waits.
type handing struct {
	raise
	Sum string // hash of its secret
}

// rises reports whether a change makes an administrator, of anything that was not theirs, or
// gives another address to one: it waits for a second person, or the viewer is alone and
// there is none.
func (s *Service) rises(ctx context.Context, was, p Person) (waits, alone bool, err error) {
	return s.waits(ctx, p.Org, func() (bool, error) {
		if p.Level == "admin" && was.Level != "admin" {
			return true, nil
		}
		if p.Level == "admin" {
			if n, err := db.Count(ctx, s.store.db.Read(), scopeHas, was.Org, p.Org); err != nil || n == 0 {
				return true, err
			}
		}
		if was.ID == "" || was.Login == p.Login && was.Mail == p.Mail {
			return false, nil
		}
		return s.administers(ctx, was)
	})
}

// waits reports whether what weighs enough waits for a second person, or the viewer is alone
// and there is none. The operator at the command line is not asked.
func (s *Service) waits(ctx context.Context, org ospo.OrgID, weighs func() (bool, error)) (waits, alone bool, err error) {
	v := door.From(ctx)
	if s.desk == nil || v.Door == "cli" && v.Person == "operator" {
		return false, false, nil
	}
	if heavy, err := weighs(); err != nil || !heavy {
		return false, false, err
	}
	alone, err = s.Alone(ctx, org)
	return !alone, alone, err
}

// administers reports whether an account is somebody else's than the viewer's and may
// administer, propose or be the second person, anywhere. One that was made here and that
// nobody has used yet does not count: a second person agreed that it be made, and the first
// password belongs to it.
func (s *Service) administers(ctx context.Context, p Person) (bool, error) {
	if p.ID == door.From(ctx).Human() {
		return false, nil
	}
	all, err := s.mandates(ctx, p.ID)
	if err != nil {
		return false, err
	}
	may := slices.Clone(grants(p.Level))
	for _, m := range all {
		may = append(may, m.Grants...)
	}
	if s.Weighs == nil || !s.Weighs(may) {
		return false, nil
	}
	fresh, err := s.store.fresh(ctx, p.ID)
	if err != nil || !fresh || s.Outside == nil {
		return !fresh, err
	}
	from, err := s.Outside(ctx, p.ID)
	return len(from) > 0, err
}

// Waits reports whether a group that gives a level in an organisation waits for a second
// person: as the level would for one person.
func (s *Service) Waits(ctx context.Context, level string, org ospo.OrgID) (bool, error) {
	waits, _, err := s.rises(ctx, Person{}, Person{Org: org, Level: level})
	return waits, err
}

// unseconded notes that somebody was made an administrator with nobody there to agree.
func unseconded(ctx context.Context, tx *db.Tx, alone bool) error {
	if !alone {
		return nil
	}
	act := tx.Act
	act.What, act.Diff = "governance.person.alone", ""
	return tx.Note(ctx, act)
}

// Alone reports whether the viewer administers an organisation with nobody who could be the
// second person, nor could have been until lately: then nobody is asked.
func (s *Service) Alone(ctx context.Context, org ospo.OrgID) (bool, error) {
	since := s.store.db.Now().Add(-memory)
	if n, err := s.store.lost(ctx, door.From(ctx), since); err != nil || n > 0 {
		return false, err
	}
	if s.Others == nil {
		return true, nil
	}
	others, err := s.Others(ctx, org, s.second, since)
	return !others, err
}

// OneHuman returns a fault where two accounts have an address in common: whoever reads mail for
// both is not two people.
func (s *Service) OneHuman(ctx context.Context, one, other ospo.PersonID) error {
	n, err := s.store.sameAddress(ctx, one, other)
	if err == nil && n > 0 {
		err = fault.New(fault.Forbidden, "governance.second.same")
	}
	return err
}

// AdministeredLately reports whether a person in view administers by a level, or did until lately.
func (s *Service) AdministeredLately(ctx context.Context, id ospo.PersonID) (bool, error) {
	p, err := s.Person(ctx, id)
	if err != nil {
		return false, err
	}
	since := s.store.db.Now().Add(-memory)
	if p.Level == "admin" && (p.Ended.IsZero() || p.Ended.After(since)) {
		return true, nil
	}
	n, err := s.store.lowered(ctx, id, since)
	return n > 0, err
}

func (s *Service) addApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var r raise
	if err := json.Unmarshal(p.Body, &r); err != nil {
		return err
	}
	r.Now.ID, r.Now.Org = ospo.PersonID(db.NewID()), p.Org // whoever approves has seen no other
	tx.Act.On, tx.Act.Diff = string(r.Now.ID), change.Added(r.Now, "created")
	return s.store.addPerson(ctx, tx, r.Now)
}

func (s *Service) changeApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	r, err := s.unchanged(ctx, tx, p)
	if err != nil {
		return err
	}
	if r.Now.Org != p.Org { // whoever approves stands above
		if err := s.store.reach(ctx, tx, p.Org, r.Now.Org); err != nil {
			return err
		}
	}
	tx.Act.Diff = change.Between(r.Was, r.Now, "created", "ended", "orgName")
	return s.store.changePerson(ctx, tx, r.Now)
}

func (s *Service) reopenApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	r, err := s.unchanged(ctx, tx, p)
	if err != nil {
		return err
	}
	return s.store.reopenPerson(ctx, tx, r.Now.ID)
}

func (s *Service) linkApproved(ctx context.Context, tx *db.Tx, p approval.Proposal) error {
	var h handing
	if err := json.Unmarshal(p.Body, &h); err != nil {
		return err
	}
	r, err := s.unchanged(ctx, tx, p)
	if err != nil {
		return err
	}
	return s.store.addLink(ctx, tx, h.Sum, r.Now.ID, r.Now.Org, s.store.db.Now().Add(linkLife))
}

// unchanged returns what was proposed, if the person still is who they were then.
func (s *Service) unchanged(ctx context.Context, tx *db.Tx, p approval.Proposal) (r raise, err error) {
	if err := json.Unmarshal(p.Body, &r); err != nil {
		return r, err
	}
	now, err := s.store.personIn(ctx, tx, System, r.Now.ID)
	if err != nil {
		return r, err
	}
	if change.Between(r.Was, now) != "" {
		return r, fault.New(fault.Conflict, "governance.second.overtaken", now.Name)
	}
	return r, nil
}
