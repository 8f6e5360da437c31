// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func (s *Service) panels() []web.Panel { return []web.Panel{web.ShowPanel("panel.html", s.panel)} }

var nav = []web.Entry{{Side: web.Steer, Key: "ticket.nav", Href: "/ticket", Permit: mayRead, Under: "/casework"}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /ticket", mayRead, "outbox.html", s.outboxPage),
		web.Do("POST /ticket/again", mayWrite, s.againAll),
		web.Do("POST /ticket/message/{message}/again", mayWrite, s.againOne),
		web.Do("POST /ticket/message/{message}/discard", mayWrite, s.discardOne),
		web.Show("GET /ticket/settings", mayRead, "settings.html", s.settingsPage),
		web.Show("GET /ticket/settings/{system}", mayAdmin, "connection.html", s.connectionPage),
		web.Form("POST /ticket/settings/{system}", mayAdmin, "connection.html", s.connect),
		web.Form("POST /ticket/settings/{system}/probe", mayAdmin, "connection.html", s.probe),
		web.Show("GET /ticket/mail", mayRead, "inbox.html", s.inboxPage),
		web.Show("GET /ticket/mail/{mail}", mayRead, "mail.html", s.mailPage),
		web.File("GET /ticket/mail/{mail}/raw", mayRead, s.rawFile),
		web.Do("POST /ticket/mail/{mail}/open", mayWrite, s.openMail),
		web.Do("POST /ticket/mail/{mail}/files", mayWrite, s.takeFiles),
		web.Show("GET /ticket/case/{case}/answer", mayWrite, "answer.html", s.answerPage),
		web.Form("POST /ticket/case/{case}/answer", mayWrite, "answer.html", s.sendAnswer),
		web.Show("GET /ticket/case/{case}/files", mayWrite, "files.html", s.filesPage),
		web.Form("POST /ticket/case/{case}/files", mayWrite, "files.html", s.giveFiles),
		web.Do("POST /ticket/case/{case}/{system}/begin", mayWrite, s.begin),
		web.Do("POST /ticket/case/{case}/{system}/push", mayWrite, s.push),
		web.Do("POST /ticket/case/{case}/{system}/note", mayWrite, s.note),
	}
}

// OutboxPage is what systems are to be told, the latest first.
type OutboxPage struct {
	Messages       []Row
	Pager          web.Pager
	State          string
	States         []string
	Failed, Queued int
	Any            bool // systems are set up for the viewer's organisation
	MayWrite       bool
}

// A Row is a message with the name of its system.
type Row struct {
	Message
	Label string
}

var stateWords = []string{"failed", "queued", "sent"}

func (s *Service) outboxPage(r *http.Request) (p OutboxPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	l := web.ReadListing(r, "-id")
	p = OutboxPage{State: l.Get("state"), States: stateWords, MayWrite: v.May(mayWrite)}
	if !slices.Contains(stateWords, p.State) {
		p.State = ""
	}
	before := l.Get("before")
	if !utf8.ValidString(before) || strings.ContainsRune(before, 0) {
		return p, fault.New(fault.Invalid, "fault.cursor", before)
	}
	if p.Failed, err = s.store.count(ctx, v.Org, "failed"); err != nil {
		return p, err
	}
	if p.Queued, err = s.store.count(ctx, v.Org, "queued"); err != nil {
		return p, err
	}
	offered, err := s.offered(ctx)
	if err != nil {
		return p, err
	}
	p.Any = len(offered) > 0
	all, err := s.store.messages(ctx, v.Org, p.State, before, l.Size+1)
	for _, m := range all[:min(len(all), l.Size)] {
		p.Messages = append(p.Messages, Row{m, s.label(m.System)})
	}
	if len(all) > l.Size {
		p.Pager.Next = l.With("before", all[l.Size-1].ID)
	}
	return p, err
}

func (s *Service) label(id string) string {
	if y, ok := s.system(id); ok {
		return y.Label
	}
	return id
}

func (s *Service) againAll(r *http.Request) (string, error) {
	defer s.jobs.Wake()
	return "/ticket", s.Again(r.Context(), "")
}

func (s *Service) againOne(r *http.Request) (string, error) {
	defer s.jobs.Wake()
	return "/ticket", s.Again(r.Context(), r.PathValue("message"))
}

func (s *Service) discardOne(r *http.Request) (string, error) {
	return "/ticket", s.Discard(r.Context(), r.PathValue("message"))
}

func at(r *http.Request) (id, system, back string) {
	return r.PathValue("case"), r.PathValue("system"), "/casework/case/" + r.PathValue("case") + "#ticket"
}

func (s *Service) begin(r *http.Request) (string, error) {
	id, system, back := at(r)
	defer s.jobs.Wake()
	return back, s.CatchUp(r.Context(), id, system)
}

func (s *Service) push(r *http.Request) (string, error) {
	id, system, back := at(r)
	defer s.jobs.Wake()
	return back, s.Push(r.Context(), id, system)
}

func (s *Service) note(r *http.Request) (string, error) {
	id, system, back := at(r)
	return back, s.Heed(r.Context(), id, system)
}

// PanelPage is what the page of a case shows of its tickets.
type PanelPage struct {
	Case     string
	End      string // how the case stands: open, done, refused, withdrawn
	All      []Standing
	Without  []System
	Mails    []Mail // the latest first
	MayMail  bool   // somebody can be answered
	MayWrite bool
}

func (s *Service) panel(ctx context.Context, id string) (p PanelPage, err error) {
	m, all, without, err := s.Standings(ctx, id)
	p = PanelPage{Case: id, End: m.End(), All: all, MayWrite: door.From(ctx).May(mayWrite)}
	if p.MayWrite {
		p.Without = without
	}
	if err != nil || len(s.systems) == 0 {
		return p, err
	}
	p.Mails, err = s.store.mails(ctx, m.Org, m.ID)
	p.MayMail = p.MayWrite && slices.ContainsFunc(p.Mails, func(o Mail) bool { return o.Way == "in" })
	return p, err
}
