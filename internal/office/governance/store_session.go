// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"database/sql"
	"strconv"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// account returns who signs in under a login; without one the hash is empty.
func (s store) account(ctx context.Context, login string) (account, error) {
	a, err := db.One(ctx, s.db.Read(), bindAccount, `
		SELECT p.id, p.org, p.login, w.hash FROM governance_person p JOIN governance_password w ON w.person = p.id
		WHERE p.login = $1 AND p.login <> '' AND p.ended = '' -- every organisation: nobody is known yet`, login)
	if fault.Of(err) == fault.NotFound && err != nil {
		return account{}, nil
	}
	return a, err
}

func bindAccount(a *account) []any { return []any{&a.person, &a.org, &a.login, &a.hash} }

// accountOf is account by the person's id; one who is closed is not found.
func (s store) accountOf(ctx context.Context, person ospo.PersonID) (account, error) {
	return db.One(ctx, s.db.Read(), bindAccount, `
		SELECT p.id, p.org, p.login, '' FROM governance_person p
		WHERE p.id = $1 AND p.ended = '' -- every organisation: who has been recognised`, person)
}

// accounts returns 1 where anybody can sign in, else 0.
func (s store) accounts(ctx context.Context, q db.Querier) (int, error) {
	return db.Count(ctx, q, `
		SELECT count(*) FROM (
			SELECT 1 FROM governance_password w JOIN governance_person p ON p.id = w.person
			WHERE p.ended = '' LIMIT 1 -- every organisation: is there an account at all?
		) AS any_account`)
}

func (s store) setPassword(ctx context.Context, tx *db.Tx, person ospo.PersonID, org ospo.OrgID, hash string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO governance_password (person, org, hash, changed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person) DO UPDATE SET hash = excluded.hash, changed = excluded.changed`, person, org, hash, tx.Now)
	return err
}

// renew sets a password and ends all sessions of the person but the one kept.
func (s store) renew(ctx context.Context, tx *db.Tx, a account, hash, keep string) error {
	if err := s.setPassword(ctx, tx, a.person, a.org, hash); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own sessions, whatever they act for
		DELETE FROM governance_session WHERE person = $1 AND sum <> $2`, a.person, keep); err != nil {
		return err
	}
	return s.dropDevices(ctx, tx, a.person)
}

// openSession starts a session and sweeps out those that ran out.
func (s store) openSession(ctx context.Context, tx *db.Tx, sum string, a account, must string, from Origin) error {
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own sessions, whatever they act for
		DELETE FROM governance_session WHERE person = $1 AND (created < $2 OR seen < $3)`,
		a.person, stamp(s.db.Now().Add(-s.absolute)), stamp(s.db.Now().Add(-s.idle))); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO governance_session (sum, id, org, person, agent, address, created, seen, must) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		sum, db.NewID(), a.org, a.person, from.Agent, from.Address, tx.Now, tx.Now, must)
	return err
}

// A visit is who a session belongs to, and whom it acts for: before anybody has asked
// what they may there.
type visit struct {
	door.Viewer
	level  string
	home   ospo.OrgID // the person's own organisation
	atHome bool       // the organisation acted for is that one or lies below it
	seen   string
	barred bool // the person's own organisation is suspended
	shut   bool // the one acted for is
}

// session returns who a session belongs to and when it was last seen; where it is unknown
// or over, the time is empty.
func (s store) session(ctx context.Context, sum string, now time.Time) (visit, error) {
	r, err := db.One(ctx, s.db.Read(), func(r *visit) []any {
		return []any{&r.Person, &r.Name, &r.level, &r.home, &r.Org, &r.OrgName, &r.atHome, &r.seen, &r.Must, &r.barred, &r.shut}
	}, `
		SELECT p.id, p.name, p.level, p.org, o.org, o.name, c.org IS NOT NULL, s.seen, s.must,
			EXISTS (SELECT 1 FROM governance_suspended_view x WHERE x.org = p.org),
			EXISTS (SELECT 1 FROM governance_suspended_view y WHERE y.org = s.org)
		FROM governance_session s
		JOIN governance_person p ON p.id = s.person AND p.ended = ''
		LEFT JOIN governance_scope c ON c.root = p.org AND c.org = s.org
		JOIN governance_org o ON o.org = s.org
		WHERE s.sum = $1 AND s.created > $2 AND s.seen > $3 -- every organisation: the secret says whose it is`,
		sum, stamp(now.Add(-s.absolute)), stamp(now.Add(-s.idle)))
	if err != nil && fault.Of(err) == fault.NotFound {
		return visit{}, nil
	}
	return r, err
}

// above lists an organisation and all above it.
func (s store) above(ctx context.Context, org ospo.OrgID) ([]string, error) {
	return db.Texts(ctx, s.db.Read(), `SELECT root FROM governance_scope WHERE org = $1`, org)
}

func (s store) sessions(ctx context.Context, person ospo.PersonID, own string, now time.Time) ([]Session, error) {
	bind := func(v *Session) []any {
		return []any{&v.ID, &v.Org, &v.OrgName, &v.Agent, &v.Address, moment{&v.Created}, moment{&v.Seen}, &v.Own}
	}
	return db.All(ctx, s.db.Read(), bind, `
		SELECT s.id, s.org, o.name, s.agent, s.address, s.created, s.seen, s.sum = $1
		FROM governance_session s JOIN governance_org o ON o.org = s.org
		WHERE s.person = $2 AND s.created > $3 AND s.seen > $4 ORDER BY s.id DESC LIMIT 50`,
		own, person, stamp(now.Add(-s.absolute)), stamp(now.Add(-s.idle)))
}

func (s store) sawSession(ctx context.Context, tx *db.Tx, sum string) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: the secret says whose it is
		UPDATE governance_session SET seen = $1 WHERE sum = $2`, tx.Now, sum)
	return err
}

