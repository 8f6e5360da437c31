// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"cmp"
	"context"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

const mandateColumns = `m.id, m.org, o.name, m.role, m.person, h.name, h.org,
	coalesce((SELECT w.name FROM governance_org_view w WHERE w.id = h.org), ''), m.deputy,
	coalesce((SELECT d.name FROM governance_person_view d WHERE d.id = m.deputy), ''), m.since, m.until, m.decision, m.reason,
	m.maker, coalesce((SELECT k.name FROM governance_person_view k WHERE k.id = m.maker), ''), m.created, m.source, m.ended, m.why, h.ended <> '',
	coalesce((SELECT max(a.until) FROM role_absence a WHERE a.person = m.person AND a.since <= $1 AND a.until >= $2), '')`

const mandateTables = ` FROM role_mandate m JOIN governance_org_view o ON o.id = m.org JOIN governance_holder_view h ON h.id = m.person`

func bindMandate(m *Mandate) []any {
	return []any{&m.ID, &m.Org, &m.OrgName, &m.Role, &m.Person, &m.Name, &m.House, &m.HouseName, &m.Deputy, &m.DeputyName, &m.Since, &m.Until,
		&m.Decision, &m.Reason, &m.Maker, &m.MakerName, moment{&m.Created}, &m.Source, moment{&m.Ended}, &m.Why, &m.Closed, &m.Away}
}

const mandatesAtMost = 2000

// mandates lists the mandates held in organisations that root sees.
func (s store) mandates(ctx context.Context, q db.Querier, root ospo.OrgID, f Sieve, today string) ([]Mandate, error) {
	return db.All(ctx, q, bindMandate, `
		SELECT `+mandateColumns+mandateTables+`
		WHERE m.org IN (SELECT org FROM governance_scope_view WHERE root = $3)
		AND ($4 = '' OR m.org = $5) AND ($6 = '' OR m.role = $7) AND ($8 = '' OR m.person = $9 OR m.deputy = $10) AND ($11 = '' OR m.id = $12)
		ORDER BY m.role, o.name COLLATE "de-x-icu", m.since, m.id LIMIT $13`,
		today, today, root, f.Org, f.Org, f.Role, f.Role, f.Person, f.Person, f.Person, f.Only, f.Only, mandatesAtMost)
}

