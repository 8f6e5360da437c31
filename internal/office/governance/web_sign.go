// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"net/http"
	"net/url"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// SignInPage asks for login and password.
type SignInPage struct {
	Login, Back string
	First       bool // there is no account yet
}

func (s *Service) signInPage(r *http.Request) (SignInPage, string, error) {
	p := SignInPage{Back: local(r.FormValue("back"))}
	if door.From(r.Context()).SignedIn() {
		return p, p.Back, nil
	}
	n, err := s.store.accounts(r.Context(), s.store.db.Read())
	p.First = n == 0
	return p, "", err
}

func (s *Service) signIn(w http.ResponseWriter, r *http.Request) (SignInPage, string, error) {
	p := SignInPage{Login: r.PostFormValue("login"), Back: local(r.PostFormValue("back"))}
	cookie, err := s.SignIn(r.Context(), p.Login, r.PostFormValue("password"), s.origin(r))
	if err != nil {
		return p, "", err
	}
	if old := sessionCookie(r); old != "" {
		if err := s.SignOut(r.Context(), old); err != nil {
			return p, "", err
		}
	}
	setSession(w, r, cookie)
	return p, p.Back, nil
}

func (s *Service) signOut(w http.ResponseWriter, r *http.Request) (string, error) {
	if err := s.SignOut(r.Context(), sessionCookie(r)); err != nil {
		return "", err
	}
	setSession(w, r, "")
	return "/sign-in", nil
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
	cookie := ""
	if p.First() {
		cookie, err = s.Found(r.Context(), Founding{ospo.OrgID(p.Org), p.OrgName, p.Kind, p.Name, p.Login, password, p.Token}, s.origin(r))
	} else {
		cookie, err = s.SetPassword(r.Context(), p.Token, password, s.origin(r))
	}
	if err != nil {
		return p, "", err
	}
	setSession(w, r, cookie)
	return p, "/", nil
}

// absolute writes a path as an address that can be handed on.
func absolute(r *http.Request, path string) string {
	u := url.URL{Scheme: "http", Host: r.Host, Path: path}
	if secure(r) {
		u.Scheme = "https"
	}
	return u.String()
}
