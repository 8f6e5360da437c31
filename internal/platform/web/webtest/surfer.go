// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package webtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// A Surfer is a browser without a window: it keeps cookies, and follows no redirect.
type Surfer struct {
	*http.Client
	t    testing.TB
	Base string // address of the site
}

// Surf returns a browser for the site at base, where nobody is signed in.
func Surf(t testing.TB, base string) Surfer {
	jar, _ := cookiejar.New(nil)
	return Surfer{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, t, base}
}

// Ask sends a request and returns the status, and the body or where a redirect leads.
func (s Surfer) Ask(r *http.Request, err error) (status int, answer string) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	a, err := s.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if to := a.Header.Get("Location"); to != "" {
		return a.StatusCode, to
	}
	return a.StatusCode, string(body)
}

// Read asks for a path of the site, or for an address.
func (s Surfer) Read(path string) (status int, answer string) {
	s.t.Helper()
	return s.Ask(http.NewRequest(http.MethodGet, s.at(path), nil))
}

// Send posts a form to a path of the site, or to an address.
func (s Surfer) Send(path string, form url.Values) (status int, answer string) {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.at(path), strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return s.Ask(r, err)
}

func (s Surfer) at(path string) string {
	if strings.HasPrefix(path, "/") {
		return s.Base + path
	}
	return path
}

// Pairs is a form of names and values in turn.
func Pairs(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}
