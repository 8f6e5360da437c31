// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/purl"
	"allmende/internal/platform/door"
)

// bare returns the components without a package URL that may be the packages of some full
// names, "org.apache.logging.log4j:log4j-core": nobody can tell, so they are not ruled out.
// They go by the last part of the name, or by more of it where a document wrote that into one field.
func (s *Service) bare(ctx context.Context, a *Answer, full ...string) (out []pkg, err error) {
	for _, name := range spellings(full) {
		some, err := s.packages(ctx, a, byBareName, name)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// spellings are the folded names under which components of some full names may be listed.
func spellings(full []string) (out []string) {
	for _, f := range full {
		f = strings.ToLower(f)
		_, last := split(f)
		forms := []string{f, last, strings.Replace(f, ":", "/", 1)}
		if i := strings.LastIndexByte(f, '/'); i > 0 {
			forms = append(forms, f[:i]+":"+f[i+1:])
		}
		if _, after, ok := strings.Cut(f, "/"); ok {
			forms = append(forms, after) // where the first part passed for the group
		}
		out = append(out, forms...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// whole is the name of what a package URL asks for, with its namespace.
func whole(q purl.Query) string {
	if q.Namespace == "" {
		return q.Name
	}
	return q.Namespace + "/" + q.Name
}

// byRange takes the package versions of a name, of whatever ecosystem, that lie in a range.
func (s *Service) byRange(ctx context.Context, a *Answer, name string, bounds []purl.Bound) ([]Product, error) {
	all, err := s.called(ctx, a, strings.ToLower(name))
	if err != nil {
		return nil, err
	}
	var fit []pkg
	for _, p := range all {
		if in, err := within(bounds, ecosystem(p), p.Version); in || err != nil { // what cannot be compared is not ruled out
			fit = append(fit, p)
		}
	}
	return s.fitting(ctx, a, all, fit)
}

// called returns the package versions of a name, which may have its group before it.
func (s *Service) called(ctx context.Context, a *Answer, folded string) ([]pkg, error) {
	namespace, name := split(folded)
	all, err := s.named(ctx, a, name)
	if err != nil || namespace == "" {
		return all, err
	}
	all = slices.DeleteFunc(all, func(p pkg) bool { return strings.ToLower(p.Namespace) != namespace })
	bare, err := s.packages(ctx, a, byBareName, folded)
	return union(all, bare), err
}

// fitting returns who holds those that fit; where nobody does, it notes whether anything at
// all of that name is known in view.
func (s *Service) fitting(ctx context.Context, a *Answer, all, fit []pkg) ([]Product, error) {
	found, err := s.held(ctx, a, fit, "")
	if err != nil || len(found) > 0 {
		return found, err
	}
	known, err := s.heldInView(ctx, door.From(ctx).Org, all)
	a.Unheard = len(known) == 0
	return found, err
}
