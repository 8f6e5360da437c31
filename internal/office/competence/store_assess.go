// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

func bindPerson(p *Person) []any { return []any{&p.ID, &p.Org, &p.Name, &p.House} }

const personColumns = `SELECT h.id, h.org, h.name, o.name FROM governance_holder_view h JOIN governance_org_view o ON o.id = h.org `

// person returns somebody with an account. Whether the viewer may see them is asked above.
func (s store) person(ctx context.Context, q db.Querier, id ospo.PersonID) (Person, error) {
	return db.One(ctx, q, bindPerson, personColumns+`
		WHERE h.id = $1 AND h.ended = '' -- every organisation: the caller compares it with what is in view`, id)
}

// people lists who has an account in the organisations that root sees, by name.
func (s store) people(ctx context.Context, q db.Querier, root ospo.OrgID) ([]Person, error) {
	return db.All(ctx, q, bindPerson, personColumns+`
		WHERE h.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND h.ended = '' ORDER BY h.folded COLLATE "de-x-icu", h.id`, root)
}

const assessmentColumns = `a.person, a.competence, a.kind, a.level, a.note, a.until, a.maker, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = a.maker), ''), a.created`

const assessmentTable = ` FROM competence_assessment a `

func bindAssessment(a *Assessment) []any {
	return []any{&a.person, &a.Competence, &a.Kind, &a.Level, &a.Note, &a.Until, &a.Maker, &a.MakerName, &a.Created}
}

// assessments lists all values of people in the organisations that root sees, the latest last.
func (s store) assessments(ctx context.Context, q db.Querier, root ospo.OrgID) ([]Assessment, error) {
	return db.All(ctx, q, bindAssessment, `
		SELECT `+assessmentColumns+assessmentTable+`
		WHERE a.org IN (SELECT org FROM governance_scope_view WHERE root = $1) ORDER BY a.created, a.id`, root)
}

// assessmentsOf is assessments for one person; one's own are seen wherever they came about.
func (s store) assessmentsOf(ctx context.Context, q db.Querier, person ospo.PersonID, v door.Viewer) ([]Assessment, error) {
	return db.All(ctx, q, bindAssessment, `
		SELECT `+assessmentColumns+assessmentTable+`
		WHERE a.person = $1 AND (a.person = $2 OR a.org IN (SELECT org FROM governance_scope_view WHERE root = $3)) ORDER BY a.created, a.id`, person, v.Human(), v.Org)
}

func (s store) addAssessment(ctx context.Context, tx *db.Tx, p Person, a Assessment) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO competence_assessment (id, org, person, competence, kind, level, note, until, maker, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		db.NewID(), p.Org, p.ID, a.Competence, a.Kind, a.Level, a.Note, a.Until, tx.Act.Person, tx.Now)
	return err
}

// forget removes all about a person.
func (s store) forget(ctx context.Context, tx *db.Tx, person ospo.PersonID) error {
	if _, err := tx.ExecContext(ctx, `
		DELETE FROM competence_assessment WHERE person = $1 -- every organisation: a person is forgotten wherever`, person); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		DELETE FROM competence_seat WHERE person = $1 -- every organisation: a person is forgotten wherever`, person)
	return err
}
