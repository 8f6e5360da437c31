// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/combine"
	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Question is what somebody wants to publish, and with what in it.
type Question struct {
	Licence  string         `json:"licence" doc:"Under which the work is to be published: an SPDX id." maxLength:"100"`
	Way      string         `json:"way,omitempty" doc:"How components get in; static where absent." enum:"merged,static,dynamic,separate"`
	Reach    string         `json:"reach,omitempty" doc:"Who gets at the work; given where absent." enum:"given,service,internal"`
	Modified bool           `json:"modified,omitempty" doc:"Components are changed."`
	Parts    []string       `json:"components,omitempty" doc:"Licence expressions, or what stands in the field for a licence."`
	Release  ospo.ReleaseID `json:"release,omitempty" doc:"A release whose bill of materials has the components, instead of or beside a list."`
}

// An Answer says of each component whether it may go in.
type Answer struct {
	Question
	Title    string   `json:"title,omitempty" doc:"Name and version of the release."`
	Answer   string   `json:"answer" enum:"yes,depends,unknown,no" doc:"The worst of all components."`
	Lines    []Line   `json:"lines"`
	Yes      []string `json:"yes" doc:"Licences under which a work with all these components may be published, by the rules."`
	Depends  []string `json:"depends" doc:"Licences under which that depends on something."`
	Counts   Counts   `json:"counts"`
	Rules    string   `json:"rules" doc:"Version of the rules."`
	Reviewed string   `json:"reviewed" doc:"Day on which the rules were reviewed."`
	Matrix   *Matrix  `json:"matrix,omitempty" doc:"The matrix that was asked beside the rules; absent where none was brought in."`
}

// Looked is when the rules were reviewed.
func (a Answer) Looked() time.Time { t, _ := time.Parse(time.DateOnly, a.Reviewed); return t }

// Counts are components by answer; Contrary are those where the matrix says otherwise.
type Counts struct {
	Yes      int `json:"yes"`
	Depends  int `json:"depends"`
	Unknown  int `json:"unknown"`
	No       int `json:"no"`
	Contrary int `json:"contrary"`
}

// A Line is one component, or all that have the same licence.
type Line struct {
	Text       string   `json:"text" doc:"As it was given."`
	Expression string   `json:"expression,omitempty" doc:"As it was read; absent where it could not be."`
	Certainty  string   `json:"certainty" enum:"exact,likely,ambiguous,none" doc:"Of how it was read."`
	Candidates []string `json:"candidates,omitempty" doc:"What it may mean."`
	Packages   int      `json:"packages,omitempty" doc:"How many packages of the release have it."`
	Answer     string   `json:"answer" enum:"yes,depends,unknown,no"`
	Chosen     string   `json:"chosen,omitempty" doc:"The alternative that was taken."`
	Reasons    []Reason `json:"reasons"`
	Theirs     *Theirs  `json:"matrix,omitempty"`
	Helps      []Help   `json:"helps,omitempty" doc:"What would give a better answer."`
}

// A Reason is the verdict for one licence.
type Reason struct {
	Licence string   `json:"licence"`
	Answer  string   `json:"answer" enum:"yes,depends,unknown,no"`
	Rule    string   `json:"rule"`
	Clause  string   `json:"clause"`
	Text    string   `json:"text"`
	Also    []string `json:"also,omitempty" doc:"Other licences that it may be, and that the same rule answers for, with their clause."`
	Basis
}

// A Basis is what a rule rests on.
type Basis struct {
	Source    string `json:"source,omitempty" doc:"Who says so, where that is not the text of the licence."`
	Checked   string `json:"checked,omitempty" doc:"Day on which the source was looked up."`
	Certainty string `json:"certainty,omitempty" enum:"text,said,reading" doc:"What the rule rests on: the clause itself, what the source says, or our reading; absent where nothing is known."`
}

// Looked is when the source was looked up.
func (b Basis) Looked() time.Time { t, _ := time.Parse(time.DateOnly, b.Checked); return t }

// Theirs is what the matrix says of a line.
type Theirs struct {
	Answer      string `json:"answer" enum:"yes,depends,unknown,no"`
	Word        string `json:"word,omitempty" doc:"As the file says it."`
	Explanation string `json:"explanation,omitempty"`
	Missing     string `json:"missing,omitempty" enum:"work,component" doc:"What the matrix has no row or cell for."`
	Stand       string `json:"stand" enum:"agree,contrary,shade,one-knows,nobody,unasked" doc:"How it stands to ours; unasked where the matrix is not about this use."`
}

// A Help is a way of use that gives a better answer.
type Help struct {
	Way    string `json:"way"`
	Answer string `json:"answer" enum:"yes,depends"`
	Clause string `json:"clause"`
	Text   string `json:"text"`
}

// use is how components are used, with what was not said filled in.
func (q *Question) use() (combine.Use, error) {
	q.Way, q.Reach = cmp.Or(q.Way, string(combine.Static)), cmp.Or(q.Reach, string(combine.Given))
	u := combine.Use{Way: combine.Way(q.Way), Reach: combine.Reach(q.Reach), Modified: q.Modified}
	if !slices.Contains(combine.Ways, u.Way) {
		return u, fault.At("way", "compat.way_bad", q.Way)
	}
	if !slices.Contains(combine.Reaches, u.Reach) {
		return u, fault.At("reach", "compat.reach_bad", q.Reach)
	}
	return u, nil
}

// A part is a text for a licence, and how many packages have it.
type part struct {
	text     string
	packages int
}

