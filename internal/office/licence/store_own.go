// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// Who stands above is not named: $1 is whoever asks.
const ownColumns = `v.org, COALESCE((SELECT o.name FROM governance_org_view o JOIN governance_scope_view g ON g.org = o.id AND g.root = $1 WHERE o.id = v.org), ''), v.id, v.version, CASE WHEN v.state = 'retired' THEN 1 ELSE 0 END,
	v.name, v.class, v.about, v.body, v.source, v.reason, v.person, COALESCE((SELECT p.name FROM governance_person_view p JOIN governance_scope_view h ON h.org = p.org AND h.root = $2 WHERE p.id = v.person), ''), v.created`

type ownRow struct {
	Own
	retired int
}

func bindOwn(r *ownRow) []any {
	return []any{&r.Org, &r.OrgName, &r.ID, &r.Version, &r.retired, &r.Name, &r.Class, &r.About, &r.Text, &r.Source, &r.Reason, &r.Person, &r.Maker, &r.Created}
}

func owned(rows []ownRow, err error) ([]Own, error) {
	var out []Own
	for _, r := range rows {
		r.Retired = r.retired == 1
		if r.OrgName == "" {
			r.Person = ""
		}
		out = append(out, r.Own)
	}
	return out, err
}

// own lists the present versions of the licences that organisations at, above or below org
// keep: its own first, then those of the nearest above, then those below. An empty id lists
// all.
func (s store) own(ctx context.Context, q db.Querier, org ospo.OrgID, id string) ([]Own, error) {
	return owned(db.All(ctx, q, bindOwn, `
		SELECT `+ownColumns+`
		FROM (
			SELECT root AS org, 0 AS below FROM governance_scope_view WHERE org = $3
			UNION SELECT org, 1 FROM governance_scope_view WHERE root = $4 AND org <> $5
		) c JOIN licence_own v ON v.org = c.org
		WHERE ($6 = '' OR v.id = $7) AND v.version = (SELECT max(m.version) FROM licence_own m WHERE m.org = v.org AND m.id = v.id)
		ORDER BY c.below, (SELECT count(*) FROM governance_scope_view u WHERE u.org = v.org) DESC, v.name COLLATE "de-x-icu", v.id`, org, org, org, org, org, id, id))
}

// ownVersions lists what a licence of one organisation has been, for who may see it.
func (s store) ownVersions(ctx context.Context, root, org ospo.OrgID, id string) ([]Own, error) {
	return owned(db.All(ctx, s.db.Read(), bindOwn, `
		SELECT `+ownColumns+` FROM licence_own v
		WHERE v.org = $3 AND v.id = $4 AND EXISTS (SELECT 1 FROM governance_scope_view c WHERE c.root = $5 AND c.org = v.org OR c.root = v.org AND c.org = $6)
		ORDER BY v.version DESC`, root, root, org, id, root, root))
}

func (s store) addOwn(ctx context.Context, tx *db.Tx, org ospo.OrgID, version int, in OwnInput) error {
	state := "active"
	if in.Retired {
		state = "retired"
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO licence_own (org, id, version, state, name, class, about, body, source, reason, person, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		org, in.ID, version, state, in.Name, string(in.Class), in.About, in.Text, in.Source, in.Reason, tx.Act.Person, tx.Now)
	return err
}
