// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package combine

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"allmende/internal/engine/spdx"
)

//go:embed data/choice.json
var choiceJSON []byte

// A Guide is how a licence for own work is chosen: the licences that are considered, the
// reasons that count, and the profiles of houses that have said what they take first.
type Guide struct {
	ID         string            `json:"id"`
	Version    string            `json:"version"`
	Reviewed   string            `json:"reviewed"`
	Source     string            `json:"source"`
	Candidates []Trait           `json:"candidates"`
	Reasons    map[string]Reason `json:"reasons"`
	Profiles   []Profile         `json:"profiles"`
}

// A Trait is what a licence is good for.
type Trait struct {
	Licence string   `json:"licence"`
	Kinds   []string `json:"kinds"`
	Keeps   string   `json:"keeps"` // how far changes stay open: none, file, library, work, network
	Patents bool     `json:"patents"`
	Tongues bool     `json:"tongues"` // valid in all official languages of the EU
}

// A Reason speaks for a licence, or against it with negative points.
type Reason struct {
	Points int  `json:"points"`
	Text   Text `json:"text"`
}

// A Profile is what a house takes first. The first preference that fits counts.
type Profile struct {
	ID          string       `json:"id"`
	Name        Text         `json:"name"`
	Source      string       `json:"source"`
	Checked     string       `json:"checked"`
	Preferences []Preference `json:"preferences"`
	Allowed     []string     `json:"allowed"` // what it publishes under at all; empty where it does not say
}

// A Preference is a licence for some works. Kinds empty is all.
type Preference struct {
	Kinds   []string `json:"kinds"`
	Network bool     `json:"network"` // only for what is mainly used over a network
	Licence string   `json:"licence"`
	Text    Text     `json:"text"`
}

// Guidance is the guide that is built in.
var Guidance = func() Guide {
	var g Guide
	if err := json.Unmarshal(choiceJSON, &g); err != nil {
		panic("combine: the guide that is built in: " + err.Error())
	}
	return g
}()

// Kinds, Aims and Rights are what the questions can be answered with.
var (
	Kinds  = []string{"application", "library", "text", "data"}
	Aims   = []string{"wide", "open", "none"}
	Rights = []string{"all", "unclear"}
)

// A Work is what somebody wants to publish, as they answered.
type Work struct {
	Original string // licence of the work that this one changes; empty for a new one
	Kind     string
	Aim      string // wide: as many as possible use it; open: what others make of it stays open
	Rights   string // whether the house holds all rights in it
	Network  bool   // mainly used over a network
	Patents  bool   // an explicit licence for patents is wanted
	Tongues  bool   // a text that holds in German as well is wanted
	Parts    []spdx.Expr
}

// A Candidate is a licence with what speaks for and against it.
type Candidate struct {
	Licence  string
	Points   int
	For      []Text
	Against  []Text
	Barred   []Verdict // components that may not go into a work under it
	Open     []Verdict // components about which that is open
	Unfit    bool      // not made for this kind of work
	Unlisted bool      // the profile does not name it
}

// Out reports whether the licence is no option.
func (c Candidate) Out() bool { return len(c.Barred) > 0 || c.Unfit }

// Advice is the candidates, the best first, and which one is recommended.
type Advice struct {
	Profile    Profile
	First      string   // empty where no candidate is left
	Passed     []string // what the profile prefers to it, and is no option here
	Why        Text
	Candidates []Candidate
	Warnings   []Text
}

// FindProfile returns a profile; the first one is nobody's.
func FindProfile(id string) (Profile, bool) {
	i := slices.IndexFunc(Guidance.Profiles, func(p Profile) bool { return p.ID == id })
	if i < 0 {
		return Guidance.Profiles[0], false
	}
	return Guidance.Profiles[i], true
}

