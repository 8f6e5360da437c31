// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"allmende/internal/engine/combine"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func (s *Service) nav() []web.Entry {
	return []web.Entry{{Side: web.Take, Key: "compat.nav", Href: "/compat", Permit: "compat.read"}}
}

func (s *Service) pages() []web.Page {
	const read, bring, decide = "compat.read", "compat.import", "compat.decide"
	return []web.Page{
		web.Show("GET /compat", read, "ask.html", s.askPage),
		web.Show("GET /compat/rules", read, "rules.html", s.rulesPage),
		web.Show("GET /compat/matrices", read, "matrices.html", s.matricesPage),
		web.Form("POST /compat/matrices", bring, "matrices.html", s.bringMatrix).WithFiles(),
		web.Show("GET /compat/matrix/{matrix}", read, "matrix.html", s.matrixPage),
		web.Do("POST /compat/matrix/{matrix}/remove", bring, s.dropMatrix),
		web.Show("GET /compat/choices", read, "choices.html", s.choicesPage),
		web.Show("GET /compat/choose", read, "choose.html", s.choosePage),
		web.Form("POST /compat/choose", decide, "choose.html", s.recordChoice),
		web.Show("GET /compat/choice/{choice}", read, "choice.html", s.choicePage),
	}
}

// AskPage is the question, and its answer once somebody asked.
type AskPage struct {
	Question
	Text        string // the components, one a line
	Answer      *Answer
	Problems    []string // why there is no answer
	Licences    []web.Choice
	Ways        []web.Choice
	Reaches     []web.Choice
	Releases    []web.Choice
	Groups      []Group
	Attribution string
}

// A Group is the lines with one answer.
type Group struct {
	Answer string
	Lines  []Line
}

