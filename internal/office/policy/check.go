// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/bom"
	engine "allmende/internal/engine/judge"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Check is what a profile says of a document that nobody took in.
type Check struct {
	Profile string         `json:"profile"`
	Version string         `json:"version" doc:"Of the profile."`
	Title   string         `json:"title" doc:"Of the profile."`
	Context ospo.Context   `json:"context"`
	Verdict engine.Verdict `json:"verdict"`
	Tally   Tally          `json:"components" doc:"By verdict."`
	Items   []CheckItem    `json:"licences" doc:"By licence text, the worst first."`
}

// A CheckItem is a licence text of the document, or one component that something names.
type CheckItem struct {
	Licence    string         `json:"licence"`
	Verdict    engine.Verdict `json:"verdict"`
	Finding    engine.Finding `json:"finding"`
	Reasons    []string       `json:"reasons" doc:"The steps in the reader's language."`
	Components []string       `json:"components"`
}

// CheckAlone judges a document by a profile that comes with the program.
func CheckAlone(doc *bom.Document, profile string, c ospo.Context, tongue string) (Check, error) {
	ctx := door.With(context.Background(), door.Viewer{Lang: tongue})
	p, ok := engine.Find(profile)
	if !ok {
		return Check{}, fault.New(fault.NotFound, "policy.profile_unknown", profile)
	}
	return book{profile: Profile{Profile: *p}}.check(ctx, doc, c)
}

// CheckDocument judges a document by a profile of the viewer's organisation, the one in force
// where empty, with its exceptions and choices.
func (s *Service) CheckDocument(ctx context.Context, doc *bom.Document, profile string, c ospo.Context) (Check, error) {
	b, err := s.book(ctx)
	if err == nil && profile != "" {
		b, err = s.bookOf(ctx, profile)
	}
	if err != nil {
		return Check{}, err
	}
	return b.check(ctx, doc, c)
}

func (b book) check(ctx context.Context, doc *bom.Document, c ospo.Context) (Check, error) {
	if err := checkContexts([]ospo.Context{c}); err != nil {
		return Check{}, err
	}
	out := Check{Profile: b.profile.ID, Version: b.profile.Version, Title: b.profile.Title.In(tongue(ctx)), Context: c, Items: []CheckItem{}}
	at := map[[2]string]int{} // licence text, and component where that is named
	for i, x := range doc.Components {
		if i == doc.Root {
			continue
		}
		k := [2]string{cmp.Or(x.Concluded, x.Declared), ""}
		if b.names(x.PURL) {
			k[1] = x.PURL
		}
		n, known := at[k]
		if !known {
			f := b.line("", []ospo.Context{c}, engine.Case{Licence: k[0], Component: k[1]}).Finding
			n, at[k] = len(out.Items), len(out.Items)
			out.Items = append(out.Items, CheckItem{Licence: k[0], Verdict: f.Verdict, Finding: f, Reasons: chain(ctx, b.profile, f)})
		}
		item := &out.Items[n]
		item.Components = append(item.Components, cmp.Or(x.PURL, strings.TrimSpace(x.Name+" "+x.Version)))
		out.Tally.add(item.Verdict, 1)
	}
	out.Verdict = out.Tally.Worst()
	slices.SortStableFunc(out.Items, func(a, b CheckItem) int {
		return cmp.Or(slices.Index(engine.Verdicts, b.Verdict)-slices.Index(engine.Verdicts, a.Verdict), len(b.Components)-len(a.Components), strings.Compare(a.Licence, b.Licence))
	})
	return out, nil
}

// names reports whether a rule, an exception or a choice is about a component.
func (b book) names(component string) bool {
	if component == "" {
		return false
	}
	return slices.ContainsFunc(b.profile.Rules, func(r engine.Rule) bool {
		return slices.ContainsFunc(r.Components, func(n string) bool { return engine.Names(n, component) })
	}) || slices.ContainsFunc(b.exceptions, func(x Exception) bool { return engine.Names(x.Component, component) }) ||
		slices.ContainsFunc(b.choices, func(x Choice) bool { return engine.Names(x.Component, component) })
}
