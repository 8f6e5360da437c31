// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package obligation

import (
	"slices"

	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// A Change says whether software was changed before it is used or handed on.
type Change string

// Unstated is a value: what depends on it is shown as doubtful, and never left out.
const (
	Unstated  Change = ""
	Unchanged Change = "no"
	Changed   Change = "yes"
)

// Changes lists the values in the order in which they are offered.
var Changes = []Change{Unstated, Unchanged, Changed}

// triggers say in which contexts a duty arises. Software that is built into own development is
// taken to be handed on with it.
var triggers = map[string][]ospo.Context{
	"use":           ospo.Contexts,
	"inside":        {ospo.Internal},
	"network":       {ospo.Hosted},
	"source":        {ospo.Source, ospo.Upstream},
	"object":        {ospo.Binary},
	"linked":        {ospo.Linked},
	"binary":        {ospo.Binary, ospo.Linked},
	"any":           {ospo.Source, ospo.Binary, ospo.Linked, ospo.Upstream},
	"derivative":    {ospo.Source, ospo.Binary, ospo.Linked}, // the first two only where something was changed
	"communication": {ospo.Hosted, ospo.Source, ospo.Binary, ospo.Linked, ospo.Upstream},
	"handed":        {ospo.Hosted, ospo.Source, ospo.Binary, ospo.Linked, ospo.Upstream},
}

// Contexts lists where a duty arises, whatever was changed.
func (d Duty) Contexts() []ospo.Context { return slices.Clone(triggers[d.Trigger]) }

// A Due is a duty that arises from one licence of an expression.
type Due struct {
	Duty     Duty
	Licence  string         // as the expression names it
	Clause   string         // see [Duty.Clause]
	Contexts []ospo.Context // in which it arises, of those that were asked about
	Class    spdx.Class     // that stands in, where the catalogue does not hold the licence
	Standing bool           // a class stands in for the licence
	Doubt    bool           // it arises only if something was changed, and nobody said
}

// An Answer is what an expression obliges to.
type Answer struct {
	Expr    spdx.Expr // what is left after each choice
	Assumed bool      // it offered a choice, and the way with the fewest duties was assumed
	Dues    []Due     // each duty once a licence, in the order of the expression and of the catalogue
}

// Arising says what an expression obliges to in contexts of use. A choice that the expression
// still leaves is taken where it obliges to least. It is pure: the same for the same.
func Arising(e spdx.Expr, contexts []ospo.Context, c Change) Answer {
	return ArisingWith(nil, e, contexts, c)
}

// Own are the classes of licences that somebody keeps (LicenseRef-…), by id. The catalogue
// holds none of them, so that their class stands in.
type Own map[string]spdx.Class

// ArisingWith is Arising where some licences are somebody's own.
func ArisingWith(own Own, e spdx.Expr, contexts []ospo.Context, c Change) Answer {
	chosen, assumed := own.choose(e, contexts, c)
	a := Answer{Expr: chosen, Assumed: assumed}
	seen := map[string]bool{}
	for l := range chosen.Licences {
		if name := l.String(); !seen[name] {
			seen[name] = true
			a.Dues = append(a.Dues, own.arising(l, contexts, c)...)
		}
	}
	return a
}

// choose takes the way of each choice that obliges to least: first by the reach of its widest
// licence, then by the number of duties, then by its place in the expression.
func (own Own) choose(e spdx.Expr, contexts []ospo.Context, c Change) (_ spdx.Expr, assumed bool) {
	switch e.Op {
	case spdx.And:
		out := spdx.Expr{Op: spdx.And}
		for _, a := range e.Args {
			one, some := own.choose(a, contexts, c)
			assumed = assumed || some
			if one.Op == spdx.And {
				out.Args = append(out.Args, one.Args...)
			} else {
				out.Args = append(out.Args, one)
			}
		}
		return out, assumed
	case spdx.Or:
		var best spdx.Expr
		var least [2]int
		for i, a := range e.Args {
			one, _ := own.choose(a, contexts, c)
			if w := own.weight(one, contexts, c); i == 0 || w[0] < least[0] || w[0] == least[0] && w[1] < least[1] {
				best, least = one, w
			}
		}
		return best, true
	}
	return e, false
}

// weight is the reach of the widest licence, and how many duties there are.
func (own Own) weight(e spdx.Expr, contexts []ospo.Context, c Change) (w [2]int) {
	for l := range e.Licences {
		w[0] = max(w[0], own.reach(l.ID))
		w[1] += len(own.arising(l, contexts, c))
	}
	return w
}

// reach orders classes; what is unknown reaches furthest.
func (own Own) reach(id string) int {
	if i := slices.Index(spdx.Classes, own.class(canonical(id))); i >= 0 {
		return i
	}
	return len(spdx.Classes)
}

// class is that of a licence: somebody's own, else as the list has it.
func (own Own) class(id string) spdx.Class {
	if c, ok := own[id]; ok {
		return c
	}
	return spdx.ClassOf(id)
}

func (own Own) arising(l spdx.Licence, contexts []ospo.Context, c Change) (out []Due) {
	present, _ := l.Present()
	id := present.ID
	list, standing, reach := of[id], false, spdx.Unknown
	if !held[id] {
		reach, standing = own.class(id), true
		list = class[classKey(reach)]
	}
	if present.Exception != "" {
		list = append(slices.Clone(list), class["exception"]...)
	}
	for _, d := range list {
		where, doubt := d.arises(contexts, c)
		if len(where) == 0 {
			continue
		}
		out = append(out, Due{Duty: d, Licence: l.String(), Clause: d.Clause(id), Contexts: where, Class: reach, Standing: standing, Doubt: doubt})
	}
	return out
}

func classKey(c spdx.Class) string {
	if c == spdx.Unknown {
		return "unknown"
	}
	return string(c)
}

// arises lists the contexts, of those given, in which a duty arises; it is doubtful where none
// of them is certain.
func (d Duty) arises(contexts []ospo.Context, c Change) (where []ospo.Context, doubt bool) {
	doubt = true
	for _, one := range contexts {
		if !slices.Contains(triggers[d.Trigger], one) {
			continue
		}
		conditional := d.Modified || d.Trigger == "derivative" && one != ospo.Linked
		switch {
		case !conditional, c == Changed, one == ospo.Upstream: // what is contributed is a change
			doubt = false
		case c == Unchanged:
			continue
		}
		where = append(where, one)
	}
	return where, doubt && len(where) > 0
}

// Hands reports whether a duty is to hand over or to offer source.
func (d Duty) Hands() bool { return d.Object == "source" || d.Object == "source-offer" }
