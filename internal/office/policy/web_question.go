// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"net/http"
	"time"

	engine "allmende/internal/engine/judge"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// ExceptionsPage lists what is excepted, and takes another one in.
type ExceptionsPage struct {
	Exceptions []ExceptionRow
	In         ExceptionInput
	Contexts   []web.Choice
	Products   []web.Choice
	MayWrite   bool
}

// An ExceptionRow is an exception as it is shown.
type ExceptionRow struct {
	Exception
	Where string
	When  time.Time
	Last  time.Time
}

func (s *Service) exceptionsPage(r *http.Request) (ExceptionsPage, error) {
	q := r.URL.Query()
	return s.exceptionsWith(r.Context(), ExceptionInput{Licence: q.Get("licence"), Component: q.Get("component")})
}

func (s *Service) exceptionsWith(ctx context.Context, in ExceptionInput) (p ExceptionsPage, err error) {
	p = ExceptionsPage{In: in, MayWrite: door.From(ctx).May(mayWrite), Contexts: contextChoices(in.Contexts)}
	all, err := s.Exceptions(ctx)
	if err != nil {
		return p, err
	}
	for _, x := range all {
		p.Exceptions = append(p.Exceptions, ExceptionRow{x, contextWords(ctx, x.Contexts), db.Time(x.Created), db.Time(x.Until)})
	}
	p.Products, err = s.products(ctx, string(in.Software))
	return p, err
}

// products are those in view, to choose from.
func (s *Service) products(ctx context.Context, chosen string) (out []web.Choice, err error) {
	all, err := s.store.products(ctx, door.From(ctx).Org)
	for _, c := range all {
		out = append(out, web.Choice{Value: c.id, Label: c.name, Chosen: c.id == chosen})
	}
	return out, err
}

func (s *Service) addException(r *http.Request) (p ExceptionsPage, next string, err error) {
	in := ExceptionInput{Licence: r.PostFormValue("licence"), Component: r.PostFormValue("component"), Contexts: postedContexts(r), Software: ospo.SoftwareID(r.PostFormValue("software")),
		Reason: r.PostFormValue("reason"), Until: r.PostFormValue("until")}
	if p, err = s.exceptionsWith(r.Context(), in); err != nil {
		return p, "", err
	}
	o, err := s.Except(r.Context(), in)
	return p, o.next("/policy/exceptions"), err
}

func (s *Service) endException(r *http.Request) (string, error) {
	return "/policy/exceptions", s.EndException(r.Context(), r.PathValue("exception"))
}

// QuestionsPage lists questions to the licence manager.
type QuestionsPage struct {
	Questions []QuestionRow
	State     string
	States    []string
	MayAsk    bool
}

// A QuestionRow is a question as it is shown in a list.
type QuestionRow struct {
	Question
	Shown string
	When  time.Time
}

func (s *Service) questionsPage(r *http.Request) (p QuestionsPage, err error) {
	p = QuestionsPage{State: r.URL.Query().Get("state"), States: []string{Open, Advised, Decided, Withdrawn}, MayAsk: door.From(r.Context()).May(mayAsk)}
	all, err := s.Questions(r.Context(), p.State)
	for _, q := range all {
		p.Questions = append(p.Questions, QuestionRow{q, shorten(q.Licence), db.Time(q.Created)})
	}
	return p, err
}

// AskPage is a question as it is written down.
type AskPage struct {
	QuestionInput
	Contexts []web.Choice
	Releases []web.Choice
}

func (s *Service) askPage(r *http.Request) (AskPage, error) {
	q := r.URL.Query()
	return s.asking(r.Context(), QuestionInput{Release: ospo.ReleaseID(q.Get("release")), Licence: q.Get("licence"), Component: q.Get("component"), Context: ospo.Context(q.Get("context"))})
}

func (s *Service) asking(ctx context.Context, in QuestionInput) (p AskPage, err error) {
	p = AskPage{QuestionInput: in}
	for _, c := range ospo.Contexts {
		p.Contexts = append(p.Contexts, web.Choice{Value: string(c), Label: say(ctx, "policy.context."+string(c)), Chosen: c == in.Context})
	}
	all, err := s.store.releaseNames(ctx, door.From(ctx).Org)
	for _, c := range all {
		p.Releases = append(p.Releases, web.Choice{Value: c.id, Label: c.name, Chosen: c.id == string(in.Release)})
	}
	return p, err
}

