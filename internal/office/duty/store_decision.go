// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const decisionColumns = `d.id, d.org, d.release, coalesce(r.version, ''), d.software, d.duty, d.contexts, d.state, d.reason, d.evidence, d.link, d.role, d.due,
	d.person, coalesce(p.name, ''), d.at, d.revoked, coalesce(q.name, ''), d.why`

const decisionTables = ` FROM duty_decision d
		LEFT JOIN estate_release_view r ON r.id = d.release
		LEFT JOIN governance_person_view p ON p.id = d.person
		LEFT JOIN governance_person_view q ON q.id = d.revoker `

func bindDecision(d *Decision) []any {
	return []any{&d.ID, &d.Org, &d.Release, &d.Version, &d.Software, &d.Duty, list{&d.Contexts}, &d.State, &d.Reason, &d.Evidence, &d.Link, &d.Role, &d.Due,
		&d.Person, &d.Name, &d.At, &d.Revoked, &d.Revoker, &d.Why}
}

// decisions lists those near root about a software, the latest first, with what they cover;
// those about all software where none is given.
func (s store) decisions(ctx context.Context, root ospo.OrgID, software ospo.SoftwareID) ([]Decision, error) {
	of, args := ``, []any{root, root}
	if software != "" {
		of, args = ` AND d.software = $3`, append(args, software)
	}
	all, err := db.All(ctx, s.db.Read(), bindDecision, `SELECT `+decisionColumns+decisionTables+` WHERE d.org IN `+near+of+` ORDER BY d.id DESC`, args...)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	at := make(map[string]*Decision, len(all))
	for i := range all {
		all[i].parts = map[mark]bool{}
		at[all[i].ID] = &all[i]
	}
	type row struct {
		decision string
		mark
	}
	for r, err := range db.Each(ctx, s.db.Read(), func(r *row) []any { return []any{&r.decision, &r.component, &r.licence} }, `
		SELECT t.decision, t.component, t.licence FROM duty_part t JOIN duty_decision d ON d.id = t.decision AND d.org = t.org
		WHERE d.org IN `+near+of, args...) {
		if err != nil {
			return nil, err
		}
		if d := at[r.decision]; d != nil {
			d.parts[r.mark] = true
			d.Covers++
		}
	}
	return all, nil
}

// decision returns one that was made in the tree of root.
func (s store) decision(ctx context.Context, root ospo.OrgID, id string) (Decision, error) {
	return db.One(ctx, s.db.Read(), bindDecision, `SELECT `+decisionColumns+decisionTables+`
		WHERE d.org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND d.id = $2`, root, id)
}

func (s store) addDecision(ctx context.Context, tx *db.Tx, d Decision) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO duty_decision (id, org, release, software, duty, contexts, state, reason, evidence, link, role, due, person, at, revoked, revoker, why)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '', '')`,
		d.ID, d.Org, d.Release, d.Software, d.Duty, joined(d.Contexts), d.State, d.Reason, d.Evidence, d.Link, d.Role, d.Due, tx.Act.Person, tx.Now); err != nil {
		return err
	}
	var rows [][]any
	for m := range d.parts {
		rows = append(rows, []any{d.Org, d.ID, m.component, m.licence})
	}
	slices.SortFunc(rows, func(a, b []any) int {
		return cmp.Or(strings.Compare(a[2].(string), b[2].(string)), cmp.Compare(a[3].(int64), b[3].(int64)))
	})
	return tx.InsertMany(ctx, "duty_part", "org, decision, component, licence", rows, "")
}

func (s store) revoke(ctx context.Context, tx *db.Tx, d Decision, why string) error {
	_, err := tx.ExecContext(ctx, `UPDATE duty_decision SET revoked = $1, revoker = $2, why = $3 WHERE org = $4 AND id = $5 AND revoked = ''`,
		tx.Now, tx.Act.Person, why, d.Org, d.ID)
	return err
}
