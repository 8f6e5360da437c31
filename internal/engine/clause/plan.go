// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package clause

import "slices"

// Verdicts on a topic.
const (
	Fits = "fits" // what was answered calls for it
	Open = "open" // depends on what nobody answered
	Not  = "not"  // what was answered does not call for it
)

// A Plan is what follows from answers.
type Plan struct {
	Type   string // of the EVB-IT; empty while a question is open
	Ask    string // the question on which the type depends; empty where there is a type
	Path   []Step // how the tree came there
	Topics []Verdict
}

// A Step is one question that the tree asked, with its answer.
type Step struct{ Question, Answer string }

// A Verdict says whether a topic fits, and why: the answers that call for it, or the questions
// on which it depends.
type Verdict struct {
	Topic   string
	Verdict string
	Because []Step   // of Fits
	Open    []string // of Open: questions
}

// Plan follows answers (question: answer) through the tree and judges all topics. What is no
// answer of the set counts as not answered.
func (s *Set) Plan(answers map[string]string) (p Plan) {
	step := s.First
	for p.Type == "" && p.Ask == "" {
		b, ok := s.Tree[step]
		if !ok {
			p.Type = step
			break
		}
		answer := answers[b.Ask]
		if !s.Allows(b.Ask, answer) {
			p.Ask = b.Ask
			break
		}
		p.Path = append(p.Path, Step{b.Ask, answer})
		step = b.To[answer]
	}
	for _, t := range s.Topics {
		p.Topics = append(p.Topics, s.judge(t, answers))
	}
	return p
}

// judge takes the first condition that holds; a condition fails on one answer that is another,
// whatever is open beside it.
func (s *Set) judge(t Topic, answers map[string]string) Verdict {
	v := Verdict{Topic: t.ID, Verdict: Not}
	if len(t.When) == 0 {
		v.Verdict = Fits
		return v
	}
	for _, condition := range t.When {
		steps, open, failed := s.try(condition, answers)
		switch {
		case failed:
		case len(open) == 0:
			return Verdict{Topic: t.ID, Verdict: Fits, Because: steps}
		default:
			v.Verdict = Open
			v.Open = append(v.Open, open...)
		}
	}
	slices.Sort(v.Open)
	v.Open = slices.Compact(v.Open)
	return v
}

func (s *Set) try(condition map[string][]string, answers map[string]string) (steps []Step, open []string, failed bool) {
	for _, q := range s.Questions { // in their order
		wanted, there := condition[q.ID]
		switch got := answers[q.ID]; {
		case !there:
		case !s.Allows(q.ID, got):
			open = append(open, q.ID)
		case slices.Contains(wanted, got):
			steps = append(steps, Step{q.ID, got})
		default:
			failed = true
		}
	}
	return steps, open, failed
}
