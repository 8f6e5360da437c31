// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"io"
	"net/http"
	"time"

	"allmende/internal/engine/clause"
	"allmende/internal/engine/number"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Take, Key: "contract.nav", Href: "/contract", Permit: mayRead}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /contract", mayRead, "list.html", s.listPage),
		web.Show("GET /contract/add", mayWrite, "form.html", s.addForm),
		web.Form("POST /contract/add", mayWrite, "form.html", s.addPosted),
		web.Show("GET /contract/entry/{contract}", mayRead, "entry.html", s.entryPage),
		web.Show("GET /contract/entry/{contract}/edit", mayWrite, "form.html", s.editForm),
		web.Form("POST /contract/entry/{contract}/edit", mayWrite, "form.html", s.editPosted),
		web.Show("GET /contract/entry/{contract}/plan", mayRead, "plan.html", s.planPage),
		web.Form("POST /contract/entry/{contract}/plan", mayWrite, "plan.html", s.answerPosted),
		web.Form("POST /contract/entry/{contract}/topics", mayWrite, "plan.html", s.choosePosted),
		web.Form("POST /contract/entry/{contract}/owe", mayWrite, "entry.html", s.owePosted),
		web.Show("GET /contract/owed", mayRead, "owed.html", s.owedPage),
		web.Show("GET /contract/owed/{owed}", mayRead, "settle.html", s.settleForm),
		web.Form("POST /contract/owed/{owed}", mayWrite, "settle.html", s.settlePosted),
		web.Show("GET /contract/exceptions", mayRead, "exceptions.html", s.exceptionsPage),
		web.File("GET /contract/register.csv", mayRead, s.registerFile),
		web.Form("POST /contract/entry/{contract}/before", mayWrite, "entry.html", s.beforePosted),
		web.File("GET /contract/exceptions.csv", mayRead, s.exceptionsFile),
		web.Do("POST /contract/exceptions", mayWrite, s.drawReport),
		web.Do("POST /contract/entry/{contract}/paper", mayWrite, s.drawPlan),
		web.Show("GET /contract/paper/{drawn}", mayRead, "paper.html", s.paperPage),
		web.File("GET /contract/paper/{drawn}/odt", mayRead, s.paperText),
		web.File("GET /contract/paper/{drawn}/json", mayRead, s.paperBody),
	}
}

func may(r *http.Request) bool { return door.From(r.Context()).May(mayWrite) }

// Row is a contract as lists show it.
type Row struct {
	Leaving
	Over  bool // it has ended
	Price string
	Known bool // what it costs
}

func (s *Service) row(ctx context.Context, c Contract) Row {
	r := Row{Leaving: s.leaving(c)}
	r.Over = r.End != "" && r.End < s.today()
	x, known := c.Price()
	r.Price, r.Known = x.Text(tongue(ctx), 2), known
	return r
}

// First, Last and Leave are days as times; the zero time is unknown.
func (r Row) First() time.Time { return db.Time(r.Since) }

// Last is the day on which it ends, renewals included.
func (r Row) Last() time.Time { return db.Time(r.End) }

// Leave is the last day of notice.
func (r Row) Leave() time.Time { return db.Time(r.By) }

// Gone is the day of notice that passed.
func (r Row) Gone() time.Time { return db.Time(r.Missed) }

