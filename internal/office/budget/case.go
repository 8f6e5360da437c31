// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Named measure is one in whose words something stands.
type Named struct {
	ID    string
	Org   ospo.OrgID
	Title string
	Pot   string // name of the budget
}

// Naming lists the measures that name a text, such as the number of a case, themselves or in a
// booking, as far as the viewer may see them.
func (s *Service) Naming(ctx context.Context, text string) ([]Named, error) {
	v := door.From(ctx)
	if !v.May(mayRead) || text == "" {
		return nil, nil
	}
	return s.store.naming(ctx, v.Org, text)
}
