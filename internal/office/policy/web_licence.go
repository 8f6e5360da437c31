// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"slices"

	engine "allmende/internal/engine/judge"
	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// LicencePanel is what profiles say of a licence, and what was decided about it.
type LicencePanel struct {
	ID     string
	Rows   []SaysRow // by the profile in force
	Others []SaysRow
	Past   []Event
	Denied bool // by the profile in force, in every use
	MayAsk bool
	MayLog bool
}

// A SaysRow is what a profile says of a licence in some uses; the first of a profile names it.
type SaysRow struct {
	Profile  string // id
	Name     string
	Standard bool
	Badge    web.Badge
	Where    string
	Chain    []string
}

// mostPast bounds the events that the panel lists.
const mostPast = 30

func (s *Service) licencePanel(ctx context.Context, id string) (p LicencePanel, err error) {
	v := door.From(ctx)
	p = LicencePanel{ID: id, MayAsk: v.May(mayAsk), MayLog: v.May("audit.read")}
	if p.Past, err = s.past(ctx, id); err != nil {
		return p, err
	}
	p.Past = p.Past[:min(len(p.Past), mostPast)]
	if slices.Contains(spdx.Exceptions(), id) { // it says nothing without a licence
		return p, nil
	}
	b, err := s.book(ctx)
	if err != nil {
		return p, err
	}
	p.Rows = saysRows(ctx, b, id)
	p.Rows[0].Standard = true
	p.Denied = len(p.Rows) == 1 && p.Rows[0].Badge.Kind == badgeKinds[engine.Deny]
	all, err := s.Profiles(ctx)
	for _, o := range all {
		if o.ID != b.profile.ID {
			p.Others = append(p.Others, saysRows(ctx, book{profile: o}, id)...)
		}
	}
	return p, err
}

// saysRows groups the uses in which a book says the same.
func saysRows(ctx context.Context, b book, id string) (out []SaysRow) {
	type said struct {
		finding  engine.Finding
		contexts []ospo.Context
		chain    []string
	}
	var groups []said
	for _, c := range ospo.Contexts {
		f := b.law("", c).Judge(engine.Case{Licence: id})
		steps := chain(ctx, b.profile, f)
		i := slices.IndexFunc(groups, func(g said) bool { return g.finding.Verdict == f.Verdict && slices.Equal(g.chain, steps) })
		if i < 0 {
			i, groups = len(groups), append(groups, said{finding: f, chain: steps})
		}
		groups[i].contexts = append(groups[i].contexts, c)
	}
	for _, g := range groups {
		if len(g.contexts) == len(ospo.Contexts) {
			g.contexts = nil // all of them
		}
		out = append(out, SaysRow{Profile: b.profile.ID, Name: b.profile.Title.In(tongue(ctx)) + " " + b.profile.Version, Badge: badge(ctx, g.finding.Verdict), Where: contextWords(ctx, g.contexts), Chain: g.chain})
	}
	return out
}
