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

// kin are the organisations that $1 sees, and those that see $2, which is the same.
const kin = `SELECT org FROM governance_scope_view WHERE root = $1 UNION SELECT root FROM governance_scope_view WHERE org = $2`

type trainingRow struct {
	Training
	cost, own int
}

func bindTraining(t *trainingRow) []any {
	return []any{&t.ID, &t.Org, &t.Title, &t.Provider, &t.About, &t.Since, &t.Until, &t.Place, &t.Link, &t.Language, &t.cost, &t.Seats, &t.Cancelled, &t.Taken, &t.own}
}

const takenStates = `('planned', 'attended', 'certified')`

// trainings lists those that organisations which root sees, or which see it, keep.
func (s store) trainings(ctx context.Context, q db.Querier, root ospo.OrgID, id string) ([]Training, error) {
	rows, err := db.All(ctx, q, bindTraining, `
		SELECT t.id, t.org, t.title, t.provider, t.about, t.since, t.until, t.place, t.link, t.language, t.cost, t.seats, t.cancelled,
			(SELECT count(*) FROM competence_seat b WHERE b.training = t.id AND b.state IN `+takenStates+`),
			(SELECT count(*) FROM governance_scope_view c WHERE c.root = $1 AND c.org = t.org)
		FROM competence_training t
		WHERE t.org IN (SELECT org FROM governance_scope_view WHERE root = $2 UNION SELECT root FROM governance_scope_view WHERE org = $3) AND ($4 = '' OR t.id = $5)
		ORDER BY CASE WHEN t.cancelled = '' THEN 0 ELSE 1 END, t.since DESC, t.title COLLATE "de-x-icu", t.id LIMIT $6`, root, root, root, id, id, mostTrainings)
	var out []Training
	for _, r := range rows {
		if r.Own = r.own > 0; r.cost >= 0 {
			r.Cost = &r.cost
		}
		out = append(out, r.Training)
	}
	return out, err
}

// aims lists the aims of one training, or of all.
func (s store) aims(ctx context.Context, q db.Querier, root ospo.OrgID, training string) ([]Aim, error) {
	return db.All(ctx, q, func(a *Aim) []any { return []any{&a.Training, &a.Competence, &a.Level} }, `
		SELECT a.training, a.competence, a.level FROM competence_aim a
		WHERE a.org IN (`+kin+`) AND ($3 = '' OR a.training = $4) ORDER BY a.training, a.competence`, root, root, training, training)
}

// titles returns those of the ids that are trainings which root sees.
func (s store) titles(ctx context.Context, root ospo.OrgID, ids []string) ([]Training, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{root, root}
	for _, id := range ids {
		args = append(args, id)
	}
	return db.All(ctx, s.db.Read(), func(t *Training) []any { return []any{&t.ID, &t.Title} }, `
		SELECT id, title FROM competence_training WHERE org IN (`+kin+`) AND id IN (`+db.In(3, len(ids))+`)`, args...)
}

func cents(cost *int) int {
	if cost == nil {
		return -1
	}
	return *cost
}

func (s store) addTraining(ctx context.Context, tx *db.Tx, t Training) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO competence_training (id, org, title, provider, about, since, until, place, link, language, cost, seats, cancelled, maker, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', $13, $14)`,
		t.ID, t.Org, t.Title, t.Provider, t.About, t.Since, t.Until, t.Place, t.Link, t.Language, cents(t.Cost), t.Seats, tx.Act.Person, tx.Now)
	if err != nil {
		return err
	}
	return s.addAims(ctx, tx, t)
}

func (s store) addAims(ctx context.Context, tx *db.Tx, t Training) error {
	var rows [][]any
	for key, level := range t.Aims {
		rows = append(rows, []any{t.Org, t.ID, key, level})
	}
	return tx.InsertMany(ctx, "competence_aim", "org, training, competence, level", rows, "")
}

