// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"context"
	"errors"
	"slices"
	"time"

	"allmende/internal/engine/award"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A Round is the evaluation of bids by one frozen edition of an award setup.
type Round struct {
	ID         string        `json:"id"`
	Org        ospo.OrgID    `json:"org"`
	OrgName    string        `json:"org_name"`
	Title      string        `json:"title"`
	Paper      string        `json:"paper" doc:"Id of the award setup."`
	Edition    int           `json:"edition"`
	Setup      string        `json:"setup,omitempty" doc:"The frozen text by which is evaluated."`
	Announced  string        `json:"announced" doc:"SHA-256 of that text, in hexadecimal."`
	Person     ospo.PersonID `json:"person"`
	Name       string        `json:"name"`
	Created    string        `json:"created"`
	Ready      string        `json:"ready,omitempty" doc:"When the bids were released; absent before."`
	Closed     string        `json:"closed,omitempty"`
	Closer     ospo.PersonID `json:"closer,omitempty"`
	CloserName string        `json:"closer_name,omitempty"`
	Record     string        `json:"record,omitempty" doc:"Canonical JSON of all that went in and of the result; absent while the round is open."`
	Sum        string        `json:"sum,omitempty" doc:"SHA-256 of record, in hexadecimal."`
}

// At is when it was opened.
func (r Round) At() time.Time { return db.Time(r.Created) }

// End is when it was closed.
func (r Round) End() time.Time { return db.Time(r.Closed) }

// Intact reports whether what was frozen still has its sum.
func (r Round) Intact() bool { return sum(r.Record) == r.Sum }

// thaw reads the setup where text and formula are still those that were announced.
func (r Round) thaw() (award.Setup, error) {
	s, err := award.Thaw([]byte(r.Setup), r.Announced)
	switch {
	case errors.Is(err, award.ErrFormula):
		return s, fault.Because(err, fault.Conflict, "scoring.thaw.formula")
	case err != nil:
		return s, fault.Because(err, fault.Conflict, "scoring.thaw.changed")
	}
	return s, nil
}

// A Bid that came in.
type Bid struct {
	N     int    `json:"n"`
	Name  string `json:"name"`
	Price string `json:"price" doc:"Exact, in euros."`
}

// Kinds of statements.
const (
	None     = "none"
	Conflict = "conflict"
)

// A Statement is what somebody says of their own interests.
type Statement struct {
	Person  ospo.PersonID `json:"person"`
	Name    string        `json:"name"`
	Kind    string        `json:"kind" enum:"none,conflict"`
	Said    string        `json:"said"`
	Created string        `json:"created"`
	Done    string        `json:"done,omitempty" doc:"When all own points were handed in."`
}

// At is when it was made.
func (s Statement) At() time.Time { return db.Time(s.Created) }

// Points are what one person gives to a bid for a criterion.
type Points struct {
	Person    ospo.PersonID `json:"person"`
	Name      string        `json:"name"`
	Bid       int           `json:"bid"`
	Criterion string        `json:"criterion"`
	Points    string        `json:"points" doc:"Exact."`
	Remark    string        `json:"remark"`
}

// A Consensus is a value proposed for points that differ; it counts once somebody else agrees.
type Consensus struct {
	Bid          int           `json:"bid"`
	Criterion    string        `json:"criterion"`
	Points       string        `json:"points"`
	Reason       string        `json:"reason"`
	Proposer     ospo.PersonID `json:"proposer"`
	ProposerName string        `json:"proposer_name"`
	Created      string        `json:"created"`
	Agreer       ospo.PersonID `json:"agreer,omitempty"`
	AgreerName   string        `json:"agreer_name,omitempty"`
	Agreed       string        `json:"agreed,omitempty"`
}

// A Book is a round with all that was entered.
type Book struct {
	Round      Round       `json:"round"`
	Bids       []Bid       `json:"bids"`
	Statements []Statement `json:"statements"`
	Points     []Points    `json:"points"`
	Consensus  []Consensus `json:"consensus"`

	setup award.Setup
}

// stated returns a statement of a person, or nil.
func (b *Book) stated(who ospo.PersonID, kind string) *Statement {
	for i, s := range b.Statements {
		if s.Person == who && s.Kind == kind {
			return &b.Statements[i]
		}
	}
	return nil
}

// scorer returns the statement by which somebody scores, or nil. A conflict stated later ends it.
func (b *Book) scorer(who ospo.PersonID) *Statement {
	if b.stated(who, Conflict) != nil {
		return nil
	}
	return b.stated(who, None)
}

