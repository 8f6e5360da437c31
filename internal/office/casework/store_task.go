// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const taskColumns = `t.id, t.org, t.matter, t.state, t.task, t.role, t.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = t.person), ''), t.since, t.due,
	t.result, t.ended, t.doer, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = t.doer), ''), t.note, t.instead, t.alarm, t.raised`

func bindTask(ctx context.Context) func(t *Task) []any {
	return func(t *Task) []any {
		return []any{&t.ID, &t.Org, &t.Case, &t.State, &t.Task, &t.Role, &t.Person, &t.PersonName, &t.Since, &t.Due, &t.Result, &t.Ended, &t.Doer, called{tongue(ctx), &t.Doer, &t.DoerName}, &t.Note, yes{&t.Instead}, &t.Alarm, &t.Raised}
	}
}

// yes is a truth as it is kept: a word, or nothing.
type yes struct{ b *bool }

// Scan reads it.
func (y yes) Scan(v any) error {
	text, ok := v.(string)
	if *y.b = text != ""; !ok {
		return fmt.Errorf("%v is neither yes nor no", v)
	}
	return nil
}

// tasks lists those of a case, in the order in which they came.
func (s store) tasks(ctx context.Context, q db.Querier, c Case) ([]Task, error) {
	return db.All(ctx, q, bindTask(ctx), `SELECT `+taskColumns+` FROM casework_task t WHERE t.org = $1 AND t.matter = $2 ORDER BY t.since, t.id`, c.Org, c.ID)
}

func (s store) addTask(ctx context.Context, tx *db.Tx, t Task) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO casework_task (id, org, matter, state, task, role, person, since, due, result, ended, doer, note, instead, alarm, raised)
		VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, '', '', '', '', '', '', '')`,
		t.ID, t.Org, t.Case, t.State, t.Task, t.Role, tx.Now, t.Due)
	return err
}

func (s store) takeTask(ctx context.Context, tx *db.Tx, t Task, person ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `UPDATE casework_task SET person = $1, hander = '' WHERE org = $2 AND id = $3 AND result = ''`, person, t.Org, t.ID)
	return err
}

// endTask keeps that a task is done, with its doer and what came of it.
func (s store) endTask(ctx context.Context, tx *db.Tx, t Task) error {
	_, err := tx.ExecContext(ctx, `UPDATE casework_task SET result = 'done', ended = $1, doer = $2, note = $3, instead = $4 WHERE org = $5 AND id = $6 AND result = ''`,
		tx.Now, t.Doer, t.Note, when(t.Instead, "yes"), t.Org, t.ID)
	return err
}

// setAlarm keeps why a task is escalated, and to which role; with no reason it is not any more.
func (s store) setAlarm(ctx context.Context, tx *db.Tx, t Task) error {
	_, err := tx.ExecContext(ctx, `UPDATE casework_task SET alarm = $1, raised = $2 WHERE org = $3 AND id = $4 AND result = ''`, t.Alarm, t.Raised, t.Org, t.ID)
	return err
}

// overdue lists open tasks whose day has passed and of which nobody was told, the oldest first.
func (s store) overdue(ctx context.Context, today string, most int) ([]Task, error) {
	return db.All(ctx, s.db.Read(), bindTask(ctx), `
		SELECT `+taskColumns+` FROM casework_task t
		WHERE t.result = '' AND t.due <> '' AND t.alarm <> 'late' AND t.due < $1 -- every organisation: a job for the whole instance
		ORDER BY t.due, t.id LIMIT $2`, today, most)
}

// A waiter is a role that has open tasks in an organisation.
type waiter struct {
	org  ospo.OrgID
	role string
}

// waiters lists those roles. The department's part is the asker's own, who was there when the
// case was opened; who is gone since is found when the task is overdue.
func (s store) waiters(ctx context.Context) ([]waiter, error) {
	return db.All(ctx, s.db.Read(), func(w *waiter) []any { return []any{&w.org, &w.role} }, `
		SELECT DISTINCT t.org, t.role FROM casework_task t
		WHERE t.result = '' AND t.alarm <> 'late' AND t.role <> $1 -- every organisation: a job for the whole instance`, department)
}

