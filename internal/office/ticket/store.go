// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

type store struct{ db *db.DB }

// New returns the tickets kept in d, whose work q does.
func New(d *db.DB, q *job.Queue) *Service {
	s := &Service{store: store{d}, jobs: q, me: map[string]int64{}, From: remote}
	s.work(q)
	return s
}

// over lists an organisation and all above it, the nearest first.
func (s store) over(ctx context.Context, q db.Querier, org ospo.OrgID) (out []ospo.OrgID, err error) {
	all, err := db.Texts(ctx, q, `
		SELECT c.root FROM governance_scope_view c WHERE c.org = $1
		ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.root = c.root), c.root`, org)
	for _, id := range all {
		out = append(out, ospo.OrgID(id))
	}
	return out, err
}

// packed scans JSON.
type packed struct{ into any }

// Scan reads it.
func (p packed) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%v is no kept JSON", v)
	}
	return json.Unmarshal([]byte(text), p.into)
}

// lines scans a list kept one a line.
type lines struct{ into *[]string }

// Scan reads it.
func (l lines) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%v is no kept list", v)
	}
	*l.into = listed(text)
	return nil
}

func bindConnection(c *Connection) []any {
	return []any{&c.Org, &c.System, &c.State, packed{&c.Types}, &c.Place, &c.Customer, packed{&c.Push}, lines{&c.Ended}, lines{&c.Opened}, &c.Tongue}
}

// connections lists those at and above an organisation, the nearest first.
func (s store) connections(ctx context.Context, q db.Querier, org ospo.OrgID) ([]Connection, error) {
	return db.All(ctx, q, bindConnection, `
		SELECT t.org, t.system, t.state, t.types, t.place, t.customer, t.push, t.ended, t.opened, t.tongue
		FROM governance_scope_view c JOIN ticket_connection t ON t.org = c.root WHERE c.org = $1
		ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.root = c.root), t.system`, org)
}

func (s store) setConnection(ctx context.Context, tx *db.Tx, c Connection) error {
	types, err := json.Marshal(append([]string{}, c.Types...))
	if err != nil {
		return err
	}
	push, err := json.Marshal(c.Push)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO ticket_connection (org, system, state, types, place, customer, push, ended, opened, tongue) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (org, system) DO UPDATE SET state = excluded.state, types = excluded.types, place = excluded.place, customer = excluded.customer,
			push = excluded.push, ended = excluded.ended, opened = excluded.opened, tongue = excluded.tongue`,
		c.Org, c.System, c.State, string(types), c.Place, c.Customer, string(push), strings.Join(c.Ended, "\n"), strings.Join(c.Opened, "\n"), c.Tongue)
	return err
}

const linkColumns = `org, matter, system, ticket, number, state, synced, gone, noted`

func bindLink(l *Link) []any {
	return []any{&l.Org, &l.Matter, &l.System, &l.Ticket, &l.Number, &l.State, &l.Synced, &l.Gone, &l.Noted}
}

// link is the ticket of a case, whose viewer the caller has checked.
func (s store) link(ctx context.Context, q db.Querier, matter, system string) (Link, error) {
	return db.One(ctx, q, bindLink, `
		SELECT `+linkColumns+` FROM ticket_link WHERE matter = $1 AND system = $2
		-- every organisation: the caller has found the case, or works for all`, matter, system)
}

// linked is whose ticket one of a system is.
func (s store) linked(ctx context.Context, system string, ticket int64) (Link, bool, error) {
	all, err := db.All(ctx, s.db.Read(), bindLink, `
		SELECT `+linkColumns+` FROM ticket_link WHERE system = $1 AND ticket = $2
		-- every organisation: the request of a system that the operator has set up`, system, ticket)
	if err != nil || len(all) == 0 {
		return Link{}, false, err
	}
	return all[0], true, nil
}

func (s store) links(ctx context.Context, q db.Querier, org ospo.OrgID, matter string) ([]Link, error) {
	return db.All(ctx, q, bindLink, `SELECT `+linkColumns+` FROM ticket_link WHERE org = $1 AND matter = $2 ORDER BY system`, org, matter)
}

func (s store) addLink(ctx context.Context, tx *db.Tx, l Link) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO ticket_link (org, matter, system, ticket, number, state, synced, gone, noted) VALUES ($1, $2, $3, $4, $5, $6, $7, '', '')`,
		l.Org, l.Matter, l.System, l.Ticket, l.Number, l.State, l.Synced)
	return err
}

