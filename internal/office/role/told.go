// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
)

// told is what of a mandate or an absence the log says: what somebody decided, and no names.
type told struct {
	Role     string        `json:"role,omitempty"`
	Person   ospo.PersonID `json:"person,omitempty"`
	Deputy   ospo.PersonID `json:"deputy,omitempty"`
	Org      ospo.OrgID    `json:"org,omitempty"`
	Since    string        `json:"since,omitempty"`
	Until    string        `json:"until,omitempty"`
	Decision string        `json:"decision,omitempty"`
	Reason   string        `json:"reason,omitempty"`
	Source   string        `json:"source,omitempty"`
	Why      string        `json:"why,omitempty"`
}

func (m Mandate) told() told {
	return told{m.Role, m.Person, m.Deputy, m.Org, m.Since, m.Until, m.Decision, m.Reason, m.Source, m.Why}
}

func (a Absence) told() told { return told{Person: a.Person, Since: a.Since, Until: a.Until} }

// keepVersion keeps a role as the next version for an organisation, and lets the log say what
// is different from the one before.
func (s *Service) keepVersion(ctx context.Context, tx *db.Tx, org ospo.OrgID, r Role, reason string) error {
	was, err := s.store.versions(ctx, tx, org, r.Key)
	if err != nil {
		return err
	}
	if b, ok := base(r.Key); ok && len(was) == 0 {
		was = []Role{b}
	}
	r.Reason = reason
	without := []string{"key", "version", "org", "orgName", "person", "personName", "created"}
	if tx.Act.Diff = change.Added(r, "version", "org", "orgName", "person", "personName", "created"); len(was) > 0 {
		tx.Act.Diff = change.Between(was[len(was)-1], r, without...)
	}
	return s.store.addVersion(ctx, tx, org, r, reason)
}

// keepMandate keeps a mandate, and lets the log say which.
func (s *Service) keepMandate(ctx context.Context, tx *db.Tx, m Mandate) error {
	tx.Act.Diff = change.Added(m.told())
	return s.store.addMandate(ctx, tx, m)
}
