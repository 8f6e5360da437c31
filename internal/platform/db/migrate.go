// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package db

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// System is who acts where no person does: migrations, periodic jobs.
func System(what, on string) ospo.Act {
	return ospo.Act{Org: "system", Person: "system", What: what, On: on, Door: "job"}
}

var (
	words = regexp.MustCompile(`\b(BIGINT|BOOLEAN|DOUBLE PRECISION|BYTEA|JSONB)\b`)
	lite  = map[string]string{"BIGINT": "INTEGER", "BOOLEAN": "INTEGER", "DOUBLE PRECISION": "REAL", "BYTEA": "BLOB", "JSONB": "TEXT"}
	table = regexp.MustCompile(`(?m)^\);( -- clustered)?`)
)

// Lite rewrites a migration for SQLite: five type words; STRICT tables, so that a
// number column refuses text there just as it does in PostgreSQL; and tables marked
// "-- clustered" lie in the order of their primary key.
func Lite(ddl string) string {
	ddl = words.ReplaceAllStringFunc(ddl, func(w string) string { return lite[w] })
	return table.ReplaceAllStringFunc(ddl, func(end string) string {
		if len(end) > 2 {
			return ") STRICT, WITHOUT ROWID;"
		}
		return ") STRICT;"
	})
}

// The log's own tables. What is noted here is common to all: each entry names its organisation.
const own = `
CREATE TABLE IF NOT EXISTS log_migration (
  room TEXT NOT NULL,
  name TEXT NOT NULL,
  at   TEXT NOT NULL,
  PRIMARY KEY (room, name)
);
CREATE TABLE IF NOT EXISTS log_entry (
  id      TEXT PRIMARY KEY,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  what    TEXT NOT NULL,
  thing   TEXT NOT NULL,
  door    TEXT NOT NULL,
  request TEXT NOT NULL,
  at      TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS log_entry_org ON log_entry (org, id);
CREATE INDEX IF NOT EXISTS log_entry_thing ON log_entry (thing, id);
CREATE INDEX IF NOT EXISTS log_entry_person ON log_entry (person, id);
`

const view = `CREATE VIEW log_entry_view AS SELECT id, org, person, what, thing, door, request, at FROM log_entry;`

// What makes the log provable: a number without gaps, the role, the difference with its
// salt (or, once it was erased, its sum), and the leaf of each entry; the head of the
// tree, and those of its nodes that are kept. See package merkle.
const proof = `
ALTER TABLE log_entry ADD COLUMN n BIGINT;
ALTER TABLE log_entry ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE log_entry ADD COLUMN diff TEXT NOT NULL DEFAULT '';
ALTER TABLE log_entry ADD COLUMN salt TEXT NOT NULL DEFAULT '';
ALTER TABLE log_entry ADD COLUMN sum TEXT NOT NULL DEFAULT '';
ALTER TABLE log_entry ADD COLUMN leaf TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX log_entry_n ON log_entry (n);
CREATE TABLE log_head (
  one    BIGINT PRIMARY KEY,
  origin TEXT NOT NULL,
  size   BIGINT NOT NULL,
  peaks  TEXT NOT NULL
);
CREATE TABLE log_node (
  level BIGINT NOT NULL,
  n     BIGINT NOT NULL,
  hash  TEXT NOT NULL,
  PRIMARY KEY (level, n)
); -- clustered
DROP VIEW IF EXISTS log_entry_view;
CREATE VIEW log_entry_view AS SELECT id, org, person, what, thing, door, request, at, n, role, diff, salt, sum, leaf FROM log_entry;
CREATE VIEW log_head_view AS SELECT origin, size, peaks FROM log_head;
CREATE VIEW log_node_view AS SELECT level, n, hash FROM log_node;
`

// Migrate brings one room's tables up to date: each file of migrations/ once, in
// order, each in a transaction of its own. Replicas that start together take turns.
func (d *DB) Migrate(ctx context.Context, room string, files fs.FS) (err error) {
	defer fault.Wrap(&err, "migrate %s", room)
	if err := d.prepare(ctx); err != nil {
		return err
	}
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return err
	}
	done, err := steps(ctx, d.read, room)
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.Contains(done, name) {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if err := d.once(ctx, room, name, string(text)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (d *DB) prepare(ctx context.Context) error {
	if done, err := steps(ctx, d.read, "log"); err == nil && slices.Contains(done, "proof") {
		return nil
	}
	return d.Keep(ctx, func(tx *Tx) error { // the log itself, which nothing can be noted in before it is there
		if err := d.lock(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, d.ddl(own)); err != nil {
			return err
		}
		done, err := steps(ctx, tx, "log")
		if err != nil || slices.Contains(done, "proof") {
			return err
		}
		if !slices.Contains(done, "view") {
			if err := d.step(ctx, tx, "view", view); err != nil {
				return err
			}
		}
		if err := d.step(ctx, tx, "proof", proof); err != nil {
			return err
		}
		return tx.adopt(ctx)
	})
}

func (d *DB) step(ctx context.Context, tx *Tx, name, ddl string) error {
	if _, err := tx.ExecContext(ctx, d.ddl(ddl)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO log_migration (room, name, at) VALUES ('log', $1, $2)`, name, tx.Now)
	return err
}

// steps are the migrations of a room that are done.
func steps(ctx context.Context, q Querier, room string) ([]string, error) {
	return Texts(ctx, q, `SELECT name FROM log_migration WHERE room = $1`, room)
}

func (d *DB) once(ctx context.Context, room, name, ddl string) error {
	return d.Write(ctx, System(room+".migrate", name), func(tx *Tx) error {
		if err := d.lock(ctx, tx); err != nil {
			return err
		}
		done, err := steps(ctx, tx, room)
		if err != nil || slices.Contains(done, name) {
			return err
		}
		if _, err := tx.ExecContext(ctx, d.ddl(ddl)); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO log_migration (room, name, at) VALUES ($1, $2, $3)`, room, name, tx.Now)
		return err
	})
}

// lock keeps other replicas out while tables change; SQLite's writer is alone anyway.
func (d *DB) lock(ctx context.Context, tx *Tx) error {
	if d.lite {
		return nil
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(7041203)`)
	return err
}

func (d *DB) ddl(s string) string {
	if d.lite {
		return Lite(s)
	}
	return s
}
