// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

func stamp(t time.Time) string { return t.UTC().Format(db.Clock) }

// within reports whether an organisation is another or lies below it.
func (s store) within(ctx context.Context, q db.Querier, root, org ospo.OrgID) (bool, error) {
	n, err := db.Count(ctx, q, `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	return n > 0, err
}

// addFlow notes a journey and forgets those that did not come back in time.
func (s store) addFlow(ctx context.Context, tx *db.Tx, f flow) error {
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: what nobody can finish any more
		DELETE FROM identity_flow WHERE expires < $1`, tx.Now); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO identity_flow (sum, org, provider, back, expires) VALUES ($1, $2, $3, $4, $5)`,
		f.sum, f.org, f.provider, f.back, stamp(f.expires))
	return err
}

// takeFlow returns a journey and takes it away; of two at once one gets it.
func (s store) takeFlow(ctx context.Context, tx *db.Tx, sum, provider string, now time.Time) (flow, error) {
	f, err := db.One(ctx, tx, func(f *flow) []any { return []any{&f.sum, &f.org, &f.provider, &f.back} }, `
		SELECT sum, org, provider, back FROM identity_flow
		WHERE sum = $1 AND provider = $2 AND expires > $3 -- every organisation: the secret says whose it is`, sum, provider, stamp(now))
	if err != nil {
		return f, err
	}
	r, err := tx.ExecContext(ctx, `
		-- every organisation: the secret says whose it is
		DELETE FROM identity_flow WHERE sum = $1`, sum)
	if err != nil {
		return f, err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return f, either(err, fault.New(fault.NotFound, "fault.not_found"))
	}
	return f, nil
}

const memberColumns = `p.id, p.org, p.login, p.name, p.level, p.ended <> ''`

func bindMember(m *Member) []any {
	return []any{&m.ID, &m.Org, &m.Login, &m.Name, &m.Level, &m.Closed}
}

// bound returns whom a subject is bound to, and whether that is a person of an organisation
// that root sees.
func (s store) bound(ctx context.Context, q db.Querier, root ospo.OrgID, issuer, subject string) (Member, bool, error) {
	type row struct {
		Member
		here bool
	}
	r, err := db.One(ctx, q, func(r *row) []any { return append(bindMember(&r.Member), &r.here) }, `
		SELECT `+memberColumns+`, EXISTS (SELECT 1 FROM governance_scope_view c WHERE c.root = $1 AND c.org = p.org)
		FROM identity_bond b JOIN governance_enrolled_view p ON p.id = b.person
		WHERE b.issuer = $2 AND b.subject = $3`, root, issuer, subject)
	return r.Member, r.here, err
}

// byExternal returns the person that a directory knows by an id; two with the same are nobody.
func (s store) byExternal(ctx context.Context, q db.Querier, root ospo.OrgID, external string) (Member, error) {
	return only(db.All(ctx, q, bindMember, `
		SELECT `+memberColumns+` FROM identity_user u JOIN governance_enrolled_view p ON p.id = u.person
		WHERE u.external = $1 AND u.external <> '' AND u.gone = '' AND p.ended = ''
		AND u.org IN (SELECT org FROM governance_scope_view WHERE root = $2)
		AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $3) LIMIT 2`, external, root, root))
}

// byLogin returns the person with a login.
func (s store) byLogin(ctx context.Context, q db.Querier, root ospo.OrgID, login string) (Member, error) {
	return only(db.All(ctx, q, bindMember, `
		SELECT `+memberColumns+` FROM governance_enrolled_view p
		WHERE p.login = $1 AND p.login <> '' AND p.ended = '' AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $2)`, login, root))
}

func only(all []Member, err error) (Member, error) {
	if err == nil && len(all) != 1 {
		return Member{}, fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return Member{}, err
	}
	return all[0], nil
}

// bind notes whom a subject means, and when that was last seen.
func (s store) bind(ctx context.Context, tx *db.Tx, d *desk, c claims, m Member) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO identity_bond (issuer, subject, org, person, provider, created, seen) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (issuer, subject) DO UPDATE SET person = excluded.person, provider = excluded.provider, seen = excluded.seen`,
		c.issuer, c.subject, d.Org, m.ID, d.ID, tx.Now, tx.Now)
	return err
}

// bonds lists the providers by which a person has come, each once.
func (s store) bonds(ctx context.Context, person ospo.PersonID) ([]string, error) {
	return db.Texts(ctx, s.db.Read(), `
		SELECT DISTINCT provider FROM identity_bond WHERE person = $1 -- every organisation: the caller has asked for the person`, person)
}

// sessionsKept is how long a session that began at a provider can be ended from there.
const sessionsKept = 31 * 24 * time.Hour

func (s store) addSession(ctx context.Context, tx *db.Tx, id string, d *desk, c claims, m Member) error {
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: the person's own, long over
		DELETE FROM identity_session WHERE person = $1 AND created < $2`, m.ID, stamp(s.db.Now().Add(-sessionsKept))); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO identity_session (session, org, person, provider, subject, sid, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, m.Org, m.ID, d.ID, c.subject, c.sid, tx.Now)
	return err
}

// sessionsOf lists those of one session at the provider where sid is given, else all of one
// subject. Where both are given both must fit.
func (s store) sessionsOf(ctx context.Context, q db.Querier, d *desk, subject, sid string) ([]session, error) {
	return db.All(ctx, q, func(v *session) []any { return []any{&v.id, &v.org, &v.person} }, `
		SELECT session, org, person FROM identity_session
		WHERE provider = $1 AND ($2 = '' OR subject = $3) AND ($4 = '' OR sid = $5) -- every organisation: the provider's own sessions`,
		d.ID, subject, subject, sid, sid)
}

func (s store) dropSessions(ctx context.Context, tx *db.Tx, ids []string) error {
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, `
			-- every organisation: the provider's own sessions
			DELETE FROM identity_session WHERE session = $1`, id); err != nil {
			return err
		}
	}
	return nil
}

// providerOf returns the provider at which a session began, or nothing.
func (s store) providerOf(ctx context.Context, session string) (string, error) {
	all, err := db.Texts(ctx, s.db.Read(), `
		SELECT provider FROM identity_session WHERE session = $1 -- every organisation: the one that asks`, session)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// seeToken remembers a logout token, and reports whether it is seen for the first time.
func (s store) seeToken(ctx context.Context, tx *db.Tx, d *desk, sum string, expires time.Time) (bool, error) {
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: what is too old to be taken again
		DELETE FROM identity_told WHERE expires < $1`, tx.Now); err != nil {
		return false, err
	}
	r, err := tx.ExecContext(ctx, `
		INSERT INTO identity_told (sum, org, expires) VALUES ($1, $2, $3) ON CONFLICT (sum) DO NOTHING`, sum, d.Org, stamp(expires))
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}
