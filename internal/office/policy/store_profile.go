// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"strconv"

	engine "allmende/internal/engine/judge"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type profileRow struct {
	Profile
	id, body string
}

// profiles lists the versions of own profiles that organisations at or above org decided, the
// one that applies last; an empty id is all.
func (s store) profiles(ctx context.Context, q db.Querier, org ospo.OrgID, id string) ([]Profile, error) {
	rows, err := db.All(ctx, q, func(r *profileRow) []any {
		return []any{&r.home, &r.OrgName, &r.id, &r.number, &r.body, &r.Reason, &r.maker, &r.Maker, &r.Second, &r.Created}
	}, `
		SELECT v.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = v.org), ''), v.id, v.version, v.body, v.reason, v.person,
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = v.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)), ''),
			coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = v.second AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $2)), ''), v.created
		FROM governance_scope_view c JOIN policy_profile v ON v.org = c.root
		WHERE c.org = $3 AND ($4 = '' OR v.id = $5)
		ORDER BY v.id, (SELECT count(*) FROM governance_scope_view u WHERE u.org = v.org), v.version`, org, org, org, id, id)
	var out []Profile
	for _, r := range rows {
		if r.Profile.Profile, err = parse(r.body); err != nil {
			return nil, err
		}
		r.Own, r.Org, r.Profile.ID, r.Profile.Version = true, r.home, r.id, strconv.Itoa(r.number)
		out = append(out, r.Profile)
	}
	return out, err
}

func (s store) addProfile(ctx context.Context, tx *db.Tx, org ospo.OrgID, p engine.Profile, number int, reason string, second ospo.PersonID) error {
	body, err := kept(p)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO policy_profile (org, id, version, body, reason, person, second, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		org, p.ID, number, body, reason, tx.Act.Person, second, tx.Now)
	return err
}

// standard returns which profile applies in an organisation: what the nearest one at or above
// it decided last.
func (s store) standard(ctx context.Context, q db.Querier, org ospo.OrgID) (Standard, error) {
	st, err := db.One(ctx, q, func(st *Standard) []any { return []any{&st.Profile, &st.Org, &st.Reason, &st.Maker, &st.Created} }, `
		SELECT s.profile, s.org, s.reason, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = s.person AND p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)), ''), s.created
		FROM governance_scope_view c JOIN policy_standard s ON s.org = c.root
		WHERE c.org = $2
		ORDER BY (SELECT count(*) FROM governance_scope_view u WHERE u.org = s.org) DESC, s.created DESC, s.id DESC LIMIT 1`, org, org)
	if fault.Of(err) == fault.NotFound {
		return Standard{Profile: engine.Standard}, nil
	}
	return st, err
}

func (s store) setStandard(ctx context.Context, tx *db.Tx, org ospo.OrgID, profile, reason string, second ospo.PersonID) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO policy_standard (id, org, profile, reason, person, second, created) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		db.NewID(), org, profile, reason, tx.Act.Person, second, tx.Now)
	return err
}
