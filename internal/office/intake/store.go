// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"strings"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

type store struct{ db *db.DB }

// list is domains as they are kept: with blanks between them.
type list struct{ to *[]string }

// Scan reads them.
func (l list) Scan(v any) error {
	text, _ := v.(string)
	*l.to = strings.Fields(text)
	return nil
}

func bindHouse(h *House) []any {
	return []any{&h.Org, &h.Name, &h.Open, &h.Slug, list{&h.Domains}}
}

const houseColumns = `h.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = h.org), ''), h.open, h.slug, h.domains`

func (s store) house(ctx context.Context, q db.Querier, org ospo.OrgID) (House, error) {
	return db.One(ctx, q, bindHouse, `SELECT `+houseColumns+` FROM intake_house h WHERE h.org = $1`, org)
}

// public is the house behind a name, where it lets guests ask and is not suspended.
func (s store) public(ctx context.Context, q db.Querier, slug string) (House, error) {
	return db.One(ctx, q, bindHouse, `
		SELECT `+houseColumns+` FROM intake_house h
		WHERE h.slug = $1 AND h.open AND NOT EXISTS (SELECT 1 FROM governance_suspended_view x WHERE x.org = h.org) -- every organisation: the name is public and says which`, slug)
}

// taken reports whether another organisation has the public name already.
func (s store) taken(ctx context.Context, q db.Querier, h House) (bool, error) {
	n, err := db.Count(ctx, q, `SELECT count(*) FROM intake_house WHERE org <> $1 AND slug = $2 -- every organisation: public names are one list`, h.Org, h.Slug)
	return n > 0, err
}

func (s store) setHouse(ctx context.Context, tx *db.Tx, h House) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO intake_house (org, open, slug, domains, person, created) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (org) DO UPDATE SET open = excluded.open, slug = excluded.slug, domains = excluded.domains, person = excluded.person, created = excluded.created`,
		h.Org, h.Open, h.Slug, strings.Join(h.Domains, " "), tx.Act.Person, tx.Now)
	return err
}

func (s store) addGuest(ctx context.Context, tx *db.Tx, g Guest) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO intake_guest (id, org, matter, number, title, name, mail, lang, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		g.ID, g.Org, g.Case, g.Number, g.Title, g.Name, g.Mail, g.Lang, tx.Now)
	return err
}

// came counts the guests of an organisation since a time.
func (s store) came(ctx context.Context, q db.Querier, org ospo.OrgID, since time.Time) (int, error) {
	return db.Count(ctx, q, `SELECT count(*) FROM intake_guest WHERE org = $1 AND created > $2`, org, since.UTC().Format(db.Clock))
}

// cameBy counts those of one mail address.
func (s store) cameBy(ctx context.Context, q db.Querier, org ospo.OrgID, mail string, since time.Time) (int, error) {
	return db.Count(ctx, q, `SELECT count(*) FROM intake_guest WHERE org = $1 AND created > $2 AND lower(mail) = lower($3)`, org, since.UTC().Format(db.Clock), mail)
}

func bindGuest(g *Guest) []any {
	return []any{&g.ID, &g.Org, &g.Case, &g.Number, &g.Title, &g.Name, &g.Mail, &g.Lang, &g.Created}
}

const guestColumns = `g.id, g.org, g.matter, g.number, g.title, g.name, g.mail, g.lang, g.created`

func (s store) guest(ctx context.Context, q db.Querier, org ospo.OrgID, id string) (Guest, error) {
	return db.One(ctx, q, bindGuest, `SELECT `+guestColumns+` FROM intake_guest g WHERE g.org = $1 AND g.id = $2`, org, id)
}

// guestOf is who asked for a case without an account.
func (s store) guestOf(ctx context.Context, q db.Querier, org ospo.OrgID, matter string) (Guest, error) {
	return db.One(ctx, q, bindGuest, `SELECT `+guestColumns+` FROM intake_guest g WHERE g.org = $1 AND g.matter = $2`, org, matter)
}

// mostGuests bounds the list of guests.
const mostGuests = 200

func (s store) guests(ctx context.Context, root ospo.OrgID) ([]Guest, error) {
	return db.All(ctx, s.db.Read(), bindGuest, `
		SELECT `+guestColumns+` FROM intake_guest g WHERE g.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
		ORDER BY g.created DESC, g.id DESC LIMIT $2`, root, mostGuests)
}

func (s store) addLink(ctx context.Context, tx *db.Tx, id string, g Guest, sum string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO intake_link (id, org, guest, sum, created) VALUES ($1, $2, $3, $4, $5)`, id, g.Org, g.ID, sum, tx.Now)
	return err
}

// linked is the guest of a link, with the sum of its secret.
func (s store) linked(ctx context.Context, q db.Querier, id string) (Guest, string, error) {
	type row struct {
		Guest
		sum string
	}
	r, err := db.One(ctx, q, func(r *row) []any { return append(bindGuest(&r.Guest), &r.sum) }, `
		SELECT `+guestColumns+`, l.sum FROM intake_link l JOIN intake_guest g ON g.id = l.guest
		WHERE l.id = $1 AND NOT EXISTS (SELECT 1 FROM governance_suspended_view x WHERE x.org = g.org) -- every organisation: whoever has the secret is let in, see Recognise`, id)
	return r.Guest, r.sum, err
}

// spoke keeps when the asker of a case has said something last.
func (s store) spoke(ctx context.Context, tx *db.Tx, org ospo.OrgID, matter string) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO intake_word (matter, org, at, seen) VALUES ($1, $2, $3, '')
		ON CONFLICT (matter) DO UPDATE SET at = excluded.at, seen = ''`, matter, org, tx.Now)
	return err
}

func (s store) word(ctx context.Context, root ospo.OrgID, matter string) ([]Word, error) {
	return db.All(ctx, s.db.Read(), func(w *Word) []any { return []any{&w.Case, &w.Org, &w.At, &w.Seen} }, `
		SELECT matter, org, at, seen FROM intake_word WHERE org IN (SELECT org FROM governance_scope_view WHERE root = $1) AND matter = $2`, root, matter)
}

// seeWord notes that what was said until a time is known.
func (s store) seeWord(ctx context.Context, tx *db.Tx, w Word) error {
	_, err := tx.ExecContext(ctx, `UPDATE intake_word SET seen = $1 WHERE org = $2 AND matter = $3 AND at = $4 AND seen = ''`, tx.Now, w.Org, w.Case, w.At)
	return err
}

// unseen lists those of some cases with a message that is not known.
func (s store) unseen(ctx context.Context, ids []string) ([]string, error) {
	in, list := db.Among(s.db, "matter", 1, ids)
	return db.Texts(ctx, s.db.Read(), `SELECT matter FROM intake_word WHERE seen = '' AND `+in+` -- every organisation: the caller has found the cases`, list)
}
