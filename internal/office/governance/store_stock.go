// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/expiry"
)

// stocks are what this room does not keep for ever. A session is over a month after it was
// seen last at the latest, for no limit is longer (see [Service.LimitSessions]).
func (s *Service) stocks() []expiry.Stock {
	return []expiry.Stock{
		{Kind: "governance.session", Table: "governance_session", ID: "sum", Since: "seen", People: []string{"person"}},
		{Kind: "governance.device", Table: "governance_device", ID: "sum", Since: "expires", People: []string{"person"}},
		{Kind: "governance.link", Table: "governance_link", ID: "sum", Since: "expires", People: []string{"person"}},
		{Kind: "governance.try", Table: "governance_try", ID: "key", Since: "last", Common: true},
		{Kind: "governance.token", Table: "governance_token", ID: "id", People: []string{"person"},
			Since: "CASE WHEN revoked <> '' THEN revoked ELSE expires END"},
		{Kind: "governance.left", Table: "governance_person", ID: "id", Since: "ended", People: []string{"id"}, Batch: 1,
			Over: "name <> 'Person ' || substr(id, length(id) - 7)", // erased already, see Pseudonym
			End: func(ctx context.Context, tx *db.Tx, ids []string) (int, error) {
				for _, id := range ids {
					if _, err := s.ErasePersonIn(ctx, tx, System, ospo.PersonID(id)); err != nil {
						return 0, err
					}
				}
				return len(ids), nil
			}},
	}
}
