// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package web turns the rooms' pages into an http.Handler: it parses a page's templates
// once a language, when it is first shown, renders into a buffer so that a failing page never leaves half of itself on
// the wire, asks each viewer for the page's permission, and answers errors in one place.
package web

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"sync"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

//go:embed layout lang assets style
var files embed.FS

// Files holds the texts of the shell, for the catalogue.
var Files fs.FS = files

// policy lets in nothing from elsewhere; KERN draws its icons from data: URIs.
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Site is what all pages share.
type Site struct {
	Texts   lang.Catalogue
	Nav     []Entry // in the order of the rooms
	Version string
	Demo    bool                                                         // says in the footer that the data is invented
	Orgs    func(*http.Request, door.Viewer) ([]Choice, error)           // organisations that the viewer can act for
	Extra   func(r *http.Request, v door.Viewer) (map[string]int, error) // counts beside the navigation, by Entry.Href
	faults  sync.Map                                                     // templates of the page for faults, by language
}

// Parse returns the templates of a page within the shared layout, in one language.
func (s *Site) Parse(room fs.FS, p Page, tongue string) (*template.Template, error) {
	t, err := template.New(p.Template).Funcs(s.funcs(tongue)).ParseFS(files, "layout/*.html")
	if err != nil {
		return nil, err
	}
	if parts, _ := fs.Glob(room, "templates/part_*.html"); len(parts) > 0 {
		if t, err = t.ParseFS(room, "templates/part_*.html"); err != nil {
			return nil, err
		}
	}
	return t.ParseFS(room, "templates/"+p.Template)
}

// Mount adds the pages of one room to mux. Those that are shown by the same template, as a
// form and what it is sent to, share it.
func (s *Site) Mount(mux *http.ServeMux, room fs.FS, pages []Page) {
	shared := map[string]views{}
	for _, p := range pages {
		if p.Template != "" && shared[p.Template] == nil {
			shared[p.Template] = s.views(room, p)
		}
		mux.Handle(p.Pattern, handler{site: s, page: p, views: shared[p.Template]})
	}
}

// views are the templates of a page by language, their texts put in. Each is parsed when it
// is first shown: all of them together are most of what an idle server would hold in memory.
type views map[string]func() (*template.Template, error)

func (s *Site) views(room fs.FS, p Page) views {
	all := views{}
	for _, tongue := range lang.Tongues {
		all[tongue] = sync.OnceValues(func() (*template.Template, error) {
			t, err := s.Parse(room, p, tongue)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.Pattern, err)
			}
			fold(t, s.Texts, tongue)
			return t, nil
		})
	}
	return all
}

type handler struct {
	site  *Site
	page  Page
	views views
}

func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := door.From(r.Context())
	w.Header().Set("Content-Security-Policy", policy)
	w.Header().Set("Cache-Control", "no-store")
	if h.page.Permit != Anyone {
		if err := v.Check(h.page.Permit); err != nil {
			h.refuse(w, r, err)
			return
		}
		r = r.WithContext(door.With(r.Context(), v.Under(h.page.Permit)))
	}
	if h.page.files {
		door.Steady(w, r, door.Pause)
	} else {
		if r.ContentLength > formBytes {
			h.refuse(w, r, fault.New(fault.TooLarge, "fault.form_too_large", r.ContentLength, formBytes))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, formBytes)
		if _, over := errors.AsType[*http.MaxBytesError](r.ParseForm()); over {
			h.refuse(w, r, fault.New(fault.TooLarge, "fault.form_over", formBytes))
			return
		}
	}
	a, err := h.page.serve(w, r)
	switch {
	case err != nil && fault.Of(err) == fault.Invalid && a.data != nil && h.page.Template != "":
		h.render(w, r, http.StatusUnprocessableEntity, a.data, err)
	case err != nil:
		h.refuse(w, r, err)
	case a.next != "":
		http.Redirect(w, r, a.next, http.StatusSeeOther)
	case a.file != nil:
		h.download(w, r, *a.file)
	default:
		h.render(w, r, statusOf(a.data), a.data, nil)
	}
}

// Bad is a page that says that something went wrong, with ways on that a plain fault has not.
type Bad interface{ Status() int }

func statusOf(page any) int {
	if b, ok := page.(Bad); ok {
		return b.Status()
	}
	return http.StatusOK
}

// refuse sends who is not signed in to the door, and tells everybody else why not.
func (h handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if fault.Of(err) == fault.SignIn && r.Method == http.MethodGet {
		http.Redirect(w, r, "/sign-in?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	h.site.Refuse(w, r, err)
}

// render writes a page. Broken problems are shown on top of it.
func (h handler) render(w http.ResponseWriter, r *http.Request, status int, data any, problem error) {
	shell, err := h.site.shell(r, problem)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	t, err := h.views[shell.Lang]()
	var b bytes.Buffer
	if err == nil {
		err = t.ExecuteTemplate(&b, "page", View{shell, data})
	}
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	send(w, r, status, "text/html; charset=utf-8", b.Bytes())
}

// sandboxed is what a file may do that a browser shows nevertheless: nothing.
const sandboxed = "sandbox; default-src 'none'; frame-ancestors 'none'"

func (h handler) download(w http.ResponseWriter, r *http.Request, d Download) {
	w.Header().Set("Content-Security-Policy", sandboxed)
	if d.Path != "" {
		w.Header().Set("Content-Type", d.Type)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
		http.ServeFile(w, r, d.Path)
		return
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		h.refuse(w, r, err)
		return
	}
	if d.Name != "" {
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	}
	send(w, r, http.StatusOK, d.Type, b.Bytes())
}

// Refuse answers an error with a page of its own: what happened, why, what to do.
func (s *Site) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := fault.Status(err)
	if status >= 500 && !errors.Is(err, r.Context().Err()) {
		slog.ErrorContext(r.Context(), "page failed", "page", r.Pattern, "request", door.From(r.Context()).Request, "err", err)
	}
	shell, _ := s.shell(r, nil)
	t, terr := s.faulty(shell.Lang)
	var b bytes.Buffer
	if terr == nil {
		terr = t.ExecuteTemplate(&b, "page", View{shell, FaultPage{status, s.Texts.Say(shell.Lang, err), shell.Request}})
	}
	if terr != nil {
		slog.ErrorContext(r.Context(), "the page for faults failed", "err", terr)
		http.Error(w, strconv.Itoa(status), status)
		return
	}
	w.Header().Set("Content-Security-Policy", policy)
	send(w, r, status, "text/html; charset=utf-8", b.Bytes())
}

// faulty returns the templates of the page for faults, parsed once a language.
func (s *Site) faulty(tongue string) (*template.Template, error) {
	if t, ok := s.faults.Load(tongue); ok {
		return t.(*template.Template), nil
	}
	t, err := template.New("fault").Funcs(s.funcs(tongue)).ParseFS(files, "layout/*.html", "layout/fault/fault.html")
	if err != nil {
		return nil, err
	}
	fold(t, s.Texts, tongue)
	kept, _ := s.faults.LoadOrStore(tongue, t)
	return kept.(*template.Template), nil
}

// FaultPage is what is shown instead of a page.
type FaultPage struct {
	Status  int
	Say     string
	Request string // for the person who calls the help desk
}
