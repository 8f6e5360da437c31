// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package judge

import (
	"slices"

	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// A Law is what cases are judged by: a profile, a context of use, and the exceptions that an
// organisation made from it.
type Law struct {
	Profile *Profile
	Context ospo.Context
	Waivers []Waiver
}

// A Waiver is an exception that somebody decided: for a licence, or for a component.
type Waiver struct {
	ID        string
	Licence   string // as [Name] writes it; empty where it is for a component
	Component string // package URL, with or without version; see [Names]
	Contexts  []ospo.Context
	Verdict   Verdict
}

func (w Waiver) in(c ospo.Context) bool {
	return len(w.Contexts) == 0 || slices.Contains(w.Contexts, c)
}

// A Case is what is judged: the text in the field for the licence, of which component, and
// which licence somebody chose where it offers several.
type Case struct {
	Licence   string
	Component string // package URL; empty where it does not matter or nobody knows
	Choice    string // a branch of an OR, as [spdx.Expr.String] writes it; empty for the best
}

// Kinds of step, in the order in which they occur.
const (
	StepRead       = "read"       // free text was read as an expression; Of is how certain that is
	StepUnreadable = "unreadable" // no licence can be read from the text
	StepAmbiguous  = "ambiguous"  // it may mean several; Of are these
	StepSilent     = "silent"     // the field is empty, or says that nobody knows
	StepDeprecated = "deprecated" // Licence is an old id for Of
	StepChosen     = "chosen"     // of Of, somebody chose Licence
	StepBest       = "best"       // of Of, Licence has the best verdict
	StepAll        = "all"        // all of Of count; the worst of them is Licence
	StepLater      = "later"      // Licence leaves a choice of versions; of Of the profile names, this is the best
	StepRule       = "rule"       // Rule applies to Licence
	StepGrants     = "grants"     // no rule names the exception in Of; it only allows more than Licence
	StepDefault    = "default"    // no rule speaks of Licence
	StepUnlisted   = "unlisted"   // Licence is on no list, and no rule names it
	StepComponent  = "component"  // Rule is about the component
	StepWaiver     = "waiver"     // the organisation decided an exception; Rule is its id
)

// A Step is one link of the reason chain.
type Step struct {
	Kind    string   `json:"kind" enum:"read,unreadable,ambiguous,silent,deprecated,chosen,best,all,later,rule,grants,default,unlisted,component,waiver"`
	Licence string   `json:"licence,omitempty"`
	Rule    string   `json:"rule,omitempty" doc:"Id of the rule, or of the exception."`
	Of      []string `json:"of,omitempty"`
	Verdict Verdict  `json:"verdict,omitempty" enum:"allow,review,unknown,deny"`
}

// A Finding is a judgement with its reasons.
type Finding struct {
	Verdict Verdict `json:"verdict" enum:"allow,review,unknown,deny"`
	Licence string  `json:"licence,omitempty" doc:"The expression that was judged; absent where none could be read."`
	Chosen  string  `json:"chosen,omitempty" doc:"What of it the verdict rests on, where it offers a choice."`
	Steps   []Step  `json:"steps"`
}

// Judge judges a case.
func (l Law) Judge(c Case) Finding {
	if f, ok := l.component(c); ok {
		return f
	}
	e, before, ok := read(c.Licence)
	if !ok {
		return Finding{Verdict: Unknown, Steps: before}
	}
	p := l.expr(e, c.Choice)
	f := Finding{Verdict: p.verdict, Licence: e.String(), Steps: append(before, p.steps...)}
	if p.rests = canonical(p.rests); p.rests != f.Licence {
		f.Chosen = p.rests
	}
	return f
}

// component answers for what a rule or an exception names by its package URL.
func (l Law) component(c Case) (Finding, bool) {
	if c.Component == "" {
		return Finding{}, false
	}
	for _, w := range l.Waivers {
		if w.in(l.Context) && Names(w.Component, c.Component) {
			return Finding{Verdict: w.Verdict, Licence: c.Licence, Steps: []Step{{Kind: StepWaiver, Licence: w.Component, Rule: w.ID, Verdict: w.Verdict}}}, true
		}
	}
	var fit []int
	for i, r := range l.Profile.Rules {
		if slices.ContainsFunc(r.Components, func(n string) bool { return Names(n, c.Component) }) {
			fit = append(fit, i)
		}
	}
	if i := l.Profile.pick(fit, l.Context); i >= 0 {
		r := l.Profile.Rules[i]
		return Finding{Verdict: r.Verdict, Licence: c.Licence, Steps: []Step{{Kind: StepComponent, Licence: c.Component, Rule: r.ID, Verdict: r.Verdict}}}, true
	}
	return Finding{}, false
}

// part is what was found for part of an expression: its steps, and what of it they rest on.
type part struct {
	verdict Verdict
	rests   string
	steps   []Step
}

func (l Law) expr(e spdx.Expr, choice string) part {
	switch e.Op {
	case spdx.Leaf:
		return l.leaf(e.Licence)
	case spdx.Or:
		return l.choice(e, choice)
	}
	return l.all(e, choice)
}

// all judges what counts together: the worst decides.
func (l Law) all(e spdx.Expr, choice string) part {
	out, worst := part{verdict: Allow}, ""
	of := make([]string, len(e.Args))
	for i, a := range e.Args {
		p := l.expr(a, choice)
		of[i] = a.String()
		if worst == "" || out.verdict.Better(p.verdict) {
			out.verdict, worst = p.verdict, of[i]
		}
		out.steps = append(out.steps, p.steps...)
		if i > 0 {
			out.rests += " AND "
		}
		out.rests += bracket(p.rests)
	}
	out.steps = append(out.steps, Step{Kind: StepAll, Licence: worst, Of: of, Verdict: out.verdict})
	return out
}

// choice judges what the recipient may choose from: as somebody chose, else the best. Only
// the steps of the chosen branch are reasons.
func (l Law) choice(e spdx.Expr, choice string) (out part) {
	of := make([]string, len(e.Args))
	kind, at := StepBest, -1
	for i, a := range e.Args {
		of[i] = a.String()
		p := l.expr(a, choice)
		picked := choice != "" && of[i] == choice
		if at < 0 || picked || kind == StepBest && p.verdict.Better(out.verdict) {
			at, out = i, p
		}
		if picked {
			kind = StepChosen
		}
	}
	out.steps = append([]Step{{Kind: kind, Licence: of[at], Of: of, Verdict: out.verdict}}, out.steps...)
	return out
}

func bracket(text string) string {
	if e, err := spdx.Parse(text); err == nil && e.Op == spdx.Or {
		return "(" + text + ")"
	}
	return text
}

func canonical(text string) string {
	if e, err := spdx.Parse(text); err == nil {
		return e.String()
	}
	return text
}

// leaf judges one licence.
func (l Law) leaf(x spdx.Licence) part {
	if x.Unsaid() {
		return part{Unknown, x.String(), []Step{{Kind: StepSilent, Licence: x.String(), Verdict: Unknown}}}
	}
	if now, old := present(x); old {
		p := l.leaf(now)
		p.steps = append([]Step{{Kind: StepDeprecated, Licence: x.String(), Of: []string{now.String()}}}, p.steps...)
		p.rests = x.String()
		return p
	}
	name := x.String()
	for _, w := range l.Waivers {
		if w.Licence == name && w.in(l.Context) {
			return part{w.Verdict, name, []Step{{Kind: StepWaiver, Licence: name, Rule: w.ID, Verdict: w.Verdict}}}
		}
	}
	if p, ok := l.byName(name, name); ok {
		return p
	}
	if x.Exception != "" {
		return l.excepted(x)
	}
	return l.plain(x)
}

// byName applies the rules that name something.
func (l Law) byName(name, licence string) (part, bool) {
	i := l.Profile.pick(l.Profile.named[name], l.Context)
	if i < 0 {
		return part{}, false
	}
	r := l.Profile.Rules[i]
	return part{r.Verdict, licence, []Step{{Kind: StepRule, Licence: licence, Rule: r.ID, Verdict: r.Verdict}}}, true
}

// excepted judges a licence with an exception that no rule names together with it. An
// exception of the SPDX list only allows more than the licence (SPDX 2.3, annex D.4, "license
// exceptions"), so that the licence's own verdict stands; any other addition may say
// anything.
func (l Law) excepted(x spdx.Licence) part {
	name := x.String()
	if p, ok := l.byName(with+x.Exception, name); ok {
		return p
	}
	bare := spdx.Licence{ID: x.ID, Plus: x.Plus}
	if e, err := spdx.Parse(bare.String()); err == nil {
		bare = e.Licence
	}
	if !x.Listed && !knownException(x.Exception) {
		return part{Unknown, name, []Step{{Kind: StepUnlisted, Licence: name, Verdict: Unknown}}}
	}
	p := l.leaf(bare)
	p.rests = name
	p.steps = append([]Step{{Kind: StepGrants, Licence: bare.String(), Of: []string{x.Exception}}}, p.steps...)
	return p
}

// plain judges a licence without exception that no rule names as it stands.
func (l Law) plain(x spdx.Licence) part {
	if !x.Listed {
		return part{Unknown, x.String(), []Step{{Kind: StepUnlisted, Licence: x.String(), Verdict: Unknown}}}
	}
	wide := l.wide(x)
	if p, all, ok := l.later(x); ok && (all || p.verdict.Better(wide.verdict)) {
		return p
	}
	return wide
}

// wide applies the rules that name no licence: by class, by approval, any; else the default.
func (l Law) wide(x spdx.Licence) part {
	name := x.String()
	class, entry, _ := kind(x.ID)
	for _, fits := range []func(Rule) bool{
		func(r Rule) bool { return class != spdx.Unknown && slices.Contains(r.Classes, class) },
		func(r Rule) bool { return r.OSI && entry.OSI },
		func(r Rule) bool { return r.Any },
	} {
		var fit []int
		for i, r := range l.Profile.Rules {
			if fits(r) {
				fit = append(fit, i)
			}
		}
		if i := l.Profile.pick(fit, l.Context); i >= 0 {
			r := l.Profile.Rules[i]
			return part{r.Verdict, name, []Step{{Kind: StepRule, Licence: name, Rule: r.ID, Verdict: r.Verdict}}}
		}
	}
	return part{l.Profile.Default, name, []Step{{Kind: StepDefault, Licence: name, Verdict: l.Profile.Default}}}
}

// later judges "or any later version" by the versions that rules name, for the recipient may
// choose among them. all is whether rules name each of them.
func (l Law) later(x spdx.Licence) (best part, all, ok bool) {
	var of []string
	choice := versions(x)
	for _, id := range choice {
		p, named := l.byName(id, id)
		if !named {
			continue
		}
		of = append(of, id)
		if !ok || p.verdict.Better(best.verdict) {
			best, ok = p, true
		}
	}
	if ok {
		best.steps = append([]Step{{Kind: StepLater, Licence: x.String(), Of: of, Verdict: best.verdict}}, best.steps...)
		best.rests = x.String()
	}
	return best, len(of) == len(choice), ok
}

func kind(id string) (spdx.Class, spdx.Entry, bool) {
	e, ok := spdx.Find(id)
	return spdx.ClassOf(id), e, ok
}
