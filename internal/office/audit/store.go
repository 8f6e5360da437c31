// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

type store struct{ db *db.DB }

// New returns the log kept in d. What has to be done again and again is done in q.
func New(d *db.DB, q *job.Queue) *Service {
	s := &Service{store: store{d}, queue: q}
	if q != nil {
		s.work(q)
	}
	return s
}

// A moment is where a kept time goes when a row is read.
type moment struct{ *time.Time }

// Scan reads a kept time.
func (m moment) Scan(v any) error {
	s, ok := v.(string)
	if *m.Time = db.Time(s); !ok || m.IsZero() {
		return fmt.Errorf("%v is no kept time, want %s", v, db.Clock)
	}
	return nil
}

func bindEntry(e *Entry) []any {
	return []any{&e.ID, moment{&e.At}, &e.Org, &e.OrgName, &e.Person, &e.PersonName, &e.What, &e.Thing, &e.Door, &e.Request,
		&e.Number, &e.Role, rawDiff{&e.Diff}, truth{&e.Erased}}
}

// rawDiff is where a difference goes when a row is read: JSON as it is.
type rawDiff struct{ to *json.RawMessage }

// Scan reads a difference; what is no JSON is quoted, so that whoever tampered shows.
func (d rawDiff) Scan(v any) error {
	text, _ := v.(string)
	switch {
	case text == "":
	case json.Valid([]byte(text)):
		*d.to = json.RawMessage(text)
	default:
		*d.to, _ = json.Marshal(text)
	}
	return nil
}

// truth scans 0 and 1.
type truth struct{ to *bool }

// Scan reads a number.
func (t truth) Scan(v any) error {
	n, ok := v.(int64)
	*t.to = n != 0
	if !ok {
		return fmt.Errorf("%v is neither 0 nor 1", v)
	}
	return nil
}

const columns = `
	SELECT e.id, e.at, e.org, coalesce((SELECT o.name FROM governance_org_view o WHERE o.id = e.org), ''),
		e.person, coalesce((SELECT p.name FROM governance_person_view p WHERE p.id = e.person),
			(SELECT t.name FROM governance_token_view t WHERE e.person LIKE 'token:%' AND t.id = substr(e.person, 7)), ''),
		e.what, e.thing, e.door, e.request, coalesce(e.n, 0), e.role, e.diff, CASE WHEN e.sum = '' THEN 0 ELSE 1 END
	FROM log_entry_view e `

// An organisation's entries lie in order in the log's index. For few organisations their
// newest are merged; for many the log is read from its end, where nearly every entry is
// one of theirs.
const fewOrgs = 16

// entries lists at most n entries that root may see, the newest first.
func (s store) entries(ctx context.Context, root ospo.OrgID, f Filter, n int) ([]Entry, error) {
	orgs, err := s.orgs(ctx, root, f.Org)
	if err != nil || len(orgs) == 0 {
		return nil, err
	}
	if len(orgs) > fewOrgs || f.Thing != "" || f.Person != "" || n > 1000 {
		return s.wide(ctx, root, f, n)
	}
	var all []Entry
	where, args := f.where(2)
	for _, org := range orgs {
		some, err := db.All(ctx, s.db.Read(), bindEntry, columns+`WHERE e.org = $1`+where+newest+strconv.Itoa(n), append([]any{org}, args...)...)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Compare(b.ID, a.ID) })
	return all[:min(n, len(all))], nil
}

const newest = ` ORDER BY e.id DESC LIMIT `

// wide reads along the log, or along the index of things or people. The empty text beside
// the organisation keeps the database from gathering all entries by organisation first.
func (s store) wide(ctx context.Context, root ospo.OrgID, f Filter, n int) ([]Entry, error) {
	where, args := f.where(4)
	if f.Org != "" {
		where, args = where+` AND e.org || '' = $`+strconv.Itoa(4+len(args)), append(args, f.Org)
	}
	return db.All(ctx, s.db.Read(), bindEntry, columns+`
		WHERE (e.org || '' IN (SELECT org FROM governance_scope_view WHERE root = $1)
			OR e.org || '' = $2 AND EXISTS (SELECT 1 FROM governance_org_view WHERE id = $3 AND parent = ''))`+
		where+newest+strconv.Itoa(n), append([]any{root, instance, root}, args...)...)
}

// instance is the organisation that the server's own acts bear; whoever stands at the top
// of a tree may see them.
const instance = "system"

// orgs lists whose entries root may see: all, or the one asked for; one more than few is enough.
func (s store) orgs(ctx context.Context, root ospo.OrgID, only string) ([]string, error) {
	return db.Texts(ctx, s.db.Read(), `
		SELECT org FROM (
			SELECT org FROM governance_scope_view WHERE root = $1
			UNION ALL
			SELECT 'system' FROM governance_org_view WHERE id = $2 AND parent = ''
		) AS seen WHERE $3 = '' OR org = $4 LIMIT $5`, root, root, only, only, fewOrgs+1)
}

// where writes the filter as a condition whose first parameter is $from.
func (f Filter) where(from int) (string, []any) {
	var text strings.Builder
	var args []any
	add := func(before string, v any, after string) {
		text.WriteString(before + strconv.Itoa(from+len(args)) + after)
		args = append(args, v)
	}
	for _, c := range []struct{ name, value string }{{"person", f.Person}, {"thing", f.Thing}, {"door", f.Door}} {
		if c.value != "" {
			add(" AND e."+c.name+" = $", c.value, "")
		}
	}
	if f.What != "" {
		add(" AND (e.what = $", f.What, "")
		add(" OR e.what LIKE $", likeEscape.Replace(f.What)+".%", ` ESCAPE '\')`)
	}
	if !f.From.IsZero() {
		add(" AND e.at >= $", f.From.UTC().Format(db.Clock), "")
	}
	if !f.To.IsZero() {
		add(" AND e.at < $", f.To.UTC().Format(db.Clock), "")
	}
	if f.Before != "" {
		add(" AND e.id < $", f.Before, "")
	}
	return text.String(), args
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// A choice is an organisation or a person that the list can be narrowed to.
type choice struct{ ID, Name string }

func bindChoice(c *choice) []any { return []any{&c.ID, &c.Name} }

const choicesAtMost = 500

func (s store) orgChoices(ctx context.Context, root ospo.OrgID) ([]choice, error) {
	return db.All(ctx, s.db.Read(), bindChoice, `
		SELECT o.id, o.name FROM governance_scope_view c JOIN governance_org_view o ON o.id = c.org
		WHERE c.root = $1 ORDER BY o.name COLLATE "de-x-icu", o.id LIMIT $2`, root, choicesAtMost)
}

func (s store) personChoices(ctx context.Context, root ospo.OrgID) ([]choice, error) {
	return db.All(ctx, s.db.Read(), bindChoice, `
		SELECT p.id, p.name FROM governance_person_view p
		WHERE p.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
		ORDER BY p.name COLLATE "de-x-icu", p.id LIMIT $2`, root, choicesAtMost)
}

// entry returns one that root may see, by its id.
func (s store) entry(ctx context.Context, root ospo.OrgID, id string) (Entry, error) {
	return db.One(ctx, s.db.Read(), bindEntry, columns+`
		WHERE (e.org IN (SELECT org FROM governance_scope_view WHERE root = $1)
			OR e.org = 'system' AND EXISTS (SELECT 1 FROM governance_org_view WHERE id = $2 AND parent = ''))
		AND e.id = $3`, root, root, id)
}
