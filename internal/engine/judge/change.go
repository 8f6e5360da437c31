// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package judge

import (
	"reflect"
	"slices"

	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
)

// A Change makes another version of a profile: rules with the ids in Remove go, those of Put
// come, in the place of one with the same id where there is one.
type Change struct {
	Remove []string `json:"remove,omitempty" doc:"Ids of rules."`
	Put    []Rule   `json:"put,omitempty"`
}

// Apply returns the profile with a change, as a version of its own. The profile stays as it
// is. An error is a *FormError.
func (p Profile) Apply(c Change, version string) (Profile, error) {
	p.Version = version
	p.Rules = slices.Clone(p.Rules)
	for _, id := range c.Remove {
		i := slices.IndexFunc(p.Rules, func(r Rule) bool { return r.ID == id })
		if i < 0 {
			return p, bad("policy.form.no_rule", id)
		}
		p.Rules = slices.Delete(p.Rules, i, i+1)
	}
	for _, r := range c.Put {
		r.Licences, r.Exceptions = slices.Clone(r.Licences), slices.Clone(r.Exceptions)
		if i := slices.IndexFunc(p.Rules, func(o Rule) bool { return o.ID == r.ID }); i >= 0 {
			p.Rules[i] = r
		} else {
			p.Rules = append(p.Rules, r)
		}
	}
	for i := range p.Rules { // Check writes into these
		p.Rules[i].Licences, p.Rules[i].Exceptions = slices.Clone(p.Rules[i].Licences), slices.Clone(p.Rules[i].Exceptions)
	}
	return p, p.Check()
}

// Touched returns what tells whether the verdict on a licence text may differ between two
// versions of a profile: only those have to be judged anew.
func Touched(old, now *Profile) func(text string) bool {
	differ := map[string]bool{}
	var wide []Rule
	for _, pair := range [][2]*Profile{{old, now}, {now, old}} {
		for _, r := range pair[0].Rules {
			if o, ok := pair[1].Rule(r.ID); ok && SameRule(o, r) {
				continue
			}
			for _, l := range r.Licences {
				differ[l] = true
			}
			if len(r.Exceptions)+len(r.Classes) > 0 || r.OSI || r.Any {
				wide = append(wide, r)
			}
		}
	}
	all := old.Default != now.Default
	return func(text string) bool {
		e, _, ok := read(text)
		return ok && (all || touches(e, differ, wide))
	}
}

// SameRule reports whether two rules decide the same; their notes may differ.
func SameRule(a, b Rule) bool {
	a.Note, b.Note = Text{}, Text{} // says why, decides nothing
	return reflect.DeepEqual(a, b)
}

func touches(e spdx.Expr, differ map[string]bool, wide []Rule) bool {
	for x := range e.Licences {
		x, _ = present(x)
		bare := spdx.Licence{ID: x.ID, Plus: x.Plus}.String()
		if differ[x.String()] || differ[bare] || slices.ContainsFunc(versions(x), func(id string) bool { return differ[id] }) {
			return true
		}
		class, entry, _ := kind(x.ID)
		if slices.ContainsFunc(wide, func(r Rule) bool {
			return r.Any || r.OSI && entry.OSI || class != spdx.Unknown && slices.Contains(r.Classes, class) || slices.Contains(r.Exceptions, x.Exception)
		}) {
			return true
		}
	}
	return false
}

// Same reports whether two versions of a profile decide the same.
func Same(a, b *Profile) bool {
	return a.Default == b.Default && slices.EqualFunc(a.Rules, b.Rules, SameRule)
}

// Overrule is the change by which a rule about licences alone decides on them: those that
// other rules name as exactly are taken out there, so that the profile does not contradict
// itself.
func (p Profile) Overrule(r Rule) (c Change) {
	c.Put = append(c.Put, r)
	mine := map[string]bool{}
	for _, l := range r.Licences {
		if name, err := Name(l); err == nil {
			mine[name] = true
		}
	}
	for _, o := range p.Rules {
		if o.ID == r.ID || !slices.ContainsFunc(o.Licences, func(l string) bool { return mine[l] }) || !covers(r, o) {
			continue
		}
		o.Licences = slices.DeleteFunc(slices.Clone(o.Licences), func(l string) bool { return mine[l] })
		if len(o.Licences)+len(o.Exceptions)+len(o.Classes)+len(o.Components) == 0 && !o.OSI && !o.Any {
			c.Remove = append(c.Remove, o.ID)
		} else {
			c.Put = append(c.Put, o)
		}
	}
	return c
}

// covers reports whether what o says is said anew by r in each of o's contexts. A rule for
// some contexts leaves one for all alone, for it goes before that.
func covers(r, o Rule) bool {
	if len(r.Contexts) == 0 {
		return true
	}
	return len(o.Contexts) > 0 && !slices.ContainsFunc(o.Contexts, func(c ospo.Context) bool { return !slices.Contains(r.Contexts, c) })
}
