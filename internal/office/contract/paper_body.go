// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"slices"

	"allmende/internal/engine/clause"
)

// PlanBody is a plan as it is drawn: the contract, what was asked and answered, what follows
// from it, what was agreed, and what is owed. Texts of ours stand there in both languages.
type PlanBody struct {
	Contract  Input       `json:"contract"`
	ID        string      `json:"id"`
	End       string      `json:"end,omitempty"` // renewals included
	NoticeBy  string      `json:"noticeBy,omitempty"`
	TypeName  clause.Text `json:"typeName"` // of the type that was chosen
	Set       string      `json:"set"`
	Checked   string      `json:"checked"`
	Source    string      `json:"source"`
	Certainty clause.Text `json:"certainty"`
	Asked     []Asked     `json:"asked"`
	Hint      *HintBody   `json:"hint,omitempty"` // absent while a question is open
	Open      *Asked      `json:"open,omitempty"` // on which the type depends
	Topics    []TopicBody `json:"topics"`
	Owed      []OwedBody  `json:"owed"`
}

// Asked is a question with the answer given; an empty one was not answered.
type Asked struct {
	ID   string      `json:"id"`
	Ask  clause.Text `json:"ask"`
	Said clause.Text `json:"said"`
}

// HintBody is a type with what is known of it.
type HintBody struct {
	ID        string      `json:"id"`
	Name      clause.Text `json:"name"`
	Note      clause.Text `json:"note"`
	Revised   string      `json:"revised"`
	Source    string      `json:"source"`
	Certainty string      `json:"certainty"`
	Path      []Asked     `json:"path"`
}

// TopicBody is a topic with the verdict on it. One that was agreed is as it was then.
type TopicBody struct {
	ID      string      `json:"id"`
	Name    clause.Text `json:"name"`
	Why     clause.Text `json:"why"`
	Wording clause.Text `json:"wording"`
	Basis   string      `json:"basis"`
	Source  string      `json:"source,omitempty"`
	Set     string      `json:"set"`
	Verdict string      `json:"verdict"` // fits, open, not; empty where the set of today has no such topic
	Because []Asked     `json:"because,omitempty"`
	Agreed  bool        `json:"agreed"`
}

// OwedBody is something owed as it stood.
type OwedBody struct {
	Topic    string      `json:"topic,omitempty"`
	What     clause.Text `json:"what"`
	Due      string      `json:"due,omitempty"`
	State    string      `json:"state"`
	Evidence string      `json:"evidence,omitempty"`
	Link     string      `json:"link,omitempty"`
	Reason   string      `json:"reason,omitempty"`
	Before   bool        `json:"before,omitempty"` // due before the contract was entered
}

func (s *Service) planBody(ctx context.Context, p Plan) (b PlanBody, err error) {
	l := s.leaving(p.Contract)
	b = PlanBody{Contract: p.Input, ID: p.ID, End: l.End, NoticeBy: l.By, Set: s.Set.Edition(), Checked: s.Set.Checked, Source: s.Set.Source, Certainty: s.Set.Certainty,
		Asked: []Asked{}, Topics: []TopicBody{}, Owed: []OwedBody{}}
	if t, ok := s.Set.Type(p.Contract.Type); ok {
		b.TypeName = t.Name
	}
	for _, q := range s.Set.Questions {
		b.Asked = append(b.Asked, s.asked(clause.Step{Question: q.ID, Answer: p.Answers[q.ID]}))
	}
	if t, ok := s.Set.Type(p.Advice.Type); ok {
		b.Hint = &HintBody{t.ID, t.Name, t.Note, t.Revised, t.Source, t.Certainty, s.steps(p.Advice.Path)}
	} else {
		open := s.asked(clause.Step{Question: p.Advice.Ask})
		b.Open = &open
	}
	b.Topics = s.topics(p)
	owed, err := s.Owed(ctx, p.ID, "", "")
	for _, o := range owed {
		b.Owed = append(b.Owed, OwedBody{o.Topic, clause.Text{DE: o.WhatDE, EN: o.WhatEN}, o.Due, o.State, o.Evidence, o.Link, o.Reason, o.Before})
	}
	return b, err
}

func (s *Service) asked(step clause.Step) Asked {
	q, _ := s.Set.Question(step.Question)
	a := Asked{ID: q.ID, Ask: q.Ask}
	for _, one := range q.Answers {
		if one.ID == step.Answer {
			a.Said = one.Text
		}
	}
	return a
}

func (s *Service) steps(all []clause.Step) []Asked {
	out := []Asked{}
	for _, step := range all {
		out = append(out, s.asked(step))
	}
	return out
}

// topics are those that were agreed, as they were then, and after them those of the set of today.
func (s *Service) topics(p Plan) (out []TopicBody) {
	body := func(t clause.Topic, set string, agreed bool) TopicBody {
		b := TopicBody{ID: t.ID, Name: t.Name, Why: t.Why, Wording: t.Wording, Basis: t.Basis, Source: t.Source, Set: set, Agreed: agreed}
		for _, v := range p.Advice.Topics {
			if v.Topic != t.ID {
				continue
			}
			b.Verdict, b.Because = v.Verdict, s.steps(v.Because)
			for _, q := range v.Open {
				b.Because = append(b.Because, s.asked(clause.Step{Question: q}))
			}
		}
		return b
	}
	for _, c := range p.Chosen {
		out = append(out, body(c.Topic, c.Set, true))
	}
	for _, t := range s.Set.Topics {
		if !slices.ContainsFunc(p.Chosen, func(c Chosen) bool { return c.Topic.ID == t.ID }) {
			out = append(out, body(t, s.Set.Edition(), false))
		}
	}
	return out
}

// reportBody leaves out where things stand in this program: that says nothing elsewhere.
func reportBody(r Report) *Report {
	all := []Exception{}
	for _, e := range r.All {
		e.Link = ""
		all = append(all, e)
	}
	r.All = all
	return &r
}
