// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"slices"

	"allmende/internal/engine/process"
	"allmende/internal/engine/workdays"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/transfer"
)

// A Sieve says which cases are wanted, in which order.
type Sieve struct {
	Text    string // part of title or number, and of what was answered in words where Answers is set
	Type    string
	State   string
	Org     ospo.OrgID
	Answers bool
	Ended   string // "no": open ones; done, refused, withdrawn; empty: all

	Sort  string // created or title
	Desc  bool
	After string // cursor
	Size  int

	after []string
}

// Cases lists those of organisations that the viewer sees, with the cursor of the next page.
func (s *Service) Cases(ctx context.Context, f Sieve) (page []Case, next []string, err error) {
	if f.Sort != "title" {
		f.Sort = "created"
	}
	if f.Size <= 0 {
		f.Size = 50
	}
	last, some, err := keyset.Values(f.After, 2)
	if err != nil {
		return nil, nil, err
	}
	if some {
		f.after = last
	}
	page, err = s.store.list(ctx, door.From(ctx).Org, f)
	if len(page) > f.Size {
		page = page[:f.Size]
		c := page[f.Size-1]
		next = []string{map[bool]string{true: c.folded(), false: c.Created}[f.Sort == "title"], c.ID}
	}
	return page, next, err
}

// A Dossier is a case with all that belongs to it.
type Dossier struct {
	Case    Case     `json:"case"`
	Number  string   `json:"number"`
	Steps   []Step   `json:"steps"`
	Tasks   []Task   `json:"tasks"`
	Events  []Event  `json:"events"`
	Records []Record `json:"records"`
	Seen    int      `json:"seen" doc:"Number of the last event; send it along with a change, and what others changed meanwhile is not undone."`
	Vacant  []string `json:"vacant" doc:"Keys of roles that the case needs now and that nobody holds."`
	Known   bool     `json:"known" doc:"The program knows the version of the procedure; without it the case can be read only."`

	def  *process.Definition
	hand hand
}

// Show returns a case with all that belongs to it.
func (s *Service) Show(ctx context.Context, id string) (o Dossier, err error) {
	if o.Case, err = s.Case(ctx, id); err != nil {
		return o, err
	}
	q := s.store.db.Read()
	o.Number = o.Case.Number()
	if o.Tasks, err = s.store.tasks(ctx, q, o.Case); err != nil {
		return o, err
	}
	if o.Events, err = s.store.events(ctx, q, o.Case); err != nil {
		return o, err
	}
	gone := retracted(o.Events)
	for i, e := range o.Events {
		if o.Seen = e.N; json.Valid([]byte(e.body)) {
			o.Events[i].Body = []byte(e.body)
		}
		if e.What == "comment" && slices.Contains(gone, e.N) {
			o.Events[i].Text, o.Events[i].gone = "", true
		}
	}
	if o.Records, err = s.proven(ctx, q, o.Case); err != nil {
		return o, err
	}
	if o.def, o.Known = s.definition(o.Case.Org, o.Case.Type, o.Case.Version); !o.Known || o.Case.Broken {
		o.Known = false
		return o, nil
	}
	if o.hand, err = s.hand(ctx, o.Case); err != nil {
		return o, err
	}
	var needed []string
	for _, t := range o.Tasks {
		if t.Result == "" {
			needed = append(needed, t.Role)
		}
	}
	for _, offer := range offers(o.def, o.Case, o.Tasks) {
		o.Steps = append(o.Steps, newStep(ctx, o.def, o.hand, offer))
		if offer.FourEyes != "" {
			needed = append(needed, offer.FourEyes)
		}
	}
	if o.Case.Open() {
		for _, t := range turns(o.def, o.Case, o.Tasks) {
			needed = append(needed, t.Role)
		}
		o.Vacant, err = s.vacant(ctx, q, o.Case, needed)
	}
	return o, err
}

