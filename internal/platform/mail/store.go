// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package mail

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

const columns = `id, org, person, address, kind, lang, args, content, state, attempt, due, fault, detail, created, sent`

func bind(l *Letter) []any {
	return []any{&l.ID, &l.Org, &l.Person, &l.To, &l.Kind, &l.Lang, &l.Args, said{&l.Content}, &l.State, &l.Attempt,
		moment{&l.Due}, &l.Fault, &l.Detail, moment{&l.Created}, moment{&l.Sent}}
}

// said scans what a letter says.
type said struct{ c *Content }

func (s said) Scan(v any) error {
	text, ok := v.(string)
	if !ok || text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), s.c); err != nil {
		return err
	}
	whole(s.c.Subject.Args)
	for _, l := range s.c.Lines {
		whole(l.Args)
	}
	return nil
}

// whole turns the numbers that JSON made floating back into counts.
func whole(args []any) {
	for i, a := range args {
		if f, ok := a.(float64); ok && f == float64(int64(f)) {
			args[i] = int64(f)
		}
	}
}

// moment scans a kept time.
type moment struct{ t *time.Time }

func (m moment) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("a kept time is not text")
	}
	*m.t = db.Time(text)
	return nil
}

func (s store) add(ctx context.Context, tx *db.Tx, l Letter, content string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO mail_letter (id, org, person, address, kind, lang, args, content, state, attempt, due, fault, detail, created, sent)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', 0, $9, '', '', $10, '')`,
		l.ID, l.Org, l.Person, l.To, l.Kind, l.Lang, l.Args, content, tx.Now, tx.Now)
	return err
}

// lease is for how long a letter is its sender's: longer than an attempt may take.
const lease = 2 * time.Minute

// claim takes the letter that is due the longest. Others that look at the same time find
// it taken: its time has moved on.
func (s store) claim(ctx context.Context) (Letter, bool, error) {
	for {
		due, err := db.All(ctx, s.db.Read(), bind, `
			SELECT `+columns+` FROM mail_letter WHERE state = 'queued' AND due <= $1 ORDER BY due, id LIMIT 1`, s.db.Stamp())
		if err != nil || len(due) == 0 {
			return Letter{}, false, err
		}
		l, mine := due[0], false
		err = s.db.Keep(ctx, func(tx *db.Tx) error {
			r, err := tx.ExecContext(ctx, `
				UPDATE mail_letter SET due = $1, attempt = attempt + 1 WHERE id = $2 AND state = 'queued' AND due = $3`,
				stamp(s.db.Now().Add(lease)), l.ID, stamp(l.Due))
			if err != nil {
				return err
			}
			n, err := r.RowsAffected()
			mine = n == 1
			return err
		})
		if l.Attempt++; err != nil || mine {
			return l, mine, err
		}
	}
}

// sent erases what the letter says: it is with its reader now.
func (s store) sent(ctx context.Context, l Letter) error {
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE mail_letter SET state = 'sent', org = $1, person = $2, address = $3, args = '', content = '', fault = '', detail = '', sent = $4
			WHERE id = $5`, l.Org, l.Person, l.To, tx.Now, l.ID)
		if err != nil {
			return err
		}
		return s.sweep(ctx, tx)
	})
}

// keepDays is for how long it can be seen that a letter was sent.
const keepDays = 90

func (s store) sweep(ctx context.Context, tx *db.Tx) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM mail_letter WHERE state = 'sent' AND sent < $1`, stamp(s.db.Now().AddDate(0, 0, -keepDays)))
	return err
}

func (s store) failed(ctx context.Context, l Letter, due time.Time) error {
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE mail_letter SET state = $1, org = $2, person = $3, address = $4, fault = $5, detail = $6, due = $7 WHERE id = $8`,
			l.State, l.Org, l.Person, l.To, l.Fault, l.Detail, stamp(due), l.ID)
		return err
	})
}

func (s store) drop(ctx context.Context, id string) error {
	return s.db.Keep(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM mail_letter WHERE id = $1`, id)
		return err
	})
}

// forget removes the letters to addresses, whether they were sent or not.
func (s store) forget(ctx context.Context, tx *db.Tx, addresses []string) error {
	for _, address := range addresses {
		if _, err := tx.ExecContext(ctx, `DELETE FROM mail_letter WHERE address <> '' AND lower(address) = lower($1)`, address); err != nil {
			return err
		}
	}
	return nil
}

// What an organisation may see: its own letters and those below it; at the top of a tree
// also those of the instance.
const visible = `(org IN (SELECT org FROM governance_scope_view WHERE root = $1)
	OR org = 'system' AND NOT EXISTS (SELECT 1 FROM governance_scope_view WHERE org = $2 AND root <> $3))`

// letters lists the letters in view, the newest first; state narrows, empty does not.
func (s store) letters(ctx context.Context, root ospo.OrgID, state, before string, n int) ([]Letter, error) {
	if before == "" {
		before = "g" // after every UUID
	}
	return db.All(ctx, s.db.Read(), bind, `
		SELECT `+columns+` FROM mail_letter WHERE `+visible+` AND ($4 = '' OR state = $5) AND id < $6 ORDER BY id DESC LIMIT $7`,
		root, root, root, state, state, before, n)
}

func (s store) count(ctx context.Context, root ospo.OrgID, state string) (int, error) {
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM mail_letter WHERE `+visible+` AND state = $4`, root, root, root, state)
}

// again lets a failed letter be tried anew.
func (s store) again(ctx context.Context, tx *db.Tx, root ospo.OrgID, id string) error {
	r, err := tx.ExecContext(ctx, `
		UPDATE mail_letter SET state = 'queued', attempt = 0, due = '' WHERE `+visible+` AND id = $4 AND state <> 'sent'`, root, root, root, id)
	return hit(r, err)
}

// discard removes a letter that was not sent.
func (s store) discard(ctx context.Context, tx *db.Tx, root ospo.OrgID, id string) error {
	r, err := tx.ExecContext(ctx, `DELETE FROM mail_letter WHERE `+visible+` AND id = $4 AND state <> 'sent'`, root, root, root, id)
	return hit(r, err)
}

func hit(r interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fault.New(fault.NotFound, "fault.not_found"))
	}
	return nil
}

// stamp writes a time as it is kept; the zero time is the empty text, which is before all.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(db.Clock)
}

func (s store) inState(ctx context.Context, state string) (int, error) {
	return db.Count(ctx, s.db.Read(), `SELECT count(*) FROM mail_letter WHERE state = $1 -- every organisation: a figure of the instance`, state)
}