// frequent are the licences that the form offers; any other can be asked for in the address.
var frequent = []string{"EUPL-1.2", "MIT", "Apache-2.0", "BSD-3-Clause", "MPL-2.0", "LGPL-2.1-or-later", "LGPL-3.0-or-later", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later", "EPL-2.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0"}

func (s *Service) askPage(r *http.Request) (p AskPage, err error) {
	q := r.URL.Query()
	p.Question = Question{Licence: q.Get("licence"), Way: q.Get("way"), Reach: q.Get("reach"), Modified: q.Get("modified") != "", Release: ospo.ReleaseID(q.Get("release"))}
	p.Text = strings.Join(q["parts"], "\n")
	asked := p.Licence != "" && (strings.TrimSpace(p.Text) != "" || p.Release != "" || q.Has("ask"))
	if p.Licence == "" {
		p.Licence = frequent[0]
	}
	if asked {
		if err := p.ask(r.Context(), s); err != nil {
			return p, err
		}
	}
	p.Licences = options(frequent, p.Licence)
	p.Ways, p.Reaches = options(names(combine.Ways), or(p.Way, string(combine.Static))), options(names(combine.Reaches), or(p.Reach, string(combine.Given)))
	p.Releases, err = s.choosables(r.Context(), p.Release, q.Get("q"))
	return p, err
}

// ask fills in the answer, or why there is none.
func (p *AskPage) ask(ctx context.Context, s *Service) error {
	if len(p.Text) > longestAsk {
		p.Problems = append(p.Problems, own.T(tongue(ctx), "compat.ask_long", len(p.Text), longestAsk))
		return nil
	}
	p.Parts = lines(p.Text)
	a, err := s.Ask(ctx, p.Question)
	switch {
	case fault.Of(err) == fault.Invalid:
		for _, e := range fault.Say(err) {
			p.Problems = append(p.Problems, own.Fault(tongue(ctx), e))
		}
		return nil
	case err != nil:
		return err
	}
	p.Answer, p.Question, p.Attribution = &a, a.Question, Attribution
	for _, answer := range []string{"no", "unknown", "depends", "yes"} {
		g := Group{Answer: answer}
		for _, l := range a.Lines {
			if l.Answer == answer {
				g.Lines = append(g.Lines, l)
			}
		}
		if len(g.Lines) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	return nil
}

func tongue(ctx context.Context) string { return or(door.From(ctx).Lang, "de") }

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func names[T ~string](all []T) (out []string) {
	for _, one := range all {
		out = append(out, string(one))
	}
	return out
}

// options are the values of a list, the present one chosen; it is added where it is not there.
func options(all []string, chosen string) (out []web.Choice) {
	found := chosen == ""
	for _, v := range all {
		found = found || v == chosen
		out = append(out, web.Choice{Value: v, Label: v, Chosen: v == chosen})
	}
	if !found {
		out = append(out, web.Choice{Value: chosen, Label: chosen, Chosen: true})
	}
	return out
}

// choosables are releases to pick from, the chosen one among them.
func (s *Service) choosables(ctx context.Context, chosen ospo.ReleaseID, text string) (out []web.Choice, err error) {
	v := door.From(ctx)
	if !v.May("estate.read") || !v.May("sbom.read") {
		return nil, nil
	}
	all, err := s.store.releases(ctx, v.Org, text)
	found := chosen == ""
	for _, c := range all {
		found = found || c.id == chosen
		out = append(out, web.Choice{Value: string(c.id), Label: c.title, Chosen: c.id == chosen})
	}
	if err == nil && !found {
		title, err := s.store.title(ctx, v.Org, chosen)
		if fault.Of(err) == fault.NotFound {
			return out, nil // it cannot be asked about, and the answer says so
		}
		return append(out, web.Choice{Value: string(chosen), Label: title, Chosen: true}), err
	}
	return out, err
}

// RulesPage lists the rules that are built in.
type RulesPage struct {
	Version  string
	Reviewed time.Time
	Licences []string
	Rules    []RuleRow
}

// A RuleRow is one rule.
type RuleRow struct {
	ID, In, Out, Use, Answer, Clause, Text string
	Basis
}

func (s *Service) rulesPage(r *http.Request) (RulesPage, error) {
	p := RulesPage{Version: combine.Rules.Version, Reviewed: Answer{Reviewed: combine.Rules.Reviewed}.Looked(), Licences: combine.Licences()}
	for _, one := range combine.Rules.Rules {
		var use []string
		for _, w := range one.Ways {
			use = append(use, own.T(tongue(r.Context()), "compat.way."+string(w)))
		}
		for _, w := range one.Reaches {
			use = append(use, own.T(tongue(r.Context()), "compat.reach."+string(w)))
		}
		gaps := strings.NewReplacer("{in}", "…", "{out}", "…")
		p.Rules = append(p.Rules, RuleRow{one.ID, strings.Join(append(one.In, one.With...), ", "), strings.Join(one.Out, ", "), strings.Join(use, ", "), string(one.Answer),
			gaps.Replace(one.Clause), gaps.Replace(one.Reason.In(tongue(r.Context()))), Basis{one.Source, one.Checked, string(one.Certainty)}})
	}
	return p, nil
}

// A PanelView is what the page of a release offers: the question.
type PanelView struct {
	Release  string
	Licences []string
	Has      bool // a bill of materials
}

func (s *Service) panel(ctx context.Context, id string) (PanelView, error) {
	p := PanelView{Release: id, Licences: frequent[:12]}
	_, err := s.store.title(ctx, door.From(ctx).Org, ospo.ReleaseID(id))
	if fault.Of(err) == fault.NotFound {
		return p, nil
	}
	p.Has = err == nil
	return p, err
}

// invalid lets a form be shown again, with why on top of it, whatever kind of fault it was.
func invalid(err error, field string) error {
	if err == nil || fault.Of(err) == fault.Internal {
		return err
	}
	var out []error
	for _, e := range fault.Say(err) {
		out = append(out, &fault.Error{Kind: fault.Invalid, Key: e.Key, Args: e.Args, Field: or(e.Field, field)})
	}
	return errors.Join(out...)
}
