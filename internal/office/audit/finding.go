// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// The states of a finding. The audit office raises it and, in the end, verifies it; between
// them the administration accepts it, plans a measure, and says when it is done.
const (
	raised    = "raised"
	accepted  = "accepted"
	planned   = "planned"
	done      = "done"
	verified  = "verified"
	withdrawn = "withdrawn"
)

// States lists them in their order; Weights lists how much a finding weighs, the least first.
var (
	States  = []string{raised, accepted, planned, done, verified, withdrawn}
	Weights = []string{"low", "normal", "high"}
)

// A way leads from one state to the next, for whoever has the permission.
type way struct{ from, to, permit string }

// ways are all there are. planned comes after done again where the evidence is not enough.
var ways = []way{
	{raised, accepted, "audit.answer"},
	{accepted, planned, "audit.answer"},
	{planned, planned, "audit.answer"},
	{planned, done, "audit.answer"},
	{done, planned, "audit.find"},
	{done, verified, "audit.find"},
	{raised, withdrawn, "audit.find"},
}

// A Finding is what the audit office found in an organisation.
type Finding struct {
	ID       string        `json:"id"`
	Org      ospo.OrgID    `json:"org" doc:"Organisation that was audited."`
	OrgName  string        `json:"org_name,omitempty"`
	Title    string        `json:"title"`
	Fact     string        `json:"fact" doc:"What was found."`
	Rule     string        `json:"rule,omitempty" doc:"What it was held against: law, rule, decision."`
	Advice   string        `json:"advice,omitempty" doc:"What the audit office recommends."`
	Weight   string        `json:"weight" enum:"low,normal,high"`
	State    string        `json:"state" enum:"raised,accepted,planned,done,verified,withdrawn"`
	Raiser   ospo.PersonID `json:"raiser"`
	Raised   string        `json:"raiser_name,omitempty"`
	Head     ospo.PersonID `json:"head,omitempty" doc:"Head of administration to whom it is addressed."`
	HeadName string        `json:"head_name,omitempty"`
	Measure  string        `json:"measure,omitempty"`
	Due      string        `json:"due,omitempty" doc:"Day: 2026-12-31."`
	Evidence string        `json:"evidence,omitempty" doc:"What shows that the measure was taken."`
	Created  string        `json:"created"`
	Changed  string        `json:"changed"`
	Reminded string        `json:"reminded,omitempty" doc:"When somebody was reminded of the day."`
}

// Open reports whether something is still to be done.
func (f Finding) Open() bool { return f.State != verified && f.State != withdrawn }

// Late reports whether the day has passed and the measure is not done.
func (f Finding) Late(now time.Time) bool {
	return f.Due != "" && slices.Contains([]string{raised, accepted, planned}, f.State) && f.Due < now.In(berlin).Format(time.DateOnly)
}

// A Step is one in the course of a finding.
type Step struct {
	State  string    `json:"state"`
	Person string    `json:"person"`
	Name   string    `json:"name,omitempty"`
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
}

// FindingInput is what the audit office says of a finding.
type FindingInput struct {
	Org    ospo.OrgID    `json:"org,omitempty" doc:"Organisation that was audited; without it, the one that acts."`
	Title  string        `json:"title"`
	Fact   string        `json:"fact"`
	Rule   string        `json:"rule,omitempty"`
	Advice string        `json:"advice,omitempty"`
	Weight string        `json:"weight,omitempty" enum:"low,normal,high" doc:"Without it: normal."`
	Head   ospo.PersonID `json:"head,omitempty" doc:"Person to whom it is addressed."`
	Due    string        `json:"due,omitempty" doc:"Day by which an answer is wanted: 2026-12-31."`
}

// StepInput brings a finding into its next state.
type StepInput struct {
	State    string `json:"state" enum:"accepted,planned,done,verified,withdrawn"`
	Note     string `json:"note,omitempty"`
	Measure  string `json:"measure,omitempty" doc:"For planned."`
	Due      string `json:"due,omitempty" doc:"For planned: the day by which it is done."`
	Evidence string `json:"evidence,omitempty" doc:"For done: what shows it."`
}

// Longest texts, in characters: of one line, and of several.
const (
	lineLimit = 300
	textLimit = 10_000
)

