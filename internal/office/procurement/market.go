// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"encoding/json"

	"allmende/internal/engine/market"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/lang"
)

// Kept is a survey or a description with what was found wrong with it. Frozen, it says by
// which catalogue, and keeps the words of what it names from there.
type Kept[T written] struct {
	Method   string           `json:"method"`
	Version  int              `json:"version"`
	Content  T                `json:"content"`
	Findings []market.Finding `json:"findings"`
	Choices  []market.Choice  `json:"choices,omitempty"`
	Searched *Searched        `json:"searched,omitempty"` // for names of products

	from market.Catalogue
}

// Searched says for how many names of products the check looked: those of the register as far as
// the viewer saw it, and those of an edition of the list of widely used ones.
type Searched struct {
	Register int `json:"register"`
	Known    int `json:"known"`
	Edition  int `json:"edition"`
}

// searched are the names that papers must not hold, and how many they are.
func (s *Service) searched(ctx context.Context) (names []string, n Searched, err error) {
	list := market.Known()
	n = Searched{Known: len(list.Names), Edition: list.Version}
	if s.Products != nil {
		if names, err = s.Products(ctx); err != nil {
			return nil, n, err
		}
	}
	n.Register = len(names)
	return append(names, list.Names...), n, nil
}

// In says it in the reader's words; nothing for what is older than that.
func (n *Searched) In(ctx context.Context) string {
	if n == nil {
		return ""
	}
	return say(ctx, "procurement.searched", n.Register, n.Known, n.Edition)
}

// written is what is written with a catalogue.
type written interface {
	Written() *market.Pin
	Used(market.Catalogue) []market.Choice
}

// keep reads an edition. A draft is looked over as it stands; of a frozen one the findings are
// those that were frozen, and nothing is shown where the text lost its sum.
func keep[T written](ctx context.Context, s *Service, e Edition, lint func(T, market.Catalogue) []market.Finding) (k Kept[T], err error) {
	if err := e.Sound(); err != nil {
		return k, err
	}
	var to any = &k.Content
	if !e.Draft() {
		to = &k
	}
	if err := json.Unmarshal([]byte(e.Body), to); err != nil {
		return k, err
	}
	if k.from, err = s.pinned(ctx, e.Org, k.Content.Written()); err != nil || !e.Draft() {
		return k, err
	}
	k.Method, k.Version, k.Choices = k.from.ID, k.from.Version, k.Content.Used(k.from)
	k.Findings = lint(k.Content, k.from)
	return k, nil
}

// choice is what an id stands for: in its words when it was frozen, else those of the catalogue.
func (k Kept[T]) choice(id string) (market.Choice, bool) {
	if c, ok := market.Find(k.Choices, id); ok {
		return c, true
	}
	return market.Find(k.from.Pick(id), id)
}

// sealKept is the frozen text of what nothing blocks.
func sealKept[T written](k Kept[T], err error) (body, sha string, _ error) {
	if err != nil {
		return "", "", err
	}
	if market.Blocked(k.Findings) {
		return "", "", fault.New(fault.Conflict, "procurement.market.blocked")
	}
	return canonical(k)
}

func (s *Service) survey(ctx context.Context, e Edition) (Kept[market.Survey], error) {
	today := lang.Day(s.store.db.Now())
	return keep(ctx, s, e, func(m market.Survey, c market.Catalogue) []market.Finding { return m.Lint(c, today) })
}

func (s *Service) description(ctx context.Context, e Edition) (k Kept[market.Description], err error) {
	if !e.Draft() {
		return keep[market.Description](ctx, s, e, nil)
	}
	products, n, err := s.searched(ctx)
	if err != nil {
		return k, err
	}
	k, err = keep(ctx, s, e, func(d market.Description, c market.Catalogue) []market.Finding { return d.Lint(c, products) })
	k.Searched = &n
	return k, err
}

// SurveyInput is a market survey with what it belongs to.
type SurveyInput struct {
	Org    ospo.OrgID // empty: the caller's; it stays what it was when a paper is changed
	Case   string
	Renew  bool // take the catalogue that is in force now
	Survey market.Survey
}

// AddSurvey opens the paper of a market survey with a first draft.
func (s *Service) AddSurvey(ctx context.Context, in SurveyInput) (id string, err error) {
	defer fault.Wrap(&err, "add a market survey")
	c, err := s.inForce(ctx, in.Org)
	if err != nil {
		return "", err
	}
	in.Survey.Library = c.Pin()
	return s.begin(ctx, Paper{Org: in.Org, Kind: Survey, Title: in.Survey.Title, Case: in.Case}, in.Survey)
}

// ChangeSurvey writes the draft of a survey anew. seen is when it was changed last as the
// caller knows it.
func (s *Service) ChangeSurvey(ctx context.Context, id, seen string, in SurveyInput) (err error) {
	defer fault.Wrap(&err, "change the market survey %s", id)
	p, e, err := s.draft(ctx, Survey, id)
	if err != nil {
		return err
	}
	k, err := s.survey(ctx, e)
	if err != nil {
		return err
	}
	c, err := s.taken(ctx, p.Org, k.from, in.Renew)
	if err != nil {
		return err
	}
	in.Survey.Library = c.Pin()
	return s.change(ctx, Paper{ID: id, Kind: Survey, Title: in.Survey.Title, Case: in.Case}, seen, in.Survey)
}

// DescriptionInput is a functional description with what it belongs to.
type DescriptionInput struct {
	Org         ospo.OrgID // empty: the caller's; it stays what it was when a paper is changed
	Case        string
	Renew       bool // take the catalogue that is in force now
	Description market.Description
}

// AddDescription opens the paper of a functional description with a first draft.
func (s *Service) AddDescription(ctx context.Context, in DescriptionInput) (id string, err error) {
	defer fault.Wrap(&err, "add a description")
	c, err := s.inForce(ctx, in.Org)
	if err != nil {
		return "", err
	}
	in.Description = in.Description.Arranged(c)
	in.Description.Library = c.Pin()
	return s.begin(ctx, Paper{Org: in.Org, Kind: Description, Title: in.Description.Title, Case: in.Case}, in.Description)
}

// ChangeDescription writes the draft of a description anew. seen is when it was changed last
// as the caller knows it.
func (s *Service) ChangeDescription(ctx context.Context, id, seen string, in DescriptionInput) (err error) {
	defer fault.Wrap(&err, "change the description %s", id)
	p, e, err := s.draft(ctx, Description, id)
	if err != nil {
		return err
	}
	k, err := s.description(ctx, e)
	if err != nil {
		return err
	}
	c, err := s.taken(ctx, p.Org, k.from, in.Renew)
	if err != nil {
		return err
	}
	in.Description = in.Description.Arranged(c)
	in.Description.Library = c.Pin()
	return s.change(ctx, Paper{ID: id, Kind: Description, Title: in.Description.Title, Case: in.Case}, seen, in.Description)
}
