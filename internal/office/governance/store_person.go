// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"strconv"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const personColumns = `p.id, p.org, o.name, p.login, p.name, p.mail, p.level, p.created, p.ended`

func bindPerson(p *Person) []any {
	return []any{&p.ID, &p.Org, &p.OrgName, &p.Login, &p.Name, &p.Mail, &p.Level, moment{&p.Created}, moment{&p.Ended}}
}

func (s store) addPerson(ctx context.Context, tx *db.Tx, p Person) error {
	r, err := tx.ExecContext(ctx, `
		INSERT INTO governance_person (id, org, login, name, folded, mail, level, created, ended) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')
		ON CONFLICT DO NOTHING`,
		p.ID, p.Org, p.Login, p.Name, fold(p.Name), p.Mail, p.Level, tx.Now)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errorOr(err, fault.At("login", "governance.login_taken", p.Login))
	}
	return nil
}

func (s store) addAccount(ctx context.Context, tx *db.Tx, p Person, hash string) error {
	if err := s.addPerson(ctx, tx, p); err != nil {
		return err
	}
	return s.setPassword(ctx, tx, p.ID, p.Org, hash)
}

func (s store) changePerson(ctx context.Context, tx *db.Tx, p Person) error {
	n, err := db.Count(ctx, tx, `
		SELECT count(*) FROM governance_person
		WHERE login = $1 AND login <> '' AND id <> $2 -- every organisation: a login is unique in the instance`, p.Login, p.ID)
	if err != nil || n > 0 {
		return errorOr(err, fault.At("login", "governance.login_taken", p.Login))
	}
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: the password goes where its person goes
		UPDATE governance_password SET org = $1 WHERE person = $2`, p.Org, p.ID); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		-- every organisation: the caller has asked whether the person is in view
		UPDATE governance_person SET org = $1, login = $2, name = $3, folded = $4, mail = $5, level = $6 WHERE id = $7`,
		p.Org, p.Login, p.Name, fold(p.Name), p.Mail, p.Level, p.ID)
	return err
}

func (s store) closePerson(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	for _, q := range []string{
		`-- every organisation: the caller has asked whether the person is in view
		DELETE FROM governance_session WHERE person = $1`,
		`-- every organisation: the caller has asked whether the person is in view
		DELETE FROM governance_link WHERE person = $1`,
	} {
		if _, err := tx.ExecContext(ctx, q, id); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `
		-- every organisation: the caller has asked whether the person is in view
		UPDATE governance_person SET ended = $1 WHERE id = $2 AND ended = ''`, tx.Now, id)
	return err
}

// erasePerson takes away what names a person or lets them in, but for the id.
func (s store) erasePerson(ctx context.Context, tx *db.Tx, id ospo.PersonID, pseudonym string) error {
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: the caller has asked whether the person is in view
		DELETE FROM governance_password WHERE person = $1`, id); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: the caller has asked whether the person is in view
		UPDATE governance_token SET revoked = $1 WHERE person = $2 AND revoked = ''`, tx.Now, id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		-- every organisation: the caller has asked whether the person is in view
		UPDATE governance_person SET login = '', mail = '', lang = '', name = $1, folded = $2 WHERE id = $3`, pseudonym, fold(pseudonym), id)
	return err
}

// shed removes the ways in of a person whom somebody else has recognised.
func (s store) shed(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	for _, q := range []string{
		`-- every organisation: a person's own
		DELETE FROM governance_password WHERE person = $1`,
		`-- every organisation: a person's own
		DELETE FROM governance_session WHERE person = $1`,
		`-- every organisation: a person's own
		DELETE FROM governance_link WHERE person = $1`,
		`-- every organisation: a person's own
		DELETE FROM governance_device WHERE person = $1`,
	} {
		if _, err := tx.ExecContext(ctx, q, id); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own
		UPDATE governance_token SET revoked = $1 WHERE person = $2 AND revoked = ''`, tx.Now, id)
	return err
}

