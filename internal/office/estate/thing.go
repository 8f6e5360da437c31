// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"strings"

	"allmende/internal/platform/door"
)

// Things says what ids in the log stand for: the names and pages of software and releases
// that the viewer sees. Other ids are left out.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	all, err := s.store.things(ctx, door.From(ctx).Org, ids)
	names, hrefs = map[string]string{}, map[string]string{}
	for _, t := range all {
		names[t.id] = strings.TrimSpace(t.name + " " + t.version)
		hrefs[t.id] = "/estate/" + t.kind + "/" + t.id
	}
	return names, hrefs, err
}
