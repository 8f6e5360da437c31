// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"allmende/internal/engine/process"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct {
	db    *db.DB
	heard *listeners
}

// New returns the cases kept in d.
func New(d *db.DB) *Service {
	return &Service{store: store{d, &listeners{}}, Definitions: process.Shipped()}
}

// sees reports whether an organisation lies within what root sees.
func (s store) sees(ctx context.Context, root, org ospo.OrgID) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `SELECT count(*) FROM governance_scope_view WHERE root = $1 AND org = $2`, root, org)
	return n > 0, err
}

// over lists an organisation and all above it, the nearest first.
func (s store) over(ctx context.Context, q db.Querier, org ospo.OrgID) (out []ospo.OrgID, err error) {
	all, err := db.Texts(ctx, q, `
		SELECT c.root FROM governance_scope_view c WHERE c.org = $1
		ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.root = c.root), c.root`, org)
	for _, id := range all {
		out = append(out, ospo.OrgID(id))
	}
	return out, err
}

// overEach is over for several, in no order.
func (s store) overEach(ctx context.Context, orgs []ospo.OrgID) (map[ospo.OrgID][]ospo.OrgID, error) {
	in, list := db.Among(s.db, "c.org", 1, orgs)
	all, err := db.All(ctx, s.db.Read(), func(p *[2]ospo.OrgID) []any { return []any{&p[0], &p[1]} }, `
		SELECT c.org, c.root FROM governance_scope_view c WHERE `+in, list)
	out := map[ospo.OrgID][]ospo.OrgID{}
	for _, p := range all {
		out[p[0]] = append(out[p[0]], p[1])
	}
	return out, err
}

// A choice is a thing with its name.
type choice struct{ id, name string }

// places lists the organisations that root sees, by name.
func (s store) places(ctx context.Context, root ospo.OrgID) ([]choice, error) {
	return db.All(ctx, s.db.Read(), func(c *choice) []any { return []any{&c.id, &c.name} }, `
		SELECT o.id, o.name FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.org
		WHERE c.root = $1 ORDER BY o.name COLLATE "de-x-icu", o.id`, root)
}

// said are facts as they are kept. One case whose facts cannot be read does not hide the others.
type said struct{ c *Case }

// Scan reads them.
func (f said) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%v are no facts", v)
	}
	if json.Unmarshal([]byte(text), &f.c.Facts) != nil || f.c.Facts == nil {
		f.c.Facts, f.c.Broken = process.Facts{}, true
	}
	return nil
}

const caseColumns = `c.id, c.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = c.org), ''), c.year, c.n, c.type, c.version, c.title, c.asker,
	coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = c.asker), ''), c.facts, c.state, c.outcome, c.created, c.closed,
	coalesce((SELECT min(t.due) FROM casework_task t WHERE t.matter = c.id AND t.result = '' AND t.due <> ''), '')`

// bindCase reads a case; who asked is named in the reader's language where it is no person.
func bindCase(ctx context.Context) func(c *Case) []any {
	return func(c *Case) []any {
		return []any{&c.ID, &c.Org, &c.OrgName, &c.Year, &c.N, &c.Type, &c.Version, &c.Title, &c.Asker, called{tongue(ctx), &c.Asker, &c.AskerName}, said{c}, &c.State, &c.Outcome, &c.Created, &c.Closed, &c.Due}
	}
}

// A called is the name of somebody whose id was read just before: that of their account, or what
// an actor without one is called in a language.
type called struct {
	lang string
	id   *ospo.PersonID
	name *string
}

// Scan reads it.
func (n called) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%v is no name", v)
	}
	*n.name = cmp.Or(text, actor(n.lang, *n.id))
	return nil
}

// one returns a case of an organisation that root sees.
func (s store) one(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Case, error) {
	return db.One(ctx, q, bindCase(ctx), `
		SELECT `+caseColumns+` FROM casework_case c
		WHERE c.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND c.id = $2`, root, id)
}

