// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"allmende/internal/engine/clause"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// within are the organisations that $1 sees.
const within = `(SELECT org FROM governance_scope_view WHERE root = $1)`

const entryColumns = `c.id, c.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = c.org), ''), c.number, c.title, c.supplier, c.software,
	coalesce((SELECT w.name FROM estate_software_view w WHERE w.id = c.software), ''), c.type, c.kind, c.since, c.until, c.notice, c.unit, c.renews, c.amount, c.per,
	c.proprietary, c.reason, c.matter, c.note, c.terms, c.counted, c.answers, c.created, c.changed`

type entryRow struct {
	Contract
	said, terms string
}

// whole reads what is kept as JSON.
func (r *entryRow) whole() error {
	return errors.Join(json.Unmarshal([]byte(r.said), &r.answers), json.Unmarshal([]byte(r.terms), &r.Terms))
}

func bindEntry(r *entryRow) []any {
	return []any{&r.ID, &r.Org, &r.OrgName, &r.Number, &r.Title, &r.Supplier, &r.SoftwareID, &r.Software, &r.Type, &r.Kind, &r.Since, &r.Until, &r.Notice, &r.NoticeUnit, &r.Renews,
		&r.Amount, &r.Per, &r.Proprietary, &r.Reason, &r.Case, &r.Note, &r.terms, &r.Counted, &r.said, &r.Created, &r.Changed}
}

// one returns a contract of an organisation that root sees.
func (s store) one(ctx context.Context, q db.Querier, root ospo.OrgID, id string) (Contract, error) {
	r, err := db.One(ctx, q, bindEntry, `SELECT `+entryColumns+` FROM contract_entry c WHERE c.org IN `+within+` AND c.id = $2`, root, id)
	if err != nil {
		return Contract{}, err
	}
	err = r.whole()
	return r.Contract, err
}

// filter writes a sieve as conditions on contracts that $1 sees.
func (f Sieve) filter(root ospo.OrgID) (where string, args []any) {
	args = []any{root}
	add := func(sql string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			sql = strings.Replace(sql, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where += " AND " + sql
	}
	if f.Text != "" {
		add(`c.words LIKE ? ESCAPE '\'`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(fold(f.Text))+"%")
	}
	switch f.State {
	case "running":
		add(`(c.until = '' OR c.renews > 0 OR c.until >= ?)`, f.today)
	case "ended":
		add(`c.until <> '' AND c.renews = 0 AND c.until < ?`, f.today)
	}
	if f.Proprietary != "" {
		add(`c.proprietary = ?`, f.Proprietary)
	}
	return where, args
}

func (s store) list(ctx context.Context, root ospo.OrgID, f Sieve) (out []Contract, err error) {
	where, args := f.filter(root)
	if f.after != nil {
		args = append(args, f.after[0], f.after[0], f.after[1])
		n := len(args)
		where += ` AND (c.folded > $` + strconv.Itoa(n-2) + ` OR c.folded = $` + strconv.Itoa(n-1) + ` AND c.id > $` + strconv.Itoa(n) + `)`
	}
	args = append(args, f.Size+1)
	rows, err := db.All(ctx, s.db.Read(), bindEntry, `
		SELECT `+entryColumns+` FROM contract_entry c WHERE c.org IN `+within+where+`
		ORDER BY c.folded, c.id LIMIT $`+strconv.Itoa(len(args)), args...)
	for _, r := range rows {
		if err == nil {
			err = r.whole()
		}
		out = append(out, r.Contract)
	}
	return out, err
}

func (s store) count(ctx context.Context, root ospo.OrgID, f Sieve) (int, error) {
	where, args := f.filter(root)
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM contract_entry c WHERE c.org IN `+within+where, args...)
}

// found is what a search looks through.
func (c Contract) found() string {
	return fold(strings.Join([]string{c.Title, c.Number, c.Supplier, c.Software}, "\n"))
}

func (s store) add(ctx context.Context, tx *db.Tx, c Contract) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO contract_entry (id, org, number, title, folded, words, supplier, software, type, kind, since, until, notice, unit, renews, amount, per, proprietary, reason, matter, note, terms, answers, maker, created, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, '{}', $23, $24, $25)`,
		c.ID, c.Org, c.Number, c.Title, fold(c.Title), c.found(), c.Supplier, c.SoftwareID, c.Type, c.Kind, c.Since, c.Until, c.Notice, c.NoticeUnit, c.Renews, c.Amount, c.Per,
		c.Proprietary, c.Reason, c.Case, c.Note, c.Terms.text(), tx.Act.Person, tx.Now, tx.Now)
	return err
}

