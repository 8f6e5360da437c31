// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"maps"
	"slices"
	"strings"

	engine "allmende/internal/engine/judge"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/door"
)

// What one person says of a licence may make verdicts milder. Where that takes a denial away,
// a second person has to agree, as for an exception; all else is one person's to say, or an
// office would need two for each of a thousand unclear licences.

// softens reports whether a denial goes.
func softens(was, now engine.Verdict) bool { return was == engine.Deny && now != engine.Deny }

// mostSofter is how many components a proposal names.
const mostSofter = 10

func softerFact(all []string) approval.Fact {
	text := strings.Join(all[:min(len(all), mostSofter)], ", ")
	if len(all) > mostSofter {
		text += ", …"
	}
	return approval.Fact{Key: "policy.second.softer", Value: text}
}

// Softens names the packages in view that are denied and no longer would be, if these were
// their licences; an empty one is what bills of materials say.
func (s *Service) Softens(ctx context.Context, licences map[ospo.PackageID]string) ([]string, error) {
	was, err := s.book(ctx)
	if err != nil {
		return nil, err
	}
	now, ids := was, slices.Sorted(maps.Keys(licences))
	now.concluded = maps.Clone(was.concluded)
	for id, e := range licences {
		if now.concluded[id] = e; e == "" {
			delete(now.concluded, id)
		}
	}
	return s.softer(ctx, was, now, ids)
}

// softerChoice names the packages that a choice frees from a denial.
func (s *Service) softerChoice(ctx context.Context, c Choice) ([]string, error) {
	was, err := s.book(ctx)
	if err != nil {
		return nil, err
	}
	now := was
	now.choices = append([]Choice{c}, was.choices...)
	named, err := s.store.packagesNamed(ctx, []string{c.Component})
	if err != nil {
		return nil, err
	}
	return s.softer(ctx, was, now, slices.Sorted(maps.Keys(named)))
}

// softer compares what two books say of packages, wherever they are in view.
func (s *Service) softer(ctx context.Context, was, now book, packages []ospo.PackageID) ([]string, error) {
	q := s.store.db.Read()
	named, err := s.store.packages(ctx, packages)
	if err != nil {
		return nil, err
	}
	was.special, now.special = maps.Clone(was.special), maps.Clone(was.special)
	for id, p := range named {
		was.special[id], now.special[id] = p.purl, p.purl
	}
	releases, err := s.store.releases(ctx, door.From(ctx).Org)
	if err != nil {
		return nil, err
	}
	at := make(map[ospo.DocumentID]Row, len(releases))
	for _, r := range releases {
		if r.document != 0 {
			at[r.document] = r
		}
	}
	used, err := s.usages(ctx, "")
	if err != nil {
		return nil, err
	}
	places, err := s.Shelf.Holders(ctx, q, packages)
	if err != nil {
		return nil, err
	}
	held := map[ospo.DocumentID][]ospo.PackageID{}
	for _, p := range places {
		if _, seen := at[p.Document]; seen {
			held[p.Document] = append(held[p.Document], p.Package)
		}
	}
	out := map[string]bool{}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(held)), chunk) {
		lists, err := s.Shelf.Inventories(ctx, q, part)
		if err != nil {
			return nil, err
		}
		for _, id := range part {
			list, r := lists[id], at[id]
			for _, pack := range held[id] {
				i, ok := list.Find(pack)
				if !ok {
					continue
				}
				texts, err := s.textsOf(ctx, []int64{list.Licence(i)})
				if err != nil {
					return nil, err
				}
				text, contexts := texts[list.Licence(i)], used.of(r.Release).Contexts
				if softens(was.line(r.Software, contexts, was.of(pack, text)).Finding.Verdict, now.line(r.Software, contexts, now.of(pack, text)).Finding.Verdict) {
					out[named[pack].title()] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(out)), nil
}

// softerUse names what of a release is denied, and would not be in other contexts.
func (s *Service) softerUse(ctx context.Context, r releaseRow, was, now []ospo.Context) (out []string, err error) {
	b, err := s.book(ctx)
	if err != nil {
		return nil, err
	}
	if before, after := b.product(r.software, r.stated, was), b.product(r.software, r.stated, now); before != nil && softens(before.Finding.Verdict, after.Finding.Verdict) {
		out = append(out, shorten(before.Licence))
	}
	if r.document == 0 {
		return out, nil
	}
	all, err := s.Shelf.Inventories(ctx, s.store.db.Read(), []ospo.DocumentID{r.document})
	if err != nil {
		return nil, err
	}
	type subject struct{ licence, component string }
	denied := map[subject]bool{}
	before, err := s.lines(ctx, b, r.software, was, all[r.document])
	for _, l := range before {
		denied[subject{l.Licence, l.Component}] = l.Finding.Verdict == engine.Deny
	}
	if err != nil {
		return nil, err
	}
	after, err := s.lines(ctx, b, r.software, now, all[r.document])
	for _, l := range after {
		if denied[subject{l.Licence, l.Component}] && l.Finding.Verdict != engine.Deny {
			out = append(out, strings.TrimSpace(shorten(l.Licence)+" "+l.Component))
		}
	}
	return out, err
}