// ofRole lists open tasks of a role in an organisation with a reason why they are escalated, or
// with none.
func (s store) ofRole(ctx context.Context, w waiter, alarm string, most int) ([]Task, error) {
	return db.All(ctx, s.db.Read(), bindTask(ctx), `
		SELECT `+taskColumns+` FROM casework_task t WHERE t.org = $1 AND t.role = $2 AND t.result = '' AND t.alarm = $3 ORDER BY t.id LIMIT $4`, w.org, w.role, alarm, most)
}

const alarms = `SELECT ` + workColumns + ` FROM casework_task t JOIN casework_case c ON c.id = t.matter
		WHERE t.result = '' AND t.alarm <> '' AND t.org IN (SELECT org FROM governance_scope_view WHERE root = $1)`

// raised lists open tasks that were escalated to one of the roles.
func (s store) raised(ctx context.Context, root ospo.OrgID, roles []string) ([]Work, error) {
	if len(roles) == 0 {
		return nil, nil
	}
	in, list := db.Among(s.db, "t.raised", 2, roles)
	return db.All(ctx, s.db.Read(), bindWork(ctx), alarms+` AND `+in+` ORDER BY t.due, t.id LIMIT 100`, root, list)
}

// alarmed lists open tasks that were escalated.
func (s store) alarmed(ctx context.Context, root ospo.OrgID) ([]Work, error) {
	return db.All(ctx, s.db.Read(), bindWork(ctx), alarms+` ORDER BY t.due, t.id LIMIT 100`, root)
}

// leaveTask ends one that the case goes on without.
func (s store) leaveTask(ctx context.Context, tx *db.Tx, t Task) error {
	_, err := tx.ExecContext(ctx, `UPDATE casework_task SET result = 'left', ended = $1 WHERE org = $2 AND id = $3 AND result = ''`, tx.Now, t.Org, t.ID)
	return err
}

// leave ends what is open in a case that moves on without it.
func (s store) leave(ctx context.Context, tx *db.Tx, c Case) error {
	_, err := tx.ExecContext(ctx, `UPDATE casework_task SET result = 'left', ended = $1 WHERE org = $2 AND matter = $3 AND result = ''`, tx.Now, c.Org, c.ID)
	return err
}

// A board shows so many tasks that somebody has taken, and so many that wait for a role, or steps
// that do: the most urgent. The team's page has all tasks, and as many steps as a person tasks.
const (
	mostTasks   = 100
	mostWaiting = 50
)

const workColumns = taskColumns + `, c.year, c.n, c.title, c.type, c.version`

func bindWork(ctx context.Context) func(w *Work) []any {
	return func(w *Work) []any {
		return append(bindTask(ctx)(&w.Task), &w.Year, &w.N, &w.Title, &w.Type, &w.Version)
	}
}

// dues lists the open tasks that are due between two days.
func (s store) dues(ctx context.Context, root ospo.OrgID, from, until string, most int) ([]Work, error) {
	return db.All(ctx, s.db.Read(), bindWork(ctx), `
		SELECT `+workColumns+` FROM casework_task t JOIN casework_case c ON c.id = t.matter
		WHERE t.result = '' AND t.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND t.due >= $2 AND t.due <= $3
		ORDER BY t.due, t.id LIMIT $4`, root, from, until, most)
}

// taken lists the open tasks of a person in organisations that root sees, the most urgent first.
func (s store) taken(ctx context.Context, root ospo.OrgID, person ospo.PersonID) ([]Work, error) {
	return db.All(ctx, s.db.Read(), bindWork(ctx), `
		SELECT `+workColumns+` FROM (
			SELECT t.id FROM casework_task t
			WHERE t.result = '' AND t.person <> '' AND t.person = $1 AND t.org IN (SELECT org FROM governance_scope_view WHERE root = $2)
			ORDER BY `+urgency+`, t.id LIMIT 100) i
		JOIN casework_task t ON t.id = i.id JOIN casework_case c ON c.id = t.matter
		ORDER BY `+urgency+`, t.id`, person, root)
}