// scorers are all who score.
func (b *Book) scorers() (out []Statement) {
	for _, s := range b.Statements {
		if s.Kind == None && b.scorer(s.Person) != nil {
			out = append(out, s)
		}
	}
	return out
}

// complete reports whether at least two score and all have handed in.
func (b *Book) complete() bool {
	all := b.scorers()
	return len(all) >= 2 && !slices.ContainsFunc(all, func(s Statement) bool { return s.Done == "" })
}

// open reports whether somebody may see the points of others: who has handed in all of their
// own, and everybody once the round is closed.
func (b *Book) open(who ospo.PersonID) bool {
	s := b.scorer(who)
	return b.Round.Closed != "" || s != nil && s.Done != ""
}

// For leaves out what somebody may not see yet: whatever they may see, of others only what was
// handed in.
func (b *Book) For(who ospo.PersonID) {
	open := b.open(who)
	b.Points = slices.DeleteFunc(b.Points, func(p Points) bool { return p.Person != who && !(open && b.handed(p.Person)) })
	if !open {
		b.Consensus = nil
	}
}

// handed reports whether somebody has handed in their points; a conflict stated later does not
// undo that.
func (b *Book) handed(who ospo.PersonID) bool {
	s := b.stated(who, None)
	return s != nil && s.Done != ""
}

// own are the points of one person.
func (b *Book) own(who ospo.PersonID, bid int, criterion string) (Points, bool) {
	for _, p := range b.Points {
		if p.Person == who && p.Bid == bid && p.Criterion == criterion {
			return p, true
		}
	}
	return Points{}, false
}

// voices are the points that count: those of scorers who have handed in.
func (b *Book) voices(bid int, criterion string) (out []Points) {
	for _, s := range b.scorers() {
		if p, ok := b.own(s.Person, bid, criterion); ok && s.Done != "" {
			out = append(out, p)
		}
	}
	return out
}

func differ(all []Points) bool {
	return slices.ContainsFunc(all, func(p Points) bool { return p.Points != all[0].Points })
}

// consensus returns the proposal that stands: its people still score, and nobody has handed in
// points since.
func (b *Book) consensus(bid int, criterion string) *Consensus {
	i := slices.IndexFunc(b.Consensus, func(c Consensus) bool { return c.Bid == bid && c.Criterion == criterion })
	if i < 0 {
		return nil
	}
	c := &b.Consensus[i]
	if b.scorer(c.Proposer) == nil || c.Agreer != "" && b.scorer(c.Agreer) == nil {
		return nil
	}
	for _, s := range b.scorers() {
		if s.Done == "" || s.Done > c.Created {
			return nil
		}
	}
	return c
}

// value is what counts for a bid and a criterion, where that is settled.
func (b *Book) value(bid int, criterion string) (string, bool) {
	all := b.voices(bid, criterion)
	if len(all) < 2 {
		return "", false
	}
	if !differ(all) {
		return all[0].Points, true
	}
	if c := b.consensus(bid, criterion); c != nil && c.Agreer != "" {
		return c.Points, true
	}
	return "", false
}

// missing says in sentences what keeps the round from being closed.
func (b *Book) missing(ctx context.Context) (out []string) {
	if b.Round.Ready == "" {
		return []string{say(ctx, "scoring.lacks.ready")}
	}
	all := b.scorers()
	if len(all) < 2 {
		out = append(out, say(ctx, "scoring.lacks.scorers", len(all)))
	}
	for _, s := range all {
		if s.Done == "" {
			out = append(out, say(ctx, "scoring.lacks.points", s.Name))
		}
	}
	if !b.complete() {
		return out
	}
	for _, bid := range b.Bids {
		for _, c := range b.setup.Criteria {
			if _, ok := b.value(bid.N, c.ID); ok {
				continue
			}
			if open := b.consensus(bid.N, c.ID); open != nil {
				out = append(out, say(ctx, "scoring.lacks.agreement", bid.Name, c.Title, open.ProposerName))
			} else {
				out = append(out, say(ctx, "scoring.lacks.consensus", bid.Name, c.Title))
			}
		}
	}
	return out
}

// final are the bids as they are evaluated.
func (b *Book) final() (out []award.Bid, err error) {
	for _, bid := range b.Bids {
		price, err := number.Parse(bid.Price)
		if err != nil {
			return nil, err
		}
		one := award.Bid{ID: bid.Name, Price: &price, Points: map[string]number.Exact{}}
		for _, c := range b.setup.Criteria {
			text, ok := b.value(bid.N, c.ID)
			if !ok {
				continue // the engine refuses it: what is missing is never 0
			}
			if one.Points[c.ID], err = number.Parse(text); err != nil {
				return nil, err
			}
		}
		out = append(out, one)
	}
	return out, nil
}