// Advise recommends a licence: that of the original for a changed work, else what the
// profile takes first unless a component forbids it, else the one with most points.
func Advise(w Work, p Profile) Advice {
	a := Advice{Profile: p}
	for _, t := range Guidance.Candidates {
		a.Candidates = append(a.Candidates, candidate(t, w, p))
	}
	if w.Original != "" && !slices.ContainsFunc(a.Candidates, func(c Candidate) bool { return c.Licence == w.Original }) {
		c := Candidate{Licence: w.Original}
		c.weigh(w)
		a.Candidates = append(a.Candidates, c)
	}
	slices.SortStableFunc(a.Candidates, func(x, y Candidate) int {
		if x.Out() != y.Out() {
			return map[bool]int{true: 1, false: -1}[x.Out()]
		}
		return y.Points - x.Points
	})
	for key, applies := range map[string]bool{"rights.unclear": w.Rights == "unclear", "original": w.Original != ""} {
		if applies {
			a.Warnings = append(a.Warnings, Guidance.Reasons[key].Text)
		}
	}
	slices.SortFunc(a.Warnings, func(x, y Text) int { return strings.Compare(x.EN, y.EN) })
	a.recommend(w)
	return a
}

func (a *Advice) recommend(w Work) {
	take := func(id string, why Text) bool {
		i := slices.IndexFunc(a.Candidates, func(c Candidate) bool { return c.Licence == id && !c.Out() })
		if i < 0 {
			return false
		}
		c := a.Candidates[i]
		a.First, a.Why = id, why
		a.Candidates = slices.Insert(slices.Delete(a.Candidates, i, i+1), 0, c)
		return true
	}
	if w.Original != "" && take(w.Original, Guidance.Reasons["original"].Text) {
		return
	}
	for _, f := range a.Profile.Preferences {
		if !f.fits(w) {
			continue
		}
		if take(f.Licence, f.Text) {
			return
		}
		a.Passed = append(a.Passed, f.Licence)
	}
	for _, c := range a.Candidates {
		if !c.Out() && !c.Unlisted {
			take(c.Licence, Guidance.Reasons["points"].Text)
			return
		}
	}
}

func (f Preference) fits(w Work) bool {
	return (len(f.Kinds) == 0 || slices.Contains(f.Kinds, w.Kind)) && (!f.Network || w.Network)
}

func candidate(t Trait, w Work, p Profile) Candidate {
	c := Candidate{Licence: t.Licence, Unfit: !slices.Contains(t.Kinds, w.Kind), Unlisted: len(p.Allowed) > 0 && !slices.Contains(p.Allowed, t.Licence)}
	for _, r := range []struct {
		key     string
		applies bool
	}{
		{"unfit", c.Unfit},
		{"aim.wide." + t.Keeps, w.Aim == "wide"}, {"aim.open." + t.Keeps, w.Aim == "open"},
		{"network." + t.Keeps, w.Network && w.Aim == "open"},
		{"library." + t.Keeps, w.Kind == "library"},
		{"patents", w.Patents && t.Patents}, {"patents.none", w.Patents && !t.Patents},
		{"tongues", w.Tongues && t.Tongues},
		{"unlisted", c.Unlisted},
	} {
		if reason, ok := Guidance.Reasons[r.key]; ok && r.applies {
			c.add(reason)
		}
	}
	c.weigh(w)
	return c
}

func (c *Candidate) add(r Reason) {
	c.Points += r.Points
	if r.Points < 0 {
		c.Against = append(c.Against, r.Text)
	} else {
		c.For = append(c.For, r.Text)
	}
}

// weigh looks at the components: linked in when the program is built, and given to others.
func (c *Candidate) weigh(w Work) {
	for _, e := range w.Parts {
		j := Judge(c.Licence, e, Use{Way: Static, Reach: Given})
		switch j.Answer {
		case No:
			c.Barred = append(c.Barred, j.Worst())
		case Depends, Unknown:
			c.Open = append(c.Open, j.Worst())
		}
	}
	if len(c.Open) > 0 {
		c.add(Guidance.Reasons["open"])
	}
	if len(c.Barred) > 0 {
		c.add(Guidance.Reasons["barred"])
	}
}
