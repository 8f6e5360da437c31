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

// listed are words as they are kept: between blanks.
type listed struct{ all *[]string }

// Scan reads them.
func (l listed) Scan(v any) error {
	text, ok := v.(string)
	if *l.all = strings.Fields(text); !ok {
		return fmt.Errorf("%v is no list of words", v)
	}
	return nil
}

// turnsOf lists the roles that a case waits for, by their key.
func (s store) turnsOf(ctx context.Context, q db.Querier, c Case) ([]Turn, error) {
	return db.All(ctx, q, func(t *Turn) []any { return []any{&t.Case, &t.Role, listed{&t.Steps}, &t.Since} }, `
		SELECT u.matter, u.role, u.steps, u.since FROM casework_turn u WHERE u.org = $1 AND u.matter = $2 ORDER BY u.role`, c.Org, c.ID)
}

func (s store) addTurn(ctx context.Context, tx *db.Tx, c Case, t Turn) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO casework_turn (org, matter, role, steps, since) VALUES ($1, $2, $3, $4, $5)`, c.Org, c.ID, t.Role, strings.Join(t.Steps, " "), tx.Now)
	return err
}

func (s store) dropTurns(ctx context.Context, tx *db.Tx, c Case) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM casework_turn WHERE org = $1 AND matter = $2`, c.Org, c.ID)
	return err
}

// awaits lets a case wait for its steps from a time on.
func (s store) awaits(ctx context.Context, tx *db.Tx, c Case, from string) error {
	_, err := tx.ExecContext(ctx, `UPDATE casework_turn SET since = $1 WHERE org = $2 AND matter = $3`, from, c.Org, c.ID)
	return err
}

const turnColumns = `u.matter, u.role, u.steps, u.since, u.org, c.year, c.n, c.title, c.type, c.version`

func bindTurn(t *Turn) []any {
	return []any{&t.Case, &t.Role, listed{&t.Steps}, &t.Since, &t.Org, &t.Year, &t.N, &t.Title, &t.Type, &t.Version}
}

// awaited lists cases that wait for a step of one of the roles, the longest first; of any role
// where none is named. Which they are the index alone finds out.
func (s store) awaited(ctx context.Context, root ospo.OrgID, roles []string, most int) ([]Turn, error) {
	where, args := `u.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND u.since <= $2`, []any{root, s.db.Stamp()}
	if len(roles) > 0 {
		in, list := db.Among(s.db, "u.role", 3, roles)
		where, args = where+` AND `+in, append(args, list)
	}
	return db.All(ctx, s.db.Read(), bindTurn, `
		SELECT `+turnColumns+` FROM (SELECT u.org, u.matter, u.role FROM casework_turn u WHERE `+where+` AND u.org <> '' ORDER BY u.since, u.matter, u.role LIMIT `+strconv.Itoa(most)+`) i
		JOIN casework_turn u ON u.org = i.org AND u.matter = i.matter AND u.role = i.role JOIN casework_case c ON c.id = u.matter
		ORDER BY u.since, u.matter, u.role`, args...)
}

// ownTurns lists the cases of whom a person asked that wait for a step of the asker.
func (s store) ownTurns(ctx context.Context, root ospo.OrgID, person ospo.PersonID) ([]Turn, error) {
	return db.All(ctx, s.db.Read(), bindTurn, `
		SELECT `+turnColumns+` FROM casework_case c JOIN casework_turn u ON u.org = c.org AND u.matter = c.id AND u.role = $1
		WHERE c.outcome = '' AND c.asker = $2 AND c.org IN (SELECT org FROM governance_scope_view WHERE root = $3) AND u.since <= $4
		ORDER BY u.since, u.matter LIMIT 100`, department, person, root, s.db.Stamp())
}

