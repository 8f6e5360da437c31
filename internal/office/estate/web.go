// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/web"
)

// signs returns the verdict strip of a release.
type signs func(ctx context.Context, release ospo.ReleaseID) ([]web.Sign, error)

var nav = []web.Entry{{Side: web.Take, Key: "estate.nav", Href: "/estate", Permit: "estate.read"}}

func (s *Service) pages() []web.Page { return nil }

func (s *Service) fields(ctx context.Context) ([]web.Field, error) { return nil, nil }
