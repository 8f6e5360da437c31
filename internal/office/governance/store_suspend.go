// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

func (s store) suspend(ctx context.Context, tx *db.Tx, org ospo.OrgID, reason string) error {
	r, err := tx.ExecContext(ctx, `
		INSERT INTO governance_suspension (org, since, person, reason) VALUES ($1, $2, $3, $4) ON CONFLICT (org) DO NOTHING`,
		org, tx.Now, tx.Act.Person, reason)
	if err = hit(r, err); err != nil && fault.Of(err) == fault.NotFound {
		return fault.New(fault.Conflict, "governance.suspend.is")
	}
	return err
}

func (s store) resume(ctx context.Context, tx *db.Tx, org ospo.OrgID) error {
	r, err := tx.ExecContext(ctx, `DELETE FROM governance_suspension WHERE org = $1`, org)
	if err = hit(r, err); err != nil && fault.Of(err) == fault.NotFound {
		return fault.New(fault.Conflict, "governance.suspend.is_not")
	}
	return err
}

// suspended reports whether an organisation or one above it is suspended.
func (s store) suspended(ctx context.Context, q db.Querier, org ospo.OrgID) (bool, error) {
	n, err := db.Count(ctx, q, `SELECT count(*) FROM governance_suspended_view WHERE org = $1`, org)
	return n > 0, err
}

// peopleOf lists all people of an organisation and those below it.
func (s store) peopleOf(ctx context.Context, q db.Querier, root ospo.OrgID) ([]Person, error) {
	return db.All(ctx, q, bindPerson, `
		SELECT `+personColumns+` FROM governance_person p JOIN governance_org o ON o.org = p.org
		WHERE p.org IN (SELECT org FROM governance_scope WHERE root = $1)`, root)
}
