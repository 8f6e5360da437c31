// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package combine

import (
	"slices"
	"testing"

	"allmende/internal/engine/spdx"
)

func parts(ids ...string) (out []spdx.Expr) {
	for _, id := range ids {
		out = append(out, spdx.Expr{Licence: spdx.Licence{ID: id}})
	}
	return out
}

func TestAdvice(t *testing.T) {
	for name, tt := range map[string]struct {
		work    Work
		profile string
		want    string
	}{
		"Munich publishes under MIT first":                     {Work{Kind: "application", Aim: "none", Rights: "all"}, "munich", "MIT"},
		"a GPL component bars MIT and the EUPL":                {Work{Kind: "application", Aim: "none", Parts: parts("GPL-3.0-or-later")}, "munich", "GPL-3.0-or-later"},
		"an AGPL component leaves AGPL":                        {Work{Kind: "application", Aim: "open", Parts: parts("AGPL-3.0-or-later", "MIT")}, "munich", "AGPL-3.0-or-later"},
		"changes stay open, also as a service, in German, too": {Work{Kind: "application", Aim: "open", Network: true, Tongues: true}, "none", "EUPL-1.2"},
		"as many as possible, with patents":                    {Work{Kind: "application", Aim: "wide", Patents: true}, "none", "Apache-2.0"},
		"Italy: new software":                                  {Work{Kind: "application", Aim: "none"}, "italy", "EUPL-1.2"},
		"Italy: over a network":                                {Work{Kind: "application", Aim: "none", Network: true}, "italy", "AGPL-3.0-or-later"},
		"Italy: a library":                                     {Work{Kind: "library", Aim: "none"}, "italy", "BSD-3-Clause"},
		"documentation":                                        {Work{Kind: "text", Aim: "wide"}, "munich", "CC-BY-4.0"},
		"a changed work keeps its licence":                     {Work{Original: "LGPL-2.1-only", Kind: "library", Aim: "wide"}, "munich", "LGPL-2.1-only"},
		"nothing is left":                                      {Work{Kind: "application", Parts: parts("GPL-2.0-only", "CDDL-1.0")}, "munich", ""},
	} {
		p, ok := FindProfile(tt.profile)
		a := Advise(tt.work, p)
		if !ok || a.First != tt.want {
			t.Errorf("%s: %q, want %q", name, a.First, tt.want)
		}
		if a.First != "" && (a.Candidates[0].Licence != a.First || a.Why.DE == "" || a.Candidates[0].Out()) {
			t.Errorf("%s: the first is %+v because of %q", name, a.Candidates[0], a.Why.EN)
		}
	}
	p, _ := FindProfile("none")
	a := Advise(Work{Kind: "application", Rights: "unclear", Parts: parts("GPL-3.0-only")}, p)
	i := slices.IndexFunc(a.Candidates, func(c Candidate) bool { return c.Licence == "MIT" })
	if m, _ := FindProfile("munich"); !slices.Equal(Advise(Work{Kind: "application", Parts: parts("GPL-3.0-only")}, m).Passed[:1], []string{"MIT"}) {
		t.Error("it is not said that Munich's first licence is no option")
	}
	if len(a.Warnings) != 1 || i < 0 || len(a.Candidates[i].Barred) != 1 || !a.Candidates[i].Out() {
		t.Errorf("%+v", a)
	}
}

func TestTheGuideIsSound(t *testing.T) {
	for _, c := range Guidance.Candidates {
		if !Known(c.Licence) || len(c.Kinds) == 0 {
			t.Errorf("%+v", c)
		}
	}
	for key, r := range Guidance.Reasons {
		if r.Text.DE == "" || r.Text.EN == "" {
			t.Errorf("reason %s says nothing", key)
		}
	}
	for _, p := range Guidance.Profiles {
		if p.ID != "none" && (p.Source == "" || p.Checked == "") {
			t.Errorf("profile %s has no source", p.ID)
		}
		for _, f := range p.Preferences {
			if !Known(f.Licence) {
				t.Errorf("profile %s prefers %s", p.ID, f.Licence)
			}
		}
	}
}
