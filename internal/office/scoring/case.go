// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"context"

	"allmende/internal/platform/door"
)

// OfPapers lists the rounds that are evaluated by one of the setups, as far as the viewer may see
// them.
func (s *Service) OfPapers(ctx context.Context, papers []string) ([]Round, error) {
	v := door.From(ctx)
	if !v.May(mayRead) || len(papers) == 0 {
		return nil, nil
	}
	return s.store.ofPapers(ctx, v.Org, papers)
}
