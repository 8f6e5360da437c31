// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"

	"allmende/internal/platform/door"
)

// Things says what ids in the log stand for: roles by their keys, and mandates that the
// viewer sees. Other ids are left out.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	v := door.From(ctx)
	held, err := s.store.named(ctx, v.Org, ids)
	if err != nil {
		return nil, nil, err
	}
	c, err := s.store.catalogue(ctx, s.store.db.Read(), v.Org)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		if r, ok := c.role(id, v.Org); ok {
			names[id], hrefs[id] = r.Name.In(v.Lang), "/role/kind/"+id
		}
	}
	for _, m := range held {
		r, _ := c.role(m.Role, m.Org)
		names[m.ID], hrefs[m.ID] = r.Name.In(v.Lang)+", "+m.Name, "/role/mandate/"+m.ID
	}
	return names, hrefs, nil
}