// Ask answers a question.
func (s *Service) Ask(ctx context.Context, q Question) (a Answer, err error) {
	defer fault.Wrap(&err, "ask what may go into a work under %s", q.Licence)
	use, err := q.checked()
	if err != nil {
		return a, err
	}
	parts, title, err := s.parts(ctx, q)
	if err != nil {
		return a, err
	}
	m, info, err := s.current(ctx)
	if err != nil {
		return a, err
	}
	a = answer(q, use, parts, func(e spdx.Expr) combine.Cell { return m.Judge(q.Licence, e) }, info, door.From(ctx).Lang)
	a.Title = title
	return a, nil
}

// ByRules answers by the rules alone, where there is no database: nothing but the components
// that the question lists.
func ByRules(q Question, tongue string) (Answer, error) {
	use, err := q.checked()
	if err != nil {
		return Answer{}, err
	}
	parts := listedParts(q)
	if err := bounded(q, parts, ""); err != nil {
		return Answer{}, err
	}
	return answer(q, use, parts, nil, nil, tongue), nil
}

// checked looks at licence and use.
func (q *Question) checked() (combine.Use, error) {
	use, err := q.use()
	if err != nil {
		return use, err
	}
	e, ok := spdx.Find(strings.TrimSpace(q.Licence))
	if !ok {
		return use, fault.At("licence", "compat.licence_bad", cut(q.Licence))
	}
	q.Licence = e.ID
	return use, nil
}

// answer judges each part by the rules, and by a matrix where there is one.
func answer(q Question, use combine.Use, parts []part, matrix func(spdx.Expr) combine.Cell, info *Matrix, tongue string) Answer {
	a := Answer{Question: q, Answer: string(combine.Yes), Lines: []Line{}, Rules: combine.Rules.Version, Reviewed: combine.Rules.Reviewed, Matrix: info}
	var read []spdx.Expr
	for _, p := range parts {
		l, expr := line(q.Licence, p, use, tongue)
		read = append(read, expr)
		if info != nil {
			l.Theirs = theirs(matrix(expr), combine.Answer(l.Answer), use)
		}
		a.add(l)
	}
	yes, depends := combine.Outbound(read, use)
	a.Yes, a.Depends = append([]string{}, yes...), append([]string{}, depends...)
	slices.SortStableFunc(a.Lines, func(x, y Line) int { return rank(y.Answer) - rank(x.Answer) })
	return a
}

func rank(a string) int { return slices.Index(combine.Answers, combine.Answer(a)) }

func (a *Answer) add(l Line) {
	if rank(l.Answer) > rank(a.Answer) {
		a.Answer = l.Answer
	}
	n := map[string]*int{"yes": &a.Counts.Yes, "depends": &a.Counts.Depends, "unknown": &a.Counts.Unknown, "no": &a.Counts.No}
	*n[l.Answer] += max(1, l.Packages)
	if l.Theirs != nil && l.Theirs.Stand == combine.Contrary {
		a.Counts.Contrary++
	}
	a.Lines = append(a.Lines, l)
}

// parts are the components of a question: those listed, and those of the release.
func (s *Service) parts(ctx context.Context, q Question) (out []part, title string, err error) {
	out = listedParts(q)
	if q.Release != "" {
		if title, err = s.store.title(ctx, door.From(ctx).Org, q.Release); err != nil {
			return nil, "", err
		}
		found, err := s.store.mix(ctx, door.From(ctx).Org, q.Release)
		if err != nil {
			return nil, "", err
		}
		out = append(out, found...)
	}
	return out, title, bounded(q, out, title)
}

func listedParts(q Question) (out []part) {
	for _, text := range q.Parts {
		if text = strings.TrimSpace(text); text != "" && !slices.ContainsFunc(out, func(p part) bool { return p.text == text }) {
			out = append(out, part{text: text})
		}
	}
	return out
}

func bounded(q Question, all []part, title string) error {
	switch i := slices.IndexFunc(all, func(p part) bool { return len(p.text) > longestPart }); {
	case len(all) == 0 && q.Release != "":
		return fault.At("release", "compat.release_empty", title)
	case len(all) == 0:
		return fault.At("parts", "compat.parts_missing")
	case len(all) > mostParts:
		return fault.At("parts", "compat.parts_many", len(all), mostParts)
	case i >= 0:
		return fault.At("parts", "compat.part_long", cut(all[i].text), len(all[i].text), longestPart)
	}
	return nil
}

// line judges one component, and returns as what it was read.
func line(out string, p part, use combine.Use, tongue string) (Line, spdx.Expr) {
	r := spdx.Normalise(p.text)
	l := Line{Text: p.text, Packages: p.packages, Certainty: r.Certainty, Candidates: r.Candidates}
	if r.Definite() {
		l.Expression = r.Expr.String()
	}
	j, expr := combine.Read(out, r, use)
	l.Answer, l.Chosen, l.Reasons = string(j.Answer), j.Chosen, reasons(j.Parts, tongue)
	if !r.Definite() {
		l.Reasons = folded(l.Reasons)
	}
	for _, h := range combine.Remedies(out, expr, use) {
		w := h.Worst()
		l.Helps = append(l.Helps, Help{string(h.Way), string(h.Answer), w.Clause, w.Reason.In(tongue)})
	}
	return l, expr
}

// theirs is the matrix's answer. It is about one work that is passed on: for other uses it
// stands there and is not compared.
func theirs(c combine.Cell, ours combine.Answer, use combine.Use) *Theirs {
	t := &Theirs{Answer: string(c.Answer), Word: c.Word, Explanation: c.Explanation, Missing: c.Missing, Stand: "unasked"}
	if use.Reach == combine.Given && (use.Way == combine.Merged || use.Way == combine.Static) {
		t.Stand = combine.Stand(ours, c.Answer)
	}
	return t
}

// cut shortens foreign text for a sentence.
func cut(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return strings.ToValidUTF8(s, "")
}
