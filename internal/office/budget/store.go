// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// within are the organisations that $1 sees.
const within = `(SELECT org FROM governance_scope_view WHERE root = $1)`

// A sieve narrows a list.
type sieve struct{ id, pot, measure, state, until string }

func (s store) pots(ctx context.Context, q db.Querier, root ospo.OrgID, id string) ([]Pot, error) {
	return db.All(ctx, q, func(p *Pot) []any {
		return []any{&p.ID, &p.Org, &p.OrgName, &p.Name, &p.Kind, &p.Since, &p.Until, &p.Amount, &p.Note, &p.Created, &p.Changed}
	}, `
		SELECT p.id, p.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = p.org), ''), p.name, p.kind, p.since, p.until, p.amount, p.note, p.created,
			CASE WHEN p.changed = '' THEN p.created ELSE p.changed END
		FROM budget_pot p WHERE p.org IN `+within+` AND ($2 = '' OR p.id = $3)
		ORDER BY p.since DESC, p.name COLLATE "de-x-icu", p.id LIMIT $4`, root, id, id, mostRows)
}

func (s store) addPot(ctx context.Context, tx *db.Tx, p Pot) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO budget_pot (id, org, name, kind, since, until, amount, note, maker, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.ID, p.Org, p.Name, p.Kind, p.Since, p.Until, p.Amount, p.Note, tx.Act.Person, tx.Now)
	return err
}

func (s store) setPot(ctx context.Context, tx *db.Tx, p Pot) error {
	_, err := tx.ExecContext(ctx, `UPDATE budget_pot SET name = $1, kind = $2, since = $3, until = $4, amount = $5, note = $6, changed = $7 WHERE org = $8 AND id = $9`,
		p.Name, p.Kind, p.Since, p.Until, p.Amount, p.Note, tx.Now, p.Org, p.ID)
	return err
}

func (s store) measures(ctx context.Context, q db.Querier, root ospo.OrgID, pot, id string) ([]Measure, error) {
	return db.All(ctx, q, func(m *Measure) []any {
		return []any{&m.ID, &m.Org, &m.Pot, &m.PotName, &m.Title, &m.About, &m.Planned, &m.Created, &m.Changed}
	}, `
		SELECT m.id, m.org, m.pot, p.name, m.title, m.about, m.planned, m.created,
			CASE WHEN m.changed = '' THEN m.created ELSE m.changed END
		FROM budget_measure m JOIN budget_pot p ON p.id = m.pot
		WHERE m.org IN `+within+` AND ($2 = '' OR m.pot = $3) AND ($4 = '' OR m.id = $5)
		ORDER BY m.created, m.id LIMIT $6`, root, pot, pot, id, id, mostRows)
}

