// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"context"

	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("tenant-orgs", "/tenant/orgs", "governance.admin", "Organisations that the caller may operate, with their state", s.apiOrgs),
	}
}

func (s *Service) apiOrgs(ctx context.Context, _ struct{}) (out api.List[Org], err error) {
	if v := door.From(ctx); s.operates(v) {
		out.Items, err = s.store.tops(ctx)
	} else {
		out.Items, err = s.store.below(ctx, v.Org)
	}
	return out, err
}
