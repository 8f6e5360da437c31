// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"allmende/internal/engine/award"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/transfer"
)

// Rounds lists what the viewer sees, the latest first, after the row of a cursor. next is the
// cursor of the next page, empty on the last.
func (s *Service) Rounds(ctx context.Context, after string, size int) (all []Round, next string, err error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return nil, "", err
	}
	last, _, err := keyset.Values(after, 1)
	if err != nil {
		return nil, "", err
	}
	all, err = s.store.list(ctx, v.Org, last[0], size+1)
	if len(all) > size {
		all = all[:size]
		next = keyset.Cursor(all[size-1].ID)
	}
	return all, next, err
}

// mostOfPaper bounds how many rounds of a paper are listed.
const mostOfPaper = 50

// OfPaper lists the rounds of an award setup that the viewer sees, the latest first.
func (s *Service) OfPaper(ctx context.Context, paper string) ([]Round, error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return nil, err
	}
	return s.store.ofPaper(ctx, v.Org, paper, mostOfPaper)
}

// Show returns a round with what the viewer may see of it by now.
func (s *Service) Show(ctx context.Context, id string) (b Book, err error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return b, err
	}
	if b, err = s.book(ctx, v.Org, id); err == nil {
		b.For(v.Human())
	}
	return b, err
}

// Announced is the frozen edition that a round would be opened for.
func (s *Service) Announced(ctx context.Context, paper string, edition int) (a Announced, err error) {
	if s.Setup == nil {
		return a, fault.New(fault.NotFound, "fault.not_found")
	}
	return s.Setup(ctx, paper, edition)
}

// Open opens a round for a frozen edition. Text and sum are copied: what becomes of the paper
// afterwards changes nothing here.
func (s *Service) Open(ctx context.Context, paper string, edition int) (id string, err error) {
	defer fault.Wrap(&err, "open a round for %s", paper)
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return "", err
	}
	a, err := s.Announced(ctx, paper, edition)
	if err != nil {
		return "", err
	}
	r := Round{ID: db.NewID(), Org: a.Org, Title: a.Title, Paper: paper, Edition: edition, Setup: a.Body, Announced: a.Sum, Person: v.Human()}
	if _, err := r.thaw(); err != nil {
		return "", err
	}
	return r.ID, s.store.db.Write(ctx, v.ActFor(r.Org, "scoring.open", r.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"paper": paper, "edition": edition, "announced": a.Sum})
		return s.store.add(ctx, tx, r)
	})
}

// change writes to an open round, one after the other, on what those before have left.
func (s *Service) change(ctx context.Context, act ospo.Act, f func(tx *db.Tx, b Book) error) error {
	v := door.From(ctx)
	b, err := s.store.book(ctx, s.store.db.Read(), v.Org, act.On)
	if err != nil {
		return err
	}
	act.Org = b.Round.Org
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := tx.Alone(ctx, "scoring "+act.On); err != nil {
			return err
		}
		b, err := s.store.book(ctx, tx, v.Org, act.On)
		if err != nil {
			return err
		}
		if b.Round.Closed != "" {
			return fault.New(fault.Conflict, "scoring.closed")
		}
		return f(tx, b)
	})
}

// A Tender is a bid as it is entered. A nil price is unknown.
type Tender struct {
	Name  string
	Price *number.Exact
}

// SetBids writes the bids; ready releases them, and they are not changed any more: what people
// state about their interests is about these bidders.
func (s *Service) SetBids(ctx context.Context, id string, bids []Tender, ready bool) (err error) {
	defer fault.Wrap(&err, "enter the bids of %s", id)
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	return s.change(ctx, v.Act("scoring.bids", id), func(tx *db.Tx, b Book) error {
		if b.Round.Ready != "" {
			return fault.New(fault.Conflict, "scoring.released")
		}
		if err := s.check(ctx, b.setup, bids); err != nil {
			return err
		}
		now := make([]Bid, len(bids))
		for i, t := range bids {
			now[i] = Bid{i + 1, t.Name, t.Price.String()}
		}
		tx.Act.Diff = change.Between(map[string]any{"bids": b.Bids}, map[string]any{"bids": now, "released": ready})
		return s.store.setBids(ctx, tx, b.Round, now, ready)
	})
}

