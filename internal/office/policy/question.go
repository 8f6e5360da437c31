// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"encoding/json"
	"slices"

	engine "allmende/internal/engine/judge"
	"allmende/internal/engine/purl"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// States of a question.
const (
	Open      = "open"
	Advised   = "advised" // there is an opinion on it
	Decided   = "decided"
	Withdrawn = "withdrawn"
)

// Answers to a question.
var Answers = []string{"yes", "conditions", "no"}

// A Question is one to the licence manager: may we use this, for that?
type Question struct {
	ID        string         `json:"id"`
	Org       ospo.OrgID     `json:"org"`
	OrgName   string         `json:"orgName"`
	Release   ospo.ReleaseID `json:"release,omitempty"`
	Title     string         `json:"product,omitempty" doc:"Product and version, where the question is about one."`
	Licence   string         `json:"licence"`
	Component string         `json:"component,omitempty" doc:"Package URL."`
	Context   ospo.Context   `json:"context"`
	Text      string         `json:"text"`
	Facts     Facts          `json:"facts" doc:"What was known when it was asked."`
	State     string         `json:"state" enum:"open,advised,decided,withdrawn"`
	Asker     ospo.PersonID  `json:"asker"`
	AskerName string         `json:"askerName,omitempty"`
	Created   string         `json:"created"`

	Opinion     string `json:"opinion,omitempty"`
	AdviserName string `json:"adviserName,omitempty"`
	Advised     string `json:"advised,omitempty"`

	Answer      string `json:"answer,omitempty" enum:"yes,conditions,no"`
	Reason      string `json:"reason,omitempty"`
	Scope       string `json:"scope,omitempty" enum:"product,organisation" doc:"For what the answer holds."`
	Until       string `json:"until,omitempty" doc:"Until which day, YYYY-MM-DD; absent: for good."`
	DeciderName string `json:"deciderName,omitempty"`
	Decided     string `json:"decided,omitempty"`
	Lapsed      bool   `json:"lapsed,omitempty" doc:"The answer no longer holds: its day has passed."`

	software ospo.SoftwareID
}

// Short is the licence that it is about, as far as a line has room.
func (q Question) Short() string { return shorten(q.Licence) }

// Facts are what the system knows of what is asked, gathered when it was asked.
type Facts struct {
	At       string         `json:"at"`
	Profile  string         `json:"profile" doc:"Id and version of the profile that applied."`
	Finding  engine.Finding `json:"finding" doc:"What it says, with the reasons."`
	Others   []Saying       `json:"others" doc:"What the other profiles say."`
	Releases int            `json:"releases" doc:"Releases in view that contain the licence already."`
	Earlier  []string       `json:"earlier,omitempty" doc:"Ids of questions about the same that were decided."`
}

// A Saying is what a profile says of a licence.
type Saying struct {
	Profile string         `json:"profile"`
	Verdict engine.Verdict `json:"verdict" enum:"allow,review,unknown,deny"`
}

// QuestionInput is a question as somebody asks it.
type QuestionInput struct {
	Release   ospo.ReleaseID `json:"release,omitempty" doc:"Id of the release that it is about."`
	Licence   string         `json:"licence" doc:"Licence or expression, as it stands where it was found."`
	Component string         `json:"component,omitempty" doc:"Package URL."`
	Context   ospo.Context   `json:"context" enum:"internal,service,source,binary,linked,upstream"`
	Text      string         `json:"text" doc:"The question in own words."`
}

// Ask puts a question to the licence manager, together with what is known.
func (s *Service) Ask(ctx context.Context, in QuestionInput) (id string, err error) {
	defer fault.Wrap(&err, "ask about %.40s", in.Licence)
	if in.Licence, err = fault.Words("licence", in.Licence, longestText); err != nil {
		return "", err
	}
	if in.Text, err = fault.Words("text", in.Text, longestText); err != nil {
		return "", err
	}
	if err := checkContexts([]ospo.Context{in.Context}); err != nil {
		return "", err
	}
	if in.Component, err = fault.Text("component", in.Component, longestLine); err != nil {
		return "", err
	}
	if _, bad := purl.Parse(in.Component); in.Component != "" && bad != nil {
		return "", fault.At("component", "policy.exception.component_bad", shorten(in.Component))
	}
	v := door.From(ctx)
	if in.Release != "" {
		if _, err := s.store.release(ctx, v.Org, in.Release); err != nil {
			return "", fault.At("release", "policy.question.release_bad")
		}
	}
	facts, err := s.facts(ctx, in)
	if err != nil {
		return "", err
	}
	id = db.NewID()
	return id, s.store.db.Write(ctx, v.Act("policy.ask", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.addQuestion(ctx, tx, id, in, facts)
	})
}

// facts gathers what is known of what is asked.
func (s *Service) facts(ctx context.Context, in QuestionInput) (f Facts, err error) {
	line, p, err := s.Licence(ctx, "", in.Context, in.Licence, in.Component)
	if err != nil {
		return f, err
	}
	f = Facts{At: s.store.db.Now().UTC().Format(db.Clock), Profile: p.Key(), Finding: line.Finding, Others: []Saying{}}
	all, err := s.Profiles(ctx)
	if err != nil {
		return f, err
	}
	for _, o := range all {
		if o.ID != p.ID {
			v := engine.Law{Profile: &o.Profile, Context: in.Context}.Judge(engine.Case{Licence: in.Licence, Component: in.Component})
			f.Others = append(f.Others, Saying{o.Key(), v.Verdict})
		}
	}
	if f.Releases, err = s.store.containing(ctx, door.From(ctx).Org, in.Licence); err != nil {
		return f, err
	}
	decided, err := s.Questions(ctx, Decided)
	for _, q := range decided {
		if q.Licence == in.Licence && q.Context == in.Context {
			f.Earlier = append(f.Earlier, q.ID)
		}
	}
	return f, err
}

