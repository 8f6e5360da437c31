// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"allmende/internal/engine/clause"
	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// FormPage is a contract as it is written down.
type FormPage struct {
	Input
	ID, Seen                            string // Seen: when it was changed last
	Clash                               string // why nothing was written: somebody else was faster
	Amount, Notice, Renews              string // as typed
	Count, Price, Reaction, Restore     string // as typed
	Types, Kinds, Rhythms, Units, Close []web.Choice
	Upstreams                           []web.Choice
	Software                            []string
}

// Status is the one of the answer.
func (p FormPage) Status() int { return clashed(p.Clash) }

func clashed(clash string) int {
	if clash != "" {
		return http.StatusConflict
	}
	return http.StatusOK
}

func (s *Service) formPage(ctx context.Context, id string, in Input) (p FormPage, err error) {
	p = FormPage{Input: in, ID: id, Types: s.typeChoices(ctx, in.Type), Kinds: choices(Kinds, in.Kind), Rhythms: choices(Rhythms, in.Per),
		Units: choices(clause.Units, in.NoticeUnit), Close: choices(Proprietary, in.Proprietary), Upstreams: choices(Upstreams, orUnknown(in.Upstream))}
	p.Software, err = s.store.names(ctx, door.From(ctx).Org)
	return p, err
}

func (s *Service) addForm(r *http.Request) (FormPage, error) {
	return s.formPage(r.Context(), "", Input{Kind: Kinds[0], Per: "year", Proprietary: "unknown", NoticeUnit: "months"})
}

func (s *Service) editForm(r *http.Request) (p FormPage, err error) {
	c, err := s.Contract(r.Context(), r.PathValue("contract"))
	if err != nil {
		return p, err
	}
	p, err = s.formPage(r.Context(), c.ID, c.Input)
	if x, ok := c.Price(); ok {
		p.Amount = x.Text(tongue(r.Context()), 2)
	}
	p.Notice, p.Renews, p.Seen = figure(c.Notice), figure(c.Renews), c.Changed
	p.Count, p.Price, p.Reaction, p.Restore = figure(c.Terms.Units), figured(r.Context(), c.UnitPrice, 2), hours(r.Context(), c.Reaction), hours(r.Context(), c.Restore)
	return p, err
}

