// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"net/http"
	"strings"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// AskPage is the form behind a door; once a guest has sent it, what they get for it.
type AskPage struct {
	Door   Door
	House  string // name of the organisation, for guests
	Base   string // where the doors are
	Action string
	Title  string // what was written
	Sheet
	Who     Guest
	Matches []Match
	Seen    string // the name for which matches were shown
	Done    bool
	Receipt Receipt
	Home    string
}

// Guest reports whether somebody without an account asks.
func (p AskPage) Guest() bool { return p.House != "" }

func (s *Service) form(ctx context.Context, org ospo.OrgID, id string) (p AskPage, err error) {
	if p.Door, err = s.door(ctx, org, id); err != nil {
		return p, err
	}
	if p.def, err = s.Desk.Kind(ctx, org, p.Door.Type); err != nil {
		return p, err
	}
	def := p.def
	p.known, p.wanted = process.Facts{}, func(facts process.Facts) []process.Field { return s.Desk.First(def, facts) }
	p.lay(ctx, p.known, nil)
	return p, nil
}

// posted reads a form. Where the answers bring up further questions, it comes back with those.
// Whether an answer can be read is for the desk to say.
func (s *Service) posted(r *http.Request, p *AskPage) (out Request, err error) {
	out.Title = r.PostFormValue("title")
	p.Title, p.Seen = out.Title, r.PostFormValue("seen")
	out.Facts, err = p.Sheet.posted(r)
	return out, err
}

func (s *Service) askPage(r *http.Request) (AskPage, error) {
	p, err := s.form(r.Context(), door.From(r.Context()).Org, r.PathValue("door"))
	p.Base, p.Action = "/intake", "/intake/ask/"+p.Door.ID
	return p, err
}

func (s *Service) ask(r *http.Request) (AskPage, string, error) {
	ctx := r.Context()
	p, err := s.askPage(r)
	if err != nil {
		return p, "", err
	}
	in, err := s.posted(r, &p)
	if err != nil {
		return p, "", err
	}
	if name := strings.TrimSpace(in.Facts[p.Door.Name]); name != "" && name != p.Seen {
		if p.Matches, err = s.Alike(ctx, name); err != nil {
			return p, "", err
		}
		if p.Seen = name; len(p.Matches) > 0 {
			return p, "", fault.At("x-"+p.Door.Name, "intake.alike", name)
		}
	}
	id, err := s.Ask(ctx, p.Door.ID, in)
	return p, "/intake/request/" + id, err
}

func (s *Service) guestForm(r *http.Request) (p AskPage, err error) {
	h, err := s.Public(r.Context(), r.PathValue("house"))
	if err != nil {
		return p, err
	}
	p, err = s.form(r.Context(), h.Org, r.PathValue("door"))
	p.House, p.Base, p.Action, p.Home = h.Name, h.Path(), h.Path()+"/"+p.Door.ID, s.Home
	return p, err
}

// guestAsk takes the form of a guest. A field that nobody sees is filled in by programs alone.
func (s *Service) guestAsk(r *http.Request) (AskPage, string, error) {
	p, err := s.guestForm(r)
	if err != nil {
		return p, "", err
	}
	p.Who = Guest{Name: r.PostFormValue("name"), Mail: r.PostFormValue("mail")}
	in, err := s.posted(r, &p)
	if err != nil {
		return p, "", err
	}
	if r.PostFormValue("website") != "" {
		return p, "", fault.New(fault.Invalid, "intake.machine")
	}
	p.Receipt, err = s.AskAsGuest(r.Context(), r.PathValue("house"), p.Door.ID, s.From(r), p.Who, in)
	p.Done = err == nil
	return p, "", err
}

// HousePage lets guests ask, or no more.
type HousePage struct {
	House   House
	Domains string // as written
	Home    string
	Saved   bool
}

func (s *Service) housePage(r *http.Request) (p HousePage, err error) {
	p.House, err = s.House(r.Context())
	p.Home, p.Domains = s.Home, strings.Join(p.House.Domains, "\n")
	return p, err
}

func (s *Service) setHouse(r *http.Request) (HousePage, string, error) {
	p, err := s.housePage(r)
	if err != nil {
		return p, "", err
	}
	p.Domains = r.PostFormValue("domains")
	p.House = House{Org: ospo.OrgID(p.House.Org), Name: p.House.Name, Open: r.PostFormValue("open") == "yes", Slug: r.PostFormValue("slug"),
		Domains: strings.FieldsFunc(p.Domains, func(c rune) bool { return strings.ContainsRune(" ,;\r\n\t", c) })}
	return p, "/intake/house", s.SetHouse(r.Context(), p.House)
}
