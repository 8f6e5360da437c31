// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"io"
	"net/http"
)

// Anyone is the permission of a page that needs no sign-in.
const Anyone = ""

// A Page is one route: what it answers to, who may see it, what it shows, and with which data.
type Page struct {
	Pattern  string // "GET /sbom/{document}"
	Permit   string // "sbom.read", or Anyone
	Template string // file in the room's templates folder; empty for downloads and plain posts
	Data     any    // the page's type, for the test that checks every template
	serve    func(http.ResponseWriter, *http.Request) (answer, error)
	files    bool
}

// WithFiles lets a form bring files, whose size its handler bounds. All other forms are
// words: more than formBytes is refused, for net/http would put it on the server's disk,
// whoever sends it.
func (p Page) WithFiles() Page {
	p.files = true
	return p
}

const formBytes = 1 << 20

// answer is what a handler wants: a page, another place to look, or a file.
type answer struct {
	data any
	next string
	file *Download
}

// A Download is a file that the page hands out.
type Download struct {
	Name, Type string
	Write      func(io.Writer) error
	Path       string // of a file that is too large to be held in memory, instead of Write
}

// Show declares a page that is looked at. The type of the page is part of the
// declaration, so that a misspelt field in the template fails a test instead of a reader.
func Show[P any](pattern, permit, tmpl string, f func(*http.Request) (P, error)) Page {
	return Page{Pattern: pattern, Permit: permit, Template: tmpl, Data: *new(P), serve: func(_ http.ResponseWriter, r *http.Request) (answer, error) {
		p, err := f(r)
		return answer{data: p}, err
	}}
}

// Form declares what a form is sent to. f returns where to go on, or an error together
// with the page as it was filled in: faults of kind Invalid show that page again with
// the sentences on top, so that nothing typed is lost.
func Form[P any](pattern, permit, tmpl string, f func(*http.Request) (page P, next string, err error)) Page {
	return Page{Pattern: pattern, Permit: permit, Template: tmpl, Data: *new(P), serve: func(_ http.ResponseWriter, r *http.Request) (answer, error) {
		p, next, err := f(r)
		return answer{data: p, next: next}, err
	}}
}

// Do declares an act without a page of its own, for example a button. f returns where to go on.
func Do(pattern, permit string, f func(*http.Request) (next string, err error)) Page {
	return Page{Pattern: pattern, Permit: permit, serve: func(_ http.ResponseWriter, r *http.Request) (answer, error) {
		next, err := f(r)
		return answer{next: next}, err
	}}
}

// DoCookie is Do for what sets a cookie: signing in, language, theme.
func DoCookie(pattern, permit string, f func(http.ResponseWriter, *http.Request) (next string, err error)) Page {
	return Page{Pattern: pattern, Permit: permit, serve: func(w http.ResponseWriter, r *http.Request) (answer, error) {
		next, err := f(w, r)
		return answer{next: next}, err
	}}
}

// FormCookie is Form for what sets a cookie.
func FormCookie[P any](pattern, permit, tmpl string, f func(http.ResponseWriter, *http.Request) (P, string, error)) Page {
	return Page{Pattern: pattern, Permit: permit, Template: tmpl, Data: *new(P), serve: func(w http.ResponseWriter, r *http.Request) (answer, error) {
		p, next, err := f(w, r)
		return answer{data: p, next: next}, err
	}}
}

// File declares a download.
func File(pattern, permit string, f func(*http.Request) (Download, error)) Page {
	return Page{Pattern: pattern, Permit: permit, serve: func(_ http.ResponseWriter, r *http.Request) (answer, error) {
		d, err := f(r)
		return answer{file: &d}, err
	}}
}
