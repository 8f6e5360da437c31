// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/engine/obligation"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

const (
	mayRead  = "duty.read"
	mayWrite = "duty.write"
)

var nav = []web.Entry{{Side: web.Take, Key: "duty.nav", Href: "/duty", Permit: mayRead}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /duty", mayRead, "list.html", s.listPage),
		web.File("GET /duty.csv", mayRead, s.listFile),
		web.File("GET /duty.xlsx", mayRead, s.listFile),
		web.File("GET /duty.json", mayRead, s.listFile),
		web.Show("GET /duty/catalogue", mayRead, "catalogue.html", s.cataloguePage),
		web.Show("GET /duty/catalogue/{duty}", mayRead, "entry.html", s.entryPage),
		web.Show("GET /duty/release/{release}", mayRead, "release.html", s.releasePage),
		web.Form("POST /duty/release/{release}", mayWrite, "release.html", s.describe),
		web.Show("GET /duty/release/{release}/to/{duty}", mayRead, "duty.html", s.dutyPage),
		web.Form("POST /duty/release/{release}/to/{duty}", mayWrite, "duty.html", s.decide),
		web.Do("POST /duty/decision/{decision}/revoke", mayWrite, s.revoke),
		web.Show("GET /duty/release/{release}/notice", mayRead, "notice.html", s.noticePage),
		web.File("GET /duty/release/{release}/notice/{form}", mayRead, s.noticeFile),
		web.Show("GET /duty/release/{release}/sources", mayRead, "sources.html", s.sourcesPage),
		web.File("GET /duty/release/{release}/sources/csv", mayRead, s.sourcesFile),
		web.File("GET /duty/release/{release}/sbom/{format}", mayRead, s.sbomFile),
	}
}

// ListPage is the duties of all releases.
type ListPage struct {
	Rows            []Row
	Count           int
	Sums            Sums
	Filter          Sieve
	Filtered        bool
	States, Objects []web.Choice
	Roles           map[string]string
	Heads           []web.Head
	Chips           []web.Chip
	Pager           web.Pager
	CSV, XLSX, JSON string
}

// Role is the name of a row's responsible role.
func (p ListPage) Role(r Row) string {
	if name := p.Roles[r.Role]; name != "" {
		return name
	}
	return r.Role
}

var listing = []string{"software", "due", "-packages"}

// readSieve reads the filters; without one, what is pending is shown.
func readSieve(l web.Listing) Sieve {
	f := Sieve{Text: l.Get("q"), State: l.Get("state"), Object: l.Get("object"), Forbid: l.Get("forbid") == "yes", Overdue: l.Get("overdue") == "yes", Sort: l.Sort, Desc: l.Desc}
	if f.State == "" {
		f.State = Pending
	} else if f.State == "all" || !slices.Contains(append([]string{Pending}, States...), f.State) {
		f.State = ""
	}
	if !slices.Contains(obligation.Objects, f.Object) {
		f.Object = ""
	}
	return f
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx := r.Context()
	l := web.ReadListing(r, listing...)
	f := readSieve(l)
	p = ListPage{Filter: f, Filtered: f.Text != "" || f.State != Pending || f.Object != "" || f.Forbid || f.Overdue, Chips: s.chips(ctx, l),
		CSV: l.Export("csv"), XLSX: l.Export("xlsx"), JSON: l.Export("json"),
		Heads: []web.Head{l.Head("duty.head.release", "software"), {Key: "duty.head.duty"}, {Key: "duty.head.clauses"}, numeric(l.Head("duty.head.components", "-packages")),
			{Key: "duty.head.state"}, {Key: "duty.head.role"}, l.Head("duty.head.due", "due")}}
	all, sums, err := s.Rows(ctx, f)
	if err != nil {
		return p, err
	}
	p.Sums, p.Count = sums, len(all)
	page, next, err := part(all, l.After, l.Size)
	p.Rows, p.Pager = page, l.Pager(next != "", next)
	if err != nil {
		return p, err
	}
	p.States = choices(ctx, "duty.filter", f.State, append([]string{Pending}, States...))
	p.States = append(p.States, web.Choice{Value: "all", Label: say(ctx, "duty.filter.all"), Chosen: f.State == ""})
	p.Objects = choices(ctx, "duty.object", f.Object, obligation.Objects)
	p.Roles, err = s.RoleNames(ctx)
	return p, err
}

func numeric(h web.Head) web.Head {
	h.Numeric = true
	return h
}

// choices are values of a fixed list with their words.
func choices(ctx context.Context, key, chosen string, values []string) (out []web.Choice) {
	for _, v := range values {
		out = append(out, web.Choice{Value: v, Label: say(ctx, key+"."+v), Chosen: v == chosen})
	}
	return out
}

