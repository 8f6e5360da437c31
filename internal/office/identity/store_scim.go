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

// moment is where a kept time goes when a row is read; the empty text is the zero time.
type moment struct{ *time.Time }

// Scan reads a kept time.
func (m moment) Scan(v any) error {
	s, _ := v.(string)
	*m.Time = db.Time(s)
	return nil
}

// Who has no login is not a directory's: people who came by a provider, and who has been
// deleted.
const userTables = ` FROM governance_enrolled_view p LEFT JOIN identity_user u ON u.person = p.id
	WHERE p.login <> '' AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)`

const userColumns = memberColumns + `, coalesce(u.external, ''), coalesce(u.given, ''), coalesce(u.family, ''), coalesce(u.mail, ''),
	p.created, coalesce(u.changed, p.created)`

func bindUser(u *User) []any {
	return append(bindMember(&u.Member), &u.External, &u.Given, &u.Family, &u.Mail, moment{&u.Created}, moment{&u.Changed})
}

func (s store) user(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (User, error) {
	return db.One(ctx, q, bindUser, `SELECT `+userColumns+userTables+` AND p.id = $2`, root, id)
}

// users lists a page of the people whom root sees, and says how many there are by the filter.
func (s store) users(ctx context.Context, root ospo.OrgID, q Query) (total int, page []User, err error) {
	return listed(ctx, s, q, people, "p.id", userColumns, userTables, bindUser, root)
}

// listed lists a page of resources. No statement reads more rows of the database than it
// counts, and none hands on more than the page.
func listed[T any](ctx context.Context, s store, q Query, form shape, id, columns, tables string, bind func(*T) []any, root ospo.OrgID) (total int, page []T, err error) {
	c := &clause{args: []any{root}}
	c.WriteString(tables)
	if !q.filter.All() {
		c.WriteString(" AND ")
		if err := c.narrow(form, q.filter.Tree()); err != nil {
			return 0, nil, err
		}
	}
	if total, err = db.Count(ctx, s.db.Read(), `SELECT count(*)`+c.String(), c.args...); err != nil || q.Count == 0 || total < q.Start {
		return total, nil, err
	}
	c.WriteString(form.order(q.SortBy, q.Descending, id))
	c.WriteString(" LIMIT " + c.arg(q.Count) + " OFFSET " + c.arg(q.Start-1))
	page, err = db.All(ctx, s.db.Read(), bind, `SELECT `+columns+c.String(), c.args...)
	return total, page, err
}

func (s store) keepUser(ctx context.Context, tx *db.Tx, org ospo.OrgID, u User) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO identity_user (person, org, external, given, family, mail, changed, gone) VALUES ($1, $2, $3, $4, $5, $6, $7, '')
		ON CONFLICT (person) DO UPDATE SET org = excluded.org, external = excluded.external, given = excluded.given,
			family = excluded.family, mail = excluded.mail, changed = excluded.changed`,
		u.ID, org, u.External, u.Given, u.Family, u.Mail, tx.Now)
	return err
}

func (s store) goneUser(ctx context.Context, tx *db.Tx, org ospo.OrgID, u User) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO identity_user (person, org, external, given, family, mail, changed, gone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (person) DO UPDATE SET changed = excluded.changed, gone = excluded.gone`,
		u.ID, org, u.External, u.Given, u.Family, u.Mail, tx.Now, tx.Now)
	return err
}

// words are those by which a directory and providers know a person.
func (s store) words(ctx context.Context, q db.Querier, person ospo.PersonID) ([]string, error) {
	return db.Texts(ctx, q, `
		-- every organisation: a person's own
		SELECT external FROM identity_user WHERE person = $1 UNION SELECT mail FROM identity_user WHERE person = $2
		UNION SELECT given || ' ' || family FROM identity_user WHERE person = $3 UNION SELECT subject FROM identity_bond WHERE person = $4`,
		person, person, person, person)
}

func bindRef(r *Ref) []any { return []any{&r.ID, &r.Name} }

// groupsOf lists the groups of people in one directory.
func (s store) groupsOf(ctx context.Context, q db.Querier, org ospo.OrgID, people ...ospo.PersonID) (map[ospo.PersonID][]Ref, error) {
	out := map[ospo.PersonID][]Ref{}
	if len(people) == 0 {
		return out, nil
	}
	args := []any{org}
	for _, p := range people {
		args = append(args, p)
	}
	type row struct {
		Ref
		person ospo.PersonID
	}
	all, err := db.All(ctx, q, func(r *row) []any { return []any{&r.ID, &r.Name, &r.person} }, `
		SELECT g.id, g.name, m.person FROM identity_member m JOIN identity_group g ON g.id = m.grp
		WHERE g.org = $1 AND m.person IN (`+db.In(2, len(people))+`) ORDER BY g.id`, args...)
	for _, r := range all {
		out[r.person] = append(out[r.person], r.Ref)
	}
	return out, err
}

