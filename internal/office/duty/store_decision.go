// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// decisionTables takes who asks three times: people and organisations outside of their view are
// not named.
const decisionColumns = `d.id, coalesce(o.id, ''), d.release, coalesce(r.version, ''), d.software, d.duty, d.contexts, d.state, d.reason, d.evidence, d.link, d.sum, d.role, d.due,
	coalesce(p.id, ''), coalesce(p.name, ''), d.at, d.revoked, coalesce(q.name, ''), d.why`

const decisionTables = ` FROM duty_decision d
		LEFT JOIN estate_release_view r ON r.id = d.release
		LEFT JOIN governance_org_view o ON o.id = d.org AND o.id IN (SELECT org FROM governance_scope_view WHERE root = $1)
		LEFT JOIN governance_person_view p ON p.id = d.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $2)
		LEFT JOIN governance_person_view q ON q.id = d.revoker AND q.org IN (SELECT org FROM governance_scope_view WHERE root = $3) `

func bindDecision(d *Decision) []any {
	return []any{&d.ID, &d.Org, &d.Release, &d.Version, &d.Software, &d.Duty, list{&d.Contexts}, &d.State, &d.Reason, &d.Evidence, &d.Link, &d.Sum, &d.Role, &d.Due,
		&d.Person, &d.Name, &d.At, &d.Revoked, &d.Revoker, &d.Why}
}

// decisions lists those near root about a software, the latest first, with what they cover;
// those about all software where none is given.
func (s store) decisions(ctx context.Context, root ospo.OrgID, software ospo.SoftwareID) ([]Decision, error) {
	of, ofParts, args := ``, ``, []any{root, root, root, root, root}
	if software != "" {
		of, ofParts, args = ` AND d.software = $6`, ` AND d.software = $3`, append(args, software)
	}
	all, err := db.All(ctx, s.db.Read(), bindDecision, `SELECT `+decisionColumns+decisionTables+` WHERE d.org IN `+near(4)+of+` ORDER BY d.id DESC`, args...)
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
		WHERE d.org IN `+near(1)+ofParts, args[3:]...) {
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
		WHERE d.org IN (SELECT org FROM governance_scope_view WHERE root = $4) AND d.id = $5`, root, root, root, root, id)
}

func (s store) addDecision(ctx context.Context, tx *db.Tx, d Decision) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO duty_decision (id, org, release, software, duty, contexts, state, reason, evidence, link, sum, role, due, person, at, revoked, revoker, why)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', '', '')`,
		d.ID, d.Org, d.Release, d.Software, d.Duty, joined(d.Contexts), d.State, d.Reason, d.Evidence, d.Link, d.Sum, d.Role, d.Due, tx.Act.Person, tx.Now); err != nil {
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
	r, err := tx.ExecContext(ctx, `UPDATE duty_decision SET revoked = $1, revoker = $2, why = $3 WHERE org = $4 AND id = $5 AND revoked = ''`,
		tx.Now, tx.Act.Person, why, d.Org, d.ID)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return fault.New(fault.Conflict, "duty.revoked_already")
}