func (s *Service) chips(ctx context.Context, l web.Listing) []web.Chip {
	out := l.Chips("q", "duty.text", "state", "duty.head.state", "object", "duty.object", "forbid", "duty.forbid", "overdue", "duty.overdue")
	for i, c := range out {
		switch c.Label {
		case "duty.head.state":
			if slices.Contains(append([]string{Pending, "all"}, States...), c.Value) {
				out[i].Value = say(ctx, "duty.filter."+c.Value)
			}
		case "duty.object":
			if slices.Contains(obligation.Objects, c.Value) {
				out[i].Value = say(ctx, "duty.object."+c.Value)
			}
		case "duty.forbid", "duty.overdue":
			out[i].Value = say(ctx, "duty.yes")
		}
	}
	return out
}

const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// listFile hands the list out as CSV, XLSX or JSON.
func (s *Service) listFile(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	all, _, err := s.Rows(ctx, readSieve(web.ReadListing(r, listing...)))
	if err != nil {
		return web.Download{}, err
	}
	names, err := s.RoleNames(ctx)
	name := say(ctx, "duty.file")
	switch r.URL.Path {
	case "/duty.json":
		return web.Download{Name: name + ".json", Type: "application/json", Write: func(w io.Writer) error { return json.NewEncoder(w).Encode(append([]Row{}, all...)) }}, err
	case "/duty.xlsx":
		return web.Download{Name: name + ".xlsx", Type: xlsx, Write: func(w io.Writer) error { return sheet.WriteXLSX(w, name, table(ctx, all, names)) }}, err
	}
	return csvFile(name, table(ctx, all, names)), err
}

func csvFile(name string, t sheet.Table) web.Download {
	return web.Download{Name: name + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return sheet.WriteCSV(w, t) }}
}

func heads(ctx context.Context, keys ...string) (out []string) {
	for _, k := range keys {
		out = append(out, say(ctx, k))
	}
	return out
}

func table(ctx context.Context, all []Row, names map[string]string) sheet.Table {
	t := sheet.Table{Head: heads(ctx, "duty.head.software", "duty.head.version", "duty.head.org", "duty.head.id", "duty.head.duty", "duty.head.clauses", "duty.head.components",
		"duty.head.state", "duty.head.role", "duty.head.due", "duty.head.by", "duty.head.at", "duty.head.from")}
	for _, r := range all {
		role := names[r.Role]
		if role == "" {
			role = r.Role
		}
		t.Rows = append(t.Rows, []string{r.Name, r.Version, r.OrgName, r.Duty, r.Text, strings.Join(r.Clauses, "; "), strconv.Itoa(r.Packages), say(ctx, "duty.state."+r.State),
			role, r.Due, r.By, lang.Date(tongue(ctx), db.Time(r.At)), r.From})
	}
	return t
}

// CataloguePage is what licences oblige to, whatever is done with them.
type CataloguePage struct {
	Entries      []obligation.Duty
	Tongue       string
	Q, Object    string
	Objects      []web.Choice
	All, Version int
	Licences     int
	Filtered     bool
}

// In is an entry in the reader's language.
func (p CataloguePage) In(d obligation.Duty) string { return d.In(p.Tongue) }

func (s *Service) cataloguePage(r *http.Request) (CataloguePage, error) {
	l := web.ReadListing(r, "id")
	p := CataloguePage{Tongue: tongue(r.Context()), Q: l.Get("q"), Object: l.Get("object"), Version: obligation.Version}
	licences := map[string]bool{}
	for _, d := range obligation.All() {
		p.All++
		for _, id := range d.Licences {
			licences[id] = true
		}
		if about(d, p.Q, p.Tongue) && (p.Object == "" || p.Object == d.Object) {
			p.Entries = append(p.Entries, d)
		}
	}
	p.Licences, p.Filtered = len(licences), p.Q != "" || p.Object != ""
	p.Objects = choices(r.Context(), "duty.object", p.Object, obligation.Objects)
	return p, nil
}

// about reports whether an entry is about what somebody looks for: a licence, or a word of it.
func about(d obligation.Duty, text, tongue string) bool {
	text = strings.ToLower(text)
	return text == "" || strings.Contains(strings.ToLower(strings.Join(d.Licences, " ")+" "+d.ID+" "+d.In(tongue)), text)
}

// EntryPage is one entry of the catalogue.
type EntryPage struct {
	obligation.Duty
	Text    string
	Clauses []string
	Version int
}

func (s *Service) entryPage(r *http.Request) (p EntryPage, err error) {
	d, ok := obligation.Find(r.PathValue("duty"))
	if !ok {
		return p, notFound()
	}
	p = EntryPage{Duty: d, Text: d.In(tongue(r.Context())), Version: obligation.Version}
	for _, id := range d.Licences {
		p.Clauses = append(p.Clauses, d.Clause(id))
	}
	return p, nil
}

func mayChange(r *http.Request) bool { return door.From(r.Context()).May(mayWrite) }
