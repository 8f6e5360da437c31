// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// AskPage is the form behind a door; once a guest has sent it, what they get for it.
type AskPage struct {
	Door    Door
	House   string // name of the organisation, for guests
	Base    string // where the doors are
	Action  string
	Title   string // what was written
	Fields  []FieldRow
	Shown   string // ids of the fields that were shown, for what comes up only by an answer
	Who     Guest
	Matches []Match
	Seen    string // the name for which matches were shown
	Done    bool
	Receipt Receipt
	Home    string

	def *process.Definition
}

// Guest reports whether somebody without an account asks.
func (p AskPage) Guest() bool { return p.House != "" }

// A FieldRow is a question with what was written.
type FieldRow struct {
	ID, Name, Help, Type, Text string
	Required                   bool
	Fresh                      bool // came up by the answers just given
	Choices                    []web.Choice
}

func (s *Service) form(ctx context.Context, org ospo.OrgID, id string) (p AskPage, err error) {
	if p.Door, err = s.door(ctx, org, id); err != nil {
		return p, err
	}
	if p.def, err = s.Desk.Kind(ctx, org, p.Door.Type); err != nil {
		return p, err
	}
	s.lay(ctx, &p, process.Facts{}, nil)
	return p, nil
}

// lay puts the questions that apply into the form, as they were answered.
func (s *Service) lay(ctx context.Context, p *AskPage, facts process.Facts, written map[string]string) {
	p.Fields = nil
	var shown []string
	for _, f := range s.Desk.First(p.def, facts) {
		row := FieldRow{ID: f.ID, Name: f.Name.In(tongue(ctx)), Help: f.Help.In(tongue(ctx)), Type: f.Type, Text: written[f.ID], Required: f.Required}
		for _, c := range f.Choices {
			row.Choices = append(row.Choices, web.Choice{Value: c.ID, Label: c.Name.In(tongue(ctx)), Chosen: c.ID == row.Text})
		}
		if f.Type == "yesno" {
			for _, c := range []string{"yes", "no"} {
				row.Choices = append(row.Choices, web.Choice{Value: c, Label: say(ctx, "intake.yesno."+c), Chosen: c == row.Text})
			}
		}
		shown = append(shown, f.ID)
		p.Fields = append(p.Fields, row)
	}
	p.Shown = strings.Join(shown, " ")
}

// posted reads a form. Where the answers bring up further questions, it comes back with those.
// Whether an answer can be read is for the desk to say.
func (s *Service) posted(r *http.Request, p *AskPage) (Request, error) {
	out := Request{Title: r.PostFormValue("title"), Facts: map[string]string{}}
	p.Title, p.Seen = out.Title, r.PostFormValue("seen")
	facts := process.Facts{}
	for _, f := range p.def.Fields {
		text, ok := r.PostForm["x-"+f.ID]
		if !ok {
			continue
		}
		out.Facts[f.ID] = text[0]
		if v, err := p.def.Read(f, text[0]); err == nil && v != nil {
			facts[f.ID] = v
		}
	}
	s.lay(r.Context(), p, facts, out.Facts)
	before := strings.Fields(r.PostFormValue("shown"))
	var fresh []string
	for i, f := range p.Fields {
		if !slices.Contains(before, f.ID) && out.Facts[f.ID] == "" {
			p.Fields[i].Fresh = true
			fresh = append(fresh, f.ID, f.Name)
		}
	}
	for id := range out.Facts { // what was asked no more, given the others
		if !slices.ContainsFunc(p.Fields, func(f FieldRow) bool { return f.ID == id }) {
			delete(out.Facts, id)
		}
	}
	if fresh != nil {
		return out, fault.At("x-"+fresh[0], "intake.more_asked", fresh[1])
	}
	return out, nil
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