func (s store) setTraining(ctx context.Context, tx *db.Tx, t Training) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE competence_training SET title = $1, provider = $2, about = $3, since = $4, until = $5, place = $6, link = $7, language = $8, cost = $9, seats = $10
		WHERE org = $11 AND id = $12`,
		t.Title, t.Provider, t.About, t.Since, t.Until, t.Place, t.Link, t.Language, cents(t.Cost), t.Seats, t.Org, t.ID)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM competence_aim WHERE org = $1 AND training = $2`, t.Org, t.ID); err != nil {
		return err
	}
	return s.addAims(ctx, tx, t)
}

func (s store) cancelTraining(ctx context.Context, tx *db.Tx, t Training) error {
	_, err := tx.ExecContext(ctx, `UPDATE competence_training SET cancelled = $1 WHERE org = $2 AND id = $3`, tx.Now, t.Org, t.ID)
	return err
}

// A seatSieve narrows a list of seats.
type seatSieve struct {
	training string
	person   ospo.PersonID
}

func bindSeat(b *Seat) []any {
	return []any{&b.ID, &b.Org, &b.Training, &b.Title, &b.Person, &b.Name, &b.State, &b.Attended, &b.Certificate, &b.Changed}
}

const seatColumns = `b.id, b.org, b.training, t.title, b.person, p.name, b.state, b.attended, b.certificate, b.changed`

const seatTables = ` FROM competence_seat b JOIN competence_training t ON t.id = b.training JOIN governance_person_view p ON p.id = b.person `

// seats lists those of people in view, and the viewer's own.
func (s store) seats(ctx context.Context, q db.Querier, v door.Viewer, f seatSieve) ([]Seat, error) {
	return db.All(ctx, q, bindSeat, `
		SELECT `+seatColumns+seatTables+`
		WHERE (b.person = $1 OR b.org IN (SELECT org FROM governance_scope_view WHERE root = $2))
		AND ($3 = '' OR b.training = $4) AND ($5 = '' OR b.person = $6)
		ORDER BY b.changed DESC, b.id LIMIT 1000`, v.Human(), v.Org, f.training, f.training, f.person, f.person)
}

// seat returns the seat of a person in a training, an empty one where there is none.
func (s store) seat(ctx context.Context, q db.Querier, training string, person ospo.PersonID) (Seat, error) {
	all, err := db.All(ctx, q, bindSeat, `
		SELECT `+seatColumns+seatTables+`
		WHERE b.training = $1 AND b.person = $2 -- every organisation: the caller has looked at both`, training, person)
	if err != nil || len(all) == 0 {
		return Seat{}, err
	}
	return all[0], nil
}

// taken counts the seats of a training that are planned or were used, whoever sits there.
func (s store) taken(ctx context.Context, q db.Querier, training string) (int, error) {
	return db.Count(ctx, q, `
		SELECT count(*) FROM competence_seat WHERE training = $1 AND state IN `+takenStates+` -- every organisation: a seat is taken whoever takes it`, training)
}

func (s store) addSeat(ctx context.Context, tx *db.Tx, b Seat) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO competence_seat (id, org, training, person, state, attended, certificate, maker, created, changed) VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8, $9)`,
		b.ID, b.Org, b.Training, b.Person, b.State, b.Certificate, tx.Act.Person, tx.Now, tx.Now)
	return err
}

// setSeat brings a seat on, unless somebody else did since.
func (s store) setSeat(ctx context.Context, tx *db.Tx, b Seat, from string) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE competence_seat SET org = $1, state = $2, certificate = $3, maker = $4, changed = $5, attended = CASE WHEN $6 = 'attended' THEN $7 ELSE attended END
		WHERE id = $8 AND state = $9 -- every organisation: the caller has looked at the person`,
		b.Org, b.State, b.Certificate, tx.Act.Person, tx.Now, b.State, tx.Now, b.ID, from)
	return err
}
