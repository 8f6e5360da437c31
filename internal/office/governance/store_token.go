// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// words is where permissions separated by blanks go when a row is read.
type words struct{ list *[]string }

// Scan reads the kept text.
func (w words) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("%v is no list of permissions", v)
	}
	*w.list = strings.Fields(s)
	return nil
}

const tokenColumns = `t.id, t.org, o.name, t.person, coalesce(p.name, ''), t.name, t.scopes, t.created, t.expires, t.used, t.revoked,
	t.person NOT IN ('operator', 'system'),
	(p.id IS NULL OR p.ended <> '' OR EXISTS (SELECT 1 FROM governance_suspended_view y WHERE y.org = p.org)), coalesce(p.level, ''), EXISTS (SELECT 1 FROM governance_scope c WHERE c.root = p.org AND c.org = t.org),
	EXISTS (SELECT 1 FROM governance_suspended_view x WHERE x.org = t.org)`

const tokenTables = ` FROM governance_token t JOIN governance_org o ON o.org = t.org LEFT JOIN governance_person p ON p.id = t.person`

func bindToken(t *Token) []any {
	return []any{&t.ID, &t.Org, &t.OrgName, &t.Person, &t.Maker, &t.Name, words{&t.Scopes},
		moment{&t.Created}, moment{&t.Expires}, moment{&t.Used}, moment{&t.Revoked}, &t.maker, &t.closed, &t.level, &t.atHome, &t.suspended}
}

func (s store) addToken(ctx context.Context, tx *db.Tx, t Token, sum string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO governance_token (id, sum, org, person, name, scopes, created, expires, used, revoked)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '')`,
		t.ID, sum, t.Org, t.Person, t.Name, strings.Join(t.Scopes, " "), tx.Now, stamp(t.Expires))
	return err
}

const tokensAtMost = 500

// tokens lists the tokens of the organisations that root sees, the newest first.
func (s store) tokens(ctx context.Context, root ospo.OrgID) ([]Token, error) {
	return db.All(ctx, s.db.Read(), bindToken, `
		SELECT `+tokenColumns+tokenTables+`
		WHERE t.org IN (SELECT org FROM governance_scope WHERE root = $1)
		ORDER BY t.id DESC LIMIT $2`, root, tokensAtMost)
}

// token returns a token that works.
func (s store) token(ctx context.Context, sum string, now time.Time) (Token, error) {
	return db.One(ctx, s.db.Read(), bindToken, `
		SELECT `+tokenColumns+tokenTables+`
		WHERE t.sum = $1 AND t.revoked = '' AND (t.expires = '' OR t.expires > $2) -- every organisation: the secret says whose it is`,
		sum, stamp(now))
}

func (s store) usedToken(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: the secret has said whose it is
		UPDATE governance_token SET used = $1 WHERE id = $2`, tx.Now, id)
	return err
}

// revokeToken revokes a token within view, if the viewer made it or administers.
func (s store) revokeToken(ctx context.Context, tx *db.Tx, v door.Viewer, id string) error {
	if !isID(id) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	all := 0
	if v.May("governance.admin") {
		all = 1
	}
	r, err := tx.ExecContext(ctx, `
		UPDATE governance_token SET revoked = $1
		WHERE id = $2 AND revoked = '' AND (person = $3 OR $4 = 1) AND org IN (SELECT org FROM governance_scope WHERE root = $5)`,
		tx.Now, id, v.Person, all, v.Org)
	return hit(r, err)
}

// addLink replaces the links that were made for the same purpose.
func (s store) addLink(ctx context.Context, tx *db.Tx, sum string, person ospo.PersonID, org ospo.OrgID, expires time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM governance_link WHERE person = $1 AND org = $2`, person, org); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO governance_link (sum, org, person, created, expires) VALUES ($1, $2, $3, $4, $5)`,
		sum, org, person, tx.Now, stamp(expires))
	return err
}

func (s store) link(ctx context.Context, q db.Querier, sum string, now time.Time) (Link, error) {
	l, err := db.One(ctx, q, func(l *Link) []any { return []any{&l.Person, &l.Org, &l.Name, &l.Login} }, `
		SELECT l.person, coalesce(p.org, ''), coalesce(p.name, ''), coalesce(p.login, '')
		FROM governance_link l LEFT JOIN governance_person p ON p.id = l.person
		WHERE l.sum = $1 AND l.expires > $2 -- every organisation: the secret says whose it is`, sum, stamp(now))
	if err != nil && fault.Of(err) == fault.NotFound {
		err = fault.New(fault.NotFound, "governance.link.over")
	}
	return l, err
}

// useLink is link, for the one who comes first.
func (s store) useLink(ctx context.Context, tx *db.Tx, sum string, now time.Time) (Link, error) {
	l, err := s.link(ctx, tx, sum, now)
	if err != nil {
		return l, err
	}
	r, err := tx.ExecContext(ctx, `
		-- every organisation: the secret says whose it is
		DELETE FROM governance_link WHERE sum = $1`, sum)
	if err = hit(r, err); err != nil && fault.Of(err) == fault.NotFound {
		err = fault.New(fault.NotFound, "governance.link.over")
	}
	return l, err
}
