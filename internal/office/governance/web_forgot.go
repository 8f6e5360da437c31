// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"net/http"
)

// ForgotPage asks for the login of who has forgotten the password.
type ForgotPage struct {
	Login string
	Ready bool // letters can be sent
	Sent  bool
	Hours int // how long the link works
}

func (s *Service) forgotPage(*http.Request) (ForgotPage, error) {
	return ForgotPage{Ready: s.mails(), Hours: int(resetLife.Hours())}, nil
}

func (s *Service) forgot(r *http.Request) (ForgotPage, string, error) {
	p, err := s.forgotPage(r)
	if err != nil || !p.Ready {
		return p, "", err
	}
	p.Login = r.PostFormValue("login")
	if err := s.Forgot(r.Context(), p.Login, s.origin(r)); err != nil {
		return p, "", err
	}
	p.Sent = true
	return p, "", nil
}

func (s *Service) mailPerson(r *http.Request) (PersonPage, string, error) {
	p, err := s.personPage(r)
	if err != nil {
		return p, "", err
	}
	err = s.InviteByMail(r.Context(), p.Person.ID)
	p.Mailed = err == nil
	return p, "", err
}
