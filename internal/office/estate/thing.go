// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/platform/door"
)

// A thing is something that the log may speak of.
type thing struct{ kind, id, name string }

// Where each kind of thing has its page, as far as the id goes, and after it.
var thingPages = map[string]struct{ before, after string }{
	"software": {"/estate/software/", ""}, "release": {"/estate/release/", ""}, "supplier": {"/estate/supplier/", ""},
	"contract": {"/estate/contract/", "/edit"}, "import": {"/estate/import/", ""},
}

// Things says what ids in the log stand for: the names and pages of software, releases,
// suppliers, contracts and imports that the viewer may see. Other ids are left out.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	if len(ids) == 0 {
		return names, hrefs, nil
	}
	all, err := s.store.things(ctx, door.From(ctx).Org, ids[:min(len(ids), most)])
	for _, t := range all {
		page := thingPages[t.kind]
		names[t.id], hrefs[t.id] = t.name, page.before+t.id+page.after
	}
	return names, hrefs, err
}