func (s store) dropSession(ctx context.Context, tx *db.Tx, sum string) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: the secret says whose it is
		DELETE FROM governance_session WHERE sum = $1`, sum)
	return err
}

func (s store) endSession(ctx context.Context, tx *db.Tx, person ospo.PersonID, id string) error {
	if !isID(id) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	r, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own session, whatever it acts for
		DELETE FROM governance_session WHERE person = $1 AND id = $2`, person, id)
	return hit(r, err)
}

// actFor notes whom a session acts for; the caller has asked whether the person may.
func (s store) actFor(ctx context.Context, tx *db.Tx, sum string, person ospo.PersonID, org ospo.OrgID) error {
	r, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own session, whatever it acts for
		UPDATE governance_session SET org = $1 WHERE sum = $2 AND person = $3`, org, sum, person)
	return hit(r, err)
}

// hit returns a fault where a statement changed nothing.
func hit(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errorOr(err, fault.New(fault.NotFound, "fault.not_found"))
	}
	return nil
}

// rooted returns the organisation that a person belongs to, and the version of all
// organisations; nobody known belongs to none.
func (s store) rooted(ctx context.Context, person ospo.PersonID) (root ospo.OrgID, version int64, err error) {
	type row struct {
		root    ospo.OrgID
		version int64
	}
	all, err := db.All(ctx, s.db.Read(), func(r *row) []any { return []any{&r.root, &r.version} }, `
		SELECT p.org, t.version FROM governance_person p, governance_tree t
		WHERE p.id = $1 AND t.one = 1 -- every organisation: a person's own`, person)
	if err != nil || len(all) == 0 {
		return "", 0, err
	}
	return all[0].root, all[0].version, nil
}

// around lists the given organisations and all below them, as a tree; at most limit.
func (s store) around(ctx context.Context, roots []any, limit int) ([]unit, error) {
	return db.All(ctx, s.db.Read(), func(u *unit) []any { return append(bindOrg(&u.Org), &u.Depth) }, `
		SELECT `+orgColumns+`, (SELECT count(*) FROM governance_scope u WHERE u.org = o.org) AS depth
		FROM governance_org o
		WHERE o.org IN (SELECT c.org FROM governance_scope c WHERE c.root IN (`+db.In(1, len(roots))+`))
		ORDER BY depth, o.name COLLATE "de-x-icu", o.org LIMIT `+strconv.Itoa(limit), roots...)
}

// within reports whether an organisation is among those that around lists.
func (s store) within(ctx context.Context, person ospo.PersonID, held []Mandate, org ospo.OrgID) (bool, error) {
	args := []any{org, person}
	for _, m := range held {
		args = append(args, m.Org)
	}
	n, err := db.Count(ctx, s.db.Read(), `
		SELECT count(*) FROM governance_scope c WHERE c.org = $1 AND c.root IN (
			SELECT p.org FROM governance_person p WHERE p.id = $2`+orIn(3, len(held))+`)`, args...)
	return n > 0, err
}

// orIn adds given organisations to those that a query finds.
func orIn(from, n int) string {
	if n == 0 {
		return ""
	}
	return ` UNION SELECT g.org FROM governance_org g WHERE g.org IN (` + db.In(from, n) + `)`
}
