// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"net/http"

	"allmende/internal/platform/web"
)

// Browser is what identity wants of the room that keeps sessions, when a browser comes.
type Browser struct {
	// Switch gives the browser a new session and ends the one it brought along.
	Switch func(w http.ResponseWriter, r *http.Request, cookie string) error
	// From says where the browser is.
	From func(r *http.Request) Origin
}

func (s *Service) nav() []web.Entry {
	return []web.Entry{{Side: web.Steer, Key: "identity.nav", Href: "/identity", Permit: "identity.read"}}
}

func (s *Service) pages() []web.Page {
	const read, write = "identity.read", "identity.write"
	return []web.Page{
		web.Show("GET /identity", read, "mappings.html", s.mappingsPage),
		web.Form("POST /identity/mappings/add", write, "mappings.html", s.addMapping),
		web.Do("POST /identity/mappings/{mapping}/drop", write, s.dropMapping),

		web.FormCookie("GET /identity/sign-in/{provider}", web.Anyone, "gate.html", s.begin),
		web.FormCookie("GET /identity/callback/{provider}", web.Anyone, "gate.html", s.comeBack),
		web.Show("GET /identity/signed-out/{provider}", web.Anyone, "signed_out.html", s.signedOut),
	}
}
