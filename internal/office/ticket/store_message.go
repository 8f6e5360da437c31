// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const messageColumns = `id, org, matter, system, kind, number, body, state, attempt, due, fault, detail, created, ended`

func bindMessage(m *Message) []any {
	return []any{&m.ID, &m.Org, &m.Matter, &m.System, &m.Kind, &m.Number, &m.Body, &m.State, &m.Attempt, &m.Due, &m.Fault, &m.Detail, &m.Created, &m.Ended}
}

func (s store) addMessage(ctx context.Context, tx *db.Tx, m Message) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO ticket_message (id, org, matter, system, kind, number, body, state, attempt, due, fault, detail, created, ended)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', 0, '', '', '', $8, '')`, m.ID, m.Org, m.Matter, m.System, m.Kind, m.Number, m.Body, tx.Now)
	return err
}

// begun reports whether a case has a ticket in a system, or will have one.
func (s store) begun(ctx context.Context, q db.Querier, org ospo.OrgID, matter, system string) (bool, error) {
	n, err := db.Count(ctx, q, `
		SELECT (SELECT count(*) FROM ticket_link WHERE org = $1 AND matter = $2 AND system = $3)
			+ (SELECT count(*) FROM ticket_message WHERE org = $4 AND matter = $5 AND system = $6 AND kind = 'create' AND state <> 'sent')`, org, matter, system, org, matter, system)
	return n > 0, err
}

// next is the message of a case that is told next. Before the ticket is made there is nothing to
// say in it.
func (s store) next(ctx context.Context, p post) (Message, bool, error) {
	all, err := db.All(ctx, s.db.Read(), bindMessage, `
		SELECT `+messageColumns+` FROM ticket_message m WHERE org = $1 AND matter = $2 AND system = $3 AND state = 'queued'
			AND NOT EXISTS (SELECT 1 FROM ticket_message c WHERE c.matter = m.matter AND c.system = m.system AND c.kind = 'create' AND c.state = 'failed')
		ORDER BY id LIMIT 1`, p.Org, p.Matter, p.System)
	if err != nil || len(all) == 0 {
		return Message{}, false, err
	}
	return all[0], true, nil
}

// claim makes a message the caller's for some minutes; whoever looks meanwhile finds it taken.
func (s store) claim(ctx context.Context, m *Message) (mine bool, err error) {
	now := s.db.Now().UTC()
	if m.Due > now.Format(db.Clock) {
		return false, nil
	}
	err = s.db.Keep(ctx, func(tx *db.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE ticket_message SET due = $1, attempt = attempt + 1 WHERE org = $2 AND id = $3 AND state = 'queued' AND due = $4`,
			now.Add(leased).Format(db.Clock), m.Org, m.ID, m.Due)
		mine, err = hit(r, err)
		return err
	})
	m.Attempt++
	return mine, err
}

// missed notes why an attempt failed.
func (s store) missed(ctx context.Context, m Message, fault, detail string, again bool) error {
	state := map[bool]string{true: "queued", false: "failed"}[again]
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE ticket_message SET state = $1, due = '', fault = $2, detail = $3 WHERE org = $4 AND id = $5 AND state = 'queued'`, state, fault, detail, m.Org, m.ID)
		return err
	})
}

// done notes that a message is there; what it said is there, too, and not kept twice.
func (s store) done(ctx context.Context, m Message) error {
	return s.db.Keep(ctx, func(tx *db.Tx) error { return s.end(ctx, tx, m) })
}

func (s store) end(ctx context.Context, tx *db.Tx, m Message) error {
	_, err := tx.ExecContext(ctx, `UPDATE ticket_message SET state = 'sent', body = '', due = '', fault = '', detail = '', ended = $1 WHERE org = $2 AND id = $3`, tx.Now, m.Org, m.ID)
	return err
}

// message is one of an organisation that root sees.
func (s store) message(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Message, error) {
	return db.One(ctx, q, bindMessage, `
		SELECT `+messageColumns+` FROM ticket_message WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND id = $2`, root, id)
}

// messages lists those that root sees, the latest first; state narrows.
func (s store) messages(ctx context.Context, root ospo.OrgID, state, before string, n int) ([]Message, error) {
	if before == "" {
		before = "g" // after every UUID
	}
	return db.All(ctx, s.db.Read(), bindMessage, `
		SELECT `+messageColumns+` FROM ticket_message WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1)
			AND ($2 = '' OR state = $3) AND id < $4 ORDER BY id DESC LIMIT $5`, root, state, state, before, n)
}

func (s store) count(ctx context.Context, root ospo.OrgID, state string) (int, error) {
	return db.Count(ctx, s.db.Read(), `
		SELECT count(*) FROM ticket_message WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND state = $2`, root, state)
}

// open counts what is on its way about a case, and what was refused.
func (s store) open(ctx context.Context, q db.Querier, org ospo.OrgID, matter, system string) (waiting, failed int, err error) {
	if waiting, err = db.Count(ctx, q, `SELECT count(*) FROM ticket_message WHERE org = $1 AND matter = $2 AND system = $3 AND state = 'queued'`, org, matter, system); err != nil {
		return 0, 0, err
	}
	failed, err = db.Count(ctx, q, `SELECT count(*) FROM ticket_message WHERE org = $1 AND matter = $2 AND system = $3 AND state = 'failed'`, org, matter, system)
	return waiting, failed, err
}

// failed lists what was refused, or waits with a fault: one message, or all that root sees.
func (s store) failed(ctx context.Context, q db.Querier, root ospo.OrgID, id string) ([]Message, error) {
	return db.All(ctx, q, bindMessage, `
		SELECT `+messageColumns+` FROM ticket_message WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1)
			AND (state = 'failed' OR state = 'queued' AND fault <> '') AND ($2 = '' OR id = $3) ORDER BY id LIMIT $4`, root, id, id, mostResumed)
}

func (s store) again(ctx context.Context, tx *db.Tx, m Message) error {
	_, err := tx.ExecContext(ctx, `UPDATE ticket_message SET state = 'queued', due = '' WHERE org = $1 AND id = $2 AND state <> 'sent'`, m.Org, m.ID)
	return err
}

func (s store) discard(ctx context.Context, tx *db.Tx, m Message) error {
	if m.Kind != "create" {
		_, err := tx.ExecContext(ctx, `DELETE FROM ticket_message WHERE org = $1 AND id = $2 AND state <> 'sent'`, m.Org, m.ID)
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM ticket_message WHERE org = $1 AND matter = $2 AND system = $3 AND state <> 'sent'`, m.Org, m.Matter, m.System)
	return err
}

// waiting lists the cases about which something is on its way.
func (s store) waiting(ctx context.Context) ([]post, error) {
	return db.All(ctx, s.db.Read(), bindPost, `
		SELECT DISTINCT org, matter, system FROM ticket_message WHERE state = 'queued' ORDER BY matter, system LIMIT $1 -- every organisation: work for all`, mostResumed)
}
