// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// events lists the latest entries of the log about things. Other rooms' acts stand on their own pages.
func (s store) events(ctx context.Context, root ospo.OrgID, things []string, n int) ([]Event, error) {
	return db.All(ctx, s.db.Read(), bindEvent, `
		SELECT e.what, COALESCE(p.name, ''), e.door, e.at
		FROM log_entry_view e LEFT JOIN governance_person_view p ON p.id = e.person
		WHERE e.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND e.what LIKE 'estate.%' AND e.thing IN (`+db.In(2, len(things))+`)
		ORDER BY e.id DESC LIMIT `+db.In(len(things)+2, 1), append(append([]any{root}, anys(things)...), n)...)
}

func bindEvent(e *Event) []any { return []any{&e.What, &e.Person, &e.Door, when{&e.At}} }

// when scans a kept time.
type when struct{ to *time.Time }

func (w when) Scan(v any) error {
	text, _ := v.(string)
	*w.to = db.Time(text)
	return nil
}
