// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"

	"allmende/internal/engine/process"
	"allmende/internal/engine/workdays"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Steer, Key: "casework.nav", Href: "/casework", Permit: mayRead}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /casework", mayRead, "board.html", s.boardPage),
		web.Show("GET /casework/team", mayRead, "team.html", s.teamPage),
		web.Show("GET /casework/cases", mayRead, "list.html", s.listPage),
		web.File("GET /casework/cases.csv", mayRead, s.listFile),
		web.Show("GET /casework/new", mayAsk, "new.html", s.newPage),
		web.Show("GET /casework/new/{type}", mayAsk, "form.html", s.openForm),
		web.Form("POST /casework/new/{type}", mayAsk, "form.html", s.open),

		web.Show("GET /casework/case/{case}", mayRead, "case.html", s.casePage),
		web.Form("POST /casework/case/{case}/comment", mayAsk, "case.html", s.comment),
		web.Do("POST /casework/case/{case}/retract", mayAsk, s.retract),
		web.Form("POST /casework/case/{case}/move", mayAsk, "case.html", s.move),
		web.Form("POST /casework/case/{case}/reopen", mayDecide, "case.html", s.reopen),
		web.Show("GET /casework/case/{case}/facts", mayWrite, "form.html", s.factsForm),
		web.Form("POST /casework/case/{case}/facts", mayWrite, "form.html", s.setFacts),
		web.Do("POST /casework/case/{case}/task/{todo}/take", mayAsk, s.take),
		web.Do("POST /casework/case/{case}/task/{todo}/hand", mayAsk, s.handOn),
		web.Show("GET /casework/case/{case}/task/{todo}", mayAsk, "form.html", s.taskForm),
		web.Form("POST /casework/case/{case}/task/{todo}", mayAsk, "form.html", s.complete),
		web.File("GET /casework/case/{case}/opinion/{opinion}/odt", mayRead, s.opinionText),
		web.File("GET /casework/case/{case}/opinion/{opinion}/json", mayRead, s.opinionBody),
		web.Show("GET /casework/case/{case}/version", mayDecide, "version.html", s.versionPage),
		web.Form("POST /casework/case/{case}/version", mayDecide, "version.html", s.advancePage),
		web.Show("GET /casework/case/{case}/record", mayRead, "record.html", s.recordPage),
		web.File("GET /casework/case/{case}/record.json", mayRead, s.recordFile),
		web.File("GET /casework/case/{case}/record.odt", mayRead, s.recordPaper),

		web.Show("GET /casework/types", mayRead, "types.html", s.typesPage),
		web.Form("POST /casework/types", mayDecide, "types.html", s.setLand),
		web.Show("GET /casework/type/{type}", mayRead, "type.html", s.typePage),
		web.File("GET /casework/type/{type}/bpmn", mayRead, s.typeFile),
	}
}

// BoardPage is what waits for the viewer.
type BoardPage struct {
	Mine, Roles []WorkRow
	Handed      []WorkRow // given to others by the viewer
	Steps       []TurnRow
	Agree       []AgreeRow
	Asked       []CaseRow
	Held        []string // names of the viewer's roles, with where they hold them elsewhere
	MayAsk      bool
	Most        int
}

// An AgreeRow is a proposal that waits for the viewer, in words.
type AgreeRow struct {
	Agreeing
	Says string
}

// A WorkRow is a task as the board shows it.
type WorkRow struct {
	Work
	Name, RoleName, TypeName string
	IsLate                   bool
	News                     bool // its asker has said something that nobody of the office has seen
	Own                      bool // the viewer has it
}

// A CaseRow is a case as lists show it.
type CaseRow struct {
	Case
	Place
	TypeName, StateName string
	IsLate              bool
}

func (s *Service) boardPage(r *http.Request) (p BoardPage, err error) {
	ctx := r.Context()
	b, err := s.Board(ctx)
	if err != nil {
		return p, err
	}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	p = BoardPage{Mine: s.workRows(ctx, names, b.Mine), Roles: s.workRows(ctx, names, b.Roles), Handed: s.workRows(ctx, names, b.Handed), Steps: s.turnRows(ctx, names, b.Steps), MayAsk: door.From(ctx).May(mayAsk), Most: mostWaiting}
	for _, a := range b.Agree {
		row := AgreeRow{a, a.Step}
		if a.Step == "" {
			row.Says = say(ctx, "casework.reopen")
		}
		p.Agree = append(p.Agree, row)
	}
	if err := s.mark(ctx, p.Mine, p.Roles); err != nil {
		return p, err
	}
	for _, c := range b.Asked {
		row := s.caseRows(ctx, []Case{c.Case})[0]
		row.Place = c.Place
		p.Asked = append(p.Asked, row)
	}
	for _, h := range b.Held {
		if p.Held = append(p.Held, named(names, h.Role)); h.OrgName != "" {
			p.Held[len(p.Held)-1] = say(ctx, "casework.roles.at", named(names, h.Role), h.OrgName)
		}
	}
	return p, nil
}

