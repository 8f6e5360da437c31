// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package api

import (
	"net/http"

	"allmende/internal/platform/door"
)

// A Foreign is a route that speaks a protocol that others have laid down, with its own form
// of answers and of refusals. It is no part of our API and not in its description.
type Foreign struct {
	Pattern string // "GET /scim/v2/Users/{id}"
	Permit  string // "identity.scim", or empty where the request itself proves who sends it
	Most    int64  // bytes of the request's body; 0 takes none
	Serve   func(http.ResponseWriter, *http.Request) error
	Refuse  func(http.ResponseWriter, *http.Request, error)
}

// ServeHTTP asks for the permission before anything of the request is read.
func (f Foreign) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	private(w.Header().Set)
	if f.Permit != "" {
		if err := door.From(r.Context()).Check(f.Permit); err != nil {
			f.Refuse(w, r, err)
			return
		}
	}
	r.Body = http.MaxBytesReader(w, r.Body, f.Most)
	if err := f.Serve(w, r); err != nil {
		f.Refuse(w, r, err)
	}
}
