// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"net/http"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// PersonPage is what somebody has: one's own page, with a form to assess oneself, or that of
// somebody else, with a form to confirm.
type PersonPage struct {
	Profile
	Main    AssessTable // what the person's roles need, and what is assessed
	More    AssessTable // the rest of the catalogue
	Offers  []OfferRow
	Roles   []string
	Mine    bool
	Form    bool   // something can be noted
	Action  string // where the form goes
	Note    string
	History []HistoryRow
	Fewest  int
}

// An AssessTable is standings, with a choice each where the viewer can note something.
type AssessTable struct {
	Rows       []StandingRow
	Mine, Form bool
}

// A StandingRow is a standing with what can be chosen and what would help.
type StandingRow struct {
	Cell
	Trainings []Training
	Levels    []web.Choice
}

// An OfferRow is a proposal in the reader's language.
type OfferRow struct {
	Proposal
	Label string // name of the competence
}

// A HistoryRow is an older value.
type HistoryRow struct {
	Assessment
	Name string
}

func (s *Service) minePage(r *http.Request) (PersonPage, error) {
	p, err := s.Mine(r.Context())
	if err != nil {
		return PersonPage{}, err
	}
	return s.showPerson(r, p, true)
}

func (s *Service) personPage(r *http.Request) (PersonPage, error) {
	id := ospo.PersonID(r.PathValue("person"))
	p, err := s.Profile(r.Context(), id)
	if err != nil {
		return PersonPage{}, err
	}
	return s.showPerson(r, p, false)
}

func (s *Service) showPerson(r *http.Request, profile Profile, mine bool) (p PersonPage, err error) {
	v := door.From(r.Context())
	p = PersonPage{Profile: profile, Mine: mine, Form: mine || v.May("competence.confirm") && profile.Person.ID != v.Human(), Fewest: Fewest, Action: "/competence/me"}
	if !mine {
		p.Action = "/competence/people/" + string(profile.Person.ID)
	}
	for _, role := range profile.Roles {
		p.Roles = append(p.Roles, role.Name.In(v.Lang))
	}
	for _, o := range profile.Proposals {
		p.Offers = append(p.Offers, OfferRow{o, o.Name.In(v.Lang)})
	}
	help, err := s.trainingsFor(r.Context(), profile.Standings)
	if err != nil {
		return p, err
	}
	names := map[string]string{}
	for _, st := range profile.Standings {
		names[st.Competence] = st.Name.In(v.Lang)
		table := &p.More
		if st.Needed > 0 || st.Self != nil || st.Confirmed != nil {
			table = &p.Main
		}
		table.Rows = append(table.Rows, StandingRow{Cell{st, names[st.Competence]}, help[st.Competence], levelChoices(-1, 0)})
	}
	p.Main.Mine, p.Main.Form, p.More.Mine, p.More.Form = mine, p.Form, mine, p.Form
	all, err := s.store.assessmentsOf(r.Context(), s.store.db.Read(), profile.Person.ID, v)
	for i := len(all) - 1; i >= 0; i-- {
		p.History = append(p.History, HistoryRow{all[i], names[all[i].Competence]})
	}
	return p, err
}

func (s *Service) assessMine(r *http.Request) (p PersonPage, next string, err error) {
	if p, err = s.minePage(r); err != nil {
		return p, "", err
	}
	levels, err := s.keep(r, &p)
	if err == nil {
		_, err = s.Assess(r.Context(), levels, p.Note)
	}
	return p, "/competence/me", err
}

func (s *Service) confirmPerson(r *http.Request) (p PersonPage, next string, err error) {
	if err := door.From(r.Context()).Check("competence.read"); err != nil {
		return p, "", err
	}
	if p, err = s.personPage(r); err != nil {
		return p, "", err
	}
	levels, err := s.keep(r, &p)
	if err == nil {
		_, err = s.Confirm(r.Context(), p.Person.ID, levels, p.Note)
	}
	return p, p.Action, err
}

// keep reads a form and shows it again as it was filled in.
func (s *Service) keep(r *http.Request, p *PersonPage) (map[string]int, error) {
	levels, err := s.posted(r)
	p.Note = r.PostFormValue("note")
	for _, rows := range [][]StandingRow{p.Main.Rows, p.More.Rows} {
		for i, row := range rows {
			if l, ok := levels[row.Competence]; ok {
				rows[i].Levels = levelChoices(l, 0)
			}
		}
	}
	return levels, err
}
