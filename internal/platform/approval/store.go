// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package approval

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// kept is where a column goes that is not kept as it is used.
type kept struct {
	read func(string) error
}

// Scan reads a kept text.
func (k kept) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("%v is no text", v)
	}
	return k.read(s)
}

func moment(t *time.Time) kept {
	return kept{func(s string) error { *t = db.Time(s); return nil }}
}

func bind(p *Proposal) []any {
	facts := kept{func(s string) error { return json.Unmarshal([]byte(s), &p.Facts) }}
	body := kept{func(s string) error { p.Body = json.RawMessage(s); return nil }}
	return []any{&p.ID, &p.Org, &p.OrgName, &p.What, &p.Thing, &p.Permit, facts, body, &p.Reason, &p.Proposer, &p.ProposerName,
		moment(&p.Proposed), &p.State, &p.Decider, &p.DeciderName, moment(&p.Decided), &p.Note, &p.role}
}

const columns = `
	SELECT a.id, a.org, o.name, a.what, a.thing, a.permit, a.facts, a.body, a.reason, a.proposer,
		coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = a.proposer), ''), a.proposed, a.state, a.decider,
		coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = a.decider), ''), a.decided, a.note, a.role
	FROM approval_proposal a JOIN governance_org_view o ON o.id = a.org
	WHERE EXISTS (SELECT 1 FROM governance_scope_view s WHERE s.root = $1 AND s.org = a.org)`

func (s store) proposal(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Proposal, error) {
	return db.One(ctx, q, bind, columns+` AND a.id = $2`, root, id)
}

func (s store) proposals(ctx context.Context, root ospo.OrgID) ([]Proposal, error) {
	return db.All(ctx, s.db.Read(), bind, columns+` ORDER BY a.id DESC LIMIT 500`, root)
}

// where narrows proposals to a state; one that waits since before since has lapsed.
func (f Sieve) where(args []any, since time.Time) (string, []any) {
	old := since.UTC().Format(db.Clock)
	switch f.State {
	case "":
		return "", args
	case "pending":
		return ` AND a.state = 'pending' AND a.proposed > ` + db.In(len(args)+1, 1), append(args, old)
	case "lapsed":
		return ` AND a.state = 'pending' AND a.proposed <= ` + db.In(len(args)+1, 1), append(args, old)
	}
	return ` AND a.state = ` + db.In(len(args)+1, 1), append(args, f.State)
}

// page lists proposals, one more than a page has.
func (s store) page(ctx context.Context, root ospo.OrgID, f Sieve, since time.Time) ([]Proposal, error) {
	where, args := f.where([]any{root}, since)
	if f.After != "" {
		args = append(args, f.After)
		where += ` AND a.id < ` + db.In(len(args), 1)
	}
	args = append(args, f.Size+1)
	return db.All(ctx, s.db.Read(), bind, columns+where+` ORDER BY a.id DESC LIMIT `+db.In(len(args), 1), args...)
}

func (s store) count(ctx context.Context, root ospo.OrgID, f Sieve, since time.Time) (int, error) {
	where, args := f.where([]any{root}, since)
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM approval_proposal a WHERE EXISTS (SELECT 1 FROM governance_scope_view s WHERE s.root = $1 AND s.org = a.org)`+where, args...)
}

func (s store) waiting(ctx context.Context, root ospo.OrgID, since time.Time) ([]Proposal, error) {
	return db.All(ctx, s.db.Read(), bind, columns+` AND a.state = 'pending' AND a.proposed > $2 ORDER BY a.id DESC LIMIT 200`, root, since.UTC().Format(db.Clock))
}

func (s store) pending(ctx context.Context, q db.Querier, org ospo.OrgID, what, thing string) ([]Proposal, error) {
	return db.All(ctx, q, bind, columns+` AND a.org = $2 AND a.what = $3 AND a.thing = $4 AND a.state = 'pending'`, org, org, what, thing)
}

// add keeps a proposal. One for the same act on the same thing that lapsed makes room.
func (s store) add(ctx context.Context, tx *db.Tx, p Proposal) error {
	facts, err := json.Marshal(p.Facts)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE approval_proposal SET state = 'withdrawn', decided = $1
		WHERE org = $2 AND what = $3 AND thing = $4 AND state = 'pending' AND proposed < $5`,
		tx.Now, p.Org, p.What, p.Thing, s.db.Now().Add(-Life).UTC().Format(db.Clock)); err != nil {
		return err
	}
	r, err := tx.ExecContext(ctx, `
		INSERT INTO approval_proposal (id, org, what, thing, permit, facts, body, reason, proposer, proposed, role, state, decider, decided, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending', '', '', '') ON CONFLICT DO NOTHING`,
		p.ID, p.Org, p.What, p.Thing, p.Permit, string(facts), string(p.Body), p.Reason, p.Proposer, tx.Now, p.role)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return orFault(err, "approval.waits")
	}
	return nil
}

// decide closes a proposal; the first who decides does.
func (s store) decide(ctx context.Context, tx *db.Tx, p Proposal, state string, by ospo.PersonID, note string) error {
	r, err := tx.ExecContext(ctx, `
		UPDATE approval_proposal SET state = $1, decider = $2, decided = $3, note = $4 WHERE org = $5 AND id = $6 AND state = 'pending'`,
		state, by, tx.Now, note, p.Org, p.ID)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return orFault(err, "approval.decided")
	}
	return nil
}

// about lists what waits that a person proposed, or that is about them.
func (s store) about(ctx context.Context, q db.Querier, id ospo.PersonID) ([]Proposal, error) {
	body := func(p *Proposal) []any {
		return []any{&p.ID, &p.Org, &p.What, &p.Thing, kept{func(s string) error { p.Body = json.RawMessage(s); return nil }}}
	}
	return db.All(ctx, q, body, `
		SELECT id, org, what, thing, body FROM approval_proposal WHERE state = 'pending' AND (proposer = $1 OR thing = $2 OR thing LIKE $3)
		-- every organisation: who is erased is erased everywhere`, id, id, "% "+string(id))
}

// forget withdraws what waits about a person who is erased: it would bring the name back.
func (s store) forget(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE approval_proposal SET state = 'withdrawn', decided = $1 WHERE state = 'pending' AND (proposer = $2 OR thing = $3 OR thing LIKE $4)`,
		tx.Now, id, id, "% "+string(id))
	return err
}

func orFault(err error, key string) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, key)
}

// named returns what is proposed under ids that root sees.
func (s store) named(ctx context.Context, root ospo.OrgID, ids []string) ([]Proposal, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{root}
	for _, id := range ids {
		args = append(args, id)
	}
	return db.All(ctx, s.db.Read(), func(p *Proposal) []any { return []any{&p.ID, &p.What} }, `
		SELECT id, what FROM approval_proposal
		WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND id IN (`+db.In(2, len(ids))+`)`, args...)
}
