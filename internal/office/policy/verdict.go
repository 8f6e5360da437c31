// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"allmende/internal/engine/inventory"
	engine "allmende/internal/engine/judge"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Tally counts packages by verdict.
type Tally struct {
	Allow   int `json:"allow"`
	Review  int `json:"review"`
	Unknown int `json:"unknown"`
	Deny    int `json:"deny"`
}

func (t *Tally) add(v engine.Verdict, n int) {
	switch v {
	case engine.Allow:
		t.Allow += n
	case engine.Review:
		t.Review += n
	case engine.Deny:
		t.Deny += n
	default:
		t.Unknown += n
	}
}

// All counts all packages.
func (t Tally) All() int { return t.Allow + t.Review + t.Unknown + t.Deny }

// Worst is the verdict on all of them together; nothing is unknown.
func (t Tally) Worst() engine.Verdict {
	switch {
	case t.Deny > 0:
		return engine.Deny
	case t.Unknown > 0 || t.All() == 0:
		return engine.Unknown
	case t.Review > 0:
		return engine.Review
	}
	return engine.Allow
}

// A Verdict is what the profile of an organisation says of a release.
type Verdict struct {
	Release  ospo.ReleaseID `json:"release"`
	Verdict  engine.Verdict `json:"verdict" enum:"allow,review,unknown,deny"`
	Document bool           `json:"document" doc:"There is a bill of materials; without one the verdict is unknown."`
	Profile  string         `json:"profile"`
	Version  string         `json:"version" doc:"Of the profile."`
	Usage    Usage          `json:"usage"`
	Tally    Tally          `json:"packages" doc:"Packages by verdict, in the strictest of the contexts."`
	At       string         `json:"at" doc:"When the judgement was made."`

	Product *ProductLicence `json:"product,omitempty" doc:"The licence of the product itself; absent where the register says nothing."`
}

// A Line is a licence text of a release, with what is said of it in the context in which it
// fares worst. One for a single component stands by itself.
type Line struct {
	Licence   string         `json:"licence" doc:"As the bill of materials says."`
	Stated    string         `json:"stated,omitempty" doc:"What the bill of materials says, where the organisation concluded another licence."`
	Component string         `json:"component,omitempty" doc:"Package URL, where the line is about one component."`
	Packages  int            `json:"packages"`
	Context   ospo.Context   `json:"context"`
	Finding   engine.Finding `json:"finding"`
	Choice    *Choice        `json:"choice,omitempty" doc:"What somebody chose for the component."`
	Exception *Exception     `json:"exception,omitempty" doc:"What the organisation excepted."`
	Names     []string       `json:"names,omitempty" doc:"Some of the packages."`

	packages []ospo.PackageID
}

// A Judgement is a verdict with its reasons.
type Judgement struct {
	Verdict
	Software ospo.SoftwareID `json:"software"`
	Title    string          `json:"title"`
	Owner    string          `json:"owner"`
	Lines    []Line          `json:"lines" doc:"By licence text, the worst first."`

	profile Profile
}

// Verdict judges a release in view by the profile of the viewer's organisation.
func (s *Service) Verdict(ctx context.Context, release ospo.ReleaseID) (Verdict, error) {
	j, err := s.Judge(ctx, release)
	return j.Verdict, err
}

// Judge judges a release in view, with reasons.
func (s *Service) Judge(ctx context.Context, release ospo.ReleaseID) (j Judgement, err error) {
	r, err := s.store.release(ctx, door.From(ctx).Org, release)
	if err != nil {
		return j, err
	}
	b, err := s.book(ctx)
	if err != nil {
		return j, err
	}
	used, err := s.usages(ctx, release)
	if err != nil {
		return j, err
	}
	j = Judgement{Software: r.software, Title: r.name + " " + r.version, Owner: r.ownerName, profile: b.profile, Verdict: Verdict{Release: release, Document: r.document != 0,
		Profile: b.profile.ID, Version: b.profile.Version, Usage: used.of(release), At: s.store.db.Now().UTC().Format(db.Clock), Verdict: engine.Unknown}}
	j.Product = b.product(r.software, r.stated, j.Usage.Contexts)
	if j.Verdict.Verdict = j.Product.with(engine.Unknown); r.document == 0 {
		return j, nil
	}
	all, err := s.Shelf.Inventories(ctx, s.store.db.Read(), []ospo.DocumentID{r.document})
	if err != nil {
		return j, err
	}
	if j.Lines, err = s.lines(ctx, b, r.software, j.Usage.Contexts, all[r.document]); err != nil {
		return j, err
	}
	for _, l := range j.Lines {
		j.Tally.add(l.Finding.Verdict, l.Packages)
	}
	j.Verdict.Verdict = j.Product.with(j.Tally.Worst())
	return j, nil
}