// house is the organisation with which an organisation counts its cases: itself, or the first
// above it that is no department.
func (s store) house(ctx context.Context, q db.Querier, org ospo.OrgID) (ospo.OrgID, error) {
	all, err := db.Texts(ctx, q, `
		SELECT c.root FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.root WHERE c.org = $1 AND o.kind <> 'department'
		ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.root = c.root) LIMIT 1`, org)
	if err != nil || len(all) == 0 {
		return org, err
	}
	return ospo.OrgID(all[0]), nil
}

// household lists the organisations of which a house is the house.
func (s store) household(ctx context.Context, house ospo.OrgID) ([]ospo.OrgID, error) {
	return db.All(ctx, s.db.Read(), func(o *ospo.OrgID) []any { return []any{o} }, `
		SELECT c.org FROM governance_scope_view c WHERE c.root = $1 AND (c.org = $2
			OR EXISTS (SELECT 1 FROM governance_org_view h WHERE h.id = $3 AND h.kind <> 'department')
			AND NOT EXISTS (SELECT 1 FROM governance_scope_view u JOIN governance_org_view o ON o.id = u.root
				WHERE u.org = c.org AND o.kind <> 'department' AND u.root <> $4 AND u.root IN (SELECT b.org FROM governance_scope_view b WHERE b.root = $5)))
		ORDER BY c.org`, house, house, house, house, house)
}

// numbered lists the cases of a number that root sees, the oldest first.
func (s store) numbered(ctx context.Context, root ospo.OrgID, year, n int) ([]Case, error) {
	return db.All(ctx, s.db.Read(), bindCase(ctx), `
		SELECT `+caseColumns+` FROM casework_case c
		WHERE c.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND c.year = $2 AND c.n = $3 ORDER BY c.created, c.id`, root, year, n)
}

// add keeps a new case under the next number of its house and year.
func (s store) add(ctx context.Context, tx *db.Tx, c *Case, answers string) error {
	house, err := s.house(ctx, tx, c.Org)
	if err != nil {
		return err
	}
	if err := tx.Alone(ctx, "casework.number "+string(house)); err != nil { // two who open at once want two numbers
		return err
	}
	last, err := db.Count(ctx, tx, `
		SELECT coalesce(max(n), 0) FROM casework_case WHERE house = $1 AND year = $2 -- every organisation: those of a house count together`, house, c.Year)
	if err != nil {
		return err
	}
	c.N = last + 1
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO casework_case (id, org, house, year, n, type, version, title, folded, answers, asker, facts, state, outcome, created, closed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', $14, '')`,
		c.ID, c.Org, house, c.Year, c.N, c.Type, c.Version, c.Title, c.folded(), answers, c.Asker, string(facts), c.State, tx.Now)
	return err
}

func (s store) setFacts(ctx context.Context, tx *db.Tx, c Case, answers string) error {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE casework_case SET facts = $1, answers = $2 WHERE org = $3 AND id = $4`, string(facts), answers, c.Org, c.ID)
	return err
}

// setVersion keeps by which version a case goes on, where it stands and what is known then.
func (s store) setVersion(ctx context.Context, tx *db.Tx, c Case, answers string) error {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE casework_case SET version = $1, state = $2, facts = $3, answers = $4 WHERE org = $5 AND id = $6`, c.Version, c.State, string(facts), answers, c.Org, c.ID)
	return err
}

// setState moves a case that still stands where the caller has seen it.
func (s store) setState(ctx context.Context, tx *db.Tx, c Case, from string) (bool, error) {
	closed := ""
	if c.Outcome != "" {
		closed = tx.Now
	}
	r, err := tx.ExecContext(ctx, `UPDATE casework_case SET state = $1, outcome = $2, closed = $3 WHERE org = $4 AND id = $5 AND state = $6`,
		c.State, c.Outcome, closed, c.Org, c.ID, from)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n == 1, err
}

