// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"
	"errors"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
	"allmende/internal/platform/transfer"
)

type store struct{ db *db.DB }

// New returns the service for what is kept in d; the rules are applied in queue.
func New(d *db.DB, queue *job.Queue) *Service {
	s := &Service{store: store{d}, queue: queue}
	s.work(queue)
	return s
}

// rows are what leaves with an organisation.
var rows = []transfer.Table{
	{Name: "retention_rule", Columns: "org, kind, version, days, reason, person, created", People: "person", Said: "reason"},
	{Name: "retention_hold", Columns: "id, org, person, reason, until, maker, created, ended", Unique: "id", People: "person, maker", Said: "reason"},
	{Name: "retention_ended", Columns: "run, org, kind, n, held, days, source, oldest, at", Past: true},
	{Name: "retention_erasure", Columns: "person, org, pseudonym, proposer, decider, reason, at", Unique: "person", People: "person, proposer, decider", Said: "reason"},
}

// moment is where a kept time goes when a row is read.
type moment struct{ *time.Time }

// Scan reads a kept time.
func (m moment) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("a kept time is not text")
	}
	*m.Time = moved(text)
	return nil
}

// person returns one that root sees; the instance sees all.
func (s store) person(ctx context.Context, q db.Querier, root ospo.OrgID, id ospo.PersonID) (Person, error) {
	return db.One(ctx, q, func(p *Person) []any { return []any{&p.ID, &p.Org, &p.OrgName, &p.Name, &p.Login, moment{&p.Ended}} }, `
		SELECT h.id, h.org, o.name, h.name, h.login, h.ended FROM governance_holder_view h JOIN governance_org_view o ON o.id = h.org
		WHERE h.id = $1 AND ($2 = 'system' OR h.org IN (SELECT org FROM governance_scope_view WHERE root = $3))`, id, root, root)
}

func (s store) inView(ctx context.Context, q db.Querier, root, org ospo.OrgID) error {
	n, err := db.Count(ctx, q, `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	return err
}

func (s store) scope(ctx context.Context, q db.Querier, root ospo.OrgID) ([]string, error) {
	return db.Texts(ctx, q, `SELECT org FROM governance_scope_view WHERE root = $1`, root)
}

// parents says who stands above whom.
func (s store) parents(ctx context.Context, q db.Querier) (map[ospo.OrgID]ospo.OrgID, error) {
	type edge struct{ id, parent ospo.OrgID }
	all, err := db.All(ctx, q, func(e *edge) []any { return []any{&e.id, &e.parent} }, `
		SELECT id, parent FROM governance_org_view -- every organisation: a rule holds for all below`)
	out := make(map[ospo.OrgID]ospo.OrgID, len(all))
	for _, e := range all {
		out[e.id] = e.parent
	}
	return out, err
}

// traces counts the entries of the log that a person wrote, and those about the person.
func (s store) traces(ctx context.Context, id ospo.PersonID) (wrote, about int, err error) {
	if wrote, err = db.Count(ctx, s.db.Read(), `SELECT count(*) FROM log_entry_view WHERE person = $1`, id); err != nil {
		return 0, 0, err
	}
	about, err = db.Count(ctx, s.db.Read(), `SELECT count(*) FROM log_entry_view WHERE thing = $1 AND diff <> ''`, id)
	return wrote, about, err
}

// erasure returns when a person was erased, nil where nobody was.
func (s store) erasure(ctx context.Context, q db.Querier, id ospo.PersonID) (*Erasure, error) {
	e, err := db.One(ctx, q, func(e *Erasure) []any {
		return []any{&e.Person, &e.Org, &e.Pseudonym, &e.Proposer, &e.Decider, &e.Reason, moment{&e.At}}
	}, `
		SELECT e.person, e.org, e.pseudonym, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = e.proposer), e.proposer),
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = e.decider), e.decider), e.reason, e.at
		FROM retention_erasure e WHERE e.person = $1 -- every organisation: the caller has asked whether the person is in view`, id)
	if err != nil && fault.Of(err) == fault.NotFound {
		return nil, nil
	}
	return &e, err
}

func (s store) addErasure(ctx context.Context, tx *db.Tx, e Erasure) error {
	return tx.InsertMany(ctx, "retention_erasure", "person, org, pseudonym, proposer, decider, reason, at",
		[][]any{{e.Person, e.Org, e.Pseudonym, e.Proposer, e.Decider, e.Reason, tx.Now}}, "")
}

// ended notes what a run ended, added to what it ended before.
func (s store) ended(ctx context.Context, tx *db.Tx, run string, d Due, n int) error {
	oldest := ""
	if !d.Oldest.IsZero() {
		oldest = d.Oldest.UTC().Format(db.Clock)
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO retention_ended (run, org, kind, n, held, days, source, oldest, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (run, org, kind) DO UPDATE SET n = retention_ended.n + excluded.n, at = excluded.at`,
		run, d.Org, d.Kind, n, d.Held, d.Days, d.Source, oldest, tx.Now)
	return err
}

// mostRuns are those that a page shows.
const mostRuns = "100"

func (s store) runs(ctx context.Context, root ospo.OrgID) ([]Run, error) {
	return db.All(ctx, s.db.Read(), func(r *Run) []any { return []any{&r.ID, moment{&r.At}, &r.N, &r.Held, &r.Kinds} }, `
		SELECT run, max(at), sum(n), sum(held), count(DISTINCT kind) FROM retention_ended
		WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) OR $2 = 'system'
		GROUP BY run ORDER BY run DESC LIMIT `+mostRuns, root, root)
}

func (s store) run(ctx context.Context, root ospo.OrgID, id string) ([]Due, error) {
	all, err := db.All(ctx, s.db.Read(), func(d *Due) []any {
		return []any{&d.Kind, &d.Org, &d.OrgName, &d.N, &d.Held, moment{&d.Oldest}, &d.Days, &d.Source}
	}, `
		SELECT e.kind, e.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = e.org), ''), e.n, e.held, e.oldest, e.days, e.source
		FROM retention_ended e WHERE e.run = $1 AND (e.org IN (SELECT org FROM governance_scope_view WHERE root = $2) OR $3 = 'system')
		ORDER BY e.kind, e.org`, id, root, root)
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	for i := range all {
		r, _ := base(all[i].Kind)
		all[i].End = r.End
	}
	return all, err
}

// name fills in what organisations are called.
func (s store) name(ctx context.Context, all []Due) error {
	if len(all) == 0 {
		return nil
	}
	type named struct {
		id   ospo.OrgID
		name string
	}
	names, err := db.All(ctx, s.db.Read(), func(n *named) []any { return []any{&n.id, &n.name} }, `
		SELECT id, name FROM governance_org_view -- every organisation: the caller has chosen those in view`)
	for i := range all {
		for _, n := range names {
			if n.id == all[i].Org {
				all[i].OrgName = n.name
			}
		}
	}
	return err
}