// lines judges what a document lists: each distinct licence text once, and each component by
// itself that something names.
func (s *Service) lines(ctx context.Context, b book, software ospo.SoftwareID, contexts []ospo.Context, v inventory.Inventory) ([]Line, error) {
	plain := map[int64][]ospo.PackageID{}
	type one struct {
		term int64
		pack ospo.PackageID
	}
	var alone []one
	for i, id := range v.Packages {
		pack, term := ospo.PackageID(id), v.Licence(i)
		if _, special := b.special[pack]; special {
			alone = append(alone, one{term, pack})
			continue
		}
		plain[term] = append(plain[term], pack)
	}
	terms := slices.Collect(maps.Keys(plain))
	for _, a := range alone {
		terms = append(terms, a.term)
	}
	texts, err := s.textsOf(ctx, terms)
	if err != nil {
		return nil, err
	}
	var out []Line
	for term, packages := range plain {
		l := b.line(software, contexts, engine.Case{Licence: texts[term]})
		l.Packages, l.packages = len(packages), packages
		out = append(out, l)
	}
	for _, a := range alone {
		l := b.line(software, contexts, b.of(a.pack, texts[a.term]))
		l.Packages, l.packages, l.Component = 1, []ospo.PackageID{a.pack}, b.special[a.pack]
		if b.concluded[a.pack] != "" {
			l.Stated = cmp.Or(texts[a.term], "–")
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(x, y Line) int {
		return cmp.Or(slices.Index(engine.Verdicts, y.Finding.Verdict)-slices.Index(engine.Verdicts, x.Finding.Verdict), y.Packages-x.Packages, strings.Compare(x.Licence, y.Licence), strings.Compare(x.Component, y.Component))
	})
	return out, nil
}

// line judges a case in each context and keeps the worst finding.
func (b book) line(software ospo.SoftwareID, contexts []ospo.Context, c engine.Case) (l Line) {
	l.Licence = c.Licence
	if c.Component != "" {
		c.Choice = b.chosen(c.Component, c.Licence)
	}
	for i, x := range contexts {
		f := b.law(software, x).Judge(c)
		if i == 0 || l.Finding.Verdict.Better(f.Verdict) {
			l.Context, l.Finding = x, f
		}
	}
	for _, step := range l.Finding.Steps {
		switch step.Kind {
		case engine.StepWaiver:
			if i := slices.IndexFunc(b.exceptions, func(x Exception) bool { return x.ID == step.Rule }); i >= 0 {
				l.Exception = &b.exceptions[i]
			}
		case engine.StepChosen:
			if i := slices.IndexFunc(b.choices, func(x Choice) bool { return x.Licence == c.Licence && engine.Names(x.Component, c.Component) }); i >= 0 {
				l.Choice = &b.choices[i]
			}
		}
	}
	return l
}

// Licence judges a licence by a profile (the organisation's own where empty) in a context,
// with the exceptions of the organisation.
func (s *Service) Licence(ctx context.Context, profile string, c ospo.Context, licence, component string) (Line, Profile, error) {
	if err := checkContexts([]ospo.Context{c}); err != nil {
		return Line{}, Profile{}, err
	}
	b, err := s.book(ctx)
	if err == nil && profile != "" {
		b, err = s.bookOf(ctx, profile)
	}
	return b.line("", []ospo.Context{c}, engine.Case{Licence: licence, Component: component}), b.profile, err
}
