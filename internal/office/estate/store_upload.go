// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"encoding/json"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

func (s store) addUpload(ctx context.Context, tx *db.Tx, u Upload) error {
	mapping, err := json.Marshal(u.Mapping)
	if err != nil {
		return err
	}
	return tx.InsertMany(ctx, "estate_import", "id, org, person, name, sum, mapping, task, created",
		[][]any{{u.ID, u.Org, tx.Act.Person, u.Name, u.Sum, string(mapping), "", tx.Now}}, "")
}

func (s store) startUpload(ctx context.Context, tx *db.Tx, u Upload) error {
	mapping, err := json.Marshal(u.Mapping)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE estate_import SET mapping = $1, task = $2 WHERE id = $3 AND org = $4`, string(mapping), u.Task, u.ID, u.Org)
	return err
}

// upload returns an upload of the acting organisation itself: a table is imported for who brought it.
func (s store) upload(ctx context.Context, q db.Querier, org ospo.OrgID, id string) (Upload, error) {
	type row struct {
		Upload
		mapping string
	}
	r, err := db.One(ctx, q, func(r *row) []any { return []any{&r.ID, &r.Org, &r.Name, &r.Sum, &r.mapping, &r.Task, &r.Created} }, `
		SELECT id, org, name, sum, mapping, task, created FROM estate_import WHERE org = $1 AND id = $2`, org, id)
	if err != nil {
		return r.Upload, err
	}
	return r.Upload, json.Unmarshal([]byte(r.mapping), &r.Upload.Mapping)
}
