// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package library

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"allmende/internal/engine/market"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Take, Key: "library.nav", Href: "/library", Permit: mayRead, Under: "/procurement"}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /library", mayRead, "list.html", s.listPage),
		web.Show("GET /library/shipped", mayRead, "shipped.html", s.shippedPage),
		web.Show("GET /library/write", mayWrite, "write.html", s.writePage),
		web.Form("POST /library/write", mayWrite, "write.html", s.write),
		web.Show("GET /library/entry", mayWrite, "entry.html", s.entryForm),
		web.Form("POST /library/entry", mayWrite, "entry.html", s.entry),
		web.Show("GET /library/text/{library}", mayRead, "text.html", s.textPage),
		web.File("GET /library/text/{library}/yaml", mayRead, s.yamlFile),
		web.Do("POST /library/text/{library}/enact", mayDecide, s.enact),
		web.Do("POST /library/text/{library}/retire", mayRead, s.retire),
	}
}

// ListPage is what is in force, and what the house has written.
type ListPage struct {
	Rows     []Text
	Current  Text // none: what ships is in force
	Shipped  int  // edition of what ships
	MayWrite bool
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx := r.Context()
	if p.Rows, err = s.Texts(ctx); err != nil {
		return p, err
	}
	p.MayWrite, p.Shipped = door.From(ctx).May(mayWrite), market.Shipped().Version
	p.Current, err = s.current(ctx, door.From(ctx).Org)
	return p, err
}

// A SectionRow is one list of a catalogue.
type SectionRow struct {
	Key string // its words are library.section.…
	All []EntryRow
}

// An EntryRow is an entry in the reader's words; Edit is the address of its form, empty where the
// reader must not change it.
type EntryRow struct {
	ID, Name, About, Why, Evidence, Clause, Corresponds string
	Checks, Scale                                       []string
	Certainty, Source, Edit                             string
}

func sectionRows(ctx context.Context, c market.Catalogue, edit string) (out []SectionRow) {
	for _, s := range c.Sections() {
		row := SectionRow{Key: s.Name}
		for _, x := range *s.All {
			row.All = append(row.All, entryRow(ctx, x, edit, s.Name))
		}
		out = append(out, row)
	}
	return out
}

func entryRow(ctx context.Context, c market.Choice, edit, section string) EntryRow {
	t := tongue(ctx)
	row := EntryRow{ID: c.ID, Name: c.Name.In(t), About: c.About.In(t), Why: c.Why.In(t), Evidence: c.Evidence.In(t), Clause: c.Clause, Corresponds: c.Corresponds, Certainty: c.Certainty, Source: lang.Days(t, c.SourceIn(t))}
	for _, k := range c.Checks {
		row.Checks = append(row.Checks, k.In(t))
	}
	for _, a := range c.Anchors {
		row.Scale = append(row.Scale, strconv.Itoa(a.Points)+": "+a.Text.In(t))
	}
	if edit != "" {
		row.Edit = "/library/entry?from=" + edit + "&section=" + section + "&id=" + c.ID
	}
	return row
}

// ShippedPage is what comes with the program.
type ShippedPage struct {
	Version  int
	Checked  string
	Sections []SectionRow
	MayWrite bool
}

func (s *Service) shippedPage(r *http.Request) (p ShippedPage, err error) {
	c := market.Shipped()
	p = ShippedPage{Version: c.Version, Checked: c.Checked, MayWrite: door.From(r.Context()).May(mayWrite)}
	edit := ""
	if p.MayWrite {
		edit = "shipped"
	}
	p.Sections = sectionRows(r.Context(), c, edit)
	return p, nil
}

// WritePage is the text of an edition with what the checker says of it.
type WritePage struct {
	Body, Reason string
	Said         []Wrong
	Checked      bool // nothing is wrong
	Sections     []SectionRow
}

// writePage begins with a text that the house has written, with what ships, or with what is in
// force.
func (s *Service) writePage(r *http.Request) (p WritePage, err error) {
	p.Body, err = s.beginning(r.Context(), r.URL.Query().Get("from"))
	return p, err
}

// write checks a text, and keeps it where that was asked for and nothing is wrong.
func (s *Service) write(r *http.Request) (p WritePage, next string, err error) {
	ctx := r.Context()
	p = WritePage{Body: strings.ReplaceAll(r.PostFormValue("body"), "\r\n", "\n"), Reason: r.PostFormValue("reason")}
	c, flaws, err := s.Check(ctx, p.Body)
	if err != nil {
		return p, "", err
	}
	for _, f := range flaws {
		p.Said = append(p.Said, Wrong{f.Line, flawWords(ctx, f)})
	}
	if p.Checked = len(flaws) == 0; p.Checked {
		p.Sections = sectionRows(ctx, c, "")
	}
	if r.PostFormValue("do") != "keep" {
		return p, "", nil
	}
	id, err := s.Keep(ctx, p.Body, p.Reason)
	return p, "/library/text/" + id, err
}

// TextPage is one edition.
type TextPage struct {
	Text
	Sections                     []SectionRow
	Readable                     bool
	MayEnact, MayRetire, MayCopy bool
	Own                          bool // the viewer wrote it, and cannot enact it
}

func (s *Service) textPage(r *http.Request) (p TextPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	if p.Text, err = s.Show(ctx, r.PathValue("library")); err != nil {
		return p, err
	}
	_, err = s.mine(ctx, p.ID)
	mine, draft := err == nil, p.State() == "draft"
	p.Own, p.MayCopy = draft && v.Human() == p.Person, v.May(mayWrite)
	p.MayEnact = mine && draft && !p.Own && v.May(mayDecide)
	p.MayRetire = mine && p.Retired == "" && (v.May(mayDecide) || p.Own && v.May(mayWrite))
	edit := ""
	if p.MayCopy {
		edit = p.ID
	}
	if c, ok := s.read(p.Text); ok {
		p.Readable, p.Sections = true, sectionRows(ctx, c, edit)
	}
	return p, nil
}

func (s *Service) enact(r *http.Request) (next string, err error) {
	id := r.PathValue("library")
	return "/library/text/" + id, s.Enact(r.Context(), id)
}

func (s *Service) retire(r *http.Request) (next string, err error) {
	id := r.PathValue("library")
	return "/library/text/" + id, s.Retire(r.Context(), id)
}

func (s *Service) yamlFile(r *http.Request) (web.Download, error) {
	t, err := s.Show(r.Context(), r.PathValue("library"))
	name := say(r.Context(), "library.file") + "-" + strconv.Itoa(t.Version) + ".yaml"
	return web.Download{Name: name, Type: "application/yaml", Write: func(w io.Writer) error { _, err := io.WriteString(w, t.Body); return err }}, err
}
