// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package approval lets an act wait for a second person: four eyes. Whoever may do it
// proposes it; somebody else, who has the permission that the act asks for, approves or
// refuses it; then, and in the same transaction, it happens. Nobody is the second person
// for an act of their own, nor for one of somebody for whom they deputise, nor is a program.
package approval

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// Life is how long a proposal can be decided: after that the facts may be others.
const Life = 30 * 24 * time.Hour

const longest = 2_000 // characters of a reason

// A Kind is an act that waits for a second person.
type Kind struct {
	Key    string // text key of what it is called, without arguments
	By     string // what the first person must be allowed to, who proposes it
	Permit string // what the second person must be allowed to

	// Before reads, ahead of the transaction of the approval, what Do then finds in the context, so
	// that nobody waits for it. Nil: Do reads itself what it needs.
	Before func(ctx context.Context, p Proposal) (context.Context, error)

	// Do does it, once approved, within the transaction of the approval. The transaction's
	// act is that of who proposed it.
	Do func(ctx context.Context, tx *db.Tx, p Proposal) error

	// Undone is told, within its transaction, that a proposal was refused or withdrawn, so that
	// what stood still for it goes on. One that lapses nobody is told of. Nil: nothing stands still.
	Undone func(ctx context.Context, tx *db.Tx, p Proposal) error

	// Fits returns what says whether somebody can be the second person for a proposal besides
	// having the permission: a fault where not. It is made anew for each question of a viewer,
	// and may remember what it has looked up. Nil: everybody can.
	Fits func(ctx context.Context) func(p Proposal, second ospo.PersonID) error

	// Tell writes the facts of a proposal in the reader's words; nil: as they were proposed.
	Tell func(ctx context.Context, p Proposal) ([]Fact, error)

	// Wants says in the reader's words who has to agree, and whether a proposal that waits can
	// still be approved. Nil: the permission says enough.
	Wants func(ctx context.Context, p Proposal) (string, error)
}

// A Fact is one line of what is proposed: a text key and what it says.
type Fact struct{ Key, Value string }

// A Proposal is an act that waits for a second person, or has been decided.
type Proposal struct {
	ID           string          `json:"id"`
	Org          ospo.OrgID      `json:"org" doc:"For which organisation."`
	OrgName      string          `json:"orgName"`
	What         string          `json:"what" doc:"The act, for example role.retire."`
	Thing        string          `json:"thing" doc:"What it is about."`
	Permit       string          `json:"permit" doc:"What the second person must be allowed to."`
	Facts        []Fact          `json:"facts"`
	Body         json.RawMessage `json:"-"`
	Reason       string          `json:"reason"`
	Proposer     ospo.PersonID   `json:"proposer"`
	ProposerName string          `json:"proposerName,omitempty"`
	Proposed     time.Time       `json:"proposed"`
	State        string          `json:"state" doc:"pending, approved, refused, withdrawn, or lapsed after thirty days."`
	Decider      ospo.PersonID   `json:"decider,omitempty"`
	DeciderName  string          `json:"deciderName,omitempty"`
	Decided      time.Time       `json:"decided,omitzero"`
	Note         string          `json:"note,omitempty"`

	role string // in which it was proposed, for the log
}

// told is a proposal as the log tells it: what was shown to both, and the SHA-256 of what the
// act needs besides, so that neither can be another one later.
func (p Proposal) told(state, note string) any {
	sum := sha256.Sum256(p.Body)
	return struct {
		What   string `json:"what"`
		Thing  string `json:"thing"`
		Facts  []Fact `json:"facts"`
		Reason string `json:"reason"`
		Body   string `json:"body_sha256"`
		State  string `json:"state"`
		Note   string `json:"note"`
	}{p.What, p.Thing, p.Facts, p.Reason, hex.EncodeToString(sum[:]), state, note}
}

// Desk is where acts wait.
type Desk struct {
	store store
	kinds map[string]Kind

	// Apart returns a fault where one person cannot be the second for another, because one
	// acts for the other. Asked besides the rule that nobody is their own second.
	Apart func(ctx context.Context, proposer, second ospo.PersonID) error

	// Texts are the words by which acts are called in the log.
	Texts lang.Catalogue

	// Called says what a permission is called in the reader's words; nil leaves it as it is.
	Called func(ctx context.Context, permission string) string

	// Able names who could decide a proposal; nil where nobody can say.
	Able func(ctx context.Context, p Proposal) ([]string, error)
}

// New returns the desk kept in d.
func New(d *db.DB) *Desk { return &Desk{store: store{d}, kinds: map[string]Kind{}} }

// Handle names what is done for an act once a second person approved it.
func (d *Desk) Handle(what string, k Kind) { d.kinds[what] = k }