// waiting lists the open tasks of roles that nobody has taken yet. Which are the most urgent is
// found out by the index alone: a role may have thousands.
func (s store) waiting(ctx context.Context, root ospo.OrgID, roles []string) ([]Work, error) {
	if len(roles) == 0 {
		return nil, nil
	}
	in, list := db.Among(s.db, "t.role", 2, roles)
	return db.All(ctx, s.db.Read(), bindWork(ctx), `
		SELECT `+workColumns+` FROM (
			SELECT t.id FROM casework_task t
			WHERE t.result = '' AND t.person = '' AND t.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND `+in+`
			ORDER BY `+urgency+`, t.id LIMIT `+strconv.Itoa(mostWaiting)+`) i
		JOIN casework_task t ON t.id = i.id JOIN casework_case c ON c.id = t.matter
		ORDER BY `+urgency+`, t.id`, root, list)
}

// asked lists the open cases that a person asked for.
func (s store) asked(ctx context.Context, root ospo.OrgID, person ospo.PersonID) ([]Case, error) {
	return db.All(ctx, s.db.Read(), bindCase(ctx), `
		SELECT `+caseColumns+` FROM casework_case c
		WHERE c.outcome = '' AND c.asker = $1 AND c.org IN (SELECT org FROM governance_scope_view WHERE root = $2) ORDER BY c.created DESC, c.id LIMIT 100`, person, root)
}

const inScope = `c.org IN (SELECT org FROM governance_scope_view WHERE root = $1)`

// list returns cases that root sees, one more than a page has.
func (s store) list(ctx context.Context, root ospo.OrgID, f Sieve) ([]Case, error) {
	where, args := f.where(root)
	if f.Sort == "title" && f.Org == "" { // by the index of names, in their order: sorting them all anew takes too long
		where = strings.Replace(where, inScope, `EXISTS (SELECT 1 FROM governance_scope_view s WHERE s.root = $1 AND s.org = c.org)`, 1)
	}
	column := map[string]string{"created": "c.created", "title": `c.folded COLLATE "de-x-icu"`}[f.Sort]
	than, way := ">", ""
	if f.Desc {
		than, way = "<", " DESC"
	}
	if f.after != nil {
		n := len(args)
		where += ` AND (` + column + ` ` + than + ` ` + db.In(n+1, 1) + ` OR ` + column + ` = ` + db.In(n+2, 1) + ` AND c.id ` + than + ` ` + db.In(n+3, 1) + `)`
		args = append(args, f.after[0], f.after[0], f.after[1])
	}
	args = append(args, f.Size+1)
	return db.All(ctx, s.db.Read(), bindCase(ctx), `
		SELECT `+caseColumns+` FROM casework_case c WHERE `+where+` AND c.org <> ''
		ORDER BY `+column+way+`, c.id`+way+` LIMIT `+db.In(len(args), 1), args...)
}

// mostCounted is how far cases are counted for a list: a hundred thousand take longer than the list.
const mostCounted = 10_000

// count is how many cases a sieve lets through, at most one more than mostCounted.
func (s store) count(ctx context.Context, root ospo.OrgID, f Sieve) (int, error) {
	where, args := f.where(root)
	args = append(args, mostCounted+1)
	return db.Count(ctx, s.db.Read(), `
		SELECT count(*) FROM (SELECT c.id FROM casework_case c WHERE `+where+` AND c.org <> '' LIMIT `+db.In(len(args), 1)+`) i`, args...)
}