// ListPage is the register.
type ListPage struct {
	Rows     []Row
	Count    int
	Filter   Sieve
	Filtered bool
	States   []web.Choice // the words of Value are contract.state.…
	Closed   []web.Choice // of Value contract.proprietary.…
	Pager    web.Pager
	Yearly   string // what the running ones of this page cost in a year
	Unpriced int    // of which nobody knows what they cost
	Late     int    // how much is owed after its day
	File     string // address of the register as CSV, narrowed as the page is
	MayWrite bool

	Elsewhere []web.Place // where something is, if nothing is here
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx := r.Context()
	l := web.ReadListing(r, "title")
	f := Sieve{Text: l.Get("q"), State: l.Get("state"), Proprietary: l.Get("proprietary"), After: l.After, Size: l.Size}
	all, next, err := s.Contracts(ctx, f)
	if err != nil {
		return p, err
	}
	p = ListPage{Filter: f, Filtered: f.Text+f.State+f.Proprietary != "", Pager: l.Pager(next != nil, next...), MayWrite: may(r),
		States: choices([]string{"running", "ended"}, f.State), Closed: choices(Proprietary, f.Proprietary)}
	var sum number.Exact
	for _, c := range all {
		row := s.row(ctx, c)
		p.Rows = append(p.Rows, row)
		if x, ok := c.Yearly(); ok && !row.Over {
			sum = sum.Add(x)
		} else if !row.Known && !row.Over {
			p.Unpriced++
		}
	}
	p.Yearly = sum.Text(tongue(ctx), 2)
	f.today = s.today()
	if p.Count, err = s.store.count(ctx, door.From(ctx).Org, f); err != nil {
		return p, err
	}
	owed, err := s.Owed(ctx, "", Open, time.Time(db.Time(f.today)).AddDate(0, 0, -1).Format(time.DateOnly))
	for _, o := range owed {
		if o.Late(f.today) {
			p.Late++
		}
	}
	p.File = "/contract/register.csv?" + r.URL.RawQuery
	if err != nil || p.Filtered || len(p.Rows) > 0 {
		return p, err
	}
	p.Elsewhere, err = s.elsewhere(ctx, "/contract")
	return p, err
}

// elsewhere are the viewer's other places where something is, with back as the page to open there.
func (s *Service) elsewhere(ctx context.Context, back string) ([]web.Place, error) {
	if s.Places == nil {
		return nil, nil
	}
	places, err := s.Places(ctx)
	if err != nil {
		return nil, err
	}
	return web.Elsewhere(ctx, places, mayRead, back, func(ctx context.Context) (bool, error) {
		n, err := s.store.count(ctx, door.From(ctx).Org, Sieve{today: s.today()})
		return n > 0, err
	})
}

func choices(values []string, chosen string) (out []web.Choice) {
	for _, v := range values {
		out = append(out, web.Choice{Value: v, Chosen: v == chosen})
	}
	return out
}

// OwedRow is something owed in the reader's language.
type OwedRow struct {
	Owed
	What string
	Late bool
}

// Day is when it is owed; the zero time is unknown.
func (o OwedRow) Day() time.Time { return db.Time(o.Due) }

// At is when somebody settled it.
func (o OwedRow) At() time.Time { return db.Time(o.Settled) }

func (s *Service) owedRows(ctx context.Context, all []Owed) (out []OwedRow) {
	for _, o := range all {
		out = append(out, OwedRow{o, o.What(tongue(ctx)), o.Late(s.today())})
	}
	return out
}

// EntryPage is one contract.
type EntryPage struct {
	Row
	TypeName string
	Chosen   []ChosenRow
	Owed     []OwedRow
	Terms    TermsRow
	CaseLink string
	CaseName string
	Papers   []Paper // plans that were drawn
	Before   int     // how much was due before the day from which duties count
	MayWrite bool

	What, Due, BeforeReason string // as typed
}

// From is the day from which duties count; the zero time where all of them do.
func (p EntryPage) From() time.Time { return db.Time(p.Counted) }

// ChosenRow is a topic of a contract in the reader's language.
type ChosenRow struct{ ID, Name, Wording, Basis, Set string }

func (s *Service) entryPage(r *http.Request) (p EntryPage, err error) {
	ctx := r.Context()
	plan, err := s.Plan(ctx, r.PathValue("contract"))
	if err != nil {
		return p, err
	}
	p.Row, p.MayWrite = s.row(ctx, plan.Contract), may(r)
	if t, ok := s.Set.Type(plan.Contract.Type); ok {
		p.TypeName = t.Name.In(tongue(ctx))
	}
	for _, c := range plan.Chosen {
		p.Chosen = append(p.Chosen, ChosenRow{c.Topic.ID, c.Topic.Name.In(tongue(ctx)), c.Topic.Wording.In(tongue(ctx)), c.Topic.Basis, c.Set})
	}
	owed, err := s.Owed(ctx, plan.ID, "", "")
	if err != nil {
		return p, err
	}
	p.Owed, p.Terms = s.owedRows(ctx, owed), termsRow(ctx, plan.Contract)
	for _, o := range owed {
		if o.Before {
			p.Before++
		}
	}
	if p.Papers, err = s.Papers(ctx, plan.ID); err != nil || plan.Case == "" {
		return p, err
	}
	p.CaseName, p.CaseLink, err = s.CaseOf(ctx, plan.Org, plan.Case)
	return p, err
}

