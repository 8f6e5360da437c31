// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// OfCase lists the contracts of the house of a case that name it by its number, as far as the
// viewer may see them: another house counts its cases by itself.
func (s *Service) OfCase(ctx context.Context, house []ospo.OrgID, number string) ([]Contract, error) {
	v := door.From(ctx)
	if !v.May(mayRead) {
		return nil, nil
	}
	return s.store.ofCase(ctx, v.Org, house, number)
}