// mark says of tasks whose case has a message that nobody has seen.
func (s *Service) mark(ctx context.Context, lists ...[]WorkRow) error {
	if s.News == nil {
		return nil
	}
	var ids []string
	for _, list := range lists {
		for _, w := range list {
			ids = append(ids, w.Task.Case)
		}
	}
	news, err := s.News(ctx, ids)
	for _, list := range lists {
		for i, w := range list {
			list[i].News = news[w.Task.Case]
		}
	}
	return err
}

func named(names map[string]string, key string) string {
	if n := names[key]; n != "" {
		return n
	}
	return key
}

func (s *Service) today() string { return lang.Day(s.store.db.Now()) }

func (s *Service) workRows(ctx context.Context, names map[string]string, all []Work) (out []WorkRow) {
	for _, w := range all {
		out = append(out, WorkRow{Work: w, Name: s.taskName(ctx, w.Org, w.Type, w.Version, w.Task.Task), RoleName: named(names, w.Role), TypeName: s.typeName(ctx, w.Org, w.Type, w.Version), IsLate: w.Late(s.today()), Own: w.Person != "" && w.Person == door.From(ctx).Human()})
	}
	return out
}

func (s *Service) caseRows(ctx context.Context, all []Case) (out []CaseRow) {
	for _, c := range all {
		out = append(out, CaseRow{c, Place{}, s.typeName(ctx, c.Org, c.Type, c.Version), s.stateName(ctx, c), c.Due != "" && c.Due < s.today()})
	}
	return out
}

// ListPage is the list of cases.
type ListPage struct {
	Rows                []CaseRow
	Count, Counted      int // more than Counted are not counted
	Filter              Sieve
	Filtered            bool
	Types, States, Orgs []web.Choice
	Ends                []web.Choice // the words of Value are casework.filter.…
	Heads               []web.Head
	Chips               []web.Chip
	Pager               web.Pager
	CSV                 string
	MayAsk              bool
}

var listing = []string{"-created", "title"}

var ends = []string{"no", "done", "refused", "withdrawn"}

func readSieve(l web.Listing) Sieve {
	f := Sieve{Text: l.Get("q"), Answers: true, Type: l.Get("type"), State: l.Get("state"), Org: ospo.OrgID(l.Get("org")), Ended: l.Get("ended"), Sort: l.Sort, Desc: l.Desc, After: l.After, Size: l.Size}
	if !slices.Contains(ends, f.Ended) {
		f.Ended = ""
	}
	return f
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx, root := r.Context(), door.From(r.Context()).Org
	l := web.ReadListing(r, listing...)
	f := readSieve(l)
	all, next, err := s.Cases(ctx, f)
	if err != nil {
		return p, err
	}
	p = ListPage{Counted: mostCounted, Rows: s.caseRows(ctx, all), Filter: f, Filtered: f.Text+f.Type+f.State+string(f.Org)+f.Ended != "", CSV: l.Export("csv"), Pager: l.Pager(next != nil, next...),
		MayAsk: door.From(ctx).May(mayAsk), Heads: []web.Head{l.Head("casework.case", "title"), {Key: "casework.type"}, {Key: "casework.state"}, {Key: "casework.org"}, l.Head("casework.opened", "-created"), {Key: "casework.due"}}}
	if p.Count, err = s.store.count(ctx, root, f); err != nil {
		return p, err
	}
	orgs, err := s.store.places(ctx, root)
	for _, o := range orgs {
		p.Orgs = append(p.Orgs, web.Choice{Value: o.id, Label: o.name, Chosen: o.id == string(f.Org)})
	}
	for _, e := range ends {
		p.Ends = append(p.Ends, web.Choice{Value: e, Label: say(ctx, "casework.filter."+e), Chosen: e == f.Ended})
	}
	types, failed := s.Types(ctx, root)
	err = errorOr(err, failed)
	for _, d := range types {
		p.Types = append(p.Types, web.Choice{Value: d.ID, Label: d.Name.In(tongue(ctx)), Chosen: d.ID == f.Type})
		if d.ID != f.Type {
			continue
		}
		for _, state := range d.States { // whose states are told apart once a procedure is chosen
			p.States = append(p.States, web.Choice{Value: state.ID, Label: state.Name.In(tongue(ctx)), Chosen: state.ID == f.State})
		}
	}
	p.Chips = worded(l.Chips("q", "casework.search", "type", "casework.type", "state", "casework.state", "org", "casework.org", "ended", "casework.ended"), p.Types, p.States, p.Orgs, p.Ends)
	return p, err
}

