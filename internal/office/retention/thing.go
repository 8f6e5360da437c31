// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"

	"allmende/internal/platform/door"
)

// Things says what ids in the log stand for: kinds of entry, and holds in view.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	tongue := door.From(ctx).Lang
	var rest []any
	for _, id := range ids {
		if r, ok := base(id); ok {
			names[id], hrefs[id] = r.Name.In(tongue), "/retention/rule/"+id
		} else {
			rest = append(rest, id)
		}
	}
	holds, err := s.store.holdsOf(ctx, door.From(ctx).Org, rest)
	for _, h := range holds {
		names[h.ID], hrefs[h.ID] = h.Reason, "/retention/holds"
	}
	return names, hrefs, err
}
