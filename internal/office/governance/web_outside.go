// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"net/http"
)

// A Way is another way to sign in than with a password.
type Way struct{ Label, Href string }

// ways lists the other ways in; they come back to back.
func (s *Service) ways(back string) []Way {
	if s.Ways == nil {
		return nil
	}
	return s.Ways(back)
}

// Switch gives the browser a session that somebody else has opened, and ends the one that
// it brought along: what was planted there before signing in is worth nothing.
func (s *Service) Switch(w http.ResponseWriter, r *http.Request, cookie string) error {
	if old := sessionCookie(r); old != "" {
		if err := s.SignOut(r.Context(), old); err != nil {
			return err
		}
	}
	s.setSession(w, r, cookie)
	return nil
}

// From says where a request comes from.
func (s *Service) From(r *http.Request) Origin { return s.origin(r) }

// farewell is where somebody who signs out goes on to.
func (s *Service) farewell(r *http.Request) (string, error) {
	cookie := sessionCookie(r)
	if s.Farewell == nil || cookie == "" {
		return "/sign-in", nil
	}
	id, err := s.store.sessionID(r.Context(), digest(cookie))
	if err != nil || id == "" {
		return "/sign-in", err
	}
	next, err := s.Farewell(r.Context(), id)
	if err == nil && next == "" {
		next = "/sign-in"
	}
	return next, err
}
