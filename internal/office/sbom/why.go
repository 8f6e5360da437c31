// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"slices"
	"strconv"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/inventory"
	"allmende/internal/engine/purl"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Step is one package on the way from the product to another package.
type Step struct {
	Package string `json:"package" doc:"Number of the package."`
	Title   string `json:"title" doc:"Name and version."`
	PURL    string `json:"purl,omitempty"`
}

// A Reason says why a package is in a release: who asks for whom, from the product down
// to the package. The product itself is no step.
type Reason struct {
	Document  Document  `json:"document"`
	Component Component `json:"component"`
	Shortest  []Step    `json:"shortest" doc:"From what the product itself asks for down to the package; empty where the document does not say."`
	Others    [][]Step  `json:"others" doc:"Up to ten more paths, shorter ones first."`
	More      bool      `json:"more" doc:"There are more paths than were listed."`
}

// Most of what is looked for besides the shortest path.
const (
	otherPaths = 10
	pathTries  = 50_000
	longest    = 500 // steps, far beyond any real document
)

// Why returns the paths on which a package came into a document.
func (s *Service) Why(ctx context.Context, document, pack string) (Reason, error) {
	d, err := s.store.document(ctx, door.From(ctx).Org, document)
	if err != nil {
		return Reason{}, err
	}
	return s.why(ctx, d, pack)
}

// WhyIn is Why for the present document of a release. pack is a package's number or its
// package URL.
func (s *Service) WhyIn(ctx context.Context, id ospo.ReleaseID, pack string) (Reason, error) {
	d, err := s.store.current(ctx, door.From(ctx).Org, id)
	if err != nil {
		return Reason{}, err
	}
	return s.why(ctx, d, pack)
}

func (s *Service) why(ctx context.Context, d Document, pack string) (r Reason, err error) {
	defer fault.Wrap(&err, "say why %q is in document %s", pack, d.ID)
	r.Document = d
	if r.Component, err = s.component(ctx, d.id, packageNumber(pack)); err != nil {
		return r, err
	}
	if r.Shortest, err = s.shortest(ctx, d.id, r.Component); err != nil {
		return r, err
	}
	doc, err := s.reread(ctx, d)
	if err != nil {
		return r, err
	}
	r.Others, r.More = others(doc, r.Component.id, r.Shortest)
	return r, nil
}

// packageNumber reads a package's number, or finds that of a package URL; what is neither is 0.
func packageNumber(pack string) ospo.PackageID {
	if n, err := strconv.ParseInt(pack, 10, 64); err == nil {
		return ospo.PackageID(n)
	}
	key, err := purl.KeyOf(pack)
	if err != nil {
		return 0
	}
	return purl.ID(key)
}

// shortest follows the parents kept with a document's packages up to the product.
func (s *Service) shortest(ctx context.Context, id ospo.DocumentID, c Component) ([]Step, error) {
	steps := []Step{c.step()}
	for c.parent > 0 && len(steps) < longest {
		var err error
		if c, err = s.component(ctx, id, ospo.PackageID(c.parent)); err != nil {
			return nil, err
		}
		steps = append(steps, c.step())
	}
	if c.parent == inventory.Nobody {
		return nil, nil
	}
	slices.Reverse(steps)
	return steps, nil
}

func (c Component) step() Step { return Step{c.Package, c.Title(), c.PURL} }

// others lists paths to a package, shorter ones first, without the one already known.
func others(doc *bom.Document, pack ospo.PackageID, known []Step) (paths [][]Step, more bool) {
	w := wayUp{doc: doc, askers: askers(doc), ids: make([]ospo.PackageID, len(doc.Components))}
	for i := range doc.Components {
		if key, ok := doc.Components[i].Key(); ok {
			w.ids[i] = purl.ID(key)
		}
		if w.ids[i] == pack && pack != 0 && i != doc.Root {
			w.open = append(w.open, &trail{at: int32(i), length: 1})
		}
	}
	seen := []([]Step){known}
	w.climb(func(t *trail) bool {
		p := w.steps(t)
		if slices.ContainsFunc(seen, func(q []Step) bool { return slices.Equal(p, q) }) {
			return true
		}
		if len(paths) == otherPaths {
			more = true
			return false
		}
		seen, paths = append(seen, p), append(paths, p)
		return true
	})
	return paths, more || w.tries >= pathTries
}

// askers lists for each component who depends on it or contains it.
func askers(doc *bom.Document) [][]int32 {
	out := make([][]int32, len(doc.Components))
	for from, to := range doc.Edges {
		for _, i := range to {
			out[i] = append(out[i], int32(from))
		}
	}
	for i, c := range doc.Components {
		if c.Parent >= 0 && !slices.Contains(out[i], c.Parent) {
			out[i] = append(out[i], c.Parent)
		}
	}
	return out
}

// A trail is a path from a component down to the package that is asked about.
type trail struct {
	at     int32
	next   *trail
	length int
}

// A wayUp looks for paths breadth first, so that shorter ones come first.
type wayUp struct {
	doc    *bom.Document
	askers [][]int32
	ids    []ospo.PackageID
	open   []*trail
	tries  int
}

// climb calls found with each trail that begins at what the product itself asks for,
// until found has enough or the tries are used up.
func (w *wayUp) climb(found func(*trail) bool) {
	for len(w.open) > 0 && w.tries < pathTries {
		t := w.open[0]
		w.open = w.open[1:]
		w.tries++
		up := w.askers[t.at]
		top := len(up) == 0 && w.doc.Root < 0 || slices.Contains(up, int32(w.doc.Root))
		if top && !found(t) {
			return
		}
		for _, i := range up {
			if int(i) != w.doc.Root && t.length < longest && !t.passes(i) {
				w.open = append(w.open, &trail{i, t, t.length + 1})
			}
		}
	}
}

func (t *trail) passes(i int32) bool {
	for ; t != nil; t = t.next {
		if t.at == i {
			return true
		}
	}
	return false
}

// steps writes a trail out; components without a name are passed over.
func (w *wayUp) steps(t *trail) []Step {
	var out []Step
	for ; t != nil; t = t.next {
		c := &w.doc.Components[t.at]
		key, ok := c.Key()
		if !ok {
			continue
		}
		p := describe(key)
		step := Component{id: w.ids[t.at], Type: p.Type, Namespace: p.Namespace, Name: p.Name, Version: p.Version}
		if p.Type != "" {
			step.PURL = key
		}
		out = append(out, step.settle().step())
	}
	return out
}
