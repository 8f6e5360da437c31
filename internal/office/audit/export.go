// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"encoding/json"
	"io"
	"strconv"

	"allmende/internal/platform/db"
	"allmende/internal/platform/sheet"
)

// each calls f with all entries that fit the filter, at most [Most], a thousand at a time.
func (s *Service) each(ctx context.Context, f Filter, do func(Entry) error) error {
	const step = 1000
	for n := 0; n < Most; n += step {
		some, err := s.Entries(ctx, f, step)
		if err != nil {
			return err
		}
		for _, e := range some {
			if err := do(e); err != nil {
				return err
			}
		}
		if len(some) < step {
			return nil
		}
		f.Before = some[step-1].ID
	}
	return nil
}

// WriteLines writes the entries as JSON Lines, one object a line, the newest first.
func (s *Service) WriteLines(ctx context.Context, w io.Writer, f Filter) error {
	enc := json.NewEncoder(w)
	return s.each(ctx, f, func(e Entry) error { return enc.Encode(e) })
}

// WriteTable writes the entries as CSV, the newest first.
func (s *Service) WriteTable(ctx context.Context, w io.Writer, f Filter) error {
	t := sheet.Table{Head: []string{"id", "at", "org", "orgName", "person", "personName", "what", "thing", "thingName", "door", "request", "number", "role", "diff"}}
	err := s.each(ctx, f, func(e Entry) error {
		t.Rows = append(t.Rows, []string{e.ID, e.At.UTC().Format(db.Clock), e.Org, e.OrgName, e.Person, e.PersonName, e.What, e.Thing, e.ThingName, e.Door, e.Request, strconv.FormatInt(e.Number, 10), e.Role, string(e.Diff)})
		return nil
	})
	if err != nil {
		return err
	}
	return sheet.WriteCSV(w, t)
}
