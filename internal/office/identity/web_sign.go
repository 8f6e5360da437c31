// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"net/http"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// GatePage says why a sign-in by a provider came to nothing, and what one can do.
type GatePage struct {
	Label, Again string
	Why          string // its words are identity.refused.…, what to do identity.remedy.…
	Request      string // for the person who calls the help desk
	Others       []Provider
	Back         string
}

// Status is 502 where the provider is to blame, else 403.
func (p GatePage) Status() int {
	if p.Why == "away" || p.Why == "provider" {
		return http.StatusBadGateway
	}
	return http.StatusForbidden
}

// cookieName names the cookie of a journey. Over TLS the prefix keeps neighbouring hosts
// from planting one (RFC 6265bis, section 4.1.3.2).
func (s *Service) cookieName() string {
	if s.secure() {
		return "__Host-allmende-journey"
	}
	return "allmende-journey"
}

func (s *Service) secure() bool { return strings.HasPrefix(s.address, "https:") }

// carry gives the browser the secret of a journey; the empty one takes it away. Coming back
// is a navigation from another site, which SameSite=Lax lets the cookie follow.
func (s *Service) carry(w http.ResponseWriter, secret string) {
	c := &http.Cookie{Name: s.cookieName(), Value: secret, Path: "/", HttpOnly: true, Secure: s.secure(),
		SameSite: http.SameSiteLaxMode, MaxAge: int(journey / time.Second)}
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (s *Service) begin(w http.ResponseWriter, r *http.Request) (GatePage, string, error) {
	back := web.Local(r.FormValue("back"))
	b, err := s.SetOut(r.Context(), r.PathValue("provider"), back, s.Browser.From(r))
	if err != nil {
		return s.gate(r, back, err)
	}
	s.carry(w, b.Secret)
	return GatePage{}, b.To, nil
}

func (s *Service) comeBack(w http.ResponseWriter, r *http.Request) (GatePage, string, error) {
	q := r.URL.Query()
	back := Return{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Error: q.Get("error"), Description: q.Get("error_description")}
	if c, err := r.Cookie(s.cookieName()); err == nil && len(c.Value) <= 100 {
		back.Secret = c.Value
	}
	e, err := s.Finish(r.Context(), r.PathValue("provider"), back, s.Browser.From(r))
	if err != nil {
		return s.gate(r, "/", err)
	}
	s.carry(w, "")
	return GatePage{}, web.Local(e.Back), s.Browser.Switch(w, r, e.Cookie)
}

// gate is the page for a refusal; all other errors go the usual way.
func (s *Service) gate(r *http.Request, back string, err error) (GatePage, string, error) {
	d := s.desk(r.PathValue("provider"))
	p := GatePage{Why: why(err), Back: back, Request: door.From(r.Context()).Request}
	if p.Why == "" || d == nil {
		return p, "", err
	}
	p.Label, p.Again = d.Label, "/identity/sign-in/"+d.ID
	for _, o := range s.Ways() {
		if o.ID != d.ID {
			p.Others = append(p.Others, o)
		}
	}
	return p, "", nil
}

// SignedOutPage says that one is signed out here and still signed in at the provider.
type SignedOutPage struct {
	Label string
	Away  string // address of the page for signing out there; empty where there is none
}

func (s *Service) signedOut(r *http.Request) (p SignedOutPage, err error) {
	d := s.desk(r.PathValue("provider"))
	if d == nil {
		return p, fault.New(fault.NotFound, "fault.not_found")
	}
	return SignedOutPage{d.Label, s.away(r.Context(), d)}, nil
}
