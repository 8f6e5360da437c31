// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// knowsDevice reports whether a browser is known to the account of a login.
func (s store) knowsDevice(ctx context.Context, sum, login string, now time.Time) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `
		SELECT count(*) FROM governance_device d JOIN governance_person p ON p.id = d.person
		WHERE d.sum = $1 AND d.expires > $2 AND p.login = $3 AND p.ended = '' -- every organisation: nobody is known yet`, sum, stamp(now), login)
	return n > 0, err
}

const devicesAtMost = 20

// addDevice makes a browser known, and forgets those of the person that are over or too many.
func (s store) addDevice(ctx context.Context, tx *db.Tx, sum string, person ospo.PersonID, org ospo.OrgID, expires time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own
		DELETE FROM governance_device WHERE person = $1 AND (expires < $2 OR sum NOT IN (
			SELECT sum FROM governance_device WHERE person = $3 ORDER BY expires DESC LIMIT $4))`,
		person, tx.Now, person, devicesAtMost-1); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO governance_device (sum, org, person, expires) VALUES ($1, $2, $3, $4)`, sum, org, person, stamp(expires))
	return err
}

// dropDevices forgets all browsers of a person.
func (s store) dropDevices(ctx context.Context, tx *db.Tx, person ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own
		DELETE FROM governance_device WHERE person = $1`, person)
	return err
}
