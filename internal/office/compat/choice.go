// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/combine"
	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Questions are the guiding questions about an own work, answered.
type Questions struct {
	Work     string   `json:"work" doc:"Its name."`
	Original string   `json:"original,omitempty" doc:"Licence of the work that this one changes; absent for a new one." maxLength:"100"`
	Kind     string   `json:"kind" enum:"application,library,text,data"`
	Aim      string   `json:"aim" enum:"wide,open,none" doc:"wide: as many as possible use it; open: what others make of it stays open."`
	Rights   string   `json:"rights" enum:"all,unclear" doc:"Whether the house holds all rights."`
	Network  bool     `json:"network,omitempty" doc:"Mainly used over a network."`
	Patents  bool     `json:"patents,omitempty" doc:"An explicit licence for patents is wanted."`
	Tongues  bool     `json:"tongues,omitempty" doc:"A text that holds in German is wanted."`
	Profile  string   `json:"profile,omitempty" doc:"Whose order of preference counts: none, munich, italy, france." maxLength:"40"`
	Parts    []string `json:"components,omitempty" doc:"Licences of components."`
}

// A Candidate is a licence with what speaks for and against it.
type Candidate struct {
	Licence string   `json:"licence"`
	Out     bool     `json:"out" doc:"No option."`
	Points  int      `json:"points"`
	For     []string `json:"for"`
	Against []string `json:"against"`
	Barred  []Reason `json:"barred" doc:"Components that may not go into a work under it."`
	Open    []Reason `json:"open" doc:"Components about which that is open."`
}

// Advice is the candidates, the recommended one first.
type Advice struct {
	Recommended string      `json:"recommended" doc:"Empty where no candidate is left."`
	Why         string      `json:"why"`
	Passed      []string    `json:"passed,omitempty" doc:"What the profile prefers to it, and is no option here."`
	Profile     string      `json:"profile" doc:"Its name."`
	Source      string      `json:"source" doc:"Of the profile."`
	Candidates  []Candidate `json:"candidates"`
	Warnings    []string    `json:"warnings"`
	Method      string      `json:"method" doc:"Versions of the guide and of the rules."`
}

// Outs are the candidates that are no option.
func (a Advice) Outs() (out []Candidate) {
	for _, c := range a.Candidates {
		if c.Out {
			out = append(out, c)
		}
	}
	return out
}