func (s store) addMeasure(ctx context.Context, tx *db.Tx, m Measure) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO budget_measure (id, org, pot, title, about, planned, capital, answer, maker, created) VALUES ($1, $2, $3, $4, $5, $6, 'no', '', $7, $8)`,
		m.ID, m.Org, m.Pot, m.Title, m.About, m.Planned, tx.Act.Person, tx.Now)
	return err
}

func (s store) setMeasure(ctx context.Context, tx *db.Tx, m Measure) error {
	_, err := tx.ExecContext(ctx, `UPDATE budget_measure SET title = $1, about = $2, planned = $3, changed = $4 WHERE org = $5 AND id = $6`,
		m.Title, m.About, m.Planned, tx.Now, m.Org, m.ID)
	return err
}

// A thing is a pot or a measure.
type thing struct{ kind, id, name string }

// titles returns those of the ids that are pots and measures which root sees.
func (s store) titles(ctx context.Context, root ospo.OrgID, ids []string) (out []thing, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{root}
	for _, id := range ids {
		args = append(args, id)
	}
	bind := func(t *thing) []any { return []any{&t.kind, &t.id, &t.name} }
	pots, err := db.All(ctx, s.db.Read(), bind, `SELECT 'pot', p.id, p.name FROM budget_pot p WHERE p.org IN `+within+` AND p.id IN (`+db.In(2, len(ids))+`)`, args...)
	if err != nil {
		return nil, err
	}
	measures, err := db.All(ctx, s.db.Read(), bind, `SELECT 'measure', m.id, m.title FROM budget_measure m WHERE m.org IN `+within+` AND m.id IN (`+db.In(2, len(ids))+`)`, args...)
	return append(pots, measures...), err
}

type bookingRow struct {
	Booking
	reversed int
}

func (s store) bookings(ctx context.Context, q db.Querier, root ospo.OrgID, f sieve) (out []Booking, err error) {
	rows, err := db.All(ctx, q, func(b *bookingRow) []any {
		return []any{&b.ID, &b.Org, &b.Measure, &b.MeasureTitle, &b.Day, &b.State, &b.Kind, &b.Amount, &b.Text, &b.Against, &b.Hours, &b.Rate, &b.RateDay, &b.RateSource, &b.Reverses, &b.reversed, &b.PersonName, &b.Created}
	}, `
		SELECT b.id, b.org, b.measure, m.title, b.day, b.state, b.kind, b.amount, b.said, b.against, b.hours, b.rate, b.rate_day, b.rate_source, b.reverses,
			(SELECT count(*) FROM budget_booking r WHERE r.org = b.org AND r.reverses = b.id),
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = b.person), ''), b.created
		FROM budget_booking b JOIN budget_measure m ON m.id = b.measure
		WHERE b.org IN `+within+` AND ($2 = '' OR b.id = $3) AND ($4 = '' OR b.measure = $5) AND ($6 = '' OR m.pot = $7)
		ORDER BY b.day, b.created, b.id LIMIT $8`, root, f.id, f.id, f.measure, f.measure, f.pot, f.pot, mostRows)
	for _, r := range rows {
		r.Reversed = r.reversed > 0
		out = append(out, r.Booking)
	}
	return out, err
}

func (s store) addBooking(ctx context.Context, tx *db.Tx, b Booking) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO budget_booking (id, org, measure, day, state, kind, amount, said, against, hours, rate, rate_day, rate_source, reverses, person, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		b.ID, b.Org, b.Measure, b.Day, b.State, b.Kind, b.Amount, b.Text, b.Against, b.Hours, b.Rate, b.RateDay, b.RateSource, b.Reverses, tx.Act.Person, tx.Now)
	return err
}

func (s store) conditions(ctx context.Context, q db.Querier, root ospo.OrgID, f sieve) ([]Condition, error) {
	return db.All(ctx, q, func(c *Condition) []any {
		return []any{&c.ID, &c.Org, &c.Pot, &c.PotName, &c.What, &c.Kind, &c.Due, &c.State, &c.Evidence, &c.Link, &c.PersonName, &c.Settled}
	}, `
		SELECT c.id, c.org, c.pot, p.name, c.what, c.kind, c.due, c.state, c.evidence, c.link, coalesce((SELECT n.name FROM governance_person_view n WHERE n.id = c.person), ''), c.settled
		FROM budget_condition c JOIN budget_pot p ON p.id = c.pot
		WHERE c.org IN `+within+` AND ($2 = '' OR c.id = $3) AND ($4 = '' OR c.pot = $5) AND ($6 = '' OR c.state = $7) AND ($8 = '' OR c.due <> '' AND c.due <= $9)
		ORDER BY CASE WHEN c.state = 'open' THEN 0 ELSE 1 END, CASE WHEN c.due = '' THEN 1 ELSE 0 END, c.due, c.id LIMIT $10`,
		root, f.id, f.id, f.pot, f.pot, f.state, f.state, f.until, f.until, mostRows)
}

func (s store) addCondition(ctx context.Context, tx *db.Tx, c Condition) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO budget_condition (id, org, pot, what, kind, due, state, evidence, person, settled, created) VALUES ($1, $2, $3, $4, $5, $6, 'open', '', '', '', $7)`,
		c.ID, c.Org, c.Pot, c.What, c.Kind, c.Due, tx.Now)
	return err
}

// settle settles a condition that is still open; false where somebody else did since.
func (s store) settle(ctx context.Context, tx *db.Tx, c Condition) (bool, error) {
	r, err := tx.ExecContext(ctx, `UPDATE budget_condition SET state = $1, evidence = $2, link = $3, person = $4, settled = $5 WHERE org = $6 AND id = $7 AND state = 'open'`,
		c.State, c.Evidence, c.Link, tx.Act.Person, tx.Now, c.Org, c.ID)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

func (s store) savings(ctx context.Context, q db.Querier, root ospo.OrgID, measure string) ([]Saving, error) {
	return db.All(ctx, q, func(v *Saving) []any {
		return []any{&v.ID, &v.Org, &v.Measure, &v.Low, &v.High, &v.Per, &v.Method, &v.PersonName, &v.Created}
	}, `
		SELECT v.id, v.org, v.measure, v.low, v.high, v.per, v.method, coalesce((SELECT n.name FROM governance_person_view n WHERE n.id = v.person), ''), v.created
		FROM budget_saving v WHERE v.org IN `+within+` AND ($2 = '' OR v.measure = $3) ORDER BY v.created DESC, v.id DESC LIMIT $4`, root, measure, measure, mostRows)
}

func (s store) addSaving(ctx context.Context, tx *db.Tx, v Saving) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO budget_saving (id, org, measure, low, high, per, method, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		v.ID, v.Org, v.Measure, v.Low, v.High, v.Per, v.Method, tx.Act.Person, tx.Now)
	return err
}
