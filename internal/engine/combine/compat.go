// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package combine

import (
	"slices"
	"strings"

	"allmende/internal/engine/spdx"
)

// An Answer to the question whether a component may go into a work.
type Answer string

// The answers. Depends names what it depends on; Unknown is no weak yes.
const (
	Yes     Answer = "yes"
	Depends Answer = "depends"
	Unknown Answer = "unknown"
	No      Answer = "no"
)

// Answers lists them, the most welcome first. Of alternatives the first counts, of what
// applies together the last, except that No is worse than Unknown for both.
var Answers = []Answer{Yes, Depends, Unknown, No}

func (a Answer) rank() int { return slices.Index(Answers, a) }

// A Way is how the component gets into the work.
type Way string

// The ways. What a matrix knows is Merged: code of both in the same files.
const (
	Merged   Way = "merged"   // its code is copied into own files, or own code into its
	Static   Way = "static"   // linked when the program is built: one file goes out
	Dynamic  Way = "dynamic"  // loaded at run time, exchangeable
	Separate Way = "separate" // a program of its own that one talks to
)

// Ways lists the ways, the closest first.
var Ways = []Way{Merged, Static, Dynamic, Separate}

// A Reach is who gets at the work.
type Reach string

// The reaches.
const (
	Given    Reach = "given"    // copies go to others, as source or as programs
	Service  Reach = "service"  // others use it over a network, and get no copy
	Internal Reach = "internal" // it stays in the house: one legal person
)

// Reaches lists the reaches, the widest first.
var Reaches = []Reach{Given, Service, Internal}

// Use says how a component is used.
type Use struct {
	Way      Way
	Reach    Reach
	Modified bool // the component is changed
}

// Text is a sentence in both languages.
type Text struct {
	DE string `json:"de"`
	EN string `json:"en"`
}

// In returns it in a language.
func (t Text) In(tongue string) string {
	if tongue == "en" {
		return t.EN
	}
	return t.DE
}

// A Verdict is the answer for one licence, and why.
type Verdict struct {
	In, Out string // as they were read: "GPL-2.0-only WITH Classpath-exception-2.0"
	Answer  Answer
	Rule    string // id of the rule that decided
	Clause  string // of which licence: "EUPL-1.2 Art. 5"
	Reason  Text
	Source  string // who says so, where that is not the text of the licence itself
	Checked string // day on which that was looked up

	Certainty Certainty // what the rule rests on; empty where the answer is unknown
}

// Pair answers for one licence of a component and the licence that the work is published
// under. Ids that the rules do not know are Unknown.
func Pair(out string, in spdx.Licence, use Use) Verdict {
	out = canonical(out)
	c := in
	c.ID = canonical(withPlus(in))
	v := Verdict{In: in.String(), Out: out, Answer: Unknown}
	if in.Unsaid() {
		return v.by(ruleOf("unknown.unsaid"), c.ID)
	}
	if !Known(c.ID) {
		return v.by(ruleOf("unknown.component"), c.ID)
	}
	if !Known(out) {
		return v.by(ruleOf("unknown.work"), c.ID)
	}
	v = v.by(find(out, c, use), c.ID)
	if in.Exception != "" && !strings.HasPrefix(v.Rule, "exception.") && v.Answer != Yes {
		return v.by(ruleOf("unknown.exception"), c.ID) // it may allow what the licence alone does not
	}
	return v
}

func (v Verdict) by(r Rule, in string) Verdict {
	fill := strings.NewReplacer("{in}", in, "{out}", v.Out)
	v.Answer, v.Rule, v.Clause, v.Source, v.Checked, v.Certainty = r.Answer, r.ID, fill.Replace(r.clause(in)), r.Source, r.Checked, r.Certainty
	v.Reason = Text{fill.Replace(r.Reason.DE), fill.Replace(r.Reason.EN)}
	return v
}

// Judged is the answer for a whole licence expression.
type Judged struct {
	Answer Answer
	Chosen string    // the alternative that was taken; empty where there was no choice
	Parts  []Verdict // of the licences that apply, in the order of the expression
}

// Worst is the verdict that decides; the zero Verdict where there is none.
func (j Judged) Worst() Verdict {
	var w Verdict
	for i, v := range j.Parts {
		if i == 0 || v.Answer.rank() > w.Answer.rank() {
			w = v
		}
	}
	return w
}

