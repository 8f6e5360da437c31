// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"context"
	"errors"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const keysAtMost = 50

// keys lists a person's passkeys, the oldest first.
func (s store) keys(ctx context.Context, person ospo.PersonID) ([]Key, error) {
	return db.All(ctx, s.db.Read(), func(k *Key) []any { return []any{&k.ID, &k.Name, moment{&k.Created}, moment{&k.Used}, &k.body} }, `
		-- every organisation: a person's own
		SELECT id, name, created, used, body FROM factor_key WHERE person = $1 ORDER BY created, id LIMIT $2`, person, keysAtMost)
}

// moment scans a kept time.
type moment struct{ t *time.Time }

// Scan reads the kept text.
func (m moment) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("a kept time is not text")
	}
	*m.t = db.Time(text)
	return nil
}

func (s store) addKey(ctx context.Context, tx *db.Tx, m member, k Key) error {
	n, err := db.Count(ctx, tx, `
		-- every organisation: a person's own
		SELECT count(*) FROM factor_key WHERE person = $1`, m.person)
	if err != nil {
		return err
	}
	if n >= keysAtMost {
		return fault.New(fault.Invalid, "factor.key.many", keysAtMost)
	}
	ok, err := changed(tx.ExecContext(ctx, `
		INSERT INTO factor_key (id, person, org, name, body, created, used) VALUES ($1, $2, $3, $4, $5, $6, '')
		ON CONFLICT DO NOTHING`, k.ID, m.person, m.org, k.Name, k.body, tx.Now))
	if err == nil && !ok {
		err = fault.New(fault.Invalid, "factor.key.wrong")
	}
	return err
}

// usedKey keeps the counter that a passkey has reached.
func (s store) usedKey(ctx context.Context, tx *db.Tx, person ospo.PersonID, id, body string) error {
	return one(changed(tx.ExecContext(ctx, `
		-- every organisation: a person's own
		UPDATE factor_key SET body = $1, used = $2 WHERE person = $3 AND id = $4`, body, tx.Now, person, id)))
}

func (s store) renameKey(ctx context.Context, tx *db.Tx, person ospo.PersonID, id, name string) error {
	return one(changed(tx.ExecContext(ctx, `
		-- every organisation: a person's own
		UPDATE factor_key SET name = $1 WHERE person = $2 AND id = $3`, name, person, strings.ToValidUTF8(id, ""))))
}

func (s store) dropKey(ctx context.Context, tx *db.Tx, person ospo.PersonID, id string) error {
	return one(changed(tx.ExecContext(ctx, `
		-- every organisation: a person's own
		DELETE FROM factor_key WHERE person = $1 AND id = $2`, person, strings.ToValidUTF8(id, ""))))
}

// one turns nothing changed into not found.
func one(ok bool, err error) error {
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	return err
}

// addCeremony keeps a question, and sweeps out those that nobody has answered.
func (s store) addCeremony(ctx context.Context, tx *db.Tx, sum string, m member, body string, expires time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		-- every organisation: what is over is nobody's
		DELETE FROM factor_ceremony WHERE expires < $1`, tx.Now); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO factor_ceremony (sum, org, person, body, expires) VALUES ($1, $2, $3, $4, $5)`, sum, m.org, m.person, body, stamp(expires))
	return err
}

// useCeremony returns a question that waits for an answer of that person, for the one who
// answers first. The empty person answers questions asked of anybody.
func (s store) useCeremony(ctx context.Context, tx *db.Tx, sum string, person ospo.PersonID, now time.Time) (body string, err error) {
	all, err := db.Texts(ctx, tx, `
		-- every organisation: the challenge says whose it is
		SELECT body FROM factor_ceremony WHERE sum = $1 AND person = $2 AND expires > $3`, sum, person, stamp(now))
	if err != nil {
		return "", err
	}
	ok, err := changed(tx.ExecContext(ctx, `
		-- every organisation: the challenge says whose it is
		DELETE FROM factor_ceremony WHERE sum = $1 AND person = $2`, sum, person))
	if err == nil && (!ok || len(all) == 0) {
		return "", fault.New(fault.Invalid, "factor.key.late")
	}
	return strings.Join(all, ""), err
}
