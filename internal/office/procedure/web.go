// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procedure

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"allmende/internal/engine/process"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Steer, Key: "procedure.nav", Href: "/procedure", Permit: mayRead, Under: "/casework"}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /procedure", mayRead, "list.html", s.listPage),
		web.Show("GET /procedure/write", mayWrite, "write.html", s.writePage),
		web.Form("POST /procedure/write", mayWrite, "write.html", s.write),
		web.Show("GET /procedure/text/{procedure}", mayRead, "text.html", s.textPage),
		web.File("GET /procedure/text/{procedure}/yaml", mayRead, s.yamlFile),
		web.File("GET /procedure/text/{procedure}/bpmn", mayRead, s.bpmnFile),
		web.Do("POST /procedure/text/{procedure}/enact", mayDecide, s.enact),
		web.Do("POST /procedure/text/{procedure}/retire", mayRead, s.retire),
	}
}

// ListPage is what the house has written, and what ships to begin with.
type ListPage struct {
	Rows     []Text
	Shipped  []web.Choice
	MayWrite bool
	Most     int
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx := r.Context()
	p.Rows, err = s.Texts(ctx)
	p.MayWrite, p.Most = door.From(ctx).May(mayWrite), mostTexts
	p.Shipped = shipped(ctx, "")
	return p, err
}

func shipped(ctx context.Context, chosen string) (out []web.Choice) {
	for _, d := range process.Shipped() {
		out = append(out, web.Choice{Value: d.ID, Label: d.Name.In(tongue(ctx)), Chosen: d.ID == chosen})
	}
	return out
}

// WritePage is the text of a definition with what the checker says of it.
type WritePage struct {
	Body, Reason string
	Said         []Said
	Checked      bool // nothing is wrong
	Name         string
	Picture      process.Picture
	Lines        int // of the form
}

// A Said is what is wrong, and where.
type Said struct {
	Line int // 0: of the whole
	Text string
}

// writePage begins with a text that the house has written, or with one that ships.
func (s *Service) writePage(r *http.Request) (p WritePage, err error) {
	p.Lines = 30
	if id := r.URL.Query().Get("text"); id != "" {
		t, err := s.Show(r.Context(), id)
		p.Body = t.Body
		return p, err
	}
	if name := r.URL.Query().Get("from"); name != "" {
		text, ok := process.Written(name)
		if !ok {
			return p, notFound()
		}
		p.Body = string(text)
	}
	return p, nil
}

// write checks a definition, and keeps it where that was asked for and nothing is wrong.
func (s *Service) write(r *http.Request) (p WritePage, next string, err error) {
	ctx := r.Context()
	p = WritePage{Body: r.PostFormValue("body"), Reason: r.PostFormValue("reason"), Lines: 30}
	d, flaws, err := s.Check(ctx, p.Body)
	if bad, ok := errors.AsType[*process.ParseError](err); ok {
		p.Said = []Said{{bad.Line, misread(ctx, bad)}}
	} else if err != nil {
		return p, "", err
	}
	for _, f := range flaws {
		p.Said = append(p.Said, Said{f.Line, say(ctx, "procedure.flaw."+f.Kind, f.At, f.Of)})
	}
	if d != nil {
		p.Name, p.Picture = d.Name.In(tongue(ctx)), d.Draw(tongue(ctx))
	}
	if p.Checked = d != nil && len(flaws) == 0; r.PostFormValue("do") != "keep" {
		return p, "", nil
	}
	id, err := s.Keep(ctx, p.Body, p.Reason)
	return p, "/procedure/text/" + id, err
}

// misread says why a text is no definition.
func misread(ctx context.Context, e *process.ParseError) string {
	if e.Got == "" {
		return say(ctx, "procedure.misread", e.Want)
	}
	return say(ctx, "procedure.misread.got", e.Got, e.Want)
}

// TextPage is one version.
type TextPage struct {
	Text
	Title                        string
	Picture                      process.Picture
	Readable                     bool
	MayEnact, MayRetire, MayCopy bool
	Own                          bool // the viewer wrote it, and cannot enact it
}

func (s *Service) textPage(r *http.Request) (p TextPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	if p.Text, err = s.Show(ctx, r.PathValue("procedure")); err != nil {
		return p, err
	}
	p.Title = p.Name
	if d, err := p.definition(); err == nil {
		p.Readable, p.Title, p.Picture = true, d.Name.In(tongue(ctx)), d.Draw(tongue(ctx))
	}
	draft := p.State() == "draft"
	p.Own = draft && v.Human() == p.Person
	p.MayCopy, p.MayEnact = v.May(mayWrite), draft && !p.Own && v.May(mayDecide)
	p.MayRetire = p.Retired == "" && (v.May(mayDecide) || p.Own && v.May(mayWrite))
	return p, nil
}

func (s *Service) enact(r *http.Request) (next string, err error) {
	id := r.PathValue("procedure")
	return "/procedure/text/" + id, s.Enact(r.Context(), id)
}

func (s *Service) retire(r *http.Request) (next string, err error) {
	id := r.PathValue("procedure")
	return "/procedure/text/" + id, s.Retire(r.Context(), id)
}

func (s *Service) yamlFile(r *http.Request) (web.Download, error) {
	t, err := s.Show(r.Context(), r.PathValue("procedure"))
	return web.Download{Name: t.Name + "-" + strconv.Itoa(t.Version) + ".yaml", Type: "application/yaml", Write: func(w io.Writer) error { _, err := io.WriteString(w, t.Body); return err }}, err
}

func (s *Service) bpmnFile(r *http.Request) (web.Download, error) {
	t, err := s.Show(r.Context(), r.PathValue("procedure"))
	if err != nil {
		return web.Download{}, err
	}
	d, err := t.definition()
	if err != nil {
		return web.Download{}, err
	}
	body, err := d.BPMN(tongue(r.Context()))
	return web.Download{Name: t.Name + "-" + strconv.Itoa(t.Version) + ".bpmn", Type: "application/xml", Write: func(w io.Writer) error { _, err := w.Write(body); return err }}, err
}
