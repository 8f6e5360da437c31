// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"net/http"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
)

// StatusPage is where a request stands, for its asker.
type StatusPage struct {
	Standing
	Base  string // of this request
	Guest bool
	Yours bool   // the viewer asked
	Text  string // a message as it was written
	Case  string // address of the case, for who may see it
	Sheet        // what a guest is asked; its zero value where that is nothing
	Do    string // address of the task, for who has signed in and whose turn it is
}

// Waiting reports whether it is the asker's turn.
func (p StatusPage) Waiting() bool {
	for _, w := range p.Waits {
		if w.Yours {
			return true
		}
	}
	return false
}

func (s *Service) requestPage(r *http.Request) (p StatusPage, err error) {
	ctx := r.Context()
	p.Standing, err = s.Look(ctx, r.PathValue("case"))
	p.Base, p.Yours = "/intake/request/"+p.ID, p.Asker == door.From(ctx).Human()
	if door.From(ctx).May("casework.read") {
		p.Case = "/casework/case/" + p.ID
	}
	if p.Yours && p.Turn.Task != "" && door.From(ctx).May("casework.ask") {
		p.Do = "/casework/case/" + p.ID + "/task/" + p.Turn.Task
	}
	return p, err
}

func (s *Service) say(r *http.Request) (StatusPage, string, error) {
	p, err := s.requestPage(r)
	if err != nil {
		return p, "", err
	}
	p.Text = r.PostFormValue("text")
	return p, p.Base + "#past", s.Say(r.Context(), p.ID, p.Text)
}

func (s *Service) withdraw(r *http.Request) (string, error) {
	id := r.PathValue("case")
	return "/intake/request/" + id, s.Withdraw(r.Context(), id)
}

func (s *Service) guestPage(r *http.Request) (p StatusPage, err error) {
	_, p, err = s.guestStands(r)
	return p, err
}

func (s *Service) guestStands(r *http.Request) (g Guest, p StatusPage, err error) {
	if g, err = s.Recognise(r.Context(), r.PathValue("secret")); err != nil {
		return g, p, err
	}
	p.Standing, err = s.Status(r.Context(), g)
	p.Base, p.Guest, p.Yours = "/intake/status/"+r.PathValue("secret"), true, true
	if t := p.Turn; t.Task != "" {
		p.Sheet = Sheet{def: t.Def, known: t.Known, plain: t.Written, wanted: t.Asks}
		p.lay(r.Context(), t.Known, nil)
	}
	return g, p, err
}

func (s *Service) guestReply(r *http.Request) (StatusPage, string, error) {
	g, p, err := s.guestStands(r)
	if err != nil {
		return p, "", err
	}
	if p.Turn.Task == "" || p.Turn.Task != r.PostFormValue("task") {
		return p, "", fault.New(fault.Conflict, "intake.turn_over")
	}
	written, err := p.posted(r)
	if err != nil {
		return p, "", err
	}
	return p, p.Base + "#now", s.ReplyAsGuest(r.Context(), g, s.From(r), p.Turn.Task, written)
}

func (s *Service) guestSay(r *http.Request) (StatusPage, string, error) {
	g, p, err := s.guestStands(r)
	if err != nil {
		return p, "", err
	}
	p.Text = r.PostFormValue("text")
	return p, p.Base + "#past", s.SayAsGuest(r.Context(), g, s.From(r), p.Text)
}

func (s *Service) guestWithdraw(r *http.Request) (string, error) {
	g, p, err := s.guestStands(r)
	if err != nil {
		return "", err
	}
	return p.Base, s.WithdrawAsGuest(r.Context(), g)
}