func (s *Service) ask(r *http.Request) (p AskPage, next string, err error) {
	in := QuestionInput{Release: ospo.ReleaseID(r.PostFormValue("release")), Licence: r.PostFormValue("licence"), Component: r.PostFormValue("component"), Context: ospo.Context(r.PostFormValue("context")), Text: r.PostFormValue("text")}
	if p, err = s.asking(r.Context(), in); err != nil {
		return p, "", err
	}
	id, err := s.Ask(r.Context(), in)
	return p, "/policy/question/" + id, err
}

// QuestionPage is a question with what is known, the opinion and the answer.
type QuestionPage struct {
	Question
	Badge       web.Badge // what the profile said when it was asked
	Chain       []string
	Others      []SayingRow
	Now         web.Badge // what it says now
	Changed     bool
	Asked       time.Time
	AdvisedAt   time.Time
	DecidedAt   time.Time
	Last        time.Time
	MayAdvise   bool
	MayDecide   bool
	MayWithdraw bool
	Waits       bool
	Note        string // the opinion as it was filled in
	In          DecisionInput
	AnswerList  []web.Choice
	Scopes      []web.Choice
}

// A SayingRow is what another profile says.
type SayingRow struct {
	Profile string
	Badge   web.Badge
}

func (s *Service) questionPage(r *http.Request) (QuestionPage, error) {
	return s.aboutQuestion(r, DecisionInput{Scope: "organisation"})
}

func (s *Service) aboutQuestion(r *http.Request, in DecisionInput) (p QuestionPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	q, err := s.Question(ctx, r.PathValue("question"))
	if err != nil {
		return p, err
	}
	now, profile, err := s.Licence(ctx, "", q.Context, q.Licence, q.Component)
	if err != nil {
		return p, err
	}
	p = QuestionPage{Question: q, Badge: badge(ctx, q.Facts.Finding.Verdict), Now: badge(ctx, now.Finding.Verdict), Changed: now.Finding.Verdict != q.Facts.Finding.Verdict, Asked: db.Time(q.Created), AdvisedAt: db.Time(q.Advised),
		DecidedAt: db.Time(q.Decided), Last: db.Time(q.Until), In: in, Note: q.Opinion, Waits: q.State == Open || q.State == Advised}
	p.Chain = chain(ctx, s.profileOf(ctx, q.Facts.Profile, profile), q.Facts.Finding)
	p.MayAdvise, p.MayDecide, p.MayWithdraw = p.Waits && v.May(mayWrite), p.Waits && v.May(mayDecide) && v.Human() != q.Asker, p.Waits && v.Human() == q.Asker
	for _, o := range q.Facts.Others {
		p.Others = append(p.Others, SayingRow{o.Profile, badge(ctx, o.Verdict)})
	}
	for _, a := range Answers {
		p.AnswerList = append(p.AnswerList, web.Choice{Value: a, Label: say(ctx, "policy.answer."+a), Chosen: a == in.Answer})
	}
	for _, a := range []string{"organisation", "product"} {
		if a == "organisation" || q.Release != "" {
			p.Scopes = append(p.Scopes, web.Choice{Value: a, Label: say(ctx, "policy.scope."+a), Chosen: a == in.Scope})
		}
	}
	return p, nil
}

// profileOf is the profile that a judgement was made by, as far as it can still be told.
func (s *Service) profileOf(ctx context.Context, key string, now Profile) Profile {
	if now.Key() == key {
		return now
	}
	all, err := s.Profiles(ctx)
	if err != nil {
		return Profile{Profile: engine.Profile{Version: key}}
	}
	for _, p := range all {
		if p.Key() == key {
			return p
		}
	}
	return Profile{Profile: engine.Profile{Version: key}}
}

func (s *Service) advise(r *http.Request) (p QuestionPage, next string, err error) {
	if p, err = s.questionPage(r); err != nil {
		return p, "", err
	}
	p.Note = r.PostFormValue("opinion")
	return p, "/policy/question/" + p.ID, s.Advise(r.Context(), p.ID, p.Note)
}

func (s *Service) decide(r *http.Request) (p QuestionPage, next string, err error) {
	in := DecisionInput{Answer: r.PostFormValue("answer"), Reason: r.PostFormValue("reason"), Scope: r.PostFormValue("scope"), Until: r.PostFormValue("until"), Except: r.PostFormValue("except") != ""}
	if p, err = s.aboutQuestion(r, in); err != nil {
		return p, "", err
	}
	o, err := s.Decide(r.Context(), p.ID, in)
	return p, o.next("/policy/question/" + p.ID), err // an exception waits: whoever decided sees that
}

func (s *Service) withdraw(r *http.Request) (string, error) {
	return "/policy/questions", s.Withdraw(r.Context(), r.PathValue("question"))
}