// hold lets nobody else write in a case until the transaction ends; SQLite has one writer
// anyway. It returns the case as it is then.
func (s store) hold(ctx context.Context, tx *db.Tx, c Case) (Case, error) {
	if _, err := tx.ExecContext(ctx, `UPDATE casework_case SET state = state WHERE org = $1 AND id = $2`, c.Org, c.ID); err != nil {
		return Case{}, err
	}
	return s.one(ctx, tx, c.Org, c.ID)
}

func bindEvent(e *Event) []any {
	return []any{&e.N, &e.What, &e.Person, &e.Name, &e.At, &e.body, &e.Text}
}

func (s store) events(ctx context.Context, q db.Querier, c Case) ([]Event, error) {
	return db.All(ctx, q, bindEvent, `
		SELECT e.n, e.what, e.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = e.person), ''), e.at, e.body, e.said
		FROM casework_event e WHERE e.org = $1 AND e.matter = $2 ORDER BY e.n`, c.Org, c.ID)
}

// happened adds an event to a case.
func (s store) happened(ctx context.Context, tx *db.Tx, c Case, person ospo.PersonID, what, text string, body any) error {
	last, err := s.last(ctx, tx, c)
	if err != nil {
		return err
	}
	said, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO casework_event (org, matter, n, what, person, at, body, said) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.Org, c.ID, last+1, what, person, tx.Now, string(said), text)
	if err != nil {
		return err
	}
	return s.heard.tell(ctx, tx, c, Event{N: last + 1, What: what, Person: person, At: tx.Now, Text: text, Body: said, body: string(said)})
}

// last is the number of the last event of a case.
func (s store) last(ctx context.Context, q db.Querier, c Case) (int, error) {
	return db.Count(ctx, q, `SELECT coalesce(max(n), 0) FROM casework_event WHERE org = $1 AND matter = $2`, c.Org, c.ID)
}

// turns is how often a case has moved, was reopened or went on by another version: one that stands again where it stood has
// been elsewhere.
func (s store) turns(ctx context.Context, q db.Querier, c Case) (int, error) {
	return db.Count(ctx, q, `SELECT count(*) FROM casework_event WHERE org = $1 AND matter = $2 AND what IN ('moved', 'reopened', 'version')`, c.Org, c.ID)
}

// logged lists what the log knows of steps and seals of a case, in its order. A guest withdraws at
// the counter, which names the act.
func (s store) logged(ctx context.Context, q db.Querier, c Case) ([]string, error) {
	return db.Texts(ctx, q, `
		SELECT diff FROM log_entry_view WHERE org = $1 AND thing = $2 AND what IN ('casework.move', 'casework.reseal', 'intake.withdraw') AND diff <> '' ORDER BY n`, c.Org, c.ID)
}

// land is the nearest setting at or above an organisation; empty where nobody has set one.
func (s store) land(ctx context.Context, q db.Querier, org ospo.OrgID) (string, error) {
	all, err := db.Texts(ctx, q, `
		SELECT l.land FROM governance_scope_view c JOIN casework_land l ON l.org = c.root WHERE c.org = $1
		ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.root = c.root) LIMIT 1`, org)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// setLand keeps a setting; with none, the one above counts again.
func (s store) setLand(ctx context.Context, tx *db.Tx, org ospo.OrgID, land string) error {
	if land == "" {
		_, err := tx.ExecContext(ctx, `DELETE FROM casework_land WHERE org = $1`, org)
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO casework_land (org, land, person, created) VALUES ($1, $2, $3, $4)
		ON CONFLICT (org) DO UPDATE SET land = excluded.land, person = excluded.person, created = excluded.created`, org, land, tx.Act.Person, tx.Now)
	return err
}

// person is the name of somebody; empty where there is none any more.
func (s store) person(ctx context.Context, id ospo.PersonID) (string, error) {
	all, err := db.Texts(ctx, s.db.Read(), `
		SELECT name FROM governance_person_view WHERE id = $1 -- every organisation: who decided may be of the one above or of a provider, as the record says`, id)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}
