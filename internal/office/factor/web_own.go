// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"html/template"
	"net/http"

	"allmende/internal/engine/totp"
	"allmende/internal/platform/door"
)

// HomePage is one's own second factors.
type HomePage struct {
	State
	Keys   []Key
	Must   bool // one has to be set up before anything else
	Wanted bool // the organisation asks for one
}

func (s *Service) homePage(r *http.Request) (p HomePage, err error) {
	m, err := s.me(r.Context())
	if err != nil {
		return p, err
	}
	p.Must = door.From(r.Context()).Must != ""
	if p.State, err = s.State(r.Context()); err != nil {
		return p, err
	}
	if p.Keys, err = s.store.keys(r.Context(), m.person); err != nil {
		return p, err
	}
	p.Wanted, err = s.Wanted(r.Context(), m.person)
	return p, err
}

// AppPage sets up an app for codes; once done, Codes are the recovery codes, shown this one time.
type AppPage struct {
	Secret     string
	Link       template.URL // otpauth:, which the app on this device opens
	Picture    template.HTML
	Must, Have bool
	Codes      []string
}

func (s *Service) appPage(r *http.Request) (AppPage, error) {
	return s.offer(r, newSecret())
}

// offer shows a secret: a new one, or the one that was sent with a wrong code.
func (s *Service) offer(r *http.Request, secret string) (p AppPage, err error) {
	m, err := s.me(r.Context())
	if err != nil {
		return p, err
	}
	st, err := s.State(r.Context())
	if err != nil {
		return p, err
	}
	p = AppPage{Must: door.From(r.Context()).Must != "", Have: !st.App.IsZero()}
	key, err := totp.Decode(secret)
	if err != nil {
		return s.offer(r, newSecret())
	}
	uri := totp.URI("Allmende "+m.orgName, m.login, key)
	p.Secret, p.Link = totp.Encode(key), template.URL(uri)
	p.Picture, err = picture(uri)
	return p, err
}

// setApp renews the session, too: what it may has changed.
func (s *Service) setApp(w http.ResponseWriter, r *http.Request) (AppPage, string, error) {
	p, err := s.offer(r, r.PostFormValue("secret"))
	if err != nil {
		return p, "", err
	}
	if err := s.reprove(r); err != nil {
		return p, "", err
	}
	if p.Codes, err = s.SetApp(r.Context(), p.Secret, r.PostFormValue("code")); err != nil {
		return p, "", err
	}
	return p, "", s.Gate.Admit(w, r, door.From(r.Context()).Person, "")
}

// RemovePage asks before the app is removed.
type RemovePage struct{ State }

func (s *Service) removePage(r *http.Request) (p RemovePage, err error) {
	if _, err = s.me(r.Context()); err == nil {
		p.State, err = s.State(r.Context())
	}
	return p, err
}

func (s *Service) removeApp(r *http.Request) (RemovePage, string, error) {
	p, err := s.removePage(r)
	if err != nil {
		return p, "", err
	}
	if err := s.reprove(r); err != nil {
		return p, "", err
	}
	return p, Home, s.RemoveApp(r.Context())
}

// CodesPage renews the recovery codes; Codes are shown this one time.
type CodesPage struct {
	State
	New []string
}

func (s *Service) codesPage(r *http.Request) (p CodesPage, err error) {
	if _, err = s.me(r.Context()); err == nil {
		p.State, err = s.State(r.Context())
	}
	return p, err
}

func (s *Service) renewCodes(r *http.Request) (CodesPage, string, error) {
	p, err := s.codesPage(r)
	if err != nil {
		return p, "", err
	}
	if err := s.reprove(r); err != nil {
		return p, "", err
	}
	p.New, err = s.RenewCodes(r.Context())
	return p, "", err
}