func (f Facts) kept() (string, error) {
	b, err := json.Marshal(f)
	return string(b), err
}

// Questions lists questions of organisations in view, those that wait first; an empty state
// is any.
func (s *Service) Questions(ctx context.Context, state string) ([]Question, error) {
	all, err := s.store.questions(ctx, door.From(ctx).Org, door.From(ctx).Human(), state, "")
	return s.aged(all), err
}

func (s *Service) aged(all []Question) []Question {
	for i, q := range all {
		all[i].Lapsed = q.State == Decided && q.Until != "" && q.Until < s.today()
	}
	return all
}

// Question returns one of an organisation in view.
func (s *Service) Question(ctx context.Context, id string) (Question, error) {
	all, err := s.store.questions(ctx, door.From(ctx).Org, door.From(ctx).Human(), "", id)
	if err != nil || len(all) == 0 {
		return Question{}, errorOr(err, notFound())
	}
	return s.aged(all)[0], nil
}

// waiting returns a question that is not decided yet.
func (s *Service) waiting(ctx context.Context, id string) (Question, error) {
	q, err := s.Question(ctx, id)
	if err == nil && q.State != Open && q.State != Advised {
		err = fault.New(fault.Conflict, "policy.question.over")
	}
	return q, err
}

// Advise writes an opinion on a question down; another one takes its place until it is decided.
func (s *Service) Advise(ctx context.Context, id, opinion string) (err error) {
	defer fault.Wrap(&err, "advise on %s", id)
	q, err := s.waiting(ctx, id)
	if err != nil {
		return err
	}
	if opinion, err = fault.Words("opinion", opinion, longestText); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(q.Org, "policy.advise", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(map[string]string{"opinion": q.Opinion}, map[string]string{"opinion": opinion})
		return s.store.advise(ctx, tx, q, opinion)
	})
}

// DecisionInput is the licence manager's answer.
type DecisionInput struct {
	Answer string `json:"answer" enum:"yes,conditions,no"`
	Reason string `json:"reason" doc:"Why; with conditions, also under which."`
	Scope  string `json:"scope" enum:"product,organisation"`
	Until  string `json:"until,omitempty" doc:"Last day on which the answer holds, YYYY-MM-DD."`
	Except bool   `json:"except,omitempty" doc:"Ask for an exception, too, so that verdicts follow the answer; a second person has to agree. Only with yes or conditions."`
}

// Decide answers a question. Whoever asked it cannot.
func (s *Service) Decide(ctx context.Context, id string, in DecisionInput) (o Outcome, err error) {
	defer fault.Wrap(&err, "decide on %s", id)
	q, err := s.waiting(ctx, id)
	if err != nil {
		return o, err
	}
	v := door.From(ctx)
	if v.Human() == q.Asker {
		return o, fault.New(fault.Forbidden, "policy.question.own")
	}
	if err := s.checkDecision(q, &in); err != nil {
		return o, err
	}
	var x Exception
	if in.Except {
		if x, err = s.exceptionOf(ctx, q, in); err != nil {
			return o, err
		}
	}
	err = s.store.db.Write(ctx, v.ActFor(q.Org, "policy.decide", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		if err := s.store.decide(ctx, tx, q, in); err != nil || !in.Except {
			return err
		}
		o, err = s.exceptIn(ctx, tx, x)
		return err
	})
	return o, err
}

func (s *Service) checkDecision(q Question, in *DecisionInput) (err error) {
	if !slices.Contains(Answers, in.Answer) {
		return fault.At("answer", "policy.question.answer_bad")
	}
	if in.Reason, err = fault.Words("reason", in.Reason, longestText); err != nil {
		return err
	}
	switch {
	case in.Scope != "product" && in.Scope != "organisation":
		return fault.At("scope", "policy.question.scope_bad")
	case in.Scope == "product" && q.Release == "":
		return fault.At("scope", "policy.question.scope_product")
	case in.Except && in.Answer == "no":
		return fault.At("except", "policy.question.except_no")
	}
	return s.until("until", in.Until)
}

// exceptionOf is the exception that makes verdicts follow an answer: for the component where
// one is named, else for the licence.
func (s *Service) exceptionOf(ctx context.Context, q Question, in DecisionInput) (Exception, error) {
	want := ExceptionInput{Licence: q.Licence, Contexts: []ospo.Context{q.Context}, Reason: in.Reason, Until: in.Until}
	if q.Component != "" {
		want.Licence, want.Component = "", q.Component
	}
	if in.Scope == "product" {
		want.Software = q.software
	}
	x, err := s.checkException(ctx, want)
	x.Question = q.ID
	return x, err
}

// Withdraw takes a question back; only who asked it can.
func (s *Service) Withdraw(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "withdraw %s", id)
	q, err := s.waiting(ctx, id)
	if err != nil {
		return err
	}
	v := door.From(ctx)
	if v.Human() != q.Asker {
		return fault.New(fault.Forbidden, "policy.question.not_yours")
	}
	return s.store.db.Write(ctx, v.ActFor(q.Org, "policy.withdraw", id), func(tx *db.Tx) error {
		return s.store.withdraw(ctx, tx, q)
	})
}
