// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

const mailColumns = `id, org, system, way, matter, ident, refs, sender, name, subject, said, files, sum, state, why, flaw, proof, created`

// rowsOf scans words kept one a line.
type rowsOf struct{ into *[]string }

// Scan reads them.
func (r rowsOf) Scan(v any) error {
	if text, ok := v.(string); ok && text != "" {
		*r.into = strings.Split(text, "\n")
	}
	return nil
}

func bindMail(m *Mail) []any {
	return []any{&m.ID, &m.Org, &m.System, &m.Way, &m.Matter, &m.Ident, rowsOf{&m.Refs}, &m.Sender, &m.Name, &m.Subject, &m.Said, rowsOf{&m.Files}, &m.Sum, &m.State, &m.Why, &m.Flaw, &m.Proof, &m.Created}
}

// addMail keeps a mail; it reports whether it is a new one.
func (s store) addMail(ctx context.Context, tx *db.Tx, m Mail, print string) (bool, error) {
	r, err := tx.ExecContext(ctx, `
		INSERT INTO ticket_mail (id, org, system, way, matter, ident, refs, sender, name, subject, said, files, sum, state, why, flaw, print, proof, created)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) ON CONFLICT DO NOTHING`,
		m.ID, m.Org, m.System, m.Way, m.Matter, m.Ident, strings.Join(m.Refs, "\n"), m.Sender, m.Name, m.Subject, m.Said, strings.Join(m.Files, "\n"), m.Sum, m.State, m.Why, m.Flaw, print, m.Proof, tx.Now)
	return hit(r, err)
}

// printed reports whether a mail is there already.
func (s store) printed(ctx context.Context, system, print string) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `SELECT count(*) FROM ticket_mail WHERE system = $1 AND print = $2 -- every organisation: mails of one mailbox`, system, print)
	return n > 0, err
}

// settle notes what came of a mail. Of several who are at it at a time one does; what the others
// were about to write is undone.
func (s store) settle(ctx context.Context, tx *db.Tx, m Mail, matter, state, why string) error {
	r, err := tx.ExecContext(ctx, `UPDATE ticket_mail SET matter = $1, state = $2, why = $3 WHERE org = $4 AND id = $5 AND state IN ('new', 'kept')`, matter, state, why, m.Org, m.ID)
	done, err := hit(r, err)
	if err == nil && !done {
		err = fault.New(fault.Conflict, "ticket.mail.settled")
	}
	return err
}

func (s store) mail(ctx context.Context, q db.Querier, org ospo.OrgID, id string) (Mail, error) {
	return db.One(ctx, q, bindMail, `SELECT `+mailColumns+` FROM ticket_mail WHERE org = $1 AND id = $2`, org, id)
}

// mailSeen is one of an organisation that root sees.
func (s store) mailSeen(ctx context.Context, root ospo.OrgID, id string) (Mail, error) {
	return db.One(ctx, s.db.Read(), bindMail, `
		SELECT `+mailColumns+` FROM ticket_mail WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND id = $2`, root, id)
}

// inbox lists mails that came in and root sees, the latest first; state narrows.
func (s store) inbox(ctx context.Context, root ospo.OrgID, state, before string, n int) ([]Mail, error) {
	if before == "" {
		before = "g" // after every UUID
	}
	return db.All(ctx, s.db.Read(), bindMail, `
		SELECT `+mailColumns+` FROM ticket_mail WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND way = 'in'
			AND ($2 = '' OR state = $3) AND id < $4 ORDER BY id DESC LIMIT $5`, root, state, state, before, n)
}

// mails lists those of a case, the latest first.
func (s store) mails(ctx context.Context, org ospo.OrgID, matter string) ([]Mail, error) {
	return db.All(ctx, s.db.Read(), bindMail, `
		SELECT `+mailColumns+` FROM ticket_mail WHERE matter = $1 AND matter <> '' AND org IN (SELECT root FROM governance_scope_view WHERE org = $2) ORDER BY id DESC LIMIT 100`, matter, org)
}