// A Choice is the licence that was chosen for a work. A later one for the same work takes its
// place; both stay.
type Choice struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"org"`
	OrgName string     `json:"orgName"`
	Questions
	Version     int           `json:"version" doc:"Counted for each work."`
	Licence     string        `json:"licence"`
	Recommended string        `json:"recommended"`
	Reason      string        `json:"reason"`
	Advice      Advice        `json:"advice" doc:"As it was given then, in German."`
	Person      ospo.PersonID `json:"person,omitempty"`
	By          string        `json:"personName,omitempty" doc:"Absent: somebody of another organisation."`
	Created     string        `json:"created"`
	Latest      bool          `json:"latest"`

	english Advice
}

// At is when it was recorded.
func (c Choice) At() time.Time { return db.Time(c.Created) }

// Deviates reports whether another licence was chosen than the recommended one.
func (c Choice) Deviates() bool { return c.Licence != c.Recommended }

// In is the advice in a language, as it was given then.
func (c Choice) In(tongue string) Advice {
	if tongue == "en" {
		return c.english
	}
	return c.Advice
}

func (in Questions) checked() (_ Questions, w combine.Work, err error) {
	bad := func(field, key string, args ...any) { err = errors.Join(err, fault.At(field, key, args...)) }
	var name error
	if in.Work, name = fault.Words("work", in.Work, longestLine); name != nil {
		err = name
	}
	for field, v := range map[string]struct {
		value string
		of    []string
	}{"kind": {in.Kind, combine.Kinds}, "aim": {in.Aim, combine.Aims}, "rights": {in.Rights, combine.Rights}} {
		if !slices.Contains(v.of, v.value) {
			bad(field, "compat.unanswered")
		}
	}
	if in.Original = strings.TrimSpace(in.Original); in.Original != "" {
		e, ok := spdx.Find(in.Original)
		if !ok {
			bad("original", "compat.licence_bad", cut(in.Original))
		}
		in.Original = e.ID
	}
	if _, ok := combine.FindProfile(in.Profile); !ok && in.Profile != "" {
		bad("profile", "compat.profile_bad", cut(in.Profile))
	}
	w = combine.Work{Original: in.Original, Kind: in.Kind, Aim: in.Aim, Rights: in.Rights, Network: in.Network, Patents: in.Patents, Tongues: in.Tongues}
	kept := []string{}
	for _, p := range in.Parts {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if len(p) > longestPart {
			bad("parts", "compat.part_long", cut(p), len(p), longestPart)
			continue
		}
		kept = append(kept, p)
		_, e := combine.Read("MIT", spdx.Normalise(p), combine.Use{})
		w.Parts = append(w.Parts, e)
	}
	if in.Parts = kept; len(kept) > mostParts {
		bad("parts", "compat.parts_many", len(kept), mostParts)
	}
	return in, w, err
}

// Advise recommends a licence, in the viewer's language.
func (s *Service) Advise(ctx context.Context, in Questions) (Advice, error) {
	in, w, err := in.checked()
	if err != nil {
		return Advice{}, err
	}
	return advice(in, w, door.From(ctx).Lang), nil
}

func advice(in Questions, w combine.Work, tongue string) Advice {
	p, _ := combine.FindProfile(in.Profile)
	found := combine.Advise(w, p)
	a := Advice{Recommended: found.First, Why: found.Why.In(tongue), Passed: found.Passed, Profile: p.Name.In(tongue), Source: p.Source, Candidates: []Candidate{}, Warnings: texts(found.Warnings, tongue),
		Method: combine.Guidance.ID + " " + combine.Guidance.Version + ", " + combine.Rules.ID + " " + combine.Rules.Version}
	for _, c := range found.Candidates {
		one := Candidate{Licence: c.Licence, Out: c.Out(), Points: c.Points, For: texts(c.For, tongue), Against: texts(c.Against, tongue), Barred: reasons(c.Barred, tongue), Open: reasons(c.Open, tongue)}
		a.Candidates = append(a.Candidates, one)
	}
	return a
}

func texts(all []combine.Text, tongue string) []string {
	out := []string{}
	for _, t := range all {
		out = append(out, t.In(tongue))
	}
	return out
}

func reasons(all []combine.Verdict, tongue string) []Reason {
	out := []Reason{}
	for _, v := range all {
		out = append(out, Reason{v.In, string(v.Answer), v.Rule, v.Clause, v.Reason.In(tongue), nil, Basis{v.Source, v.Checked, string(v.Certainty)}})
	}
	return out
}

// folded tells a reason once, and names the other licences that it is the reason for.
func folded(all []Reason) (out []Reason) {
	for _, r := range all {
		i := slices.IndexFunc(out, func(o Reason) bool { return o.Rule == r.Rule && o.Answer == r.Answer })
		if i < 0 {
			out = append(out, r)
			continue
		}
		out[i].Also = append(out[i].Also, r.Licence+" ("+r.Clause+")")
	}
	return out
}

// ChoiceInput is what somebody decides.
type ChoiceInput struct {
	Questions
	Licence string `json:"licence" doc:"That the work is published under: an SPDX id." maxLength:"100"`
	Reason  string `json:"reason" doc:"Why; what was weighed, who was asked."`
}

// Choose records the licence of a work as a decision.
func (s *Service) Choose(ctx context.Context, in ChoiceInput) (id string, err error) {
	defer fault.Wrap(&err, "choose the licence of %q", cut(in.Work))
	q, w, err := in.checked()
	e, ok := spdx.Find(strings.TrimSpace(in.Licence))
	if !ok {
		err = errors.Join(err, fault.At("licence", "compat.licence_bad", cut(in.Licence)))
	}
	reason, bad := fault.Words("reason", in.Reason, longestText)
	if err = errors.Join(err, bad); err != nil {
		return "", err
	}
	v := door.From(ctx)
	c := Choice{ID: db.NewID(), Org: v.Org, Questions: q, Licence: e.ID, Reason: reason, Advice: advice(q, w, "de"), english: advice(q, w, "en"), Person: v.Human()}
	c.Recommended = c.Advice.Recommended
	return c.ID, s.store.db.Write(ctx, v.Act("compat.choose", c.ID), func(tx *db.Tx) error {
		if c.Version, err = s.store.lastVersion(ctx, tx, c); err != nil {
			return err
		}
		c.Version++
		tx.Act.Diff = change.Added(map[string]any{"work": c.Work, "version": c.Version, "licence": c.Licence, "recommended": c.Recommended, "method": c.Advice.Method})
		return s.store.addChoice(ctx, tx, c)
	})
}

// Choices lists what was chosen in the viewer's view, the latest first.
func (s *Service) Choices(ctx context.Context, text string) ([]Choice, error) {
	return s.store.choices(ctx, door.From(ctx).Org, strings.ToLower(strings.TrimSpace(text)), "")
}

// Choice returns one.
func (s *Service) Choice(ctx context.Context, id string) (Choice, error) {
	all, err := s.store.choices(ctx, door.From(ctx).Org, "", id)
	if err == nil && len(all) == 0 {
		err = notFound()
	}
	if err != nil {
		return Choice{}, err
	}
	return all[0], nil
}

// advices are both languages of an advice, as they are kept.
type advices struct {
	DE Advice `json:"de"`
	EN Advice `json:"en"`
}

func (c Choice) snapshot() (string, error) {
	text, err := json.Marshal(advices{c.Advice, c.english})
	return string(text), err
}
