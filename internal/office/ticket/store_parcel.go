// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
)

// addParcel notes that a file is to be fetched; one that is known changes nothing.
func (s store) addParcel(ctx context.Context, tx *db.Tx, p Parcel) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO ticket_parcel (id, org, matter, system, source, who, name, size, state, why, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', '', $9) ON CONFLICT DO NOTHING`,
		p.ID, p.Org, p.Matter, p.System, p.Source, p.Who, p.Name, p.Size, tx.Now)
	return err
}

// parcels lists those of a case that wait.
func (s store) parcels(ctx context.Context, p post) ([]Parcel, error) {
	return db.All(ctx, s.db.Read(), func(p *Parcel) []any {
		return []any{&p.ID, &p.Org, &p.Matter, &p.System, &p.Source, &p.Who, &p.Name, &p.Size, &p.Why}
	}, `
		SELECT id, org, matter, system, source, who, name, size, why FROM ticket_parcel
		WHERE org = $1 AND matter = $2 AND system = $3 AND state = 'waiting' ORDER BY id LIMIT $4`, p.Org, p.Matter, p.System, mostParcels)
}

// settleParcel notes what became of one. It is a conflict where somebody was faster.
func (s store) settleParcel(ctx context.Context, tx *db.Tx, p Parcel, state string) error {
	r, err := tx.ExecContext(ctx, `UPDATE ticket_parcel SET state = $1, why = $2 WHERE org = $3 AND id = $4 AND state = 'waiting'`, state, p.Why, p.Org, p.ID)
	done, err := hit(r, err)
	if err == nil && !done {
		err = fault.New(fault.Conflict, "ticket.parcel.settled")
	}
	return err
}

// expected lists the cases for which files wait.
func (s store) expected(ctx context.Context) ([]post, error) {
	return db.All(ctx, s.db.Read(), bindPost, `
		SELECT DISTINCT org, matter, system FROM ticket_parcel WHERE state = 'waiting' ORDER BY matter, system LIMIT $1 -- every organisation: work for all`, mostResumed)
}