func (in FindingInput) checked() (FindingInput, error) {
	in.Title, in.Fact, in.Rule, in.Advice = strings.Join(strings.Fields(in.Title), " "), strings.TrimSpace(in.Fact), strings.TrimSpace(in.Rule), strings.TrimSpace(in.Advice)
	if in.Weight == "" {
		in.Weight = "normal"
	}
	var all error
	if !slices.Contains(Weights, in.Weight) {
		all = fault.At("weight", "audit.finding.weight_bad", in.Weight)
	}
	return in, errors.Join(all, needed("title", in.Title), needed("fact", in.Fact), short("title", in.Title, lineLimit), short("fact", in.Fact, textLimit),
		short("rule", in.Rule, textLimit), short("advice", in.Advice, textLimit), dayOrNone("due", in.Due))
}

func needed(field, text string) error {
	if text == "" {
		return fault.At(field, "audit.finding.missing")
	}
	return nil
}

func short(field, text string, most int) error {
	if utf8.RuneCountInString(text) > most || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fault.At(field, "audit.finding.long", most)
	}
	return nil
}

func dayOrNone(field, text string) error {
	if _, err := time.Parse(time.DateOnly, text); text != "" && err != nil {
		return fault.At(field, "audit.day_bad", text)
	}
	return nil
}

// Raise notes a finding of the audit office about an organisation that the viewer sees.
func (s *Service) Raise(ctx context.Context, in FindingInput) (id string, err error) {
	if in, err = in.checked(); err != nil {
		return "", err
	}
	v := door.From(ctx)
	if in.Org == "" {
		in.Org = v.Org
	}
	f := Finding{ID: db.NewID(), Org: in.Org, Title: in.Title, Fact: in.Fact, Rule: in.Rule, Advice: in.Advice, Weight: in.Weight, State: raised, Raiser: v.Human(), Head: in.Head, Due: in.Due}
	return f.ID, s.store.db.Write(ctx, v.ActFor(f.Org, "audit.finding.raise", f.ID), func(tx *db.Tx) error {
		if err := s.store.reaches(ctx, tx, v.Org, f.Org, f.Head); err != nil {
			return err
		}
		tx.Act.Diff = change.Added(in)
		return errors.Join(s.store.addFinding(ctx, tx, f), s.store.addStep(ctx, tx, f, v.Human(), ""))
	})
}

// Revise changes a finding that nobody has answered yet.
func (s *Service) Revise(ctx context.Context, id string, in FindingInput) (err error) {
	if in, err = in.checked(); err != nil {
		return err
	}
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.Act("audit.finding.revise", id), func(tx *db.Tx) error {
		old, err := s.store.finding(ctx, tx, v.Org, id)
		if err != nil {
			return err
		}
		if old.State != raised {
			return fault.New(fault.Conflict, "audit.finding.answered")
		}
		if err := s.store.reaches(ctx, tx, v.Org, old.Org, in.Head); err != nil {
			return err
		}
		now := old
		now.Title, now.Fact, now.Rule, now.Advice, now.Weight, now.Head, now.Due = in.Title, in.Fact, in.Rule, in.Advice, in.Weight, in.Head, in.Due
		tx.Act.Org, tx.Act.Diff = old.Org, change.Between(old, now, "head_name")
		return s.store.setFinding(ctx, tx, now)
	})
}

// Ways lists the states into which the viewer can bring a finding now.
func (s *Service) Ways(v door.Viewer, f Finding, course []Step) (out []string) {
	for _, w := range ways {
		if w.from == f.State && v.May(w.permit) && s.apart(v.Human(), f, course, w.to) == nil {
			out = append(out, w.to)
		}
	}
	return out
}

// apart keeps both sides apart: whoever raised a finding does not answer it, and whoever
// answered it does not verify it.
func (s *Service) apart(person ospo.PersonID, f Finding, course []Step, to string) error {
	answered := slices.ContainsFunc(course, func(st Step) bool {
		return st.Person == string(person) && slices.Contains([]string{accepted, done}, st.State)
	})
	switch {
	case slices.Contains([]string{accepted, done}, to) && person == f.Raiser:
		return fault.New(fault.Forbidden, "audit.finding.own_raise")
	case to == verified && answered:
		return fault.New(fault.Forbidden, "audit.finding.own_answer")
	}
	return nil
}

