// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"net"
	"net/http"
	"net/url"

	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func (s *Service) keyPages() []web.Page {
	return []web.Page{
		web.Show("GET /factor/passkey", web.Anyone, "passkey.html", s.keyPage),
		web.FormCookie("POST /factor/passkey", web.Anyone, "passkey.html", s.addKey),
		web.Show("GET /factor/passkey/{key}", web.Anyone, "key.html", s.oneKeyPage),
		web.Form("POST /factor/passkey/{key}/rename", web.Anyone, "key.html", s.renameKey),
		web.Form("POST /factor/passkey/{key}/remove", web.Anyone, "key.html", s.removeKey),
		web.Form("GET /factor/passkey-sign-in", web.Anyone, "passkey_sign_in.html", s.keySignInPage),
		web.FormCookie("POST /factor/passkey-sign-in", web.Anyone, "passkey_sign_in.html", s.keySignIn),
	}
}

// site is what passkeys are bound to: the address that the operator has set, else the one
// that the browser asked for.
func (s *Service) site(r *http.Request) Site {
	home := s.Home
	if home == "" {
		home = "http://" + r.Host
		if web.Secure(r) {
			home = "https://" + r.Host
		}
	}
	u, err := url.Parse(home)
	if err != nil {
		return Site{}
	}
	return Site{Name: u.Hostname(), Origin: u.Scheme + "://" + u.Host}
}

// PasskeyPage registers a passkey; Codes are the recovery codes of who had none, shown this one time.
type PasskeyPage struct {
	Question string
	Name     string
	Must     bool
	Codes    []string
	Nameless bool // reached by a number, to which no passkey can be bound
}

// named reports whether a site has a name: browsers bind passkeys to no number.
func (s Site) named() bool { return s.Name != "" && net.ParseIP(s.Name) == nil }

func (s *Service) keyPage(r *http.Request) (p PasskeyPage, err error) {
	p.Must = door.From(r.Context()).Must != ""
	if p.Nameless = !s.site(r).named(); p.Nameless {
		return p, nil
	}
	p.Question, err = s.AskForKey(r.Context(), s.site(r))
	return p, err
}

// addKey renews the session, too: what it may has changed.
func (s *Service) addKey(w http.ResponseWriter, r *http.Request) (PasskeyPage, string, error) {
	p, err := s.keyPage(r) // with a new question, for each is used up by its answer
	if err != nil {
		return p, "", err
	}
	p.Name = r.PostFormValue("name")
	if err := s.reprove(r); err != nil {
		return p, "", err
	}
	before, err := s.State(r.Context())
	if err != nil {
		return p, "", err
	}
	if err := s.AddKey(r.Context(), s.site(r), p.Name, r.PostFormValue("credential")); err != nil {
		return p, "", err
	}
	if before.Codes == 0 {
		if p.Codes, err = s.RenewCodes(r.Context()); err != nil {
			return p, "", err
		}
	}
	if err := s.Gate.Admit(w, r, door.From(r.Context()).Person, ""); err != nil || before.Codes == 0 {
		return p, "", err
	}
	return p, Home, nil
}

// KeyPage renames or removes one passkey.
type KeyPage struct{ Key }

func (s *Service) oneKeyPage(r *http.Request) (p KeyPage, err error) {
	m, err := s.me(r.Context())
	if err != nil {
		return p, err
	}
	keys, err := s.store.keys(r.Context(), m.person)
	for _, k := range keys {
		if k.ID == r.PathValue("key") {
			return KeyPage{k}, nil
		}
	}
	return p, one(false, err)
}

func (s *Service) renameKey(r *http.Request) (KeyPage, string, error) {
	p, err := s.oneKeyPage(r)
	if err != nil {
		return p, "", err
	}
	return p, Home, s.RenameKey(r.Context(), p.ID, r.PostFormValue("name"))
}

func (s *Service) removeKey(r *http.Request) (KeyPage, string, error) {
	p, err := s.oneKeyPage(r)
	if err != nil {
		return p, "", err
	}
	if err := s.reprove(r); err != nil {
		return p, "", err
	}
	return p, Home, s.RemoveKey(r.Context(), p.ID)
}

// PasskeySignInPage signs in by passkey alone.
type PasskeySignInPage struct {
	Question, Back string
	Nameless       bool // as on PasskeyPage
}

func (s *Service) keySignInPage(r *http.Request) (p PasskeySignInPage, next string, err error) {
	p.Back = web.Local(r.FormValue("back"))
	if door.From(r.Context()).SignedIn() {
		return p, p.Back, nil
	}
	if p.Nameless = !s.site(r).named(); p.Nameless {
		return p, "", nil
	}
	p.Question, err = s.AskWho(r.Context(), s.site(r))
	return p, "", err
}

func (s *Service) keySignIn(w http.ResponseWriter, r *http.Request) (PasskeySignInPage, string, error) {
	p, next, err := s.keySignInPage(r)
	if err != nil || next != "" {
		return p, next, err
	}
	person, err := s.Recognise(r.Context(), s.site(r), r.PostFormValue("credential"))
	if err != nil {
		return p, "", err
	}
	return p, p.Back, s.let(w, r, person)
}
