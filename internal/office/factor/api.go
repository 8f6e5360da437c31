// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"context"

	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("factor-coverage", "/factor/coverage", "factor.read", "How many people with accounts have a second factor, and whom the organisation asks for one", s.apiCoverage),
	}
}

// Coverage says how far second factors reach.
type Coverage struct {
	Rule     string `json:"rule" doc:"nobody, admin or all: the strictest of this organisation and those above it."`
	Accounts int    `json:"accounts"`
	Covered  int    `json:"covered" doc:"Accounts with a second factor."`
}

func (s *Service) apiCoverage(ctx context.Context, _ struct{}) (c Coverage, err error) {
	org := door.From(ctx).Org
	if _, c.Rule, err = s.Rule(ctx, org); err != nil {
		return c, err
	}
	c.Accounts, c.Covered, err = s.store.covered(ctx, org)
	return c, err
}
