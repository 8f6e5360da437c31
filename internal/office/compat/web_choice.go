// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"net/http"
	"net/url"
	"strings"

	"allmende/internal/engine/combine"
	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// ChoicesPage lists the licences that were chosen.
type ChoicesPage struct {
	Choices   []Choice
	Text      string
	MayDecide bool
}

func (s *Service) choicesPage(r *http.Request) (p ChoicesPage, err error) {
	p = ChoicesPage{Text: r.URL.Query().Get("q"), MayDecide: door.From(r.Context()).May("compat.decide")}
	p.Choices, err = s.Choices(r.Context(), p.Text)
	return p, err
}

// ChoosePage is the guiding questions, and what follows from the answers.
type ChoosePage struct {
	Questions
	Text      string // components, one a line
	Advice    *Advice
	Problems  []string
	Kinds     []web.Choice
	Aims      []web.Choice
	Holdings  []web.Choice
	Profiles  []web.Choice
	Licence   string
	Reason    string
	Picks     []web.Choice // licences that are an option
	MayDecide bool
}

func (s *Service) choosePage(r *http.Request) (ChoosePage, error) {
	q := r.URL.Query()
	if from := q.Get("from"); from != "" {
		c, err := s.Choice(r.Context(), from)
		if err != nil {
			return ChoosePage{}, err
		}
		q = c.answers()
	}
	return s.choose(r, q, q.Has("kind"))
}

// answers are the questions as they were answered, for who decides anew.
func (c Choice) answers() url.Values {
	v := url.Values{"work": {c.Work}, "original": {c.Original}, "kind": {c.Kind}, "aim": {c.Aim}, "rights": {c.Rights}, "profile": {c.Profile}, "parts": {strings.Join(c.Parts, "\n")}}
	for name, on := range map[string]bool{"network": c.Network, "patents": c.Patents, "tongues": c.Tongues} {
		if on {
			v.Set(name, "1")
		}
	}
	return v
}

// choose fills the page with what was answered, and with advice where it was asked for.
func (s *Service) choose(r *http.Request, q url.Values, asked bool) (ChoosePage, error) {
	p := ChoosePage{Text: strings.Join(q["parts"], "\n"), Licence: q.Get("licence"), Reason: q.Get("reason"), MayDecide: door.From(r.Context()).May("compat.decide")}
	p.Questions = Questions{Work: q.Get("work"), Original: q.Get("original"), Kind: q.Get("kind"), Aim: q.Get("aim"), Rights: q.Get("rights"), Profile: q.Get("profile"),
		Network: q.Get("network") != "", Patents: q.Get("patents") != "", Tongues: q.Get("tongues") != ""}
	if len(p.Text) <= longestAsk {
		p.Parts = lines(p.Text)
	}
	if !asked {
		p.Profile, p.Aim, p.Rights = "munich", "none", "unclear" // nothing that nobody said
	}
	tongue := tongue(r.Context())
	p.Kinds, p.Aims, p.Holdings = options(combine.Kinds, p.Kind), options(combine.Aims, p.Aim), options(combine.Rights, p.Rights)
	for _, one := range combine.Guidance.Profiles {
		p.Profiles = append(p.Profiles, web.Choice{Value: one.ID, Label: one.Name.In(tongue), Chosen: one.ID == p.Profile})
	}
	if !asked {
		return p, nil
	}
	a, err := s.Advise(r.Context(), p.Questions)
	if fault.Of(err) == fault.Invalid {
		for _, e := range fault.Say(err) {
			p.Problems = append(p.Problems, own.Fault(tongue, e))
		}
		return p, nil
	}
	p.Advice = &a
	for _, c := range a.Candidates {
		if !c.Out {
			p.Picks = append(p.Picks, web.Choice{Value: c.Licence, Label: c.Licence, Chosen: c.Licence == or(p.Licence, a.Recommended)})
		}
	}
	return p, err
}

func (s *Service) recordChoice(r *http.Request) (ChoosePage, string, error) {
	if err := r.ParseForm(); err != nil {
		return ChoosePage{}, "", fault.Because(err, fault.Invalid, "compat.form")
	}
	p, err := s.choose(r, r.PostForm, true)
	if err != nil {
		return p, "", err
	}
	id, err := s.Choose(r.Context(), ChoiceInput{Questions: p.Questions, Licence: p.Licence, Reason: p.Reason})
	if err != nil {
		p.Problems = nil // the form says them on top
	}
	return p, "/compat/choice/" + id, err
}

// ChoicePage is one recorded choice, with the advice as it was then.
type ChoicePage struct {
	Choice
	Then Advice
	Past []Choice // other versions, the latest first
}

func (s *Service) choicePage(r *http.Request) (p ChoicePage, err error) {
	c, err := s.Choice(r.Context(), r.PathValue("choice"))
	if err != nil {
		return p, err
	}
	p = ChoicePage{Choice: c, Then: c.In(tongue(r.Context()))}
	all, err := s.Choices(r.Context(), c.Work)
	for _, one := range all {
		if one.Org == c.Org && strings.EqualFold(one.Work, c.Work) && one.ID != c.ID {
			p.Past = append(p.Past, one)
		}
	}
	return p, err
}
