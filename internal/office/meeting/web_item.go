// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"net/http"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// ItemPage is one item, with the forms for what came of it.
type ItemPage struct {
	Item    Item
	Session Session
	Made    []Decision
	Edit    bool
	Finish  bool // the viewer may say that the task is done
	In      ItemInput
	New     DecisionForm
	Results []web.Choice // the words of Value are meeting.result.…
	Guests  []web.Choice
	There   int
	Today   string
}

// A DecisionForm is a decision as it is written down; votes as they were typed.
type DecisionForm struct {
	DecisionInput
	YesText, NoText, AbstainedText string
	Olds                           []web.Choice // decisions that it could correct
	People                         []web.Choice
	Action                         string
	Fresh                          bool
}

func (s *Service) itemPage(r *http.Request) (p ItemPage, err error) {
	i, m, err := s.Item(r.Context(), r.PathValue("item"))
	if err != nil {
		return p, err
	}
	p = ItemPage{Item: i, Session: m.Session, Edit: m.Editable(), In: i.ItemInput, There: len(m.present()), Today: s.today(),
		Finish: i.Result == "task" && i.Done == "" && (m.Leads || i.Responsible == door.From(r.Context()).Human())}
	for _, d := range m.Decisions {
		if d.Item == i.ID {
			p.Made = append(p.Made, d)
		}
	}
	if !p.Edit {
		return p, nil
	}
	p.choose(m)
	p.New, err = s.decisionForm(r, m, DecisionInput{}, true)
	p.New.Action = "/meeting/item/" + i.ID + "/decide"
	return p, err
}

func (p *ItemPage) choose(m Minutes) {
	p.Results, p.Guests = nil, invited(m, p.In.Responsible)
	for _, result := range Results {
		if (result == "decided") == (len(p.Made) > 0) {
			p.Results = append(p.Results, web.Choice{Value: result, Chosen: result == p.In.Result})
		}
	}
}

func invited(m Minutes, chosen ospo.PersonID) (out []web.Choice) {
	for _, g := range m.Guests {
		out = append(out, web.Choice{Value: string(g.Person), Label: g.Name, Chosen: g.Person == chosen})
	}
	return out
}

func (s *Service) decisionForm(r *http.Request, m Minutes, in DecisionInput, fresh bool) (f DecisionForm, err error) {
	f = DecisionForm{DecisionInput: in, People: invited(m, in.Responsible), Fresh: fresh}
	old, err := s.store.decisions(r.Context(), s.store.db.Read(), decisionSieve{org: m.Session.Org, team: m.Session.Team})
	for _, d := range old {
		if fresh && d.State == "final" && d.Corrected == "" {
			f.Olds = append(f.Olds, web.Choice{Value: d.ID, Label: d.Number + " " + clip(d.Text), Chosen: d.ID == in.Corrects})
		}
	}
	return f, err
}

func (s *Service) note(r *http.Request) (p ItemPage, next string, err error) {
	if p, err = s.itemPage(r); err != nil {
		return p, "", err
	}
	_, m, err := s.Item(r.Context(), p.Item.ID)
	if err != nil {
		return p, "", err
	}
	p.In = ItemInput{Note: r.PostFormValue("note"), Result: r.PostFormValue("result"), Responsible: ospo.PersonID(r.PostFormValue("responsible")), Due: r.PostFormValue("due")}
	p.choose(m)
	return p, "/meeting/at/" + p.Session.ID + "#i-" + p.Item.ID, s.Settle(r.Context(), p.Item.ID, p.In)
}

func (s *Service) decide(r *http.Request) (p ItemPage, next string, err error) {
	if p, err = s.itemPage(r); err != nil {
		return p, "", err
	}
	_, m, err := s.Item(r.Context(), p.Item.ID)
	if err != nil {
		return p, "", err
	}
	action := p.New.Action
	if p.New, err = s.posted(r, m, true); err == nil {
		var id string
		id, err = s.Decide(r.Context(), p.Item.ID, p.New.DecisionInput)
		next = "/meeting/decision/" + id
	}
	p.New.Action = action
	return p, next, err
}

