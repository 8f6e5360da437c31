// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"strings"
	"sync"

	"allmende/internal/engine/clause"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/lang"
)

// What one must be allowed to.
const (
	mayRead  = "contract.read"
	mayWrite = "contract.write"
)

// Closed lists; each value has a word in lang/.
var (
	Kinds       = []string{"subscription", "support", "once", "various"}
	Rhythms     = []string{"once", "month", "year"}
	Proprietary = []string{"unknown", "no", "yes"}
)

// A Contract is one with a supplier. Days are as in 2026-11-28.
type Contract struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"org"`
	OrgName string     `json:"orgName"`
	Input
	SoftwareID string `json:"softwareId,omitempty" doc:"Id of the product in the register."`
	Counted    string `json:"countFrom,omitempty" doc:"Day from which what its topics bring counts: what was due before is not overdue. Absent: all counts."`
	Created    string `json:"created"`
	Changed    string `json:"changed" doc:"Send it along as seen with a change, so that nothing of others is lost."`

	answers map[string]string
}

// Input is what somebody says of a contract.
type Input struct {
	Number      string `json:"number,omitempty" doc:"Under which the organisation files it."`
	Title       string `json:"title" doc:"What it is about."`
	Supplier    string `json:"supplier"`
	Software    string `json:"software,omitempty" doc:"Name of a product of the register."`
	Type        string `json:"type,omitempty" doc:"EVB-IT type, for example erstellung; absent where none was chosen."`
	Kind        string `json:"kind" enum:"subscription,support,once,various"`
	Since       string `json:"since,omitempty" doc:"First day, YYYY-MM-DD; absent where unknown."`
	Until       string `json:"until,omitempty" doc:"Last day; absent where it has none or nobody knows."`
	Notice      int    `json:"notice,omitempty" doc:"Period of notice; 0 where there is none."`
	NoticeUnit  string `json:"noticeUnit,omitempty" enum:"days,weeks,months" doc:"months where absent."`
	Renews      int    `json:"renews,omitempty" doc:"By how many months it goes on without notice; 0: it ends."`
	Amount      string `json:"amount,omitempty" doc:"In euros, 1234.50; absent where unknown, which is not 0."`
	Per         string `json:"per,omitempty" enum:"once,month,year" doc:"once where absent."`
	Proprietary string `json:"proprietary,omitempty" enum:"unknown,no,yes" doc:"unknown where absent."`
	Reason      string `json:"reason,omitempty" doc:"Why proprietary software was chosen."`
	Case        string `json:"case,omitempty" doc:"Number of the case with the justification, 2026-0007."`
	Note        string `json:"note,omitempty"`
	Terms
}

// An Approval is a decision for proprietary software that another room keeps.
type Approval struct {
	Number string // of the case
	Title  string
	Org    string // its name
	Reason string // empty where none is on record
	Day    string
	Name   string // of the product or of who was awarded, as the case states it; empty where it does not
	Amount string // in euros, as the case states it; empty where unknown
	Per    string // of the amount: year or once
	Again  string // day on which the decision is looked at again, or ends; empty where none is stated
	Link   string
}

// Service is the contracts of the office.
type Service struct {
	store store

	// Set is the edition of questions and topics by which contracts are planned.
	Set *clause.Set

	// Approvals lists decisions for proprietary software, as far as the viewer may see them;
	// seen is false where they may see none at all.
	Approvals func(ctx context.Context) (all []Approval, seen bool, err error)

	// Places are who the viewer is in each organisation that they can act for.
	Places func(ctx context.Context) ([]door.Viewer, error)

	// CaseOf finds a case by its number, as far as the viewer may see it; link is empty where
	// there is none for them.
	CaseOf func(ctx context.Context, org ospo.OrgID, number string) (title, link string, err error)

	// SeesCases reports whether the viewer may see cases: papers drawn by somebody who may can
	// hold what stands in them.
	SeesCases func(ctx context.Context) bool
}

// New returns the contracts kept in d.
func New(d *db.DB) *Service {
	return &Service{store: store{d}, Set: clause.Shipped, Approvals: func(context.Context) ([]Approval, bool, error) { return nil, false, nil },
		CaseOf: func(context.Context, ospo.OrgID, string) (string, string, error) { return "", "", nil }, SeesCases: func(context.Context) bool { return false }}
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "contract", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops()}
}

// texts are the room's own, for tables that are written as files.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("contract: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return lang.Tongues[0]
}

func say(ctx context.Context, key string, args ...any) string {
	return texts().T(tongue(ctx), key, args...)
}

func (s *Service) today() string { return lang.Day(s.store.db.Now()) }

// Bounds of what a person writes, in characters, and of figures.
const (
	longestLine = 300
	longestText = 5_000
	mostNotice  = 1_000
	mostRenews  = 600
	mostBits    = 120
)

// Add keeps a contract for the viewer's organisation.
func (s *Service) Add(ctx context.Context, in Input) (id string, err error) {
	defer fault.Wrap(&err, "add a contract")
	v := door.From(ctx)
	c := Contract{ID: db.NewID(), Org: v.Org}
	if c.Input, c.SoftwareID, err = s.checked(ctx, in); err != nil {
		return "", err
	}
	return c.ID, s.store.db.Write(ctx, v.Act("contract.add", c.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(c.Input)
		return s.store.add(ctx, tx, c)
	})
}

// Change changes a contract. Days of what is owed move along with start and end, unless
// somebody has settled it. seen is when it was changed last as the caller knows it; empty where
// the caller does not mind.
func (s *Service) Change(ctx context.Context, id, seen string, in Input) (err error) {
	defer fault.Wrap(&err, "change contract %s", id)
	v := door.From(ctx)
	c, err := s.Contract(ctx, id)
	if err != nil {
		return err
	}
	if c.Input, c.SoftwareID, err = s.checked(ctx, in); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(c.Org, "contract.change", id), func(tx *db.Tx) error {
		if err := tx.Alone(ctx, "contract "+id); err != nil {
			return err
		}
		old, err := s.store.one(ctx, tx, v.Org, id)
		if err != nil {
			return err
		}
		if err := moved(ctx, seen, old.Changed, old.Input, c.Input, memberName(ctx), memberValue(ctx)); err != nil {
			return err
		}
		tx.Act.Diff = change.Between(old.Input, c.Input)
		if err := s.store.set(ctx, tx, c); err != nil || old.Since == c.Since && old.Until == c.Until {
			return err
		}
		return s.move(ctx, tx, old, c)
	})
}

// move brings open days to where they are by the new start and end.
func (s *Service) move(ctx context.Context, tx *db.Tx, old, c Contract) error {
	all, err := s.store.owed(ctx, tx, c.Org, sieve{contract: c.ID, state: Open})
	for _, o := range all {
		if err == nil && o.Rule.From != "" {
			err = s.store.setDue(ctx, tx, o, o.Rule.Moved(o.Due, [2]string{old.Since, old.Until}, [2]string{c.Since, c.Until}))
		}
	}
	return err
}

// Contract returns one that the viewer sees.
func (s *Service) Contract(ctx context.Context, id string) (Contract, error) {
	return s.store.one(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// Price is the amount; unknown is false.
func (c Contract) Price() (number.Exact, bool) {
	x, err := number.Parse(c.Amount)
	return x, err == nil
}

// Yearly is what it costs in a year; false where that is unknown or it is paid once.
func (c Contract) Yearly() (number.Exact, bool) {
	x, ok := c.Price()
	if c.Per == "month" {
		x = x.Mul(number.Int(12))
	}
	return x, ok && c.Per != "once"
}

// A Sieve narrows the list of contracts.
type Sieve struct {
	Text        string
	State       string // running or ended; empty: all
	Proprietary string
	After       string
	Size        int

	after []string
	today string
}

// Contracts lists those of organisations that the viewer sees by title, with the cursor of the
// next page.
func (s *Service) Contracts(ctx context.Context, f Sieve) (page []Contract, next []string, err error) {
	last, some, err := keyset.Values(f.After, 2)
	if err != nil {
		return nil, nil, err
	}
	if some {
		f.after = last
	}
	if f.Size <= 0 {
		f.Size = 50
	}
	f.today = s.today()
	page, err = s.store.list(ctx, door.From(ctx).Org, f)
	if len(page) > f.Size {
		page = page[:f.Size]
		next = []string{fold(page[f.Size-1].Title), page[f.Size-1].ID}
	}
	return page, next, err
}

func fold(text string) string { return strings.ToLower(text) }

// Term is its time.
func (c Contract) Term() clause.Term {
	return clause.Term{End: c.Until, Renews: c.Renews, Notice: clause.Notice{N: c.Notice, Unit: c.NoticeUnit}}
}

// Things says which ids in the log stand for contracts that the viewer may see.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.titles(ctx, door.From(ctx).Org, ids)
	for _, c := range all {
		names[c.ID], hrefs[c.ID] = c.Title, "/contract/entry/"+c.ID
	}
	if err != nil {
		return names, hrefs, err
	}
	drawn, err := s.store.someDrawn(ctx, door.From(ctx).Org, ids, s.mayCases(ctx))
	for _, p := range drawn {
		names[p.ID], hrefs[p.ID] = say(ctx, "contract.paper.kind."+p.Kind), "/contract/paper/"+p.ID
	}
	return names, hrefs, err
}

// Refold notes anew what a search finds contracts by, once words in them gave way to a
// pseudonym.
func (s *Service) Refold(ctx context.Context, tx *db.Tx, words []string) error {
	for _, w := range words {
		if err := s.store.refold(ctx, tx, fold(w)); err != nil {
			return err
		}
	}
	return nil
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