func newStep(ctx context.Context, d *process.Definition, h hand, o process.Offer) Step {
	to, _ := d.State(o.To)
	out := Step{ID: o.ID, Name: o.Name.In(tongue(ctx)), To: to.Name.In(tongue(ctx)), Role: o.Role, Reason: h.explains(o.Transition, to), Second: o.FourEyes, Freezes: freezes(o.Transition, to), Blocks: []string{},
		May: h.steps(o.Transition, to) == nil, Instead: !h.plays(o.Role)}
	for _, b := range o.Blocked {
		out.Blocks = append(out.Blocks, blockWords(ctx, d, b))
	}
	return out
}

// Land is the Land whose holidays count in the viewer's organisation; empty where nobody has
// said so: deadlines end on the first day then that any Land would give.
func (s *Service) Land(ctx context.Context) (string, error) {
	return s.store.land(ctx, s.store.db.Read(), door.From(ctx).Org)
}

// SetLand says in which Land the viewer's organisation is. Deadlines that are set stay.
func (s *Service) SetLand(ctx context.Context, land string) (err error) {
	defer fault.Wrap(&err, "set the Land to %q", land)
	v := door.From(ctx)
	if err := leads(v); err != nil {
		return err
	}
	if _, err := workdays.For(land); err != nil && land != "" {
		return fault.At("land", "casework.land_bad", land)
	}
	return s.store.db.Write(ctx, v.Act("casework.land", ""), func(tx *db.Tx) error {
		was, err := s.store.land(ctx, tx, v.Org)
		if err != nil {
			return err
		}
		tx.Act.Diff = change.Between(map[string]string{"land": was}, map[string]string{"land": land})
		return s.store.setLand(ctx, tx, v.Org, land)
	})
}

// Things says what ids in the log stand for.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.titles(ctx, door.From(ctx).Org, ids)
	for _, t := range all {
		names[t.id], hrefs[t.id] = number(t.year, t.n)+" "+t.title, "/casework/case/"+t.id
	}
	return names, hrefs, err
}

// Named are the records in which somebody is named who is to be erased.
type Named struct {
	all    []Record
	intact map[string]bool
	cases  []Case
}

// Naming looks for words that name somebody in what was frozen, before a pseudonym takes their
// place.
func (s *Service) Naming(ctx context.Context, tx *db.Tx, words []string) (n Named, err error) {
	n.intact = map[string]bool{}
	for _, w := range transfer.Spellings(words) {
		titled, err := s.store.titled(ctx, tx, w)
		if err != nil {
			return n, err
		}
		n.cases = append(n.cases, titled...)
		some, err := s.store.naming(ctx, tx, w)
		if err != nil {
			return n, err
		}
		for _, r := range some {
			if _, seen := n.intact[r.ID]; !seen {
				n.all, n.intact[r.ID] = append(n.all, r), r.Intact()
			}
		}
	}
	return n, nil
}

// Reseal is called once the pseudonym stands there. The log keeps the sum that was, and beside
// it which one took its place and why; a record that somebody had changed before stays changed.
func (s *Service) Reseal(ctx context.Context, tx *db.Tx, n Named) error {
	for _, old := range n.cases {
		c, err := s.store.one(ctx, tx, old.Org, old.ID)
		if err != nil {
			return err
		}
		if err := s.store.refold(ctx, tx, c, s.answers(c)); err != nil {
			return err
		}
	}
	for _, old := range n.all {
		r, err := s.store.body(ctx, tx, old)
		if err != nil {
			return err
		}
		if !n.intact[r.ID] || r.Intact() {
			continue
		}
		r.Sum = sum(r.Body)
		if err := s.store.setSum(ctx, tx, r); err != nil {
			return err
		}
		act := ospo.Act{Org: r.Org, Person: tx.Act.Person, What: "casework.reseal", On: r.Case, Door: tx.Act.Door, Request: tx.Act.Request,
			Diff: change.Between(map[string]string{"sum": old.Sum}, map[string]string{"sum": r.Sum})}
		if err := tx.Note(ctx, act); err != nil {
			return err
		}
	}
	return nil
}

// landName is what a Land is called; empty where nobody has said which.
func landName(ctx context.Context, id string) string {
	if c, err := workdays.For(id); err == nil {
		return c.Land().Name.In(tongue(ctx))
	}
	return id
}