func (s store) set(ctx context.Context, tx *db.Tx, c Contract) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE contract_entry SET number = $1, title = $2, folded = $3, words = $4, supplier = $5, software = $6, type = $7, kind = $8, since = $9, until = $10, notice = $11, unit = $12,
			renews = $13, amount = $14, per = $15, proprietary = $16, reason = $17, matter = $18, note = $19, terms = $20, changed = $21
		WHERE org = $22 AND id = $23`,
		c.Number, c.Title, fold(c.Title), c.found(), c.Supplier, c.SoftwareID, c.Type, c.Kind, c.Since, c.Until, c.Notice, c.NoticeUnit,
		c.Renews, c.Amount, c.Per, c.Proprietary, c.Reason, c.Case, c.Note, c.Terms.text(), tx.Now, c.Org, c.ID)
	return err
}

// refold writes anew what is derived of contracts in which a word stands that is gone elsewhere.
func (s store) refold(ctx context.Context, tx *db.Tx, word string) error {
	all, err := db.All(ctx, tx, func(c *Contract) []any { return []any{&c.ID, &c.Org} }, `
		SELECT c.id, c.org FROM contract_entry c WHERE replace(c.words, CAST($1 AS TEXT), '') <> c.words
		-- every organisation: who is erased is erased everywhere`, word)
	for _, c := range all {
		if err != nil {
			break
		}
		if c, err = s.one(ctx, tx, c.Org, c.ID); err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE contract_entry SET folded = $1, words = $2 WHERE org = $3 AND id = $4`, fold(c.Title), c.found(), c.Org, c.ID)
		}
	}
	return err
}

func (s store) setAnswers(ctx context.Context, tx *db.Tx, c Contract, answers map[string]string) error {
	text, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE contract_entry SET answers = $1, changed = $2 WHERE org = $3 AND id = $4`, string(text), tx.Now, c.Org, c.ID)
	return err
}

// titles returns those of the ids that are contracts which root sees.
func (s store) titles(ctx context.Context, root ospo.OrgID, ids []string) ([]Contract, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{root}
	for _, id := range ids {
		args = append(args, id)
	}
	return db.All(ctx, s.db.Read(), func(c *Contract) []any { return []any{&c.ID, &c.Title} }, `
		SELECT c.id, c.title FROM contract_entry c WHERE c.org IN `+within+` AND c.id IN (`+db.In(2, len(ids))+`)`, args...)
}

// software is the id of a product that root keeps, by its name.
func (s store) software(ctx context.Context, root ospo.OrgID, name string) (string, error) {
	return db.One(ctx, s.db.Read(), func(id *string) []any { return []any{id} }, `
		SELECT w.id FROM estate_software_view w WHERE w.org IN `+within+` AND w.folded = $2 ORDER BY w.retired, w.id LIMIT 1`, root, fold(name))
}

// names lists names of products that root keeps, for a form to offer.
func (s store) names(ctx context.Context, root ospo.OrgID) ([]string, error) {
	return db.Texts(ctx, s.db.Read(), `
		SELECT w.name FROM estate_software_view w WHERE w.org IN `+within+` AND w.retired = '' ORDER BY w.name COLLATE "de-x-icu", w.id LIMIT 300`, root)
}

// setChoice keeps the type and the day from which duties count; what its topics are has rows of
// its own, and moves along.
func (s store) setChoice(ctx context.Context, tx *db.Tx, c Contract) error {
	_, err := tx.ExecContext(ctx, `UPDATE contract_entry SET type = $1, counted = $2, changed = $3 WHERE org = $4 AND id = $5`, c.Type, c.Counted, tx.Now, c.Org, c.ID)
	return err
}

func (s store) topicIDs(ctx context.Context, q db.Querier, c Contract) ([]string, error) {
	return db.Texts(ctx, q, `SELECT t.topic FROM contract_topic t WHERE t.org = $1 AND t.contract = $2 ORDER BY t.topic`, c.Org, c.ID)
}

type topicRow struct {
	Chosen
	body string
}

// chosen lists the topics of a contract in the order of their ids.
func (s store) chosen(ctx context.Context, q db.Querier, c Contract) (out []Chosen, err error) {
	rows, err := db.All(ctx, q, func(r *topicRow) []any { return []any{&r.Set, &r.body, &r.Day} }, `
		SELECT t.edition, t.body, t.created FROM contract_topic t WHERE t.org = $1 AND t.contract = $2 ORDER BY t.topic`, c.Org, c.ID)
	for _, r := range rows {
		if err == nil {
			err = json.Unmarshal([]byte(r.body), &r.Topic)
		}
		out = append(out, r.Chosen)
	}
	return out, err
}

func (s store) addTopic(ctx context.Context, tx *db.Tx, c Contract, t clause.Topic, set *clause.Set) error {
	body, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO contract_topic (org, contract, topic, edition, body, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		c.Org, c.ID, t.ID, set.Edition(), string(body), tx.Act.Person, tx.Now)
	return err
}

// dropTopic takes a topic out; what is open of it is not owed any more.
func (s store) dropTopic(ctx context.Context, tx *db.Tx, c Contract, topic, why string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM contract_topic WHERE org = $1 AND contract = $2 AND topic = $3`, c.Org, c.ID, topic); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE contract_owed SET state = 'waived', reason = $1, person = $2, settled = $3 WHERE org = $4 AND contract = $5 AND topic = $6 AND state = 'open'`,
		why, tx.Act.Person, tx.Now, c.Org, c.ID, topic)
	return err
}
