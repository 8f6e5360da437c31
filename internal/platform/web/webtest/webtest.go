// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package webtest mounts a room's pages and operations for tests and asks for them as a
// given viewer.
package webtest

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// A Site is a mounted room.
type Site struct {
	t   testing.TB
	mux *http.ServeMux
}

// New mounts pages, whose templates lie in files, and operations. texts are the files
// with texts, besides the shell's own.
func New(t testing.TB, texts []fs.FS, files fs.FS, pages []web.Page, ops []api.Op) *Site {
	t.Helper()
	c, err := lang.Load(append([]fs.FS{web.Files}, texts...)...)
	if err != nil {
		t.Fatal(err)
	}
	s := &Site{t, http.NewServeMux()}
	site := &web.Site{Texts: c}
	site.Mount(s.mux, files, pages)
	api.Mount(s.mux, "test", c, ops)
	return s
}

// A Caller asks as one viewer.
type Caller struct {
	*Site
	viewer door.Viewer
}

// As returns a caller for v; without a language it reads German.
func (s *Site) As(v door.Viewer) Caller {
	if v.Lang == "" {
		v.Lang = "de"
	}
	return Caller{s, v}
}

// Get asks for a path.
func (c Caller) Get(path string) (status int, body string) {
	return c.Do(httptest.NewRequest(http.MethodGet, path, nil))
}

// Post sends a form; a redirect is answered with its status and target.
func (c Caller) Post(path string, form url.Values) (status int, body string) {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.Do(r)
}

// Send posts a body of any media type.
func (c Caller) Send(path, kind string, body io.Reader) (status int, answer string) {
	r := httptest.NewRequest(http.MethodPost, path, body)
	r.Header.Set("Content-Type", kind)
	return c.Do(r)
}

// Do sends a request. For a redirect the answer is its target.
func (c Caller) Do(r *http.Request) (status int, body string) {
	c.t.Helper()
	w := httptest.NewRecorder()
	c.mux.ServeHTTP(w, r.WithContext(door.With(r.Context(), c.viewer)))
	if to := w.Header().Get("Location"); to != "" {
		return w.Code, to
	}
	return w.Code, w.Body.String()
}
