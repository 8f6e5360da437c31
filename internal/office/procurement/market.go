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
// which catalogue.
type Kept[T any] struct {
	Method   string           `json:"method"`
	Version  int              `json:"version"`
	Content  T                `json:"content"`
	Findings []market.Finding `json:"findings"`
}

// keep reads an edition. A draft is looked over as it stands; of a frozen one the findings are
// those that were frozen, and nothing is shown where the text lost its sum.
func keep[T any](e Edition, lint func(T) []market.Finding) (k Kept[T], err error) {
	if err := e.Sound(); err != nil {
		return k, err
	}
	if !e.Draft() {
		return k, json.Unmarshal([]byte(e.Body), &k)
	}
	c := market.Shipped()
	k.Method, k.Version = c.ID, c.Version
	if err := json.Unmarshal([]byte(e.Body), &k.Content); err != nil {
		return k, err
	}
	k.Findings = lint(k.Content)
	return k, nil
}

// sealKept is the frozen text of what nothing blocks.
func sealKept[T any](k Kept[T], err error) (body, sha string, _ error) {
	if err != nil {
		return "", "", err
	}
	if market.Blocked(k.Findings) {
		return "", "", fault.New(fault.Conflict, "procurement.market.blocked")
	}
	return canonical(k)
}

func (s *Service) survey(e Edition) (Kept[market.Survey], error) {
	today := lang.Day(s.store.db.Now())
	return keep(e, func(m market.Survey) []market.Finding { return m.Lint(today) })
}

func (s *Service) description(ctx context.Context, e Edition) (k Kept[market.Description], err error) {
	var products []string
	if s.Products != nil && e.Draft() {
		if products, err = s.Products(ctx); err != nil {
			return k, err
		}
	}
	return keep(e, func(d market.Description) []market.Finding { return d.Lint(products) })
}

// SurveyInput is a market survey with what it belongs to.
type SurveyInput struct {
	Org    ospo.OrgID // empty: the caller's; it stays what it was when a paper is changed
	Case   string
	Survey market.Survey
}

// AddSurvey opens the paper of a market survey with a first draft.
func (s *Service) AddSurvey(ctx context.Context, in SurveyInput) (id string, err error) {
	defer fault.Wrap(&err, "add a market survey")
	return s.begin(ctx, Paper{Org: in.Org, Kind: Survey, Title: in.Survey.Title, Case: in.Case}, in.Survey)
}

// ChangeSurvey writes the draft of a survey anew. seen is when it was changed last as the
// caller knows it.
func (s *Service) ChangeSurvey(ctx context.Context, id, seen string, in SurveyInput) (err error) {
	defer fault.Wrap(&err, "change the market survey %s", id)
	return s.change(ctx, Paper{ID: id, Kind: Survey, Title: in.Survey.Title, Case: in.Case}, seen, in.Survey)
}

// DescriptionInput is a functional description with what it belongs to.
type DescriptionInput struct {
	Org         ospo.OrgID // empty: the caller's; it stays what it was when a paper is changed
	Case        string
	Description market.Description
}

// AddDescription opens the paper of a functional description with a first draft.
func (s *Service) AddDescription(ctx context.Context, in DescriptionInput) (id string, err error) {
	defer fault.Wrap(&err, "add a description")
	return s.begin(ctx, Paper{Org: in.Org, Kind: Description, Title: in.Description.Title, Case: in.Case}, in.Description)
}

// ChangeDescription writes the draft of a description anew. seen is when it was changed last
// as the caller knows it.
func (s *Service) ChangeDescription(ctx context.Context, id, seen string, in DescriptionInput) (err error) {
	defer fault.Wrap(&err, "change the description %s", id)
	return s.change(ctx, Paper{ID: id, Kind: Description, Title: in.Description.Title, Case: in.Case}, seen, in.Description)
}
