// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"strings"

	"allmende/internal/platform/door"
)

// Things says what ids in the log stand for: the names and pages of organisations, people
// and tokens that the viewer sees. Other ids are left out.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	all, err := s.store.things(ctx, door.From(ctx).Org, ids)
	names, hrefs = map[string]string{}, map[string]string{}
	for _, t := range all {
		names[t.id] = t.name
		switch t.kind {
		case "org":
			hrefs[t.id] = "/governance/org/" + t.id
		case "person":
			hrefs[t.id] = "/governance/person/" + t.id
		case "token":
			names["token:"+t.id], hrefs["token:"+t.id] = t.name, "/governance/tokens"
		}
	}
	return names, hrefs, err
}

// bare returns the ids as they stand in the tables, without "token:".
func bare(ids []string) []any {
	var out []any
	for _, id := range ids {
		out = append(out, strings.TrimPrefix(id, "token:"))
	}
	return out
}
