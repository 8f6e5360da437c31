// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// welcome starts a session under an id that the caller knows.
func (s store) welcome(ctx context.Context, tx *db.Tx, sum, id string, person ospo.PersonID, org ospo.OrgID, from Origin) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO governance_session (sum, id, org, person, agent, address, created, seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		sum, id, org, person, from.Agent, from.Address, tx.Now, tx.Now)
	return err
}

func (s store) endSessions(ctx context.Context, tx *db.Tx, ids []string) error {
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, `
			-- every organisation: the caller knows whose sessions these are
			DELETE FROM governance_session WHERE id = $1`, id); err != nil {
			return err
		}
	}
	return nil
}

// sessionID returns the id of a cookie's session, or nothing.
func (s store) sessionID(ctx context.Context, sum string) (string, error) {
	ids, err := db.Texts(ctx, s.db.Read(), `
		SELECT id FROM governance_session WHERE sum = $1 -- every organisation: the secret says whose it is`, sum)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}