func figure(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// posted reads the form; what is no figure is a fault, together with the form.
func (s *Service) posted(r *http.Request, id string) (p FormPage, err error) {
	v := r.PostFormValue
	in := Input{Number: v("number"), Title: v("title"), Supplier: v("supplier"), Software: v("software"), Type: v("type"), Kind: v("kind"), Since: v("since"), Until: v("until"),
		NoticeUnit: v("notice_unit"), Per: v("per"), Proprietary: v("proprietary"), Reason: v("reason"), Case: v("case"), Note: v("note"),
		Terms: Terms{UnitName: v("unit_name"), Service: v("service"), Channel: v("channel"), Upstream: v("upstream"), Paid: v("paid")}}
	if p, err = s.formPage(r.Context(), id, in); err != nil {
		return p, err
	}
	p.Amount, p.Notice, p.Renews, p.Seen = v("amount"), v("notice"), v("renews"), v("seen")
	p.Count, p.Price, p.Reaction, p.Restore = v("units"), v("unit_price"), v("reaction"), v("restore")
	for _, f := range []struct {
		field, typed string
		into         *string
	}{{"amount", p.Amount, &p.Input.Amount}, {"unit_price", p.Price, &p.Input.UnitPrice}, {"reaction", p.Reaction, &p.Input.Reaction}, {"restore", p.Restore, &p.Input.Restore}} {
		if *f.into, err = readAmount(r.Context(), f.field, f.typed); err != nil {
			return p, err
		}
	}
	for _, f := range []struct {
		field, typed string
		into         *int
		most         int
	}{{"notice", p.Notice, &p.Input.Notice, mostNotice}, {"renews", p.Renews, &p.Input.Renews, mostRenews}, {"units", p.Count, &p.Input.Terms.Units, mostUnits}} {
		if strings.TrimSpace(f.typed) == "" {
			continue
		}
		if *f.into, err = strconv.Atoi(strings.TrimSpace(f.typed)); err != nil {
			return p, fault.At(f.field, "contract.range", f.typed, 0, f.most)
		}
	}
	return p, nil
}

func (s *Service) addPosted(r *http.Request) (FormPage, string, error) {
	p, err := s.posted(r, "")
	if err != nil {
		return p, "", err
	}
	id, err := s.Add(r.Context(), p.Input)
	return p, "/contract/entry/" + id, err
}

func (s *Service) editPosted(r *http.Request) (FormPage, string, error) {
	c, err := s.Contract(r.Context(), r.PathValue("contract"))
	if err != nil {
		return FormPage{}, "", err
	}
	p, err := s.posted(r, c.ID)
	if err != nil {
		return p, "", err
	}
	err = s.Change(r.Context(), c.ID, p.Seen, p.Input)
	if p.Clash = clash(r.Context(), err); p.Clash != "" {
		p.Seen = c.Changed // who sends it again knows what the others wrote
		return p, "", nil
	}
	return p, "/contract/entry/" + c.ID, err
}

// PlanPage is the questions on a contract with what follows from the answers.
type PlanPage struct {
	Row
	Questions []QuestionRow
	Hint      *TypeRow // nil while a question is open
	Ask       string   // on which the type depends
	Topics    []TopicRow
	Types     []web.Choice
	Set       *clause.Set
	Certainty string
	Answered  bool
	MayWrite  bool
	Papers    []Paper // plans that were drawn
	From      string  // day from which duties count, as typed
	Seen      string
	Clash     string // why nothing was written: somebody else was faster
}

// Status is the one of the answer.
func (p PlanPage) Status() int { return clashed(p.Clash) }

// QuestionRow is a question with the answer given.
type QuestionRow struct {
	ID, Ask, Help, Said string
	Answers             []web.Choice
}

// TypeRow is a type with what is known of it.
type TypeRow struct {
	Name, Revised, Note, Source, Certainty string
	Path                                   []string
}

// TopicRow is a topic with the verdict on it.
type TopicRow struct {
	clause.Verdict
	Name, Why, Wording, Basis, Source string
	Reasons                           []string // answers that call for it, or questions on which it depends
	Chosen                            bool
	Owed                              []string
}

// Checked is the day on which the set was checked.
func (p PlanPage) Checked() time.Time { return db.Time(p.Set.Checked) }

func (s *Service) planPage(r *http.Request) (p PlanPage, err error) {
	ctx := r.Context()
	plan, err := s.Plan(ctx, r.PathValue("contract"))
	if err != nil {
		return p, err
	}
	p = PlanPage{Row: s.row(ctx, plan.Contract), Set: s.Set, Certainty: s.Set.Certainty.In(tongue(ctx)), Answered: len(plan.Answers) > 0, MayWrite: may(r)}
	for _, q := range s.Set.Questions {
		p.Questions = append(p.Questions, questionRow(ctx, q, plan.Answers[q.ID]))
	}
	p.Hint, p.Ask = s.hint(ctx, plan.Advice)
	chosen := plan.Contract.Type
	if chosen == "" {
		chosen = plan.Advice.Type
	}
	p.Types = s.typeChoices(ctx, chosen)
	for _, v := range plan.Advice.Topics {
		p.Topics = append(p.Topics, s.topicRow(ctx, v, plan.Chosen))
	}
	if p.From, p.Seen = plan.Counted, plan.Changed; p.From == "" && len(plan.Chosen) == 0 {
		p.From = lang.Day(db.Time(plan.Created))
	}
	p.Papers, err = s.Papers(ctx, p.ID)
	return p, err
}

func questionRow(ctx context.Context, q clause.Question, answer string) QuestionRow {
	row := QuestionRow{ID: q.ID, Ask: q.Ask.In(tongue(ctx)), Help: q.Help.In(tongue(ctx))}
	for _, a := range q.Answers {
		c := web.Choice{Value: a.ID, Label: a.Text.In(tongue(ctx)), Chosen: a.ID == answer}
		if c.Chosen {
			row.Said = c.Label
		}
		row.Answers = append(row.Answers, c)
	}
	return row
}

func (s *Service) hint(ctx context.Context, advice clause.Plan) (*TypeRow, string) {
	t, ok := s.Set.Type(advice.Type)
	if !ok {
		return nil, s.questionText(ctx, advice.Ask)
	}
	row := &TypeRow{Name: t.Name.In(tongue(ctx)), Revised: t.Revised, Note: t.Note.In(tongue(ctx)), Source: t.Source, Certainty: t.Certainty}
	for _, step := range advice.Path {
		row.Path = append(row.Path, s.said(ctx, step))
	}
	return row, ""
}

func (s *Service) topicRow(ctx context.Context, v clause.Verdict, chosen []Chosen) TopicRow {
	t, _ := s.Set.Topic(v.Topic)
	row := TopicRow{Verdict: v, Name: t.Name.In(tongue(ctx)), Why: t.Why.In(tongue(ctx)), Wording: t.Wording.In(tongue(ctx)), Basis: t.Basis, Source: t.Source,
		Chosen: slices.ContainsFunc(chosen, func(c Chosen) bool { return c.Topic.ID == t.ID })}
	for _, step := range v.Because {
		row.Reasons = append(row.Reasons, s.said(ctx, step))
	}
	for _, q := range v.Open {
		row.Reasons = append(row.Reasons, s.questionText(ctx, q))
	}
	for _, o := range t.Owed {
		row.Owed = append(row.Owed, o.What.In(tongue(ctx)))
	}
	return row
}

func (s *Service) answerPosted(r *http.Request) (p PlanPage, next string, err error) {
	if p, err = s.planPage(r); err != nil {
		return p, "", err
	}
	answers := map[string]string{}
	for i, q := range s.Set.Questions {
		answers[q.ID] = r.PostFormValue("q-" + q.ID)
		p.Questions[i] = questionRow(r.Context(), q, answers[q.ID])
	}
	err = s.Answer(r.Context(), p.ID, r.PostFormValue("seen"), answers)
	if p.Clash = clash(r.Context(), err); p.Clash != "" {
		return p, "", nil
	}
	return p, "/contract/entry/" + p.ID + "/plan#hint", err
}

// choosePosted keeps the topics, the day from which duties count, and the type that is chosen.
func (s *Service) choosePosted(r *http.Request) (p PlanPage, next string, err error) {
	if p, err = s.planPage(r); err != nil {
		return p, "", err
	}
	ctx, kind := r.Context(), r.PostFormValue("type")
	p.From, p.Types = r.PostFormValue("count_from"), s.typeChoices(ctx, kind)
	for i := range p.Topics {
		p.Topics[i].Chosen = slices.Contains(r.PostForm["topics"], p.Topics[i].Topic)
	}
	err = s.Choose(ctx, p.ID, r.PostFormValue("seen"), Choice{Topics: r.PostForm["topics"], Type: &kind, From: p.From})
	if p.Clash = clash(ctx, err); p.Clash != "" {
		return p, "", nil
	}
	return p, "/contract/entry/" + p.ID + "#topics", err
}