// ownTasks lists tasks of the asker that nobody has taken, in cases that a person asked for.
func (s store) ownTasks(ctx context.Context, root ospo.OrgID, person ospo.PersonID) ([]Work, error) {
	return db.All(ctx, s.db.Read(), bindWork(ctx), `
		SELECT `+workColumns+` FROM casework_case c JOIN casework_task t ON t.matter = c.id
		WHERE c.outcome = '' AND c.asker = $1 AND c.org IN (SELECT org FROM governance_scope_view WHERE root = $2) AND t.result = '' AND t.person = '' AND t.role = $3
		ORDER BY `+urgency+`, t.id LIMIT 100`, person, root, department)
}

// unsettled lists open cases behind an id of which nothing is kept of whom they wait for.
func (s store) unsettled(ctx context.Context, after string, most int) ([]Case, error) {
	return db.All(ctx, s.db.Read(), bindCase(ctx), `
		SELECT `+caseColumns+` FROM casework_case c
		WHERE c.outcome = '' AND c.id > $1 AND NOT EXISTS (SELECT 1 FROM casework_turn u WHERE u.org = c.org AND u.matter = c.id) -- every organisation: a job for the whole instance
		ORDER BY c.id LIMIT $2`, after, most)
}

// openOf lists the open tasks of cases, by case.
func (s store) openOf(ctx context.Context, cases []Case) (map[string][]Task, error) {
	ids, out := make([]string, len(cases)), map[string][]Task{}
	for i, c := range cases {
		ids[i] = c.ID
	}
	in, list := db.Among(s.db, "t.matter", 1, ids)
	all, err := db.All(ctx, s.db.Read(), func(t *Task) []any { return []any{&t.Case, &t.Task} }, `
		SELECT t.matter, t.task FROM casework_task t WHERE `+in+` AND t.result = '' -- every organisation: a job for the whole instance`, list)
	for _, t := range all {
		out[t.Case] = append(out[t.Case], t)
	}
	return out, err
}

const tasksInScope = `t.org IN (SELECT org FROM governance_scope_view WHERE root = $1)`

// urgency is the day by which open tasks are in order: those without one come last.
const urgency = `CASE WHEN t.due = '' THEN '9999' ELSE t.due END`

// team lists open tasks that root sees, whoever has them, one more than a page has.
func (s store) team(ctx context.Context, root ospo.OrgID, f TeamSieve) ([]Work, error) {
	where, args := f.where(root)
	// By the index of what is urgent, in its order: sorting all open tasks anew takes too long.
	where = strings.Replace(where, tasksInScope, `EXISTS (SELECT 1 FROM governance_scope_view s WHERE s.root = $1 AND s.org = t.org)`, 1)
	if f.after != nil {
		n := len(args)
		where += ` AND (` + urgency + ` > ` + db.In(n+1, 1) + ` OR ` + urgency + ` = ` + db.In(n+2, 1) + ` AND t.id > ` + db.In(n+3, 1) + `)`
		args = append(args, f.after[0], f.after[0], f.after[1])
	}
	args = append(args, f.Size+1)
	return db.All(ctx, s.db.Read(), bindWork(ctx), `
		SELECT `+workColumns+` FROM (SELECT t.id FROM casework_task t WHERE `+where+` AND t.org <> '' ORDER BY `+urgency+`, t.id LIMIT `+db.In(len(args), 1)+`) i
		JOIN casework_task t ON t.id = i.id JOIN casework_case c ON c.id = t.matter
		ORDER BY `+urgency+`, t.id`, args...)
}

// where is the condition of a sieve with its arguments.
func (f TeamSieve) where(root ospo.OrgID) (string, []any) {
	where, args := `t.result = '' AND `+tasksInScope, []any{root}
	if f.Role != "" {
		args = append(args, f.Role)
		where += ` AND t.role = ` + db.In(len(args), 1)
	}
	switch f.Who {
	case "":
	case "nobody":
		where += ` AND t.person = ''`
	case "taken":
		where += ` AND t.person <> ''`
	case "late":
		args = append(args, f.today)
		where += ` AND t.due <> '' AND t.due < ` + db.In(len(args), 1)
	default:
		args = append(args, f.Who)
		where += ` AND t.person = ` + db.In(len(args), 1)
	}
	return where, args
}