// beforePosted settles in one step what was due before the contract was entered.
func (s *Service) beforePosted(r *http.Request) (p EntryPage, next string, err error) {
	if p, err = s.entryPage(r); err != nil {
		return p, "", err
	}
	p.BeforeReason = r.PostFormValue("before_reason")
	_, err = s.SettleBefore(r.Context(), p.ID, p.BeforeReason)
	return p, "/contract/entry/" + p.ID + "#owed", err
}

func (s *Service) owePosted(r *http.Request) (p EntryPage, next string, err error) {
	if p, err = s.entryPage(r); err != nil {
		return p, "", err
	}
	p.What, p.Due = r.PostFormValue("what"), r.PostFormValue("due")
	_, err = s.Owe(r.Context(), p.ID, p.What, p.Due)
	return p, "/contract/entry/" + p.ID + "#owed", err
}

// ExceptionsPage is the report for the council.
type ExceptionsPage struct {
	Report
	Rows     []ExceptionRow
	Papers   []Paper // reports that were drawn
	MayWrite bool

	OrgName   string      // whose contracts these are, with those below it
	Elsewhere []web.Place // where contracts are, if nothing is here
}

// ExceptionRow is an exception with its figures in the reader's language.
type ExceptionRow struct {
	Exception
	Price string // empty where unknown
}

// Last is the day on which its contract ends.
func (e ExceptionRow) Last() time.Time { return db.Time(e.Until) }

// Review is the day on which an approval is looked at again.
func (e ExceptionRow) Review() time.Time { return db.Time(e.Again) }

// On is the day of the report.
func (p ExceptionsPage) On() time.Time { return db.Time(p.Day) }

func (s *Service) exceptionsPage(r *http.Request) (p ExceptionsPage, err error) {
	ctx := r.Context()
	p.MayWrite = may(r)
	if p.Report, err = s.Report(ctx); err != nil {
		return p, err
	}
	for _, e := range p.All {
		row := ExceptionRow{Exception: e}
		if x, err := number.Parse(e.Amount); err == nil {
			row.Price = x.Text(tongue(ctx), 2)
		}
		p.Rows = append(p.Rows, row)
	}
	p.Papers, err = s.Papers(ctx, "")
	p.OrgName = door.From(ctx).OrgName
	if err == nil && len(p.Rows) == 0 {
		p.Elsewhere, err = s.elsewhere(ctx, "/contract/exceptions")
	}
	return p, err
}

func (s *Service) exceptionsFile(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	p, err := s.exceptionsPage(r)
	var t sheet.Table
	for _, key := range []string{"contract.title_label", "contract.supplier", "contract.org", "contract.until", "contract.amount", "contract.per", "contract.reason", "contract.case", "contract.exceptions.again_head"} {
		t.Head = append(t.Head, say(ctx, key))
	}
	for _, e := range p.Rows {
		reason, per, price := e.Reason, "", e.Price
		if reason == "" {
			reason = say(ctx, "contract.exceptions.missing")
		}
		if e.Per != "" {
			per = say(ctx, "contract.per."+e.Per)
		}
		if price == "" {
			price = say(ctx, "contract.unknown")
		}
		t.Rows = append(t.Rows, []string{e.Title, e.Supplier, e.Org, e.Until, price, per, reason, e.Case, e.Again})
	}
	return web.Download{Name: say(ctx, "contract.exceptions.file") + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return sheet.WriteCSV(w, t) }}, err
}

// typeChoices are the EVB-IT types with the chosen one.
func (s *Service) typeChoices(ctx context.Context, chosen string) (out []web.Choice) {
	for _, t := range s.Set.Types {
		out = append(out, web.Choice{Value: t.ID, Label: t.Name.In(tongue(ctx)), Chosen: t.ID == chosen})
	}
	return out
}

func (s *Service) questionText(ctx context.Context, id string) string {
	q, _ := s.Set.Question(id)
	return q.Ask.In(tongue(ctx))
}

// said is an answer with its question: "question: answer".
func (s *Service) said(ctx context.Context, step clause.Step) string {
	q, _ := s.Set.Question(step.Question)
	for _, a := range q.Answers {
		if a.ID == step.Answer {
			return q.Ask.In(tongue(ctx)) + " " + a.Text.In(tongue(ctx))
		}
	}
	return q.Ask.In(tongue(ctx))
}
