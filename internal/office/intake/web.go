// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"net/http"

	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// A Caller says whom a request counts for that nobody has signed in for.
type Caller func(*http.Request) string

var nav = []web.Entry{{Side: web.Steer, Key: "intake.nav", Href: "/intake", Permit: mayAsk}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /intake", mayAsk, "start.html", s.startPage),
		web.Show("GET /intake/ask/{door}", mayAsk, "ask.html", s.askPage),
		web.Form("POST /intake/ask/{door}", mayAsk, "ask.html", s.ask),
		web.Show("GET /intake/request/{case}", mayAsk, "status.html", s.requestPage),
		web.Form("POST /intake/request/{case}/message", mayAsk, "status.html", s.say),
		web.Do("POST /intake/request/{case}/withdraw", mayAsk, s.withdraw),

		web.Show("GET /intake/at/{house}", web.Anyone, "start.html", s.guestStart),
		web.Show("GET /intake/at/{house}/{door}", web.Anyone, "ask.html", s.guestForm),
		web.Form("POST /intake/at/{house}/{door}", web.Anyone, "ask.html", s.guestAsk),
		web.Show("GET /intake/status/{secret}", web.Anyone, "status.html", s.guestPage),
		web.Form("POST /intake/status/{secret}/message", web.Anyone, "status.html", s.guestSay),
		web.Form("POST /intake/status/{secret}/reply", web.Anyone, "status.html", s.guestReply),
		web.Do("POST /intake/status/{secret}/withdraw", web.Anyone, s.guestWithdraw),

		web.Show("GET /intake/guests", mayRead, "guests.html", s.guestsPage),
		web.Show("GET /intake/house", mayWrite, "house.html", s.housePage),
		web.Form("POST /intake/house", mayWrite, "house.html", s.setHouse),
		web.Show("GET /intake/figures", mayRead, "figures.html", s.figuresPage),
		web.File("GET /intake/figures.csv", mayRead, s.figuresFile),
	}
}

// StartPage shows the doors, and what the viewer has asked.
type StartPage struct {
	House             string // name of the organisation, for guests
	Base              string // of the addresses of doors
	Doors             []Door
	Mine              []Standing
	MayRead, MayWrite bool
}

func (s *Service) startPage(r *http.Request) (p StartPage, err error) {
	v := door.From(r.Context())
	p = StartPage{Base: "/intake/ask/", Doors: s.doors(r.Context(), v.Org), MayRead: v.May(mayRead), MayWrite: v.May(mayWrite)}
	p.Mine, err = s.Desk.Mine(r.Context())
	return p, err
}

func (s *Service) guestStart(r *http.Request) (StartPage, error) {
	h, err := s.Public(r.Context(), r.PathValue("house"))
	return StartPage{House: h.Name, Base: h.Path() + "/", Doors: s.doors(r.Context(), h.Org)}, err
}

// GuestsPage lists who came without an account.
type GuestsPage struct {
	Rows     []Guest
	Most     int
	MayWrite bool
}

func (s *Service) guestsPage(r *http.Request) (p GuestsPage, err error) {
	p.Rows, err = s.Guests(r.Context())
	p.Most, p.MayWrite = mostGuests, door.From(r.Context()).May(mayWrite)
	return p, err
}
