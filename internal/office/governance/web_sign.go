// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"net/http"
	"net/url"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// SignInPage asks for login and password.
type SignInPage struct {
	Login, Back string
	First       bool // there is no account yet
	Ways        []Way
}

func (s *Service) signInPage(r *http.Request) (SignInPage, string, error) {
	p := SignInPage{Back: local(r.FormValue("back"))}
	p.Ways = s.ways(p.Back)
	if door.From(r.Context()).SignedIn() {
		return p, p.Back, nil
	}
	n, err := s.store.accounts(r.Context(), s.store.db.Read())
	p.First = n == 0
	return p, "", err
}

func (s *Service) signIn(w http.ResponseWriter, r *http.Request) (SignInPage, string, error) {
	p := SignInPage{Login: r.PostFormValue("login"), Back: local(r.PostFormValue("back"))}
	p.Ways = s.ways(p.Back)
	a, err := s.prove(r.Context(), p.Login, r.PostFormValue("password"), web.Cookie(r, deviceCookie), s.origin(r))
	if err != nil {
		return p, "", err
	}
	next, err := s.enter(w, r, a.person, p.Back)
	return p, next, err
}

// A Second asks for more than a password. It returns where the person goes on for it, and
// nothing where the password is enough.
type Second func(w http.ResponseWriter, r *http.Request, person ospo.PersonID, back string) (next string, err error)

// enter lets somebody in who has shown the first factor, or sends them to show the second.
func (s *Service) enter(w http.ResponseWriter, r *http.Request, person ospo.PersonID, back string) (string, error) {
	if s.Second != nil {
		if next, err := s.Second(w, r, person, back); err != nil || next != "" {
			return next, err
		}
	}
	return back, s.Admit(w, r, person, "")
}

// Admit opens a new session for a person who has shown to be that person, and ends the one
// that the browser had: what somebody else planted there is worth nothing. must is where
// the session has to go first; empty where it is free.
func (s *Service) Admit(w http.ResponseWriter, r *http.Request, person ospo.PersonID, must string) error {
	a, err := s.store.accountOf(r.Context(), person)
	if err != nil {
		return err
	}
	if a.lane, err = s.lane(r.Context(), a.login, web.Cookie(r, deviceCookie)); err != nil {
		return err
	}
	cookie, err := s.open(r.Context(), a, must, s.origin(r))
	if err != nil {
		return err
	}
	if old := sessionCookie(r); old != "" {
		if err := s.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	s.setSession(w, r, cookie)
	return s.recognise(w, r, a, must)
}

const deviceCookie = "known"

// recognise makes the browser known to an account into which it has been let.
func (s *Service) recognise(w http.ResponseWriter, r *http.Request, a account, must string) error {
	if must != "" {
		return nil // not wholly let in yet
	}
	known, err := s.store.knowsDevice(r.Context(), digest(web.Cookie(r, deviceCookie)), a.login, s.store.db.Now())
	if err != nil || known {
		return err
	}
	device, err := s.know(r.Context(), a.person, a.org)
	web.SetCookie(w, r, deviceCookie, device, deviceLife)
	return err
}

// Reprove is Confirm for a form whose field "present" holds the viewer's password.
func (s *Service) Reprove(r *http.Request) error {
	return s.Confirm(r.Context(), r.PostFormValue("present"), s.origin(r))
}

// Brake counts a try at something of a person as failed before it is looked at, and is a
// fault where a pause still runs; see brace. Release forgives them.
func (s *Service) Brake(r *http.Request, what string, person ospo.PersonID) error {
	return s.brace(r.Context(), what+" "+string(person), s.origin(r).Address)
}

// Release takes back what Brake counted.
func (s *Service) Release(r *http.Request, what string, person ospo.PersonID) error {
	return s.store.db.Keep(r.Context(), func(tx *db.Tx) error {
		return s.relax(r.Context(), tx, what+" "+string(person), s.origin(r).Address)
	})
}

func (s *Service) signOut(w http.ResponseWriter, r *http.Request) (string, error) {
	next, err := s.farewell(r)
	if err != nil {
		return "", err
	}
	if err := s.SignOut(r.Context(), sessionCookie(r)); err != nil {
		return "", err
	}
	s.setSession(w, r, "")
	return next, nil
}

// WelcomePage is where a one-time link leads: to the first account, or to a new password.
type WelcomePage struct {
	Link                            Link
	Token                           string
	Tops                            []Org // top organisations that exist; none: the form makes one
	Kinds                           []string
	Org, OrgName, Kind, Name, Login string
	Shortest                        int
}

// First reports whether the link makes the first account.
func (p WelcomePage) First() bool { return p.Link.Person == "" }

func (s *Service) welcomePage(r *http.Request) (p WelcomePage, err error) {
	p = WelcomePage{Token: r.PathValue("link"), Kinds: Kinds, Kind: Kinds[0], Shortest: ShortestPassword}
	if p.Link, err = s.Follow(r.Context(), p.Token); err != nil || !p.First() {
		return p, err
	}
	p.Tops, err = s.store.tops(r.Context())
	return p, err
}

func (s *Service) welcome(w http.ResponseWriter, r *http.Request) (WelcomePage, string, error) {
	p, err := s.welcomePage(r)
	if err != nil {
		return p, "", err
	}
	p.Org, p.OrgName, p.Kind = r.PostFormValue("org"), r.PostFormValue("org_name"), r.PostFormValue("kind")
	p.Name, p.Login = r.PostFormValue("name"), r.PostFormValue("login")
	password := r.PostFormValue("password")
	if password != r.PostFormValue("again") {
		return p, "", fault.At("again", "governance.password.differ")
	}
	var person ospo.PersonID
	if p.First() {
		person, err = s.Found(r.Context(), Founding{ospo.OrgID(p.Org), p.OrgName, p.Kind, p.Name, p.Login, password, p.Token})
	} else {
		person, err = s.SetPassword(r.Context(), p.Token, password)
	}
	if err != nil {
		return p, "", err
	}
	next, err := s.enter(w, r, person, "/")
	return p, next, err
}

// absolute writes a path as an address that can be handed on.
func (s *Service) absolute(r *http.Request, path string) string {
	if s.Home != "" {
		return s.Home + path
	}
	u := url.URL{Scheme: "http", Host: r.Host, Path: path}
	if web.Secure(r) {
		u.Scheme = "https"
	}
	return u.String()
}
