// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package outgoing

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestGetAsksOnlyWhomItMayAndOnlyForNews(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/away":
			http.Redirect(w, r, other.URL+"/", http.StatusFound)
		case r.URL.Path == "/missing":
			http.NotFound(w, r)
		case r.Header.Get("If-None-Match") == `"one"`:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", `"one"`)
			io.WriteString(w, "content")
		}
	}))
	defer server.Close()
	c := New(strings.TrimPrefix(server.URL, "http://"))

	a, err := c.Get(t.Context(), server.URL+"/x", "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if body, _ := io.ReadAll(a.Body); string(body) != "content" || a.Tag != `"one"` {
		t.Errorf("got %q with tag %s", body, a.Tag)
	}
	if a, err := c.Get(t.Context(), server.URL+"/x", a.Tag, ""); err != nil || !a.Same {
		t.Errorf("asking again: %+v, %v; want nothing new", a, err)
	}
	var host *HostError
	for _, address := range []string{other.URL + "/", server.URL + "/away", "ftp://" + strings.TrimPrefix(server.URL, "http://"), "file:///etc/passwd"} {
		if _, err := c.Get(t.Context(), address, "", ""); !errors.As(err, &host) {
			t.Errorf("%s: %v, want a refusal of the host", address, err)
		}
	}
	var status *StatusError
	if _, err := c.Get(t.Context(), server.URL+"/missing", "", ""); !errors.As(err, &status) || status.Status != 404 {
		t.Errorf("missing: %v", err)
	}
}