// mostRows bounds a file of cases.
const mostRows = 20_000

// listFile hands the list out as CSV.
func (s *Service) listFile(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	f := readSieve(web.ReadListing(r, listing...))
	f.After, f.Size = "", mostRows
	all, next, err := s.Cases(ctx, f)
	var t sheet.Table
	for _, key := range []string{"number", "case", "type", "version", "state", "ended", "org", "asker", "opened", "closed", "due"} {
		t.Head = append(t.Head, say(ctx, "casework."+key))
	}
	for _, c := range s.caseRows(ctx, all) {
		end := "no"
		if !c.Open() {
			end = c.Outcome
		}
		t.Rows = append(t.Rows, []string{c.Number(), c.Title, c.TypeName, strconv.Itoa(c.Version), c.StateName, say(ctx, "casework.filter."+end), c.OrgName, c.AskerName,
			lang.Date(tongue(ctx), c.Opened()), dateOrNone(ctx, c.Case), c.Due})
	}
	if next != nil { // nobody takes a part for the whole
		t.Rows = append(t.Rows, append([]string{"", say(ctx, "casework.file.more", mostRows)}, make([]string, len(t.Head)-2)...))
	}
	return web.Download{Name: say(ctx, "casework.file") + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return sheet.WriteCSV(w, t) }}, err
}

func dateOrNone(ctx context.Context, c Case) string {
	if c.Open() {
		return ""
	}
	return lang.Date(tongue(ctx), c.Ended())
}

// NewPage offers the procedures, as a department would ask for them.
type NewPage struct {
	Asked []TypeRow // in the department's words
	Other []TypeRow // that the office itself begins
}

// A TypeRow is a procedure as lists show it.
type TypeRow struct {
	ID                 string
	Version            int
	Name, About, Asked string
	States, Tasks      int
	Area               string
}

func typeRow(ctx context.Context, d *process.Definition) TypeRow {
	out := TypeRow{ID: d.ID, Version: d.Version, Name: d.Name.In(tongue(ctx)), About: d.About.In(tongue(ctx)), Asked: d.Asked.In(tongue(ctx)), States: len(d.States), Area: d.Area}
	for _, state := range d.States {
		out.Tasks += len(state.Tasks)
	}
	return out
}

func (s *Service) newPage(r *http.Request) (p NewPage, err error) {
	types, err := s.Types(r.Context(), door.From(r.Context()).Org)
	for _, d := range types {
		if row := typeRow(r.Context(), d); row.Asked != "" {
			p.Asked = append(p.Asked, row)
		} else {
			p.Other = append(p.Other, row)
		}
	}
	if !door.From(r.Context()).May(mayWrite) {
		p.Other = nil
	}
	return p, err
}

// TypesPage is all procedures, and the Land whose holidays count.
type TypesPage struct {
	Types     []TypeRow
	Lands     []web.Choice
	Land      string // its name
	MayDecide bool
}

func (s *Service) typesPage(r *http.Request) (p TypesPage, err error) {
	ctx := r.Context()
	types, err := s.Types(ctx, door.From(ctx).Org)
	if err != nil {
		return p, err
	}
	for _, d := range types {
		p.Types = append(p.Types, typeRow(ctx, d))
	}
	land, err := s.Land(ctx)
	p.MayDecide, p.Land = leads(door.From(ctx)) == nil, landName(ctx, land)
	p.Lands = landChoices(ctx, land)
	return p, err
}

func landChoices(ctx context.Context, chosen string) (out []web.Choice) {
	for _, l := range workdays.Lands() {
		out = append(out, web.Choice{Value: l.ID, Label: l.Name.In(tongue(ctx)), Chosen: l.ID == chosen})
	}
	return out
}

func (s *Service) setLand(r *http.Request) (p TypesPage, next string, err error) {
	if p, err = s.typesPage(r); err != nil {
		return p, "", err
	}
	land := r.PostFormValue("land")
	p.Lands = landChoices(r.Context(), land)
	return p, "/casework/types", s.SetLand(r.Context(), land)
}
