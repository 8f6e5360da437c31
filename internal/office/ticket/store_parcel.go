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
		INSERT INTO ticket_parcel (id, org, matter, system, source, who, name, size, state, why, created, stated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', '', $9, $10) ON CONFLICT DO NOTHING`,
		p.ID, p.Org, p.Matter, p.System, p.Source, p.Who, p.Name, p.Size, tx.Now, p.Stated)
	return err
}

const parcelColumns = `id, org, matter, system, source, who, name, size, why, stated, attempt, created`

func bindParcel(p *Parcel) []any {
	return []any{&p.ID, &p.Org, &p.Matter, &p.System, &p.Source, &p.Who, &p.Name, &p.Size, &p.Why, &p.Stated, &p.Attempt, &p.Created}
}

// parcels lists those of a case that wait to be fetched; those that could not be had come last.
func (s store) parcels(ctx context.Context, p post) ([]Parcel, error) {
	return db.All(ctx, s.db.Read(), bindParcel, `
		SELECT `+parcelColumns+` FROM ticket_parcel
		WHERE org = $1 AND matter = $2 AND system = $3 AND state = 'waiting' AND stated IN ('', 'let') ORDER BY attempt, id LIMIT $4`, p.Org, p.Matter, p.System, mostParcels)
}

// held lists those that wait with a mail, and of which that is not said in the case yet.
func (s store) held(ctx context.Context, p post) ([]Parcel, error) {
	return db.All(ctx, s.db.Read(), bindParcel, `
		SELECT `+parcelColumns+` FROM ticket_parcel
		WHERE org = $1 AND matter = $2 AND system = $3 AND state = 'waiting' AND stated = 'held' ORDER BY id LIMIT $4`, p.Org, p.Matter, p.System, mostParcels)
}

func (s store) named(ctx context.Context, tx *db.Tx, p Parcel) error {
	_, err := tx.ExecContext(ctx, `UPDATE ticket_parcel SET stated = 'named' WHERE org = $1 AND id = $2 AND stated = 'held'`, p.Org, p.ID)
	return err
}

// let counts the files of mails without proof that are fetched for a case since a time.
func (s store) let(ctx context.Context, q db.Querier, matter, since string) (int, error) {
	return db.Count(ctx, q, `
		SELECT count(*) FROM ticket_parcel WHERE matter = $1 AND stated = 'let' AND created > $2 -- every organisation: the case was found by the mailbox's`, matter, since)
}

// beside lists the names of files of a mail without proof that did not come to those of the case.
func (s store) beside(ctx context.Context, q db.Querier, m Mail) ([]string, error) {
	return db.Texts(ctx, q, `
		SELECT name FROM ticket_parcel WHERE org = $1 AND system = $2 AND matter = $3 AND source LIKE $4
			AND (state = 'waiting' AND stated IN ('held', 'named') OR state = 'refused' AND stated = 'let') ORDER BY id`, m.Org, m.System, m.Matter, "mail/"+m.ID+"/%")
}

// release has them fetched.
func (s store) release(ctx context.Context, tx *db.Tx, m Mail) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE ticket_parcel SET stated = '', state = 'waiting', why = '' WHERE org = $1 AND system = $2 AND matter = $3 AND source LIKE $4
			AND (state = 'waiting' AND stated IN ('held', 'named') OR state = 'refused' AND stated = 'let')`, m.Org, m.System, m.Matter, "mail/"+m.ID+"/%")
	return err
}

// missedParcel counts that one could not be had.
func (s store) missedParcel(ctx context.Context, tx *db.Tx, p Parcel) error {
	_, err := tx.ExecContext(ctx, `UPDATE ticket_parcel SET attempt = attempt + 1 WHERE org = $1 AND id = $2`, p.Org, p.ID)
	return err
}

func (s store) refused(ctx context.Context, tx *db.Tx, p Parcel) error {
	return s.settleParcel(ctx, tx, p, "refused")
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
		SELECT DISTINCT org, matter, system FROM ticket_parcel WHERE state = 'waiting' AND stated <> 'named' ORDER BY matter, system LIMIT $1 -- every organisation: work for all`, mostResumed)
}
