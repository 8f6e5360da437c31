// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"cmp"
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Change is what became of one package between two releases.
type Change struct {
	Kind        string `json:"kind" enum:"added,removed,version,licence"`
	Type        string `json:"type,omitempty"`
	Name        string `json:"name" doc:"With its namespace."`
	From        string `json:"from,omitempty" doc:"Version before."`
	To          string `json:"to,omitempty" doc:"Version after."`
	LicenceFrom string `json:"licenceFrom,omitempty" doc:"Absent where unknown."`
	LicenceTo   string `json:"licenceTo,omitempty" doc:"Absent where unknown."`
}

// ChangeKinds are the kinds of change, in the order in which they are shown.
var ChangeKinds = []string{"added", "removed", "version", "licence"}

// A Diff is what changed between the present documents of two releases.
type Diff struct {
	From    Document `json:"from"`
	To      Document `json:"to"`
	Same    int      `json:"same" doc:"Packages that are in both, unchanged."`
	Changes []Change `json:"changes"`
}

// Diff compares two releases that the viewer may see.
func (s *Service) Diff(ctx context.Context, from, to ospo.ReleaseID) (d Diff, err error) {
	root := door.From(ctx).Org
	if d.From, err = s.present(ctx, root, from); err != nil {
		return d, err
	}
	if d.To, err = s.present(ctx, root, to); err != nil {
		return d, err
	}
	before, _, err := s.components(ctx, d.From.id, Sieve{}, Order{})
	if err != nil {
		return d, err
	}
	after, _, err := s.components(ctx, d.To.id, Sieve{}, Order{})
	if err != nil {
		return d, err
	}
	d.Changes, d.Same = compare(before, after)
	return d, nil
}

// present returns the present document of a release, or says that it has none.
func (s *Service) present(ctx context.Context, root ospo.OrgID, id ospo.ReleaseID) (Document, error) {
	r, err := s.store.release(ctx, s.store.db.Read(), root, id)
	if err != nil {
		return Document{}, err
	}
	d, err := s.store.current(ctx, root, id)
	if err != nil && fault.Of(err) == fault.NotFound {
		return d, fault.New(fault.NotFound, "sbom.release_without", r.Title())
	}
	return d, err
}

// compare pairs packages by type and name. Where several versions of one package are in
// a release, equal versions are paired first, then the others in their order.
func compare(before, after []Component) (changes []Change, same int) {
	b, a := byName(before), byName(after)
	names := make([]packageName, 0, len(b))
	for n := range b {
		names = append(names, n)
	}
	for n := range a {
		if _, ok := b[n]; !ok {
			names = append(names, n)
		}
	}
	slices.SortFunc(names, func(x, y packageName) int { return cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.kind, y.kind)) })
	for _, n := range names {
		found, equal := pair(n, b[n], a[n])
		changes, same = append(changes, found...), same+equal
	}
	return changes, same
}

type packageName struct{ kind, name string }

func byName(all []Component) map[packageName][]Component {
	out := map[packageName][]Component{}
	for _, c := range all {
		n := packageName{c.Type, c.FullName()}
		out[n] = append(out[n], c)
	}
	return out
}

// pair compares the versions of one package.
func pair(n packageName, before, after []Component) (changes []Change, same int) {
	var old []Component
	for _, b := range before {
		i := slices.IndexFunc(after, func(a Component) bool { return a.id == b.id })
		if i < 0 {
			old = append(old, b)
			continue
		}
		if a := after[i]; a.Licence() != b.Licence() {
			changes = append(changes, change("licence", n, &b, &a))
		} else {
			same++
		}
		after = slices.Delete(slices.Clone(after), i, i+1)
	}
	for i := range max(len(old), len(after)) {
		switch {
		case i >= len(after):
			changes = append(changes, change("removed", n, &old[i], nil))
		case i >= len(old):
			changes = append(changes, change("added", n, nil, &after[i]))
		default:
			changes = append(changes, change("version", n, &old[i], &after[i]))
		}
	}
	return changes, same
}

func change(kind string, n packageName, before, after *Component) Change {
	c := Change{Kind: kind, Type: n.kind, Name: n.name}
	if before != nil {
		c.From, c.LicenceFrom = before.Version, before.Licence()
	}
	if after != nil {
		c.To, c.LicenceTo = after.Version, after.Licence()
	}
	return c
}
