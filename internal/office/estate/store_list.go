// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A part is a piece of a statement that is put together: each ? in it is one of args.
type part struct {
	text string
	args []any
}

// assemble joins parts and numbers their parameters, after the ones there are already.
func assemble(args []any, parts ...part) (string, []any) {
	var b strings.Builder
	for _, p := range parts {
		pieces := strings.Split(p.text, "?")
		b.WriteString(pieces[0])
		for i, piece := range pieces[1:] {
			args = append(args, p.args[i])
			b.WriteString("$" + strconv.Itoa(len(args)) + piece)
		}
	}
	return b.String(), args
}

// like makes a pattern that finds part anywhere in a folded text.
func like(part string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(fold(part)) + "%"
}

// Uses within the tree of $1 that go on, with the software they are of.
const usedHere = `FROM estate_use u JOIN estate_release r ON r.id = u.release
	WHERE u.ended = '' AND u.org IN (SELECT org FROM governance_scope_view WHERE root = $1)`

const rank = `CASE u.criticality WHEN 'very_high' THEN 4 WHEN 'high' THEN 3 WHEN 'normal' THEN 2 WHEN 'low' THEN 1 ELSE 0 END`

// summed sums up the uses of each software once for the whole list, for orders that need it.
const summed = ` LEFT JOIN (SELECT r.software, MAX(` + rank + `) AS level, COUNT(DISTINCT u.org) AS users ` + usedHere + ` GROUP BY r.software) AS a ON a.software = w.id`

// sortKeys says by what each order sorts; numbers are compared as numbers.
var sortKeys = map[string]struct {
	text   string
	number bool
}{
	"name":        {text: `w.name`},
	"kind":        {text: `w.kind`},
	"licence":     {text: `w.licence`},
	"supplier":    {text: `COALESCE(p.name, '')`},
	"changed":     {text: `w.changed`},
	"criticality": {`COALESCE(a.level, 0)`, true},
	"uses":        {`COALESCE(a.users, 0)`, true},
}

const german = ` COLLATE "de-x-icu"`

// conditions is what lets through software that may be seen.
func (f Filter) conditions() []part {
	parts := []part{{text: inService}}
	if f.State == "retired" {
		parts = []part{{text: ` AND w.retired <> ''`}}
	}
	add := func(on bool, text string, args ...any) {
		if on {
			parts = append(parts, part{" AND " + text, args})
		}
	}
	text, supplier := like(f.Text), like(f.Supplier)
	add(f.Text != "", `(w.words LIKE ? ESCAPE '\' OR p.folded LIKE ? ESCAPE '\')`, text, text)
	add(f.Kind != "", `w.kind = ?`, f.Kind)
	add(f.Licence != "", `lower(w.licence) LIKE ? ESCAPE '\'`, like(f.Licence))
	add(f.Supplier != "", `(p.folded LIKE ? ESCAPE '\' OR w.id IN (SELECT r.software `+usedHere+` AND u.supplier IN
		(SELECT d.id FROM estate_supplier d WHERE d.folded LIKE ? ESCAPE '\')))`, supplier, supplier)
	add(f.SBOM == "yes", documented)
	add(f.SBOM == "no", `NOT `+documented)
	return append(parts, f.ofUses()...)
}

// ofUses is what has to hold of one and the same use. Software that the wanted
// organisation keeps counts as its own, unless role or criticality are asked for too.
func (f Filter) ofUses() []part {
	parts := []part{{text: ` AND w.id IN (SELECT r.software ` + usedHere}}
	add := func(on bool, text string, value any) {
		if on {
			parts = append(parts, part{text, []any{value}})
		}
	}
	add(f.Role != "", ` AND u.role = ?`, f.Role)
	add(f.Criticality != "", ` AND u.criticality = ?`, f.Criticality)
	kept := f.Org != "" && len(parts) == 1
	add(f.Org != "", ` AND u.org IN (SELECT org FROM governance_scope_view WHERE root = ?)`, f.Org)
	switch {
	case kept:
		parts[0].text = strings.Replace(parts[0].text, " AND ", " AND (", 1)
		add(true, `) OR w.org IN (SELECT org FROM governance_scope_view WHERE root = ?))`, f.Org)
	case len(parts) == 1:
		return nil
	default:
		parts = append(parts, part{text: `)`})
	}
	return parts
}

// In service: kept by the tree of $1, or used in it today.
const inService = ` AND (w.retired = '' AND w.org IN (SELECT org FROM governance_scope_view WHERE root = $1) OR w.id IN (SELECT r.software ` + usedHere + `))`