func (s store) setLink(ctx context.Context, tx *db.Tx, l Link) error {
	_, err := tx.ExecContext(ctx, `UPDATE ticket_link SET number = $1, state = $2, synced = $3, gone = $4, noted = $5 WHERE org = $6 AND matter = $7 AND system = $8`,
		l.Number, l.State, l.Synced, l.Gone, l.Noted, l.Org, l.Matter, l.System)
	return err
}

// lose notes since when a ticket is not to be found.
func (s store) lose(ctx context.Context, tx *db.Tx, l Link) error {
	_, err := tx.ExecContext(ctx, `UPDATE ticket_link SET gone = $1 WHERE org = $2 AND matter = $3 AND system = $4 AND gone = ''`, tx.Now, l.Org, l.Matter, l.System)
	return err
}

// know notes that an article is known; it reports whether it was not.
func (s store) know(ctx context.Context, tx *db.Tx, l Link, article int64) (bool, error) {
	r, err := tx.ExecContext(ctx, `INSERT INTO ticket_article (org, system, ticket, article) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, l.Org, l.System, l.Ticket, article)
	return hit(r, err)
}

func (s store) known(ctx context.Context, l Link) (map[int64]bool, error) {
	out := map[int64]bool{}
	for id, err := range db.Each(ctx, s.db.Read(), func(n *int64) []any { return []any{n} }, `SELECT article FROM ticket_article WHERE org = $1 AND system = $2 AND ticket = $3`, l.Org, l.System, l.Ticket) {
		if err != nil {
			return nil, err
		}
		out[id] = true
	}
	return out, nil
}

// arrived notes a request of the other side; it reports whether it is the first of its name.
func (s store) arrived(ctx context.Context, tx *db.Tx, l Link, delivery string) (bool, error) {
	r, err := tx.ExecContext(ctx, `INSERT INTO ticket_delivery (org, system, delivery, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, l.Org, l.System, delivery, tx.Now)
	return hit(r, err)
}

func hit(r interface{ RowsAffected() (int64, error) }, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

func bindPost(p *post) []any { return []any{&p.Org, &p.Matter, &p.System} }

// quiet lists tickets of which nothing was heard since a time; those that are gone are asked for, too.
func (s store) quiet(ctx context.Context, since string) ([]post, error) {
	return db.All(ctx, s.db.Read(), bindPost, `
		SELECT org, matter, system FROM ticket_link WHERE synced < $1 ORDER BY synced LIMIT $2 -- every organisation: work for all`, since, mostResumed)
}

// sweep forgets messages that are there, files on whose way nothing happens any more and requests of the other
// side, each after its time. Which articles are known is kept apart from their files.
func (s store) sweep(ctx context.Context, tx *db.Tx) error {
	now := s.db.Now().UTC()
	if _, err := tx.ExecContext(ctx, `DELETE FROM ticket_message WHERE state = 'sent' AND ended < $1 -- every organisation: work for all`, now.Add(-keptSent).Format(db.Clock)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		DELETE FROM ticket_parcel WHERE created < $1 AND (state <> 'waiting' OR stated IN ('held', 'named')) -- every organisation: work for all`, now.Add(-keptParcel).Format(db.Clock)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM ticket_delivery WHERE at < $1 -- every organisation: work for all`, now.Add(-keptHeld).Format(db.Clock))
	return err
}
