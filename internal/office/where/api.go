// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"context"

	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return []api.Op{api.Get("where", "/where", "where.read", "Where do we run it? Which products, releases and organisations hold a component or are hit by a vulnerability", s.apiWhere)}
}

type whereIn struct {
	Q     string `query:"q" required:"true" minLength:"1" maxLength:"500" doc:"Component, package URL with or without version or range, CVE/GHSA/OSV id, licence, supplier, product." example:"log4j-core"`
	Limit int    `query:"limit" default:"500" minimum:"1" maximum:"10000" doc:"Products listed at most; counts are of all."`
}

func (s *Service) apiWhere(ctx context.Context, in whereIn) (Answer, error) {
	return s.Where(ctx, in.Q, in.Limit, in.Limit)
}