// Permits lists what second persons must be allowed to.
func (d *Desk) Permits() []string {
	var out []string
	for _, k := range d.kinds {
		out = append(out, k.Permit)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Halves lists what makes somebody one of the two: the permissions to propose and to approve.
// Whoever gets hold of the account of one is both.
func (d *Desk) Halves() []string {
	out := d.Permits()
	for _, k := range d.kinds {
		out = append(out, k.By)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Propose lets an act wait. What must be one that [Desk.Handle] knows; the caller has asked
// whether the viewer may do it, and that it would work at present. It returns the id.
func (d *Desk) Propose(ctx context.Context, org ospo.OrgID, what, thing string, body any, reason string, facts ...Fact) (id string, err error) {
	defer fault.Wrap(&err, "propose %s", what)
	p, err := d.draft(ctx, org, what, thing, body, reason, facts)
	if err != nil {
		return "", err
	}
	return p.ID, d.store.db.Write(ctx, d.proposed(ctx, p), func(tx *db.Tx) error {
		return d.store.add(ctx, tx, p)
	})
}

// ProposeIn is Propose within the transaction of another act, so that both happen or none. The
// log has both.
func (d *Desk) ProposeIn(ctx context.Context, tx *db.Tx, org ospo.OrgID, what, thing string, body any, reason string, facts ...Fact) (id string, err error) {
	defer fault.Wrap(&err, "propose %s", what)
	p, err := d.draft(ctx, org, what, thing, body, reason, facts)
	if err != nil {
		return "", err
	}
	if err := d.store.add(ctx, tx, p); err != nil {
		return "", err
	}
	return p.ID, tx.Note(ctx, d.proposed(ctx, p))
}

func (d *Desk) draft(ctx context.Context, org ospo.OrgID, what, thing string, body any, reason string, facts []Fact) (Proposal, error) {
	text, err := json.Marshal(body)
	v, k := door.From(ctx), d.kinds[what]
	return Proposal{ID: db.NewID(), Org: org, What: what, Thing: thing, Permit: k.Permit, Facts: facts, Body: text, Reason: reason, Proposer: v.Human(), role: v.Under(k.By).Role}, err
}

func (d *Desk) proposed(ctx context.Context, p Proposal) ospo.Act {
	act := door.From(ctx).ActFor(p.Org, "approval.propose", p.ID)
	act.Role, act.Diff = p.role, change.Added(p.told("pending", ""))
	return act
}

// Proposal returns one that the viewer may see.
func (d *Desk) Proposal(ctx context.Context, id string) (Proposal, error) {
	if len(id) != 36 {
		return Proposal{}, fault.New(fault.NotFound, "fault.not_found")
	}
	p, err := d.store.proposal(ctx, d.store.db.Read(), door.From(ctx).Org, id)
	return d.aged(p), err
}

// List lists the proposals of the organisations that the viewer sees, those that wait
// first, then the newest. An empty state is any.
func (d *Desk) List(ctx context.Context, state string) ([]Proposal, error) {
	all, err := d.store.proposals(ctx, door.From(ctx).Org)
	for i := range all {
		all[i] = d.aged(all[i])
	}
	all = slices.DeleteFunc(all, func(p Proposal) bool { return state != "" && p.State != state })
	slices.SortStableFunc(all, func(a, b Proposal) int {
		return map[bool]int{true: -1}[a.State == "pending"] - map[bool]int{true: -1}[b.State == "pending"]
	})
	return all, err
}

func (d *Desk) aged(p Proposal) Proposal {
	if k, ok := d.kinds[p.What]; ok {
		p.Permit = k.Permit // the program's, whatever the row says
	}
	if p.State == "pending" && d.store.db.Now().After(p.Proposed.Add(Life)) {
		p.State = "lapsed"
	}
	return p
}

// Pending returns what waits for an act on a thing; none is the zero proposal.
func (d *Desk) Pending(ctx context.Context, q db.Querier, org ospo.OrgID, what, thing string) (Proposal, error) {
	all, err := d.store.pending(ctx, q, org, what, thing)
	if err != nil || len(all) == 0 || d.aged(all[0]).State != "pending" {
		return Proposal{}, err
	}
	return d.aged(all[0]), nil
}

// Overtake withdraws a proposal that waits, within the transaction of what takes its place. The
// log says who did.
func (d *Desk) Overtake(ctx context.Context, tx *db.Tx, p Proposal) error {
	v := door.From(ctx)
	if err := d.store.decide(ctx, tx, p, "withdrawn", v.Human(), ""); err != nil {
		return err
	}
	return tx.Note(ctx, p.decided(v, "approval.withdraw", "withdrawn", ""))
}

// Forget withdraws what a person who is erased proposed, and what was proposed about them.
func (d *Desk) Forget(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	all, err := d.store.about(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := d.store.forget(ctx, tx, id); err != nil {
		return err
	}
	for _, p := range all {
		if err := d.undone(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}

// Things says what ids in the log stand for: proposals that the viewer sees.
func (d *Desk) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := d.store.named(ctx, door.From(ctx).Org, ids)
	for _, p := range all {
		hrefs[p.ID] = "/approval/" + p.ID
		if names[p.ID] = p.What; d.Texts != nil {
			names[p.ID] = d.Texts.T(door.From(ctx).Lang, d.Key(p.What))
		}
	}
	return names, hrefs, err
}
