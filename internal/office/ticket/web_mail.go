// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// InboxPage is the mails that came in, the latest first.
type InboxPage struct {
	Mails  []Mail
	Pager  web.Pager
	State  string
	States []string
	Boxes  []string // addresses
}

var mailStates = []string{"kept", "opened", "added", "new"}

func (s *Service) inboxPage(r *http.Request) (p InboxPage, err error) {
	l := web.ReadListing(r, "-id")
	p = InboxPage{State: l.Get("state"), States: mailStates}
	if !slices.Contains(mailStates, p.State) {
		p.State = ""
	}
	before := l.Get("before")
	if !utf8.ValidString(before) || strings.ContainsRune(before, 0) {
		return p, fault.New(fault.Invalid, "fault.cursor", before)
	}
	offered, err := s.offered(r.Context())
	if err != nil {
		return p, err
	}
	for _, y := range offered {
		if y.Kind == "mail" {
			p.Boxes = append(p.Boxes, y.Address)
		}
	}
	all, err := s.store.inbox(r.Context(), door.From(r.Context()).Org, p.State, before, l.Size+1)
	if p.Mails = all[:min(len(all), l.Size)]; len(all) > l.Size {
		p.Pager.Next = l.With("before", all[l.Size-1].ID)
	}
	return p, err
}

// MailPage is one mail.
type MailPage struct {
	Mail
	MayOpen bool
	Beside  []string // files that are not with those of the case
	MayTake bool
}

func (s *Service) mailPage(r *http.Request) (p MailPage, err error) {
	p.Mail, err = s.Mail(r.Context(), r.PathValue("mail"))
	if err != nil {
		return p, err
	}
	p.Beside, err = s.Beside(r.Context(), p.Mail)
	p.MayTake = len(p.Beside) > 0 && door.From(r.Context()).May(mayWrite)
	p.MayOpen = p.State == "kept" && p.Said != "" && door.From(r.Context()).May(mayWrite)
	return p, err
}

// rawFile hands out a mail as it came: never to be shown by a browser.
func (s *Service) rawFile(r *http.Request) (d web.Download, err error) {
	m, err := s.Mail(r.Context(), r.PathValue("mail"))
	if err != nil || m.Way != "in" || m.Sum == "" { // it was erased
		return d, errorOr(err, notFound())
	}
	raw, err := s.box.Blobs.Get(m.Sum)
	return web.Download{Name: "mail-" + m.ID[:8] + ".eml", Type: "application/octet-stream", Write: func(w io.Writer) error { _, err := w.Write(raw); return err }}, err
}

func (s *Service) openMail(r *http.Request) (string, error) {
	id := r.PathValue("mail")
	return "/ticket/mail/" + id, s.OpenMail(r.Context(), id)
}

func (s *Service) takeFiles(r *http.Request) (string, error) {
	defer s.jobs.Wake()
	id := r.PathValue("mail")
	return "/ticket/mail/" + id, s.TakeFiles(r.Context(), id)
}

// AnswerPage is a mail as it is written.
type AnswerPage struct {
	Matter
	Readers []web.Choice
	Text    string
	Last    Mail // what it answers
	Ready   bool // mails can be sent at all
}

func (s *Service) answerPage(r *http.Request) (p AnswerPage, err error) {
	ctx := r.Context()
	if p.Matter, err = s.Matter(ctx, r.PathValue("case")); err != nil {
		return p, err
	}
	p.Ready = s.box.Out != nil && s.box.Out.Ready()
	all, err := s.store.mails(ctx, p.Org, p.ID)
	for _, m := range all {
		if m.Way != "in" || slices.ContainsFunc(p.Readers, func(c web.Choice) bool { return c.Value == m.Sender }) {
			continue
		}
		if p.Last.ID == "" {
			p.Last = m
		}
		p.Readers = append(p.Readers, web.Choice{Value: m.Sender, Label: m.Name + " <" + m.Sender + ">", Chosen: len(p.Readers) == 0})
	}
	return p, err
}

func (s *Service) sendAnswer(r *http.Request) (p AnswerPage, next string, err error) {
	if p, err = s.answerPage(r); err != nil {
		return p, "", err
	}
	p.Text = r.PostFormValue("text")
	to := r.PostFormValue("to")
	for i, c := range p.Readers {
		p.Readers[i].Chosen = c.Value == to
	}
	return p, "/casework/case/" + p.ID + "#timeline", s.Answer(r.Context(), p.ID, to, p.Text)
}
