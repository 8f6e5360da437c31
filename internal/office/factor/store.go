// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// New returns the second factors kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

func bindMember(m *member) []any { return []any{&m.person, &m.org, &m.name, &m.login, &m.orgName} }

// member returns a person with an open account.
func (s store) member(ctx context.Context, person ospo.PersonID) (member, error) {
	return db.One(ctx, s.db.Read(), bindMember, `
		SELECT a.id, a.org, a.name, a.login, o.name FROM governance_account_view a JOIN governance_org_view o ON o.id = a.org
		WHERE a.id = $1`, person)
}

// memberIn is member for a person of an organisation that root sees.
func (s store) memberIn(ctx context.Context, q db.Querier, root ospo.OrgID, person ospo.PersonID) (member, error) {
	if strings.ContainsRune(string(person), 0) || !utf8.ValidString(string(person)) {
		return member{}, fault.New(fault.NotFound, "fault.not_found") // no text, hence no id
	}
	return db.One(ctx, q, bindMember, `
		SELECT a.id, a.org, a.name, a.login, o.name FROM governance_account_view a JOIN governance_org_view o ON o.id = a.org
		WHERE a.id = $1 AND ($2 = 'system' OR a.org IN (SELECT org FROM governance_scope_view WHERE root = $3))`, person, root, root)
}

func (s store) state(ctx context.Context, q db.Querier, person ospo.PersonID) (st State, err error) {
	app := ""
	bind := func(st *State) []any { return []any{&app, &st.Passkeys, &st.Codes} }
	st, err = db.One(ctx, q, bind, `
		-- every organisation: a person's own
		SELECT coalesce((SELECT created FROM factor_app WHERE person = $1), ''),
			(SELECT count(*) FROM factor_key WHERE person = $2),
			(SELECT count(*) FROM factor_code WHERE person = $3)`, person, person, person)
	if app != "" {
		st.App = db.Time(app)
	}
	return st, err
}

func (s store) setApp(ctx context.Context, tx *db.Tx, m member, secret string, step int64) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO factor_app (person, org, secret, last, created) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (person) DO UPDATE SET secret = excluded.secret, last = excluded.last, created = excluded.created`,
		m.person, m.org, secret, step, tx.Now)
	return err
}

// app returns a person's secret, empty without one, and the last step that was used.
func (s store) app(ctx context.Context, q db.Querier, person ospo.PersonID) (secret string, last int64, err error) {
	type row struct {
		secret string
		last   int64
	}
	r, err := db.One(ctx, q, func(r *row) []any { return []any{&r.secret, &r.last} }, `
		-- every organisation: a person's own
		SELECT secret, last FROM factor_app WHERE person = $1`, person)
	if err != nil && fault.Of(err) == fault.NotFound {
		return "", 0, nil
	}
	return r.secret, r.last, err
}

// useStep notes that a code was used, unless it or a later one was before.
func (s store) useStep(ctx context.Context, tx *db.Tx, person ospo.PersonID, step int64) (fresh bool, err error) {
	return changed(tx.ExecContext(ctx, `
		-- every organisation: a person's own
		UPDATE factor_app SET last = $1 WHERE person = $2 AND last < $3`, step, person, step))
}

func (s store) dropApp(ctx context.Context, tx *db.Tx, person ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own
		DELETE FROM factor_app WHERE person = $1`, person)
	return err
}

func (s store) setCodes(ctx context.Context, tx *db.Tx, m member, sums []string) error {
	if err := s.dropCodes(ctx, tx, m.person); err != nil {
		return err
	}
	rows := make([][]any, len(sums))
	for i, sum := range sums {
		rows[i] = []any{m.person, m.org, sum, tx.Now}
	}
	return tx.InsertMany(ctx, "factor_code", "person, org, sum, created", rows, "")
}

// useCode uses a recovery code up: it is gone afterwards.
func (s store) useCode(ctx context.Context, tx *db.Tx, person ospo.PersonID, sum string) (bool, error) {
	return changed(tx.ExecContext(ctx, `
		-- every organisation: a person's own
		DELETE FROM factor_code WHERE person = $1 AND sum = $2`, person, sum))
}

func (s store) dropCodes(ctx context.Context, tx *db.Tx, person ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own
		DELETE FROM factor_code WHERE person = $1`, person)
	return err
}

// drop removes all second factors of a person, whom the caller has found to be in view.
func (s store) drop(ctx context.Context, tx *db.Tx, person ospo.PersonID) error {
	for _, q := range []string{
		`-- every organisation: the caller has asked whether the person is in view
		DELETE FROM factor_key WHERE person = $1`,
		`-- every organisation: the caller has asked whether the person is in view
		DELETE FROM factor_step WHERE person = $1`,
	} {
		if _, err := tx.ExecContext(ctx, q, person); err != nil {
			return err
		}
	}
	if err := s.dropApp(ctx, tx, person); err != nil {
		return err
	}
	return s.dropCodes(ctx, tx, person)
}

// stamp writes a time as it is kept.
func stamp(t time.Time) string { return t.UTC().Format(db.Clock) }