// check asks the engine about names and prices, as if each bid had all points.
func (s *Service) check(ctx context.Context, setup award.Setup, bids []Tender) error {
	if len(bids) == 0 {
		return fault.At("bid-1", "scoring.no_bids")
	}
	probe, bad := make([]award.Bid, len(bids)), []error(nil)
	for i, t := range bids {
		probe[i] = award.Bid{ID: t.Name, Price: t.Price, Points: map[string]number.Exact{}}
		for _, c := range setup.Criteria {
			probe[i].Points[c.ID] = c.Max
		}
		if t.Price == nil {
			continue
		}
		text := typed(tongue(ctx), *t.Price)
		switch field := fmt.Sprint("price-", i+1); {
		case t.Price.Round(2).Cmp(*t.Price) != 0:
			bad = append(bad, fault.At(field, "scoring.cents", text))
		case digits(text) > mostDigits:
			bad = append(bad, fault.At(field, "scoring.digits", mostDigits, text))
		}
	}
	_, faults := setup.Evaluate(probe)
	for _, f := range faults {
		field := "bid-1"
		if i := slices.IndexFunc(bids, func(t Tender) bool { return t.Name == f.Bid }); i >= 0 {
			field = fmt.Sprint("bid-", i+1)
			if strings.HasPrefix(f.Kind, "price") || f.Kind == award.TooLong {
				field = fmt.Sprint("price-", i+1)
			}
		}
		bad = append(bad, fault.At(field, "scoring.engine", s.sentence(ctx, setup, f)))
	}
	return errors.Join(bad...)
}

// sentence is what the engine finds wrong.
func (s *Service) sentence(ctx context.Context, setup award.Setup, f award.Fault) string {
	if s.Faults == nil {
		return f.Kind
	}
	return strings.Join(s.Faults(ctx, setup, []award.Fault{f}), " ")
}

// State keeps what the viewer says about conflicts of interest with any of the bidders. reason
// is for a conflict; the words of the other statement are the room's own.
func (s *Service) State(ctx context.Context, id, kind, reason string) (err error) {
	defer fault.Wrap(&err, "state interests in %s", id)
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	return s.change(ctx, v.Act("scoring.state", id), func(tx *db.Tx, b Book) error {
		me := v.Human()
		switch {
		case kind != None && kind != Conflict:
			return fault.At("kind", "scoring.kind_missing")
		case b.Round.Ready == "":
			return fault.New(fault.Conflict, "scoring.lacks.ready")
		case b.stated(me, Conflict) != nil:
			return fault.New(fault.Conflict, "scoring.conflicted")
		case b.stated(me, kind) != nil:
			return fault.New(fault.Conflict, "scoring.stated")
		case kind == None && len(b.Consensus) > 0 && b.complete():
			return fault.New(fault.Conflict, "scoring.late") // the log tells of values by now
		}
		said := s.words(ctx, b)
		if kind == Conflict {
			if said, err = fault.Words("reason", reason, longestText); err != nil {
				return err
			}
		}
		tx.Act.Diff = change.Added(map[string]any{"kind": kind, "said": said})
		return s.store.addStatement(ctx, tx, b.Round, Statement{Person: me, Kind: kind, Said: said})
	})
}

// words are the statement that there is no conflict, with the bidders by name.
func (s *Service) words(ctx context.Context, b Book) string {
	names := make([]string, len(b.Bids))
	for i, bid := range b.Bids {
		names[i] = bid.Name
	}
	return say(ctx, "scoring.statement", b.Round.Title, strings.Join(names, ", "))
}

// A Record is what a closed round froze.
type Record struct {
	Round      string        `json:"round"`
	Org        ospo.OrgID    `json:"org"`
	Title      string        `json:"title"`
	Paper      string        `json:"paper"`
	Edition    int           `json:"edition"`
	Announced  string        `json:"announced"` // SHA-256 of the setup as it was frozen
	Setup      award.Setup   `json:"setup"`
	Bids       []award.Bid   `json:"bids"` // with the points that counted
	Numbers    []Bid         `json:"numbers"`
	Statements []Statement   `json:"statements"`
	Points     []Points      `json:"points"`
	Consensus  []Consensus   `json:"consensus"`
	Result     *award.Result `json:"result"`
	Closed     string        `json:"closed"`
	Closer     ospo.PersonID `json:"closer"`
}

