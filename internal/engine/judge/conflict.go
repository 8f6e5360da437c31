// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package judge

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"allmende/internal/ospo"
)

// A Conflict is a licence on which two rules disagree, in some contexts.
type Conflict struct {
	Licence  string         `json:"licence"`
	Contexts []ospo.Context `json:"contexts"`
	One      Opinion        `json:"one"`
	Other    Opinion        `json:"other"`
}

// An Opinion is what a rule of a profile says.
type Opinion struct {
	Profile string  `json:"profile" doc:"Id and version."`
	Rule    string  `json:"rule,omitempty" doc:"Absent where no rule speaks of it, and the profile's default applies."`
	Verdict Verdict `json:"verdict" enum:"allow,review,deny"`
}

// Within lists the licences on which rules of one profile disagree that name it equally
// exactly. The strictest counts; the disagreement is the profile's.
func Within(p *Profile) []Conflict {
	found := map[disputed][]ospo.Context{}
	for _, name := range slices.Sorted(maps.Keys(p.named)) {
		fit := p.named[name]
		for _, c := range ospo.Contexts {
			best := p.pick(fit, c)
			if best < 0 {
				continue
			}
			for _, i := range fit {
				a, b := p.Rules[best], p.Rules[i]
				if b.In(c) && a.Verdict != b.Verdict && min(len(a.Contexts), 1) == min(len(b.Contexts), 1) {
					k := disputed{strings.TrimPrefix(name, with), Opinion{p.Key(), a.ID, a.Verdict}, Opinion{p.Key(), b.ID, b.Verdict}}
					found[k] = append(found[k], c)
				}
			}
		}
	}
	return conflicts(found)
}

// disputed is a conflict without its contexts, to gather these.
type disputed struct {
	licence    string
	one, other Opinion
}

// Between lists the licences that either profile names and on which they disagree. Where one
// says nothing there is nothing to disagree with.
func Between(a, b *Profile) []Conflict {
	names := map[string]bool{}
	for _, p := range []*Profile{a, b} {
		for n := range p.named {
			if !strings.HasPrefix(n, with) {
				names[n] = true
			}
		}
	}
	found := map[disputed][]ospo.Context{}
	for n := range names {
		for _, c := range ospo.Contexts {
			one, other := opinion(a, n, c), opinion(b, n, c)
			if one.Verdict != other.Verdict && one.Verdict != Unknown && other.Verdict != Unknown && (one.Rule != "" || other.Rule != "") {
				k := disputed{n, one, other}
				found[k] = append(found[k], c)
			}
		}
	}
	return conflicts(found)
}

func opinion(p *Profile, licence string, c ospo.Context) Opinion {
	f := Law{Profile: p, Context: c}.Judge(Case{Licence: licence})
	o := Opinion{Profile: p.Key(), Verdict: f.Verdict}
	for _, s := range f.Steps {
		if s.Kind == StepRule {
			o.Rule = s.Rule
		}
	}
	return o
}

// Key names a version of a profile.
func (p Profile) Key() string { return p.ID + " " + p.Version }

func conflicts(found map[disputed][]ospo.Context) []Conflict {
	out := make([]Conflict, 0, len(found))
	for k, contexts := range found {
		out = append(out, Conflict{k.licence, contexts, k.one, k.other})
	}
	slices.SortFunc(out, func(a, b Conflict) int {
		return cmp.Or(strings.Compare(a.Licence, b.Licence), strings.Compare(string(a.Contexts[0]), string(b.Contexts[0])), strings.Compare(a.One.Rule, b.One.Rule), strings.Compare(a.Other.Rule, b.Other.Rule))
	})
	return out
}