// Judge answers for an expression: of alternatives (OR) the most welcome is taken, the first
// of equals; all that apply together (AND) count.
func Judge(out string, in spdx.Expr, use Use) Judged {
	taken, j := judge(out, in, use)
	if choice(in) {
		j.Chosen = taken.String()
	}
	return j
}

func choice(e spdx.Expr) bool { return e.Op == spdx.Or || slices.ContainsFunc(e.Args, choice) }

func judge(out string, in spdx.Expr, use Use) (spdx.Expr, Judged) {
	switch in.Op {
	case spdx.Or:
		best, taken := Judged{}, in
		for i, a := range in.Args {
			if t, j := judge(out, a, use); i == 0 || j.Answer.rank() < best.Answer.rank() {
				best, taken = j, t
			}
		}
		return taken, best
	case spdx.And:
		all, taken := Judged{Answer: Yes}, spdx.Expr{Op: spdx.And}
		for _, a := range in.Args {
			t, j := judge(out, a, use)
			taken.Args, all.Parts = append(taken.Args, t), append(all.Parts, j.Parts...)
			if j.Answer.rank() > all.Answer.rank() {
				all.Answer = j.Answer
			}
		}
		return taken, all
	}
	v := Pair(out, in.Licence, use)
	return in, Judged{Answer: v.Answer, Parts: []Verdict{v}}
}

// A Remedy is another way of use, or another licence of the own work, that gives a better
// answer.
type Remedy struct {
	Way     Way    // empty for a licence
	Licence string // empty for a way
	Judged
}

// Remedies are the looser ways of use under which a component that may not go in, or about
// which that is open, may.
func Remedies(out string, in spdx.Expr, use Use) []Remedy {
	var all []Remedy
	now := Judge(out, in, use)
	for _, w := range Ways[max(0, slices.Index(Ways, use.Way))+1:] {
		other := use
		other.Way = w
		if j := Judge(out, in, other); j.Answer.rank() < now.Answer.rank() && j.Answer != Unknown {
			all = append(all, Remedy{Way: w, Judged: j})
		}
	}
	return all
}

// Outbound lists the licences under which a work with all these components may be published,
// those with Yes for each first, then those with at least Depends. The order is that of
// Licences; what is unknown to the rules is left out.
func Outbound(all []spdx.Expr, use Use) (yes, depends []string) {
	for _, id := range Licences() {
		worst := Yes
		for _, e := range all {
			if a := Judge(id, e, use).Answer; a.rank() > worst.rank() {
				worst = a
			}
		}
		switch worst {
		case Yes:
			yes = append(yes, id)
		case Depends:
			depends = append(depends, id)
		}
	}
	return yes, depends
}

// Read answers for what stands in the field for a licence, as it was read. Where it may mean
// several, and each leads to No, the answer is No; otherwise what was not read for certain is
// Unknown. The expression is what may go on to [Outbound] and to a matrix.
func Read(out string, r spdx.Reading, use Use) (Judged, spdx.Expr) {
	unsaid := spdx.Expr{Licence: spdx.Licence{ID: "NOASSERTION"}}
	if r.Definite() {
		return Judge(out, r.Expr, use), r.Expr
	}
	all := Judged{Answer: No}
	for _, c := range r.Candidates {
		e, err := spdx.Parse(c)
		j := Judge(out, e, use)
		if err != nil || j.Answer != No {
			all.Answer = Unknown
			break
		}
		all.Parts = append(all.Parts, j.Worst())
	}
	if len(all.Parts) > 0 && all.Answer == No {
		return all, unsaid
	}
	rule := "unknown.unread"
	if len(r.Candidates) > 0 {
		rule = "unknown.ambiguous"
	}
	v := Verdict{Out: canonical(out)}
	if r.Certainty == spdx.None && len(r.Candidates) == 0 && r.Expr.Licence.ID != "" {
		return Judge(out, r.Expr, use), r.Expr // an expression of ids that nobody knows
	}
	return Judged{Answer: Unknown, Parts: []Verdict{v.by(ruleOf(rule), "")}}, unsaid
}
