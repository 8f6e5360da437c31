// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"context"
	"fmt"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
	"allmende/internal/platform/transfer"
)

type store struct{ db *db.DB }

// New returns the service for the organisations in d, their documents in blobs; long work
// goes through queue.
func New(d *db.DB, blobs Documents, queue *job.Queue) *Service {
	s := &Service{store: store{d}, blobs: blobs, queue: queue, Rest: time.Minute}
	s.work(queue)
	return s
}

// rows are what leaves with an organisation: whence it came before.
var rows = []transfer.Table{
	{Name: "tenant_import", Columns: "id, org, state, origin, log, exported, person, begun, ended", Unique: "id", Blob: "log", Past: true, People: "person"},
}

// moment is where a kept time goes when a row is read.
type moment struct{ *time.Time }

// Scan reads a kept time.
func (m moment) Scan(v any) error {
	s, ok := v.(string)
	if *m.Time = db.Time(s); !ok {
		return fmt.Errorf("%v is no kept time, want %s", v, db.Clock)
	}
	return nil
}

const orgColumns = `o.id, o.parent, o.name, o.kind,
	(SELECT count(*) FROM governance_person_view p JOIN governance_scope_view s ON s.org = p.org WHERE s.root = o.id),
	coalesce((SELECT x.since FROM governance_suspension_view x WHERE x.org = o.id), ''),
	coalesce((SELECT x.reason FROM governance_suspension_view x WHERE x.org = o.id), '')`

func bindOrg(o *Org) []any {
	return []any{&o.ID, &o.Parent, &o.Name, &o.Kind, &o.People, moment{&o.Suspended}, &o.Reason}
}

// named finds organisations by id or name.
func (s store) named(ctx context.Context, q db.Querier, name string) ([]Org, error) {
	return db.All(ctx, q, bindOrg, `
		SELECT `+orgColumns+` FROM governance_org_view o
		WHERE o.id = $1 OR o.name = $2 -- every organisation: whoever operates the instance asks
		ORDER BY CASE WHEN o.id = $3 THEN 0 ELSE 1 END, o.id`, name, name, name)
}

// tops lists the organisations that have none above them.
func (s store) tops(ctx context.Context) ([]Org, error) {
	return db.All(ctx, s.db.Read(), bindOrg, `
		SELECT `+orgColumns+` FROM governance_org_view o
		WHERE o.parent = '' -- every organisation: whoever operates the instance asks
		ORDER BY o.name COLLATE "de-x-icu", o.id LIMIT 2000`)
}

// below lists an organisation and those directly below it.
func (s store) below(ctx context.Context, root ospo.OrgID) ([]Org, error) {
	return db.All(ctx, s.db.Read(), bindOrg, `
		SELECT `+orgColumns+` FROM governance_org_view o JOIN governance_scope_view c ON c.org = o.id
		WHERE c.root = $1 AND (o.id = $2 OR o.parent = $3)
		ORDER BY CASE WHEN o.id = $4 THEN 0 ELSE 1 END, o.name COLLATE "de-x-icu", o.id LIMIT 500`, root, root, root, root)
}

// seen returns an organisation that root sees; with all, any at the top, too.
func (s store) seen(ctx context.Context, root ospo.OrgID, all bool, id string) (Org, error) {
	tops := 0
	if all {
		tops = 1
	}
	return db.One(ctx, s.db.Read(), bindOrg, `
		SELECT `+orgColumns+` FROM governance_org_view o
		WHERE o.id = $1 AND (o.id IN (SELECT c.org FROM governance_scope_view c WHERE c.root = $2) OR $3 = 1 AND o.parent = '')`, id, root, tops)
}

// An arrival is an import that was begun.
type arrival struct {
	id    string
	org   ospo.OrgID
	ended string
}

// arrivals returns the imports of a folder with that state.
func (s store) arrivals(ctx context.Context, state string) ([]arrival, error) {
	return db.All(ctx, s.db.Read(), func(a *arrival) []any { return []any{&a.id, &a.org, &a.ended} }, `
		SELECT id, org, ended FROM tenant_import
		WHERE state = $1 AND org IN (SELECT id FROM governance_org_view) -- every organisation: whoever operates the instance asks
		ORDER BY id DESC`, state)
}

func (s store) addArrival(ctx context.Context, tx *db.Tx, id string, org ospo.OrgID, m Manifest) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO tenant_import (id, org, state, origin, log, exported, person, begun, ended) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')`,
		id, org, m.State, m.Origin, m.Log.SHA256, m.Made.UTC().Format(db.Clock), tx.Act.Person, tx.Now)
	return err
}

func (s store) endArrival(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) error {
	_, err := tx.ExecContext(ctx, `UPDATE tenant_import SET ended = $1 WHERE org = $2 AND id = $3`, tx.Now, org, id)
	return err
}
