// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"net/http"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// A Gate knows accounts and lets people in.
type Gate interface {
	// Admit opens a session; must is where it has to go first, empty where it is free.
	Admit(w http.ResponseWriter, r *http.Request, person ospo.PersonID, must string) error
	// Reprove is a fault where the field "present" is not the viewer's password.
	Reprove(r *http.Request) error
	// Brake counts a try as failed before it is looked at; a pause that still runs is a fault.
	Brake(r *http.Request, what string, person ospo.PersonID) error
	// Release takes back what Brake counted.
	Release(r *http.Request, what string, person ospo.PersonID) error
}

// Own pages ask by themselves who is there: also who may nothing else yet sets up a factor.
func (s *Service) pages() []web.Page {
	const admin, read = "governance.admin", "factor.read"
	return append(s.keyPages(), []web.Page{
		web.Show("GET /factor", web.Anyone, "factor.html", s.homePage),
		web.Show("GET /factor/app", web.Anyone, "app.html", s.appPage),
		web.FormCookie("POST /factor/app", web.Anyone, "app.html", s.setApp),
		web.Show("GET /factor/app/remove", web.Anyone, "remove.html", s.removePage),
		web.Form("POST /factor/app/remove", web.Anyone, "remove.html", s.removeApp),
		web.Show("GET /factor/codes", web.Anyone, "codes.html", s.codesPage),
		web.Form("POST /factor/codes", web.Anyone, "codes.html", s.renewCodes),

		web.Form("GET /factor/sign-in", web.Anyone, "sign_in.html", s.signInPage),
		web.FormCookie("POST /factor/sign-in", web.Anyone, "sign_in.html", s.signIn),

		web.Show("GET /factor/rule", read, "rule.html", s.rulePage),
		web.Form("POST /factor/rule", admin, "rule.html", s.setRule),
		web.Show("GET /factor/person/{person}", admin, "reset.html", s.resetPage),
		web.Do("POST /factor/person/{person}/reset", admin, s.reset),
	}...)
}

// Second asks, after a right password, for the second factor of who has one, and has who
// needs one set it up. It is what governance calls a Second.
func (s *Service) Second(w http.ResponseWriter, r *http.Request, person ospo.PersonID, back string) (next string, err error) {
	st, err := s.store.state(r.Context(), s.store.db.Read(), person)
	if err != nil {
		return "", err
	}
	if st.Any() {
		cookie, err := s.begin(r.Context(), person, back)
		web.SetCookie(w, r, stepCookie, cookie, stepLife)
		return "/factor/sign-in", err
	}
	wanted, err := s.Wanted(r.Context(), person)
	if err != nil || !wanted {
		return "", err
	}
	return Home, s.Gate.Admit(w, r, person, Home)
}

const stepCookie = "step"

// SignInPage asks for the second factor.
type SignInPage struct {
	Name     string
	App      bool
	Passkeys bool
}

func (s *Service) signInPage(r *http.Request) (p SignInPage, next string, err error) {
	t, err := s.pending(r.Context(), web.Cookie(r, stepCookie))
	if err != nil {
		return p, again(err), passed(err)
	}
	st, err := s.store.state(r.Context(), s.store.db.Read(), t.person)
	return SignInPage{t.name, !st.App.IsZero(), st.Passkeys > 0}, "", err
}

// again leads back to the password where nobody stands between the factors any more.
func again(err error) string {
	if err != nil && fault.Of(err) == fault.NotFound {
		return "/sign-in"
	}
	return ""
}

func passed(err error) error {
	if again(err) != "" {
		return nil
	}
	return err
}

func (s *Service) signIn(w http.ResponseWriter, r *http.Request) (SignInPage, string, error) {
	p, next, err := s.signInPage(r)
	if err != nil || next != "" {
		return p, next, err
	}
	cookie := web.Cookie(r, stepCookie)
	t, err := s.pending(r.Context(), cookie)
	if err != nil {
		return p, "", err
	}
	if err := s.Gate.Brake(r, "factor", t.person); err != nil {
		return p, "", err
	}
	if t, err = s.finish(r.Context(), cookie, r.PostFormValue("code")); err != nil {
		return p, "", err
	}
	return p, t.back, s.let(w, r, t.person)
}

// let opens the session of somebody who has shown both factors.
func (s *Service) let(w http.ResponseWriter, r *http.Request, person ospo.PersonID) error {
	if err := s.Gate.Release(r, "factor", person); err != nil {
		return err
	}
	web.SetCookie(w, r, stepCookie, "", 0)
	return s.Gate.Admit(w, r, person, "")
}

// reprove asks for the password again, unless it was shown a moment ago.
func (s *Service) reprove(r *http.Request) error {
	if door.From(r.Context()).Must != "" {
		return nil
	}
	return s.Gate.Reprove(r)
}