// thread is the case in which a mail of that name stands.
func (s store) thread(ctx context.Context, system, ident string) (string, bool, error) {
	all, err := db.Texts(ctx, s.db.Read(), `
		SELECT matter FROM ticket_mail WHERE system = $1 AND ident = $2 AND matter <> '' ORDER BY id LIMIT 1 -- every organisation: mails of one mailbox`, system, ident)
	if err != nil || len(all) == 0 {
		return "", false, err
	}
	return all[0], true, nil
}

// wrote reports whether a sender has written in a case before.
func (s store) wrote(ctx context.Context, matter, sender string) (bool, error) {
	n, err := db.Count(ctx, s.db.Read(), `
		SELECT count(*) FROM ticket_mail WHERE matter = $1 AND way = 'in' AND sender = $2 AND sender <> '' -- every organisation: the case was found by the mailbox's`, matter, sender)
	return n > 0, err
}

// lately counts the mails of the sender of one since a time: with proof, or without. What strangers send in
// somebody's name must not use up what that person may send.
func (s store) lately(ctx context.Context, q db.Querier, m Mail, since string) (int, error) {
	proof := "proof = ''"
	if m.Proof != "" {
		proof = "proof <> ''"
	}
	return db.Count(ctx, q, `
		SELECT count(*) FROM ticket_mail WHERE system = $1 AND way = 'in' AND sender = $2 AND created > $3 AND `+proof+` -- every organisation: mails of one mailbox`, m.System, m.Sender, since)
}

// admitted counts what mails without proof have opened since a time.
func (s store) admitted(ctx context.Context, q db.Querier, system, since string) (int, error) {
	return db.Count(ctx, q, `
		SELECT count(*) FROM ticket_mail WHERE system = $1 AND state = 'opened' AND proof = '' AND created > $2 -- every organisation: mails of one mailbox`, system, since)
}

// naming lists the mails in which a word stands, in whatever column or in whatever letters.
func (s store) naming(ctx context.Context, q db.Querier, word string) ([]Mail, error) {
	return db.All(ctx, q, bindMail, `
		SELECT `+mailColumns+` FROM ticket_mail WHERE sum <> '' AND lower(sender || ' ' || name || ' ' || subject || ' ' || said || ' ' || ident || ' ' || refs) LIKE $1 ESCAPE '\'
		-- every organisation: who is erased is erased everywhere`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(word))+"%")
}

// bare takes the mail as it came from what was read of it.
func (s store) bare(ctx context.Context, tx *db.Tx, m Mail) error {
	_, err := tx.ExecContext(ctx, `UPDATE ticket_mail SET sum = '' WHERE org = $1 AND id = $2`, m.Org, m.ID)
	return err
}

// old lists mails of which nothing came before a time.
func (s store) old(ctx context.Context, before string) ([]Mail, error) {
	return db.All(ctx, s.db.Read(), bindMail, `
		SELECT `+mailColumns+` FROM ticket_mail WHERE state = 'kept' AND created < $1 ORDER BY id LIMIT $2 -- every organisation: work for all`, before, mostResumed)
}

func (s store) dropMail(ctx context.Context, tx *db.Tx, m Mail) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM ticket_mail WHERE org = $1 AND id = $2`, m.Org, m.ID)
	return err
}

func (s store) addDropped(ctx context.Context, tx *db.Tx, sum string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO ticket_dropped (sum, at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, sum, tx.Now)
	return err
}

// dropped lists contents that were let go, the oldest first.
func (s store) dropped(ctx context.Context) ([]string, error) {
	return db.Texts(ctx, s.db.Read(), `SELECT sum FROM ticket_dropped ORDER BY at, sum LIMIT $1`, mostResumed)
}

func (s store) endDropped(ctx context.Context, tx *db.Tx, sum string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM ticket_dropped WHERE sum = $1`, sum)
	return err
}