// Frozen reads the record of a closed round.
func (r Round) Frozen() (out Record, err error) {
	if !r.Intact() {
		return out, fault.New(fault.Conflict, "scoring.altered")
	}
	return out, json.Unmarshal([]byte(r.Record), &out)
}

// Close evaluates the bids as announced, and freezes the result with all that went in.
func (s *Service) Close(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "close %s", id)
	v := door.From(ctx)
	if err := v.Check(mayDecide); err != nil {
		return err
	}
	return s.change(ctx, v.Act("scoring.close", id), func(tx *db.Tx, b Book) error {
		if b.stated(v.Human(), Conflict) != nil {
			return fault.New(fault.Forbidden, "scoring.conflicted")
		}
		if lacks := b.missing(ctx); len(lacks) > 0 {
			return fault.New(fault.Conflict, "scoring.lacks", strings.Join(lacks, " "))
		}
		bids, err := b.final()
		if err != nil {
			return err
		}
		result, faults := b.setup.Evaluate(bids)
		if len(faults) > 0 {
			return fault.New(fault.Conflict, "scoring.engine", s.sentence(ctx, b.setup, faults[0]))
		}
		b.Points = slices.DeleteFunc(b.Points, func(p Points) bool { return !b.handed(p.Person) }) // a draft of who dropped out is nobody's
		body, sha, err := canonical(Record{b.Round.ID, b.Round.Org, b.Round.Title, b.Round.Paper, b.Round.Edition, b.Round.Announced, b.setup, bids, b.Bids,
			b.Statements, b.Points, b.Consensus, result, tx.Now, v.Human()})
		if err != nil {
			return err
		}
		tx.Act.Diff = change.Added(map[string]any{"winner": result.Winner, "sum": sha})
		return s.store.close(ctx, tx, b.Round, v.Human(), body, sha)
	})
}

// Things say what ids in the log stand for.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.titles(ctx, door.From(ctx).Org, ids)
	for _, r := range all {
		names[r.ID], hrefs[r.ID] = r.Title, "/scoring/round/"+r.ID
	}
	return names, hrefs, err
}

// Naming looks for words that name somebody in rounds, before a pseudonym takes their place.
// What somebody has altered is not taken along: it must not get a sum that fits.
func (s *Service) Naming(ctx context.Context, tx *db.Tx, words []string) (out []Round, err error) {
	for _, w := range transfer.Spellings(words) {
		all, err := s.store.naming(ctx, tx, w)
		if err != nil {
			return nil, err
		}
		for _, r := range all {
			if sum(r.Setup) == r.Announced && (r.Record == "" || r.Intact()) && !slices.ContainsFunc(out, func(o Round) bool { return o.ID == r.ID }) {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// Reseal is called once the pseudonym stands there. The log keeps the sums that were.
func (s *Service) Reseal(ctx context.Context, tx *db.Tx, all []Round) error {
	for _, old := range all {
		b, err := s.store.one(ctx, tx, old.Org, old.ID)
		if err != nil {
			return err
		}
		if b.Announced = sum(b.Setup); b.Record != "" {
			b.Sum = sum(b.Record)
		}
		if b.Announced == old.Announced && b.Sum == old.Sum {
			continue
		}
		note := ospo.Act{Org: b.Org, Person: tx.Act.Person, What: "scoring.reseal", On: b.ID, Door: tx.Act.Door, Request: tx.Act.Request,
			Diff: change.Between(map[string]string{"announced": old.Announced, "sum": old.Sum}, map[string]string{"announced": b.Announced, "sum": b.Sum})}
		if err := errors.Join(s.store.reseal(ctx, tx, b), tx.Note(ctx, note)); err != nil {
			return err
		}
	}
	return nil
}
