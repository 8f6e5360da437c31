// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	engine "allmende/internal/engine/judge"
	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// A Simulation is what a change of a profile would do to the releases in view, if the
// profile applied.
type Simulation struct {
	Profile  string         `json:"profile"`
	Version  string         `json:"version"`
	Releases int            `json:"releases" doc:"How many were looked at."`
	Touched  int            `json:"touched" doc:"Distinct licence texts that had to be judged anew."`
	Texts    int            `json:"texts" doc:"Distinct licence texts in view."`
	Shifts   []Shift        `json:"shifts" doc:"Releases of which a verdict changes."`
	Licences []LicenceShift `json:"licences" doc:"Licence texts whose verdict changes."`
	Changed  map[string]int `json:"-"`
}

// A Shift is a release of which a change of the profile changes something.
type Shift struct {
	Release  ospo.ReleaseID `json:"release"`
	Title    string         `json:"title"`
	Owner    string         `json:"owner"`
	From     engine.Verdict `json:"from"`
	To       engine.Verdict `json:"to"`
	Packages int            `json:"packages" doc:"Packages with another verdict than before."`
	Licences []string       `json:"licences"`
}

// A LicenceShift is a licence text whose verdict changes in a context that occurs.
type LicenceShift struct {
	Licence  string         `json:"licence"`
	From     engine.Verdict `json:"from"`
	To       engine.Verdict `json:"to"`
	Releases int            `json:"releases"`
	Packages int            `json:"packages"`
}

// Simulate works out what a change of a profile would do, and changes nothing.
func (s *Service) Simulate(ctx context.Context, profile string, c ProfileChange) (out Simulation, err error) {
	defer fault.Wrap(&err, "simulate a change of %s", profile)
	before, err := s.bookOf(ctx, profile)
	if err != nil {
		return out, err
	}
	after, version := before, before.profile.Version+"+"
	if after.profile.Profile, err = before.profile.Apply(c.Change, version); err != nil {
		return out, told("rules", err)
	}
	body, err := json.Marshal(c.Change)
	if err != nil {
		return out, err
	}
	// Verdicts are remembered by version, so that two trials must not bear the same one.
	after.profile.Version = fmt.Sprintf("%s%x", version, sha256.Sum256(body))
	if err := s.mark(ctx, &after); err != nil {
		return out, err
	}
	out, err = s.compare(ctx, before, after)
	out.Version = version
	return out, err
}

// compare judges all releases by two books. The memo judges again only the texts that the
// change touches.
func (s *Service) compare(ctx context.Context, before, after book) (out Simulation, err error) {
	old, err := s.judgeAll(ctx, before)
	if err != nil {
		return out, err
	}
	now, err := s.judgeAll(ctx, after)
	if err != nil {
		return out, err
	}
	out = Simulation{Profile: after.profile.ID, Releases: len(now), Shifts: []Shift{}, Licences: []LicenceShift{}}
	terms := termsOf(now)
	texts, err := s.textsOf(ctx, terms)
	if err != nil {
		return out, err
	}
	touched := engine.Touched(&before.profile.Profile, &after.profile.Profile)
	differ := map[int64]bool{}
	for _, t := range terms {
		if out.Texts++; touched(texts[t]) {
			out.Touched++
			differ[t] = true
		}
	}
	was, err := s.judged(ctx, before, old)
	if err != nil {
		return out, err
	}
	is, err := s.judged(ctx, after, now)
	if err != nil {
		return out, err
	}
	licences := map[LicenceShift]*LicenceShift{}
	for i := range now {
		out.shift(old[i], now[i], was(old[i]), is(now[i]), differ, texts, licences)
	}
	for _, l := range licences {
		out.Licences = append(out.Licences, *l)
	}
	slices.SortFunc(out.Licences, func(a, b LicenceShift) int {
		return cmp.Or(b.Packages-a.Packages, strings.Compare(a.Licence, b.Licence), strings.Compare(string(a.From), string(b.From)), strings.Compare(string(a.To), string(b.To)))
	})
	slices.SortFunc(out.Shifts, func(a, b Shift) int {
		return cmp.Or(slices.Index(engine.Verdicts, b.To)-slices.Index(engine.Verdicts, a.To), b.Packages-a.Packages, strings.Compare(a.Title, b.Title))
	})
	return out, nil
}

func (out *Simulation) shift(old, now Row, was, is map[int64]engine.Verdict, differ map[int64]bool, texts map[int64]string, licences map[LicenceShift]*LicenceShift) {
	sh := Shift{Release: now.Release, Title: now.Title(), Owner: now.Owner, From: old.Verdict, To: now.Verdict}
	for _, m := range now.pairs {
		t := m.term()
		if !differ[t] || was[t] == is[t] {
			continue
		}
		text := shorten(texts[t])
		sh.Packages += m.packages
		k := LicenceShift{Licence: text, From: was[t], To: is[t]}
		if licences[k] == nil {
			l := k
			licences[k] = &l
		}
		licences[k].Packages += m.packages
		if !slices.Contains(sh.Licences, text) {
			sh.Licences = append(sh.Licences, text)
			licences[k].Releases++
		}
	}
	if sh.Packages > 0 || old.Tally != now.Tally {
		sh.Packages = max(sh.Packages, 1)
		out.Shifts = append(out.Shifts, sh)
	}
}