const documented = `w.id IN (SELECT r.software FROM estate_visible_view v JOIN estate_release r ON r.id = v.release
	JOIN sbom_document_view d ON d.release = r.id AND d.current WHERE v.root = $1)`

const listFrom = ` FROM estate_software w LEFT JOIN estate_supplier p ON p.id = w.supplier`

func (s store) count(ctx context.Context, root ospo.OrgID, f Filter) (int, error) {
	text, args := assemble([]any{root}, append([]part{{text: `SELECT count(*)` + listFrom + ` WHERE ` + seenSoftware}}, f.conditions()...)...)
	return db.Count(ctx, s.db.Read(), text, args...)
}

// list reads a page and one row more. after are sort value, name and id of the row before.
func (s store) list(ctx context.Context, root ospo.OrgID, f Filter, o Order, after []string) ([]SoftwareRow, error) {
	key := sortKeys[o.Sort]
	from := listFrom
	if key.number {
		from += summed
	}
	parts := append([]part{{text: `SELECT x.* FROM (SELECT ` + softwareRead + `, ` + key.text + ` AS k` + from + ` WHERE ` + seenSoftware}}, f.conditions()...)
	parts = append(parts, part{text: `) AS x`})
	if after != nil {
		p, err := goOn(o, key.number, after)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	parts = append(parts, part{` ORDER BY ` + orderBy(o, key.number) + ` LIMIT ?`, []any{o.Size + 1}})
	text, args := assemble([]any{root}, parts...)
	return db.All(ctx, s.db.Read(), func(r *SoftwareRow) []any { return append(bindSoftware(&r.Software), sortValue{&r.key}) }, text, args...)
}

func collated(o Order, number bool) string {
	if number || o.Sort == "changed" || o.Sort == "kind" {
		return "x.k"
	}
	return "x.k" + german
}

func orderBy(o Order, number bool) string {
	k := collated(o, number)
	if o.Desc {
		k += " DESC"
	}
	if o.Sort == "name" {
		return k + ", x.id"
	}
	return k + ", x.name" + german + ", x.id"
}

// goOn is the condition for the rows after the given one. The first comparison alone lets
// an index jump there.
func goOn(o Order, number bool, after []string) (part, error) {
	var value any = after[0]
	if number {
		n, err := strconv.Atoi(after[0])
		if err != nil {
			return part{}, fault.New(fault.Invalid, "fault.cursor", o.After)
		}
		value = n
	}
	k, than := collated(o, number), ">"
	if o.Desc {
		than = "<"
	}
	return part{` WHERE ` + k + ` ` + than + `= ? AND (` + k + ` ` + than + ` ? OR x.name` + german + ` > ? OR x.name` + german + ` = ? AND x.id > ?)`,
		[]any{value, value, after[1], after[1], after[2]}}, nil
}

// sortValue scans a text or a number as text.
type sortValue struct{ to *string }

func (v sortValue) Scan(from any) error {
	switch from := from.(type) {
	case int64:
		*v.to = strconv.FormatInt(from, 10)
	case string:
		*v.to = from
	case []byte:
		*v.to = string(from)
	}
	return nil
}

// A user sums up who uses a software.
type user struct {
	software ospo.SoftwareID
	n        int    // organisations
	first    string // name of one of them
	rank     int    // highest criticality
}

func (s store) users(ctx context.Context, root ospo.OrgID, software []ospo.SoftwareID) ([]user, error) {
	var out []user
	for part := range slices.Chunk(software, most) {
		got, err := db.All(ctx, s.db.Read(), func(u *user) []any { return []any{&u.software, &u.n, &u.first, &u.rank} }, `
			SELECT r.software, COUNT(DISTINCT u.org), COALESCE(MIN(o.name), ''), MAX(`+rank+`)
			FROM estate_release r JOIN estate_use u ON u.release = r.id LEFT JOIN governance_org_view o ON o.id = u.org
			WHERE u.ended = '' AND EXISTS (SELECT 1 FROM governance_scope_view s WHERE s.root = $1 AND s.org = u.org) AND r.software IN (`+db.In(2, len(part))+`)
			GROUP BY r.software`, append([]any{root}, anys(part)...)...)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	return out, nil
}

// kinds counts the software in service by kind.
func (s store) kinds(ctx context.Context, root ospo.OrgID) (map[string]int, error) {
	type row struct {
		kind string
		n    int
	}
	rows, err := db.All(ctx, s.db.Read(), func(r *row) []any { return []any{&r.kind, &r.n} },
		`SELECT w.kind, count(*) FROM estate_software w WHERE `+seenSoftware+inService+` GROUP BY w.kind`, root)
	out := map[string]int{}
	for _, r := range rows {
		out[r.kind] = r.n
	}
	return out, err
}
