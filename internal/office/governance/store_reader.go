// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// reader returns who gets mail under a login, or as a person.
func (s store) reader(ctx context.Context, w wanted) (Reader, error) {
	return db.One(ctx, s.db.Read(), func(r *Reader) []any {
		return []any{&r.Person, &r.Org, &r.OrgName, &r.Name, &r.Mail, &r.Lang}
	}, `
		SELECT r.id, r.org, o.name, r.name, r.mail, r.lang
		FROM governance_reader_view r JOIN governance_org o ON o.org = r.org
		WHERE r.id = $1 OR $2 <> '' AND r.login = $3 -- every organisation: a login is unique in the instance`, w.Person, w.Login, w.Login)
}

// speaks notes the language that a person reads in.
func (s store) speaks(ctx context.Context, tx *db.Tx, person ospo.PersonID, lang string) error {
	_, err := tx.ExecContext(ctx, `
		-- every organisation: a person's own
		UPDATE governance_person SET lang = $1 WHERE id = $2 AND lang <> $3`, lang, person, lang)
	return err
}