// where is the condition of a sieve with its arguments.
func (f Sieve) where(root ospo.OrgID) (string, []any) {
	where, args := []string{inScope}, []any{root}
	add := func(column string, value any) {
		args = append(args, value)
		where = append(where, column+db.In(len(args), 1))
	}
	if f.Org != "" {
		add(`c.org = `, f.Org)
	}
	if f.Type != "" {
		add(`c.type = `, f.Type)
	}
	if f.State != "" {
		add(`c.state = `, f.State)
	}
	if f.Text != "" {
		args = append(args, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(fold(f.Text))+"%")
		found := `c.folded LIKE ` + db.In(len(args), 1) + ` ESCAPE '\'`
		if f.Answers {
			args = append(args, args[len(args)-1])
			found = `(` + found + ` OR c.answers LIKE ` + db.In(len(args), 1) + ` ESCAPE '\')`
		}
		where = append(where, found)
	}
	if f.Ended == "no" {
		where = append(where, `c.outcome = ''`)
	} else if f.Ended != "" {
		add(`c.outcome = `, f.Ended)
	}
	return strings.Join(where, " AND "), args
}

func bindRecord(r *Record) []any {
	return []any{&r.ID, &r.Org, &r.Case, &r.N, &r.Body, &r.Sum, &r.Created}
}

// records lists what was frozen in a case, the latest first.
func (s store) records(ctx context.Context, q db.Querier, c Case) ([]Record, error) {
	return db.All(ctx, q, bindRecord, `
		SELECT id, org, matter, n, body, sum, created FROM casework_record WHERE org = $1 AND matter = $2 ORDER BY n DESC`, c.Org, c.ID)
}

func (s store) freeze(ctx context.Context, tx *db.Tx, r Record) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO casework_record (id, org, matter, n, body, sum, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		r.ID, r.Org, r.Case, r.N, r.Body, r.Sum, r.Created)
	return err
}

// A title is what an id in the log stands for.
type title struct {
	id, title string
	year, n   int
}

// titles returns those of the ids that are cases of organisations that root sees.
func (s store) titles(ctx context.Context, root ospo.OrgID, ids []string) ([]title, error) {
	in, list := db.Among(s.db, "c.id", 2, ids)
	return db.All(ctx, s.db.Read(), func(t *title) []any { return []any{&t.id, &t.title, &t.year, &t.n} }, `
		SELECT c.id, c.title, c.year, c.n FROM casework_case c WHERE c.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND `+in, root, list)
}

// naming lists the records in which a word stands.
func (s store) naming(ctx context.Context, q db.Querier, word string) ([]Record, error) {
	return db.All(ctx, q, bindRecord, `
		SELECT id, org, matter, n, body, sum, created FROM casework_record WHERE replace(body, CAST($1 AS TEXT), '') <> body
		-- every organisation: who is erased is erased everywhere`, word)
}

// titled lists the cases in whose title or answers a word stands.
func (s store) titled(ctx context.Context, q db.Querier, word string) ([]Case, error) {
	return db.All(ctx, q, bindCase(ctx), `
		SELECT `+caseColumns+` FROM casework_case c WHERE replace(c.title, CAST($1 AS TEXT), '') <> c.title OR replace(c.answers, CAST($2 AS TEXT), '') <> c.answers
		-- every organisation: who is erased is erased everywhere`, word, fold(word))
}

// refold notes anew what a search finds a case by: its name, and what was answered.
func (s store) refold(ctx context.Context, tx *db.Tx, c Case, answers string) error {
	_, err := tx.ExecContext(ctx, `UPDATE casework_case SET folded = $1, answers = $2 WHERE org = $3 AND id = $4`, c.folded(), answers, c.Org, c.ID)
	return err
}

// body reads a record anew.
func (s store) body(ctx context.Context, q db.Querier, r Record) (Record, error) {
	return db.One(ctx, q, bindRecord, `SELECT id, org, matter, n, body, sum, created FROM casework_record WHERE org = $1 AND id = $2`, r.Org, r.ID)
}

func (s store) setSum(ctx context.Context, tx *db.Tx, r Record) error {
	_, err := tx.ExecContext(ctx, `UPDATE casework_record SET sum = $1 WHERE org = $2 AND id = $3`, r.Sum, r.Org, r.ID)
	return err
}