// Step brings a finding into another state.
func (s *Service) Step(ctx context.Context, id string, in StepInput) (err error) {
	in.Note, in.Measure, in.Evidence = strings.TrimSpace(in.Note), strings.TrimSpace(in.Measure), strings.TrimSpace(in.Evidence)
	if err := errors.Join(short("note", in.Note, textLimit), short("measure", in.Measure, textLimit), short("evidence", in.Evidence, textLimit), dayOrNone("due", in.Due)); err != nil {
		return err
	}
	v := door.From(ctx)
	act := v.Act("audit.finding.step", id)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		old, err := s.store.finding(ctx, tx, v.Org, id)
		if err != nil {
			return err
		}
		course, err := s.store.steps(ctx, tx, v.Org, id)
		if err != nil {
			return err
		}
		now, err := s.next(v, old, course, in)
		if err != nil {
			return err
		}
		tx.Act.Org, tx.Act.Diff = old.Org, change.Between(old, now)
		if err := s.store.moveFinding(ctx, tx, now, old); err != nil {
			return err
		}
		return s.store.addStep(ctx, tx, now, v.Human(), in.Note)
	})
}

// next returns a finding as it is after a step, or why the step cannot be taken.
func (s *Service) next(v door.Viewer, f Finding, course []Step, in StepInput) (Finding, error) {
	i := slices.IndexFunc(ways, func(w way) bool { return w.from == f.State && w.to == in.State })
	if i < 0 {
		return f, fault.New(fault.Invalid, "audit.finding.no_way")
	}
	if err := errors.Join(v.Check(ways[i].permit), s.apart(v.Human(), f, course, in.State)); err != nil {
		return f, err
	}
	back := f.State == done && in.State == planned
	f.State = in.State
	switch {
	case back || in.State == withdrawn:
		f.Evidence = ""
		return f, needed("note", in.Note)
	case in.State == planned:
		f.Measure, f.Due, f.Reminded = in.Measure, in.Due, ""
		return f, errors.Join(needed("measure", in.Measure), needed("due", in.Due))
	case in.State == done:
		f.Evidence = in.Evidence
		return f, needed("evidence", in.Evidence)
	}
	return f, nil
}

// A FindingFilter narrows the list; empty parts narrow nothing.
type FindingFilter struct {
	State string // one of States, or "open"
	Org   string
}

// MostFindings is how many findings a list or a report has.
const MostFindings = 500

// Findings lists findings about organisations that the viewer sees: open ones first, by
// their day.
func (s *Service) Findings(ctx context.Context, f FindingFilter) ([]Finding, error) {
	return s.store.findings(ctx, door.From(ctx).Org, f)
}

// Finding returns one with its course.
func (s *Service) Finding(ctx context.Context, id string) (f Finding, course []Step, err error) {
	root := door.From(ctx).Org
	if f, err = s.store.finding(ctx, s.store.db.Read(), root, id); err != nil {
		return f, nil, err
	}
	course, err = s.store.steps(ctx, s.store.db.Read(), root, id)
	return f, course, err
}

// FindingThings says which ids in the log stand for findings that the viewer may see.
func (s *Service) FindingThings(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	if len(ids) == 0 {
		return names, hrefs, nil
	}
	all, err := s.store.titles(ctx, door.From(ctx).Org, ids)
	for _, c := range all {
		names[c.ID], hrefs[c.ID] = c.Name, "/audit/finding/"+c.ID
	}
	return names, hrefs, err
}

// notice is how long before its day somebody is reminded of a finding.
const notice = 14 * 24 * time.Hour

// Remind marks the findings whose day is near or past, and tells whoever is addressed.
// Each is told once, until its day is set anew.
func (s *Service) Remind(ctx context.Context) (n int, err error) {
	until := s.store.db.Now().Add(notice).In(berlin).Format(time.DateOnly)
	all, err := s.store.near(ctx, until)
	if err != nil {
		return 0, err
	}
	for _, f := range all {
		err = errors.Join(err, s.store.db.Write(ctx, ospo.Act{Org: f.Org, Person: "system", What: "audit.finding.remind", On: f.ID, Door: "job"}, func(tx *db.Tx) error {
			marked, err := s.store.remind(ctx, tx, f.ID)
			if err != nil || !marked || s.Remembered == nil {
				return err
			}
			return s.Remembered(ctx, tx, f)
		}))
	}
	return len(all), err
}
