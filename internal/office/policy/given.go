// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// AllContexts is Contexts of all releases in view; one that is not among them is used
// internally, as far as anybody has said.
func (s *Service) AllContexts(ctx context.Context) (map[ospo.ReleaseID][]ospo.Context, error) {
	all, err := s.usages(ctx)
	out := make(map[ospo.ReleaseID][]ospo.Context, len(all))
	for id, u := range all {
		out[id] = u.Contexts
	}
	return out, err
}

// Choices lists what the viewer's organisation and those above it chose, the nearest first.
func (s *Service) Choices(ctx context.Context) ([]Choice, error) {
	return s.store.choicesOver(ctx, door.From(ctx).Org)
}
