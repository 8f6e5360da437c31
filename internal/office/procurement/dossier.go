// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"cmp"
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/odt"
)

// Kinds of parts of a dossier beside those of papers, in the words of procurement.part.…
const (
	Need     = "need"     // the case and what is known of it
	Attempt  = "trial"    // a simulation
	Outcome  = "round"    // a closed evaluation of bids
	Plan     = "plan"     // of a contract, as it was drawn
	Contract = "contract" // as the register has it now
)

// course is the way from need to award, in which parts of a dossier stand.
var course = []string{Need, Survey, Description, Award, Attempt, Outcome, Study, Plan, Contract}

// States of a part: fixed, still a draft, or what a register says on the day of the dossier.
const (
	Fixed   = "frozen"
	Drafted = "draft"
	Current = "current"
)

// A Chapter of a dossier is a text with its sum, and what writes it as a document.
type Chapter struct {
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Title   string `json:"title"`
	State   string `json:"state"`
	Edition int    `json:"edition,omitempty"`
	Newer   int    `json:"newer,omitempty"` // number of a draft that is not in it
	Sum     string `json:"sum"`             // SHA-256 of the body
	Body    string `json:"body"`

	Write func(d *odt.Document) error `json:"-"`
}

// A Whole is what other rooms keep of a case: the need, and what came of the award. Unseen are
// kinds that the viewer may not see.
type Whole struct {
	Number, Title string
	Parts         []Chapter
	Unseen        []string
}

// A Dossier is the way of a case from need to award. It is put together anew each time: as long
// as nothing was changed, whoever may see the same gets the same text.
type Dossier struct {
	Method  string    `json:"method"`
	Version int       `json:"version"`
	Case    string    `json:"case"`
	Number  string    `json:"number"`
	Title   string    `json:"title"`
	Parts   []Chapter `json:"parts"`
	Lacking []string  `json:"lacking"` // kinds of which there is nothing
	Unseen  []string  `json:"unseen"`

	body, sum string
}

// Dossier puts a case's procurement together. A case that the viewer may not see is not found.
func (s *Service) Dossier(ctx context.Context, id string) (d Dossier, err error) {
	defer fault.Wrap(&err, "put the dossier of case %s together", id)
	if err := door.From(ctx).Check(mayRead); err != nil {
		return d, err
	}
	if s.Whole == nil {
		return d, notFound()
	}
	papers, err := s.OfCase(ctx, id)
	if err != nil {
		return d, err
	}
	whole, err := s.Whole(ctx, id, papers)
	if err != nil {
		return d, err
	}
	d = Dossier{Method: "dossier", Version: 1, Case: id, Number: whole.Number, Title: whole.Title, Parts: whole.Parts, Lacking: []string{}, Unseen: append([]string{}, whole.Unseen...)}
	for _, p := range papers {
		parts, err := s.parts(ctx, p)
		if err != nil {
			return d, err
		}
		d.Parts = append(d.Parts, parts...)
	}
	slices.SortStableFunc(d.Parts, func(a, b Chapter) int { return cmp.Compare(slices.Index(course, a.Kind), slices.Index(course, b.Kind)) })
	for i, p := range d.Parts {
		d.Parts[i].Sum = sum(p.Body)
	}
	for _, kind := range course {
		if !slices.Contains(d.Unseen, kind) && !slices.ContainsFunc(d.Parts, func(p Chapter) bool { return p.Kind == kind }) {
			d.Lacking = append(d.Lacking, kind)
		}
	}
	d.body, d.sum, err = canonical(d)
	return d, err
}

// parts are the last frozen edition of a paper, or its draft where none was frozen, and the
// trials of that edition.
func (s *Service) parts(ctx context.Context, p Paper) (out []Chapter, err error) {
	_, all, err := s.Show(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	e, part := all[0], Chapter{Kind: p.Kind, ID: p.ID, Title: p.Title, State: Drafted}
	if i := slices.IndexFunc(all, func(e Edition) bool { return !e.Draft() }); i >= 0 {
		if e, part.State = all[i], Fixed; i > 0 {
			part.Newer = all[0].N
		}
	}
	if err := e.Sound(); err != nil {
		return nil, err
	}
	part.Edition, part.Body = e.N, e.Body
	part.Write = func(d *odt.Document) error { return s.writePaper(ctx, d, p, e.N) }
	out = append(out, part)
	if p.Kind != Award {
		return out, nil
	}
	trials, err := s.store.trials(ctx, p, mostTrials)
	for _, t := range slices.Backward(trials) { // the first first
		if t.N != e.N {
			continue
		}
		whole, _, err := s.ShowTrial(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Chapter{Kind: Attempt, ID: t.ID, Title: p.Title, State: Fixed, Edition: t.N, Body: whole.Body,
			Write: func(d *odt.Document) error { return s.writeTrial(ctx, d, t.ID) }})
	}
	return out, err
}
