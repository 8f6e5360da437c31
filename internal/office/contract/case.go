// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"

	"allmende/internal/platform/door"
)

// OfCase lists the contracts that name a case by its number, as far as the viewer may see them.
func (s *Service) OfCase(ctx context.Context, number string) ([]Contract, error) {
	v := door.From(ctx)
	if !v.May(mayRead) {
		return nil, nil
	}
	return s.store.ofCase(ctx, v.Org, number)
}
