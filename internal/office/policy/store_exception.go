// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const exceptionColumns = `x.id, x.org, x.licence, x.component, x.contexts, x.software, coalesce((SELECT w.name FROM estate_software_view w WHERE w.id = x.software), ''), x.reason, x.until, x.question,
	x.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = x.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)), ''),
	coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = x.second AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $2)), ''), x.created, x.ended`

type exceptionRow struct {
	Exception
	contexts string
}

func bindException(r *exceptionRow) []any {
	return []any{&r.ID, &r.Org, &r.Licence, &r.Component, &r.contexts, &r.Software, &r.SoftwareName, &r.Reason, &r.Until, &r.Question, &r.Person, &r.Maker, &r.Second, &r.Created, &r.Ended}
}

func settled(rows []exceptionRow, today string) (out []Exception) {
	for _, r := range rows {
		for c := range strings.FieldsSeq(r.contexts) {
			r.Contexts = append(r.Contexts, ospo.Context(c))
		}
		switch {
		case r.Ended != "":
			r.State = "ended"
		case r.Until != "" && r.Until < today:
			r.State = "expired"
		default:
			r.State = "running"
		}
		if r.Maker == "" {
			r.Person = "" // of somebody above, nothing is told
		}
		out = append(out, r.Exception)
	}
	return out
}

// exceptions lists those of organisations in view, those in force first.
func (s store) exceptions(ctx context.Context, root ospo.OrgID, today string) ([]Exception, error) {
	rows, err := db.All(ctx, s.db.Read(), bindException, `
		SELECT `+exceptionColumns+` FROM policy_exception x
		WHERE x.org IN (SELECT org FROM governance_scope_view WHERE root = $3)
		ORDER BY CASE WHEN x.ended = '' AND (x.until = '' OR x.until >= $4) THEN 0 ELSE 1 END, x.created DESC, x.id LIMIT 1000`, root, root, root, today)
	return settled(rows, today), err
}

// exception returns one of an organisation in view.
func (s store) exception(ctx context.Context, root ospo.OrgID, id, today string) (Exception, error) {
	r, err := db.One(ctx, s.db.Read(), bindException, `
		SELECT `+exceptionColumns+` FROM policy_exception x WHERE x.org IN (SELECT org FROM governance_scope_view WHERE root = $3) AND x.id = $4`, root, root, root, id)
	if err != nil {
		return Exception{}, err
	}
	return settled([]exceptionRow{r}, today)[0], nil
}

// exceptionsOver lists those in force that organisations at or above org decided, the nearest
// first.
func (s store) exceptionsOver(ctx context.Context, org ospo.OrgID, today string) ([]Exception, error) {
	rows, err := db.All(ctx, s.db.Read(), bindException, `
		SELECT `+exceptionColumns+` FROM governance_scope_view c JOIN policy_exception x ON x.org = c.root
		WHERE c.org = $3 AND x.ended = '' AND (x.until = '' OR x.until >= $4)
		ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.org = x.org) DESC, x.created, x.id`, org, org, org, today)
	return settled(rows, today), err
}

func (s store) addException(ctx context.Context, tx *db.Tx, x Exception, second ospo.PersonID) error {
	contexts := make([]string, len(x.Contexts))
	for i, c := range x.Contexts {
		contexts[i] = string(c)
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO policy_exception (id, org, licence, component, contexts, software, reason, until, question, person, second, created, ended, ender)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '')`,
		x.ID, x.Org, x.Licence, x.Component, strings.Join(contexts, " "), x.Software, x.Reason, x.Until, x.Question, tx.Act.Person, second, tx.Now)
	return err
}

func (s store) endException(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) error {
	r, err := tx.ExecContext(ctx, `UPDATE policy_exception SET ended = $1, ender = $2 WHERE org = $3 AND id = $4 AND ended = ''`, tx.Now, tx.Act.Person, org, id)
	return once(r, err, "policy.exception.over")
}

// choicesOver lists what organisations at or above org chose, the nearest first.
func (s store) choicesOver(ctx context.Context, org ospo.OrgID) ([]Choice, error) {
	return db.All(ctx, s.db.Read(), func(c *Choice) []any {
		return []any{&c.Component, &c.Licence, &c.Chosen, &c.Reason, &c.Maker, &c.Created}
	}, `
		SELECT k.component, k.licence, k.chosen, k.reason, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = k.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)), ''), k.created
		FROM governance_scope_view c JOIN policy_choice k ON k.org = c.root
		WHERE c.org = $2
		ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.org = k.org) DESC, k.component, k.licence`, org, org)
}

func (s store) setChoice(ctx context.Context, tx *db.Tx, c Choice) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO policy_choice (org, component, licence, chosen, reason, person, created) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org, component, licence) DO UPDATE SET chosen = excluded.chosen, reason = excluded.reason, person = excluded.person, created = excluded.created`,
		tx.Act.Org, c.Component, c.Licence, c.Chosen, c.Reason, tx.Act.Person, tx.Now)
	return err
}
