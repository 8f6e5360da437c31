// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	engine "allmende/internal/engine/judge"
	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// ProfilesPage lists the profiles and on what they disagree.
type ProfilesPage struct {
	Profiles   []ProfileRow
	One, Other []web.Choice // profiles to compare
	Compared   bool
	Conflicts  []ConflictRow
	MayWrite   bool
}

// A ProfileRow is a profile with its title in the reader's language.
type ProfileRow struct {
	Profile
	Name, About string
}

// A ConflictRow is a conflict with the badges of both sides.
type ConflictRow struct {
	engine.Conflict
	OneBadge, OtherBadge web.Badge
	Where                string
}

func rowOf(ctx context.Context, p Profile) ProfileRow {
	return ProfileRow{p, p.Title.In(tongue(ctx)), p.About.In(tongue(ctx))}
}

func (s *Service) profilesPage(r *http.Request) (p ProfilesPage, err error) {
	ctx := r.Context()
	p.MayWrite = door.From(ctx).May(mayWrite)
	all, err := s.Profiles(ctx)
	if err != nil {
		return p, err
	}
	one, other := r.URL.Query().Get("one"), r.URL.Query().Get("other")
	for _, o := range all {
		row := rowOf(ctx, o)
		p.Profiles = append(p.Profiles, row)
		p.One = append(p.One, web.Choice{Value: o.ID, Label: row.Name, Chosen: o.ID == one})
		p.Other = append(p.Other, web.Choice{Value: o.ID, Label: row.Name, Chosen: o.ID == other})
	}
	if one == "" || other == "" {
		return p, nil
	}
	p.Compared = true
	found, err := s.Conflicts(ctx, one, other)
	p.Conflicts = conflictRows(ctx, found)
	return p, err
}

func conflictRows(ctx context.Context, all []engine.Conflict) (out []ConflictRow) {
	for _, c := range all {
		out = append(out, ConflictRow{c, badge(ctx, c.One.Verdict), badge(ctx, c.Other.Verdict), contextWords(ctx, c.Contexts)})
	}
	return out
}

// ProfilePage is a profile with its rules, versions and conflicts.
type ProfilePage struct {
	ProfileRow
	Rules      []RuleRow
	Versions   []Profile
	Within     []ConflictRow
	Default    web.Badge
	MayWrite   bool
	Changeable bool
	Reason     string // of adopting it, as it was filled in
}

// A RuleRow is a rule as it is shown.
type RuleRow struct {
	engine.Rule
	Badge web.Badge
	Of    []string
	Where string
	Note  string
}

func ruleRows(ctx context.Context, all []engine.Rule) (out []RuleRow) {
	for _, r := range all {
		row := RuleRow{Rule: r, Badge: badge(ctx, r.Verdict), Where: contextWords(ctx, r.Contexts), Note: r.Note.In(tongue(ctx))}
		row.Of = append(row.Of, r.Licences...)
		for _, e := range r.Exceptions {
			row.Of = append(row.Of, "… WITH "+e)
		}
		for _, c := range r.Classes {
			row.Of = append(row.Of, say(ctx, "policy.class."+string(c)))
		}
		if r.OSI {
			row.Of = append(row.Of, say(ctx, "policy.rule.osi"))
		}
		if r.Any {
			row.Of = append(row.Of, say(ctx, "policy.rule.any"))
		}
		row.Of = append(row.Of, r.Components...)
		out = append(out, row)
	}
	return out
}

func (s *Service) profilePage(r *http.Request) (p ProfilePage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	versions, err := s.Versions(ctx, r.PathValue("profile"))
	if err != nil {
		return p, err
	}
	one, err := s.Profile(ctx, r.PathValue("profile"))
	if err != nil {
		return p, err
	}
	if want := r.URL.Query().Get("version"); want != "" {
		i := slices.IndexFunc(versions, func(x Profile) bool { return x.Version == want })
		if i < 0 {
			return p, notFound()
		}
		standard := one.Standard
		one = versions[i]
		one.Standard = standard && i == 0
	}
	p = ProfilePage{ProfileRow: rowOf(ctx, one), Rules: ruleRows(ctx, one.Profile.Rules), Versions: versions, Within: conflictRows(ctx, engine.Within(&one.Profile)), Default: badge(ctx, one.Profile.Default),
		MayWrite: v.May(mayWrite), Changeable: one.Own && one.home == v.Org}
	return p, nil
}

func (s *Service) adopt(r *http.Request) (p ProfilePage, next string, err error) {
	if p, err = s.profilePage(r); err != nil {
		return p, "", err
	}
	p.Reason = r.PostFormValue("reason")
	o, err := s.Adopt(r.Context(), p.ID, p.Reason)
	return p, o.next("/policy/profile/" + p.ID), err
}

// next is where to go on: to what waits, else to the thing.
func (o Outcome) next(done string) string {
	if o.Proposal != "" {
		return "/approval/" + o.Proposal
	}
	return done
}

// SimulatePage is a change of a profile, what it would do, and the way to save it.
type SimulatePage struct {
	Profiles          []web.Choice
	Profile           ProfileRow
	In                RuleInput
	Verdicts          []web.Choice
	Contexts          []web.Choice
	Classes           []web.Choice
	Result            *Simulation
	Shifts            []ShiftRow
	Licences          []LicenceRow
	Changeable        bool // the viewer may save it in this profile; else only as a copy
	MayWrite          bool
	As, Title, Reason string
}