func (s store) reopenPerson(ctx context.Context, tx *db.Tx, id ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: the caller has asked whether the person is in view
		UPDATE governance_person SET ended = '' WHERE id = $1`, id)
	return err
}

func (s store) person(ctx context.Context, id ospo.PersonID) (Person, error) {
	return db.One(ctx, s.db.Read(), bindPerson, `
		SELECT `+personColumns+` FROM governance_person p JOIN governance_org o ON o.org = p.org WHERE p.id = $1`, id)
}

// personIn returns a person of an organisation that root sees.
func (s store) personIn(ctx context.Context, q db.Querier, root ospo.OrgID, id ospo.PersonID) (Person, error) {
	if !isID(id) {
		return Person{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return db.One(ctx, q, bindPerson, `
		SELECT `+personColumns+` FROM governance_person p JOIN governance_org o ON o.org = p.org
		WHERE p.id = $1 AND ($2 = 'system' OR p.org IN (SELECT org FROM governance_scope WHERE root = $3))`, id, root, root)
}

func (s store) byLogin(ctx context.Context, root ospo.OrgID, login string) (Person, error) {
	return db.One(ctx, s.db.Read(), bindPerson, `
		SELECT `+personColumns+` FROM governance_person p JOIN governance_org o ON o.org = p.org
		WHERE p.login = $1 AND p.login <> '' AND p.org IN (SELECT org FROM governance_scope WHERE root = $2)`, login, root)
}

// A sieve is what a list of people is narrowed by; empty parts narrow nothing.
type sieve struct {
	text, org, level, state string
	sort                    string // "name" or "created"
	desc                    bool
	after                   []string // sort value and id of the last row seen; nil at the start
}

// Orders of the list: the text of the first column is what "after" is compared with.
var peopleOrders = map[string]string{
	"name":    `p.folded COLLATE "de-x-icu"`,
	"created": `p.created`,
}

const peopleWhere = `
	WHERE p.org IN (SELECT org FROM governance_scope WHERE root = $1)
	AND ($2 = '' OR p.org = $3) AND ($4 = '' OR p.level = $5)
	AND ($6 = '' OR $7 = 'open' AND p.ended = '' OR $8 = 'closed' AND p.ended <> '')
	AND ($9 = '' OR p.folded LIKE $10 ESCAPE '\' OR p.login LIKE $11 ESCAPE '\')`

func (f sieve) args(root ospo.OrgID) []any {
	like := "%" + likeEscape.Replace(strings.ToLower(f.text)) + "%"
	return []any{root, f.org, f.org, f.level, f.level, f.state, f.state, f.state, f.text, like, like}
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// people lists the people of the organisations that root sees.
func (s store) people(ctx context.Context, root ospo.OrgID, f sieve, limit int) ([]Person, error) {
	by, way, than := peopleOrders[f.sort], "", ">"
	if f.desc {
		way, than = "DESC", "<"
	}
	args, past := f.args(root), ""
	if f.after != nil {
		past = ` AND (` + by + ` ` + than + ` $12 OR ` + by + ` = $13 AND p.id ` + than + ` $14)`
		args = append(args, f.after[0], f.after[0], f.after[1])
	}
	query := `SELECT ` + personColumns + ` FROM governance_person p JOIN governance_org o ON o.org = p.org` + peopleWhere + past +
		` ORDER BY ` + by + ` ` + way + `, p.id ` + way + ` LIMIT ` + strconv.Itoa(limit)
	return db.All(ctx, s.db.Read(), bindPerson, query, args...)
}

// countPeople counts what people would list.
func (s store) countPeople(ctx context.Context, root ospo.OrgID, f sieve) (int, error) {
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM governance_person p`+peopleWhere, f.args(root)...)
}

// fold writes a name as it is searched and ordered by.
func fold(name string) string { return strings.ToLower(name) }
