// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A Delivery is what a witness of this instance got last.
type Delivery struct {
	Witness string
	Size    int64  // entries counted by the last checkpoint that it has
	At      string // since when; empty where it never got one
	Tried   string
	Fault   string // why the last try failed
}

// delivered notes how sending a checkpoint ended.
func (s store) delivered(ctx context.Context, tx *db.Tx, witness string, size int64, cause error) error {
	if cause != nil {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO audit_delivery (witness, size, at, tried, fault) VALUES ($1, 0, '', $2, $3)
			ON CONFLICT (witness) DO UPDATE SET tried = excluded.tried, fault = excluded.fault`, witness, tx.Now, cause.Error())
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO audit_delivery (witness, size, at, tried, fault) VALUES ($1, $2, $3, $4, '')
		ON CONFLICT (witness) DO UPDATE SET size = excluded.size, at = excluded.at, tried = excluded.tried, fault = ''`, witness, size, tx.Now, tx.Now)
	return err
}

func (s store) deliveries(ctx context.Context) ([]Delivery, error) {
	return db.All(ctx, s.db.Read(), func(d *Delivery) []any { return []any{&d.Witness, &d.Size, &d.At, &d.Tried, &d.Fault} },
		`SELECT witness, size, at, tried, fault FROM audit_delivery ORDER BY witness`)
}

func bindWitness(w *Witness) []any { return []any{&w.Origin, &w.Key, &w.Size, &w.Note, &w.At} }

func (s store) witnessed(ctx context.Context, q db.Querier, org ospo.OrgID, origin string) (Witness, error) {
	return db.One(ctx, q, bindWitness, `SELECT origin, key, size, note, at FROM audit_witnessed WHERE org = $1 AND origin = $2`, org, origin)
}

func (s store) allWitnessed(ctx context.Context, org ospo.OrgID) ([]Witness, error) {
	return db.All(ctx, s.db.Read(), bindWitness, `SELECT origin, key, size, note, at FROM audit_witnessed WHERE org = $1 ORDER BY origin`, org)
}

func (s store) addWitnessed(ctx context.Context, tx *db.Tx, org ospo.OrgID, w Witness) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_witnessed (org, origin, key, size, note, at) VALUES ($1, $2, $3, $4, $5, $6)`, org, w.Origin, w.Key, w.Size, w.Note, tx.Now)
	return err
}

// setWitnessed keeps a checkpoint, unless another one was kept since had was read.
func (s store) setWitnessed(ctx context.Context, tx *db.Tx, org ospo.OrgID, w Witness, had int64) error {
	r, err := tx.ExecContext(ctx, `UPDATE audit_witnessed SET size = $1, note = $2, key = $3, at = $4 WHERE org = $5 AND origin = $6 AND size = $7`,
		w.Size, w.Note, w.Key, tx.Now, org, w.Origin, had)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return fault.Because(err, fault.Conflict, "audit.witness.again")
	}
	return nil
}

func (s store) addAlarm(ctx context.Context, tx *db.Tx, org ospo.OrgID, a Alarm) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_alarm (id, org, origin, kind, had, got, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		db.NewID(), org, a.Origin, a.Kind, a.Had, a.Got, tx.Now)
	return err
}

func (s store) alarms(ctx context.Context, org ospo.OrgID) ([]Alarm, error) {
	return db.All(ctx, s.db.Read(), func(a *Alarm) []any { return []any{&a.ID, &a.Origin, &a.Kind, &a.Had, &a.Got, &a.At} },
		`SELECT id, origin, kind, had, got, at FROM audit_alarm WHERE org = $1 ORDER BY id DESC LIMIT 50`, org)
}