func (s store) groupNames(ctx context.Context, q db.Querier, org ospo.OrgID, person ospo.PersonID) ([]string, error) {
	return db.Texts(ctx, q, `
		SELECT g.name FROM identity_member m JOIN identity_group g ON g.id = m.grp
		WHERE g.org = $1 AND m.person = $2 ORDER BY g.id`, org, person)
}

func bindGroup(g *Group) []any {
	return []any{&g.ID, &g.Org, &g.External, &g.Name, moment{&g.Created}, moment{&g.Changed}}
}

func (s store) group(ctx context.Context, q db.Querier, org ospo.OrgID, id string) (Group, error) {
	return db.One(ctx, q, bindGroup, `
		SELECT id, org, external, name, created, changed FROM identity_group WHERE org = $1 AND id = $2`, org, id)
}

const (
	groupColumns = `g.id, g.org, g.external, g.name, g.created, g.changed`
	groupTables  = ` FROM identity_group g WHERE g.org = $1`
)

// groups lists a page of the groups of a directory, and says how many there are by the filter.
func (s store) groups(ctx context.Context, org ospo.OrgID, q Query) (total int, page []Group, err error) {
	return listed(ctx, s, q, groups, "g.id", groupColumns, groupTables, bindGroup, org)
}

func (s store) addGroup(ctx context.Context, tx *db.Tx, g Group) error {
	n, err := db.Count(ctx, tx, `SELECT count(*) FROM identity_group WHERE org = $1`, g.Org)
	if err != nil || n >= mostGroupsD {
		return either(err, fault.New(fault.TooLarge, "identity.scim.many", mostGroupsD))
	}
	r, err := tx.ExecContext(ctx, `
		INSERT INTO identity_group (id, org, name, external, created, changed) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org, name) DO NOTHING`, g.ID, g.Org, g.Name, g.External, tx.Now, tx.Now)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return either(err, fault.New(fault.Conflict, "identity.scim.taken"))
	}
	return nil
}

func (s store) changeGroup(ctx context.Context, tx *db.Tx, g Group) error {
	n, err := db.Count(ctx, tx, `SELECT count(*) FROM identity_group WHERE org = $1 AND name = $2 AND id <> $3`, g.Org, g.Name, g.ID)
	if err != nil || n > 0 {
		return either(err, fault.New(fault.Conflict, "identity.scim.taken"))
	}
	_, err = tx.ExecContext(ctx, `UPDATE identity_group SET name = $1, external = $2, changed = $3 WHERE id = $4 AND org = $5`,
		g.Name, g.External, tx.Now, g.ID, g.Org)
	return err
}

func (s store) dropGroup(ctx context.Context, tx *db.Tx, g Group) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM identity_member WHERE grp = $1 AND org = $2`, g.ID, g.Org); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM identity_group WHERE id = $1 AND org = $2`, g.ID, g.Org)
	return err
}

// members lists who is in a group.
func (s store) members(ctx context.Context, q db.Querier, g Group) ([]Ref, error) {
	return db.All(ctx, q, bindRef, `
		SELECT p.id, p.name FROM identity_member m JOIN governance_enrolled_view p ON p.id = m.person
		WHERE m.grp = $1 AND m.org = $2 ORDER BY p.id`, g.ID, g.Org)
}

func (s store) join(ctx context.Context, tx *db.Tx, g Group, person ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO identity_member (grp, person, org) VALUES ($1, $2, $3) ON CONFLICT (grp, person) DO NOTHING`, g.ID, person, g.Org)
	return err
}

func (s store) leave(ctx context.Context, tx *db.Tx, g Group, person ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM identity_member WHERE grp = $1 AND person = $2 AND org = $3`, g.ID, person, g.Org)
	return err
}

// membersNamed lists who is in the group of a name.
func (s store) membersNamed(ctx context.Context, q db.Querier, org ospo.OrgID, name string) ([]Ref, error) {
	return db.All(ctx, q, bindRef, `
		SELECT p.id, p.name FROM identity_group g JOIN identity_member m ON m.grp = g.id JOIN governance_enrolled_view p ON p.id = m.person
		WHERE g.org = $1 AND g.name = $2 ORDER BY p.id`, org, name)
}

func (s store) leaveGroups(ctx context.Context, tx *db.Tx, person ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: who is gone is in no group of anybody
		DELETE FROM identity_member WHERE person = $1`, person)
	return err
}