// A ShiftRow is a release whose verdict changes, with badges.
type ShiftRow struct {
	Shift
	Was, Is web.Badge
}

// A LicenceRow is a licence text whose verdict changes, with badges.
type LicenceRow struct {
	LicenceShift
	Was, Is web.Badge
}

// RuleInput is one rule as it is filled in, or the removal of one.
type RuleInput struct {
	Licence, Class, Verdict, Note string
	Contexts                      []ospo.Context
	Remove                        string // id of a rule
}

func (in RuleInput) empty() bool { return in.Licence == "" && in.Class == "" && in.Remove == "" }

var notInIDs = regexp.MustCompile(`[^a-z0-9._-]+`)

// change is what it means for a profile.
func (in RuleInput) change(p engine.Profile) (engine.Change, error) {
	if in.Remove != "" {
		return engine.Change{Remove: []string{in.Remove}}, nil
	}
	r := engine.Rule{Verdict: engine.Verdict(in.Verdict), Contexts: in.Contexts, Note: engine.Text{DE: in.Note}}
	switch {
	case in.Licence != "" && in.Class != "":
		return engine.Change{}, fault.At("class", "policy.simulate.both")
	case in.Licence != "":
		if _, err := engine.Name(in.Licence); err != nil {
			return engine.Change{}, fault.At("licence", "policy.exception.licence_bad", shorten(in.Licence))
		}
		r.Licences = []string{in.Licence}
	default:
		r.Classes = []spdx.Class{spdx.Class(in.Class)}
	}
	r.ID = "own-" + notInIDs.ReplaceAllString(strings.ToLower(in.Licence+in.Class), "-")
	for _, c := range in.Contexts {
		r.ID += "-" + string(c)
	}
	r.ID = r.ID[:min(len(r.ID), 60)]
	return p.Overrule(r.Spelt()), nil
}

func readRule(get func(string) string, all []string) RuleInput {
	in := RuleInput{Licence: strings.TrimSpace(get("licence")), Class: get("class"), Verdict: get("verdict"), Note: strings.TrimSpace(get("note")), Remove: get("remove")}
	for _, c := range all {
		in.Contexts = append(in.Contexts, ospo.Context(c))
	}
	return in
}

func (s *Service) simulatePage(r *http.Request) (SimulatePage, error) {
	q := r.URL.Query()
	return s.simulated(r.Context(), q.Get("profile"), readRule(q.Get, q["contexts"]))
}

func (s *Service) simulated(ctx context.Context, profile string, in RuleInput) (p SimulatePage, err error) {
	v := door.From(ctx)
	all, err := s.Profiles(ctx)
	if err != nil {
		return p, err
	}
	at := slices.IndexFunc(all, func(x Profile) bool { return x.ID == profile || profile == "" && x.Standard })
	if at < 0 {
		return p, fault.New(fault.NotFound, "policy.profile_unknown", profile)
	}
	one := all[at]
	p = SimulatePage{Profile: rowOf(ctx, one), In: in, MayWrite: v.May(mayWrite), Changeable: one.Own && one.home == v.Org, Contexts: contextChoices(in.Contexts)}
	for _, x := range all {
		p.Profiles = append(p.Profiles, web.Choice{Value: x.ID, Label: rowOf(ctx, x).Name, Chosen: x.ID == one.ID})
	}
	for _, w := range []engine.Verdict{engine.Deny, engine.Review, engine.Allow} {
		p.Verdicts = append(p.Verdicts, web.Choice{Value: string(w), Label: say(ctx, "policy.verdict."+string(w)), Chosen: string(w) == in.Verdict})
	}
	for _, c := range spdx.Classes {
		p.Classes = append(p.Classes, web.Choice{Value: string(c), Label: say(ctx, "policy.class."+string(c)), Chosen: string(c) == in.Class})
	}
	if in.empty() {
		return p, nil
	}
	c, err := in.change(one.Profile)
	if err != nil {
		return p, err
	}
	result, err := s.Simulate(ctx, one.ID, ProfileChange{Change: c})
	if err != nil {
		return p, err
	}
	p.Result = &result
	for _, sh := range result.Shifts {
		p.Shifts = append(p.Shifts, ShiftRow{sh, badge(ctx, sh.From), badge(ctx, sh.To)})
	}
	for _, l := range result.Licences {
		p.Licences = append(p.Licences, LicenceRow{l, badge(ctx, l.From), badge(ctx, l.To)})
	}
	return p, nil
}

func (s *Service) saveChange(r *http.Request) (p SimulatePage, next string, err error) {
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		return p, "", fault.Because(err, fault.Invalid, "policy.form")
	}
	if p, err = s.simulated(ctx, r.PostFormValue("profile"), readRule(r.PostFormValue, r.PostForm["contexts"])); err != nil {
		return p, "", err
	}
	p.As, p.Title, p.Reason = strings.TrimSpace(r.PostFormValue("as")), strings.TrimSpace(r.PostFormValue("title")), r.PostFormValue("reason")
	if p.In.empty() && p.As == "" {
		return p, "", fault.At("licence", "fault.missing")
	}
	c := ProfileChange{As: p.As, Title: p.Title, Reason: p.Reason}
	if !p.In.empty() {
		if c.Change, err = p.In.change(p.Profile.Profile.Profile); err != nil {
			return p, "", err
		}
	}
	o, err := s.Change(ctx, p.Profile.ID, c)
	return p, o.next("/policy/profile/" + o.ID), err
}