// posted reads the form of a decision; a fault comes together with the form.
func (s *Service) posted(r *http.Request, m Minutes, fresh bool) (DecisionForm, error) {
	v := r.PostFormValue
	in := DecisionInput{Text: v("text"), Reason: v("reason"), Evidence: v("evidence"), Responsible: ospo.PersonID(v("responsible")), Due: v("due"), Corrects: v("corrects")}
	f, err := s.decisionForm(r, m, in, fresh)
	if err != nil {
		return f, err
	}
	f.YesText, f.NoText, f.AbstainedText = v("yes"), v("no"), v("abstained")
	if strings.TrimSpace(f.YesText+f.NoText+f.AbstainedText) == "" {
		return f, nil
	}
	for field, to := range map[string]**int{"yes": &f.Yes, "no": &f.No, "abstained": &f.Abstained} {
		n, err := whole(r, field)
		if err != nil {
			return f, err
		}
		*to = &n
	}
	return f, nil
}

func (s *Service) shift(r *http.Request) (string, error) {
	i, _, err := s.Item(r.Context(), r.PathValue("item"))
	if err != nil {
		return "", err
	}
	by := 1
	if r.PostFormValue("way") == "up" {
		by = -1
	}
	err = s.Shift(r.Context(), i.ID, by)
	if fault.Of(err) == fault.Invalid && err != nil {
		err = nil // at the end of the list already
	}
	return "/meeting/at/" + i.Session + "#i-" + i.ID, err
}

func (s *Service) remove(r *http.Request) (string, error) {
	i, _, err := s.Item(r.Context(), r.PathValue("item"))
	if err != nil {
		return "", err
	}
	return "/meeting/at/" + i.Session, s.Remove(r.Context(), i.ID)
}

func (s *Service) itemDone(r *http.Request) (string, error) {
	id := r.PathValue("item")
	return "/meeting/item/" + id, s.Finish(r.Context(), "item", id)
}

func (s *Service) decisionDone(r *http.Request) (string, error) {
	id := r.PathValue("decision")
	return "/meeting/decision/" + id, s.Finish(r.Context(), "decision", id)
}

// DecisionsPage is the list of all decisions.
type DecisionsPage struct {
	Decisions []Decision
	Teams     []web.Choice
	Text      string
	Narrow    bool
	Most      int
}

func (s *Service) decisionsPage(r *http.Request) (p DecisionsPage, err error) {
	q := r.URL.Query()
	p.Text, p.Most = q.Get("q"), mostDecisions
	teams, err := s.Teams(r.Context())
	if err != nil {
		return p, err
	}
	for _, t := range teams {
		p.Teams = append(p.Teams, web.Choice{Value: t.ID, Label: t.Name, Chosen: t.ID == q.Get("team")})
	}
	p.Decisions, err = s.Decisions(r.Context(), DecisionSieve{Text: p.Text, Team: q.Get("team")})
	p.Narrow = p.Text != "" || q.Get("team") != ""
	return p, err
}

// DecisionPage is one decision; as long as the minutes are open who leads can change it.
type DecisionPage struct {
	Decision
	Form   DecisionForm
	Edit   bool
	Finish bool
	Old    string // number of the decision that it corrects
	New    string // number of the one that corrects it
	Today  string
}

func (s *Service) decisionPage(r *http.Request) (p DecisionPage, err error) {
	d, m, err := s.Decision(r.Context(), r.PathValue("decision"))
	if err != nil {
		return p, err
	}
	p = DecisionPage{Decision: d, Edit: m.Editable(), Today: s.today(), Finish: d.Responsible != "" && d.Done == "" && (m.Leads || d.Responsible == door.From(r.Context()).Human())}
	for id, to := range map[string]*string{d.Corrects: &p.Old, d.Corrected: &p.New} {
		if id == "" {
			continue
		}
		other, err := s.store.decisions(r.Context(), s.store.db.Read(), decisionSieve{org: d.Org, id: id})
		if err != nil || len(other) == 0 {
			return p, err
		}
		*to = other[0].Number
	}
	if !p.Edit {
		return p, nil
	}
	p.Form, err = s.decisionForm(r, m, d.DecisionInput, false)
	p.Form.Action = "/meeting/decision/" + d.ID
	if d.Voted() {
		p.Form.YesText, p.Form.NoText, p.Form.AbstainedText = text(*d.Yes), text(*d.No), text(*d.Abstained)
	}
	return p, err
}

func (s *Service) revise(r *http.Request) (p DecisionPage, next string, err error) {
	if p, err = s.decisionPage(r); err != nil {
		return p, "", err
	}
	_, m, err := s.Decision(r.Context(), p.ID)
	if err != nil {
		return p, "", err
	}
	action := p.Form.Action
	if p.Form, err = s.posted(r, m, false); err == nil {
		err = s.Revise(r.Context(), p.ID, p.Form.DecisionInput)
	}
	p.Form.Action = action
	return p, "/meeting/decision/" + p.ID, err
}