func (s store) addMandate(ctx context.Context, tx *db.Tx, m Mandate) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO role_mandate (id, org, role, person, deputy, since, until, decision, reason, maker, created, source, ended, why)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '')`,
		m.ID, m.Org, m.Role, m.Person, m.Deputy, m.Since, m.Until, m.Decision, m.Reason, cmp.Or(m.Maker, tx.Act.Person), tx.Now, m.Source)
	return err
}

func (s store) endMandate(ctx context.Context, tx *db.Tx, root ospo.OrgID, id, why string) error {
	r, err := tx.ExecContext(ctx, `
		UPDATE role_mandate SET ended = $1, why = $2
		WHERE id = $3 AND ended = '' AND org IN (SELECT org FROM governance_scope_view WHERE root = $4)`, tx.Now, why, id, root)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errorOr(err, fault.New(fault.Conflict, "role.mandate.over"))
	}
	return nil
}

// same counts mandates that overlap with one: same person, role and organisation.
func (s store) same(ctx context.Context, q db.Querier, m Mandate) (int, error) {
	return db.Count(ctx, q, `
		SELECT count(*) FROM role_mandate
		WHERE org = $1 AND role = $2 AND person = $3 AND ended = '' AND (until = '' OR until >= $4) AND ($5 = '' OR since <= $6)`,
		m.Org, m.Role, m.Person, m.Since, m.Until, m.Until)
}

// A holder is a person who can hold a role.
type holder struct {
	id   ospo.PersonID
	org  ospo.OrgID
	name string
}

func bindHolder(h *holder) []any { return []any{&h.id, &h.org, &h.name} }

func (s store) holder(ctx context.Context, q db.Querier, id ospo.PersonID) (holder, error) {
	return db.One(ctx, q, bindHolder, `
		SELECT id, org, name FROM governance_holder_view WHERE id = $1 AND ended = '' -- every organisation: asked for the viewer`, id)
}

// find returns who is meant by an id, a login or a name. People of other houses are found
// by their login only, which one has to know.
func (s store) find(ctx context.Context, q db.Querier, root ospo.OrgID, field, text string) (holder, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return holder{}, fault.At(field, "role.missing.person")
	}
	if len(text) > longestName || strings.ToValidUTF8(text, "") != text || strings.ContainsRune(text, 0) {
		return holder{}, fault.At(field, "role.person_unknown", strings.ToValidUTF8(text[:min(len(text), 40)], ""))
	}
	low := strings.ToLower(text)
	some, err := db.All(ctx, q, bindHolder, `
		SELECT id, org, name FROM governance_holder_view
		WHERE ended = '' AND (login <> '' AND login = $1
			OR (id = $2 OR folded = $3) AND org IN (SELECT org FROM governance_scope_view WHERE root = $4)) -- every organisation: a login is known to who is told it
		ORDER BY login <> $5, id <> $6 LIMIT 2`, low, text, low, root, low, text)
	switch {
	case err != nil:
		return holder{}, err
	case len(some) == 0:
		return holder{}, fault.At(field, "role.person_unknown", text)
	case len(some) == 2 && some[0].name == some[1].name && string(some[0].id) != text:
		return holder{}, fault.At(field, "role.person_many", text)
	}
	return some[0], nil
}

// house returns the body that an organisation belongs to: itself, or the nearest above it
// that is not a department of something.
func (s store) house(ctx context.Context, q db.Querier, org ospo.OrgID) (ospo.OrgID, error) {
	type one struct{ id ospo.OrgID }
	h, err := db.One(ctx, q, func(o *one) []any { return []any{&o.id} }, `
		SELECT o.id FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.root
		WHERE c.org = $1 ORDER BY o.kind = 'department' AND o.parent <> '', (SELECT count(*) FROM governance_scope_view u WHERE u.org = o.id) DESC LIMIT 1`, org)
	return h.id, err
}

func (s store) addAbsence(ctx context.Context, tx *db.Tx, a Absence) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO role_absence (id, org, person, since, until, maker, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, a.Org, a.Person, a.Since, a.Until, tx.Act.Person, tx.Now)
	return err
}

func bindAbsence(a *Absence) []any {
	return []any{&a.ID, &a.Org, &a.OrgName, &a.Person, &a.Name, &a.Since, &a.Until, &a.Roles}
}

// absenceWhere lets a viewer see the absences of people in view, of people who hold a role
// there, and the own ones.
const absenceWhere = `
	WHERE (a.person = $1 OR a.org IN (SELECT org FROM governance_scope_view WHERE root = $2)
		OR a.person IN (SELECT m.person FROM role_mandate m WHERE m.ended = '' AND m.org IN (SELECT org FROM governance_scope_view WHERE root = $3)))`

const absenceColumns = `a.id, a.org, o.name, a.person, p.name, a.since, a.until,
	(SELECT count(*) FROM role_mandate m WHERE m.org <> '' AND m.person = a.person AND m.ended = '' AND m.deputy <> '')
	FROM role_absence a JOIN governance_person_view p ON p.id = a.person JOIN governance_org_view o ON o.id = a.org`

func (s store) absences(ctx context.Context, v door.Viewer, today string) ([]Absence, error) {
	return db.All(ctx, s.db.Read(), bindAbsence, `
		SELECT `+absenceColumns+absenceWhere+` AND a.until >= $4 ORDER BY a.since, p.name, a.id LIMIT 500`, v.Human(), v.Org, v.Org, today)
}

func (s store) absence(ctx context.Context, v door.Viewer, id string) (Absence, error) {
	return db.One(ctx, s.db.Read(), bindAbsence, `
		SELECT `+absenceColumns+absenceWhere+` AND a.id = $4`, v.Human(), v.Org, v.Org, id)
}

// endAbsence takes an absence away: of the viewer, or of somebody of an organisation in view.
func (s store) endAbsence(ctx context.Context, tx *db.Tx, v door.Viewer, id string) error {
	r, err := tx.ExecContext(ctx, `
		DELETE FROM role_absence
		WHERE id = $1 AND (person = $2 OR org IN (SELECT org FROM governance_scope_view WHERE root = $3))`, id, v.Human(), v.Org)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errorOr(err, fault.New(fault.NotFound, "fault.not_found"))
	}
	return nil
}

// A suggestion is a person by the word under which a form finds one.
type suggestion struct{ login, name, house string }

// suggestions lists the people of the organisations that root sees, by name.
func (s store) suggestions(ctx context.Context, root ospo.OrgID) ([]suggestion, error) {
	return db.All(ctx, s.db.Read(), func(p *suggestion) []any { return []any{&p.login, &p.name, &p.house} }, `
		SELECT CASE WHEN h.login <> '' THEN h.login ELSE h.id END, h.name, o.name
		FROM governance_holder_view h JOIN governance_org_view o ON o.id = h.org
		WHERE h.ended = '' AND h.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
		ORDER BY h.folded COLLATE "de-x-icu", h.id LIMIT 1000`, root)
}

// named returns those of the ids that are mandates which root sees, with role and person.
func (s store) named(ctx context.Context, root ospo.OrgID, ids []string) ([]Mandate, error) {
	args := []any{root}
	for _, id := range ids {
		args = append(args, id)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return db.All(ctx, s.db.Read(), func(m *Mandate) []any { return []any{&m.ID, &m.Org, &m.Role, &m.Name} }, `
		SELECT m.id, m.org, m.role, p.name FROM role_mandate m JOIN governance_person_view p ON p.id = m.person
		WHERE m.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND m.id IN (`+db.In(2, len(ids))+`)`, args...)
}

// bound counts mandates running today in which one of two people deputises for the other,
// or both for the same person.
func (s store) bound(ctx context.Context, one, other ospo.PersonID, today string, since time.Time) (int, error) {
	return db.Count(ctx, s.db.Read(), `
		WITH running AS (
			SELECT person, deputy FROM role_mandate -- every organisation: who acts for whom does so wherever
			WHERE deputy <> '' AND since <= $1 AND (until = '' OR until >= $2) AND (ended = '' OR ended > $3)
		)
		SELECT (SELECT count(*) FROM running WHERE person = $4 AND deputy = $5 OR person = $6 AND deputy = $7)
			+ (SELECT count(*) FROM running a JOIN running b ON b.person = a.person WHERE a.deputy = $8 AND b.deputy = $9)`,
		today, lang.Day(since), since.UTC().Format(db.Clock), one, other, other, one, one, other)
}

// sourced lists what a source gives and has not ended: to one person, or to all.
func (s store) sourced(ctx context.Context, q db.Querier, source string, person ospo.PersonID) ([]Mandate, error) {
	return db.All(ctx, q, func(m *Mandate) []any { return []any{&m.ID, &m.Org, &m.Role, &m.Person} }, `
		SELECT id, org, role, person FROM role_mandate
		WHERE source <> '' AND source = $1 AND ($2 = '' OR person = $3) AND ended = '' -- every organisation: what one source gives
		ORDER BY id`, source, person, person)
}

func (s store) endSourced(ctx context.Context, tx *db.Tx, m Mandate) error {
	_, err := tx.ExecContext(ctx, `UPDATE role_mandate SET ended = $1 WHERE id = $2 AND org = $3 AND ended = ''`, tx.Now, m.ID, m.Org)
	return err
}
