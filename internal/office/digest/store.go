// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package digest

import (
	"context"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/expiry"
	"allmende/internal/platform/job"
	"allmende/internal/platform/transfer"
)

type store struct{ db *db.DB }

// New returns the service that writes to the people in d; letters are written in queue.
func New(d *db.DB, queue *job.Queue) *Service {
	s := &Service{store: store{d}}
	s.work(queue)
	return s
}

// rows are what leaves with an organisation: what people chose.
var rows = []transfer.Table{
	{Name: "digest_choice", Columns: "person, org, rhythm, without, changed", Unique: "person", People: "person", Own: true},
	{Name: "digest_sent", Stays: "here", People: "person", Own: true},
	{Name: "digest_told", Stays: "here", People: "person", Own: true},
	{Name: "digest_stop", Stays: "secret", People: "person", Own: true, Hidden: "sum"},
}

// stocks are what need not be known for ever.
var stocks = []expiry.Stock{
	{Kind: "digest.sent", Table: "digest_sent", ID: "person || ' ' || period", Since: "at", People: []string{"person"}},
	{Kind: "digest.told", Table: "digest_told", ID: "person || ' ' || link", Since: "at", People: []string{"person"}},
	{Kind: "digest.stop", Table: "digest_stop", ID: "sum", Since: "created", People: []string{"person"}},
}

func bindReader(r *Reader) []any { return []any{&r.Person, &r.Org, &r.Name, &r.Mail, &r.Lang} }

// readers are all who get mail, but for those whose organisation is suspended.
func (s store) readers(ctx context.Context) ([]Reader, error) {
	return db.All(ctx, s.db.Read(), bindReader, `
		SELECT r.id, r.org, r.name, r.mail, r.lang FROM governance_reader_view r
		WHERE r.org NOT IN (SELECT x.org FROM governance_suspended_view x) ORDER BY r.id -- every organisation: each is asked what waits for them`)
}

func (s store) reader(ctx context.Context, person ospo.PersonID) (Reader, error) {
	return db.One(ctx, s.db.Read(), bindReader, `
		SELECT r.id, r.org, r.name, r.mail, r.lang FROM governance_reader_view r
		WHERE r.id = $1 AND r.org NOT IN (SELECT x.org FROM governance_suspended_view x)`, person)
}

func (s store) choice(ctx context.Context, person ospo.PersonID) (Choice, error) {
	type row struct {
		Choice
		without string
	}
	r, err := db.One(ctx, s.db.Read(), func(r *row) []any { return []any{&r.Rhythm, &r.without} }, `
		SELECT rhythm, without FROM digest_choice WHERE person = $1 -- every organisation: a person's own`, person)
	r.Without, r.Own = strings.Fields(r.without), true
	return r.Choice, err
}

func (s store) setChoice(ctx context.Context, tx *db.Tx, person ospo.PersonID, c Choice) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO digest_choice (person, org, rhythm, without, changed)
		SELECT p.id, p.org, $1, $2, $3 FROM governance_person_view p WHERE p.id = $4 -- every organisation: a person's own
		ON CONFLICT (person) DO UPDATE SET rhythm = excluded.rhythm, without = excluded.without, changed = excluded.changed`,
		c.Rhythm, strings.Join(c.Without, " "), tx.Now, person)
	return err
}

func (s store) done(ctx context.Context, person ospo.PersonID, period string) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `
		SELECT count(*) FROM digest_sent WHERE person = $1 AND period = $2 -- every organisation: a person's own`, person, period)
	return n > 0, err
}

// note keeps that a period is done; whoever else did it first has done it.
func (s store) note(ctx context.Context, tx *db.Tx, r Reader, period string, n int) (first bool, err error) {
	done, err := tx.ExecContext(ctx, `
		INSERT INTO digest_sent (person, period, org, n, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, r.Person, period, r.Org, n, tx.Now)
	if err != nil {
		return false, err
	}
	rows, err := done.RowsAffected()
	return rows == 1, err
}

func (s store) told(ctx context.Context, person ospo.PersonID) (map[string]bool, error) {
	all, err := db.Texts(ctx, s.db.Read(), `
		SELECT link FROM digest_told WHERE person = $1 -- every organisation: a person's own`, person)
	out := make(map[string]bool, len(all))
	for _, l := range all {
		out[l] = true
	}
	return out, err
}

func (s store) tell(ctx context.Context, tx *db.Tx, r Reader, links []string) error {
	var all [][]any
	for _, l := range links {
		all = append(all, []any{r.Person, l, r.Org, tx.Now})
	}
	return tx.InsertMany(ctx, "digest_told", "person, link, org, at", all, "ON CONFLICT DO NOTHING")
}

func (s store) addStop(ctx context.Context, tx *db.Tx, r Reader, sum string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO digest_stop (sum, org, person, created) VALUES ($1, $2, $3, $4)`, sum, r.Org, r.Person, tx.Now)
	return err
}

// stopped returns whose letters a link stops; only the ids are known.
func (s store) stopped(ctx context.Context, sum string) (Reader, error) {
	return db.One(ctx, s.db.Read(), func(r *Reader) []any { return []any{&r.Person, &r.Org} }, `
		SELECT person, org FROM digest_stop WHERE sum = $1 -- every organisation: the secret says whose it is`, sum)
}
