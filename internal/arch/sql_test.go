// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Tables of the platform, by the first word of their names.
var platformTables = map[string]string{
	"approval": "internal/platform/approval",
	"job":      "internal/platform/job",
	"log":      "internal/platform/db",
	"mail":     "internal/platform/mail",
	"search":   "internal/platform/search",
}

// In a room the file name says which door the code stands at.
var doors = map[string]*regexp.Regexp{
	"net/http":                       regexp.MustCompile(`^(web|api)(_\w+)?\.go$`),
	module + "internal/platform/web": regexp.MustCompile(`^web(_\w+)?\.go$`),
	module + "internal/platform/api": regexp.MustCompile(`^api(_\w+)?\.go$`),
	"database/sql":                   storeFile,
}

// furniture is the function that lists what a room has, its pages and operations among
// it; it may stand in any file.
const furniture = "Room"

var storeFile = regexp.MustCompile(`^store(_\w+)?\.go$`)

func TestR04EachDoorHasItsFile(t *testing.T) {
	for _, s := range sources(t, false) {
		if room(s.dir) == "" {
			continue
		}
		for _, imp := range s.imports() {
			if file, ok := doors[imp]; ok && !file.MatchString(s.name) && !onlyIn(s, furniture, imp) {
				t.Errorf("%s imports %s; that belongs in a file called like %s", s.path, imp, file)
			}
		}
	}
	for _, q := range allStatements(t) {
		switch {
		case within(q.dir, "internal/platform") || q.dir == "bench":
		case room(q.dir) == "":
			t.Errorf("%s: SQL; only rooms and the platform know the database", q.at(q.pos))
		case !storeFile.MatchString(q.name):
			t.Errorf("%s: SQL outside store.go: %.60q", q.at(q.pos), q.text)
		}
	}
}

// onlyIn reports whether a file uses one of our packages nowhere but in one function.
func onlyIn(s source, function, imp string) bool {
	if !strings.HasPrefix(imp, module) {
		return false
	}
	only := true
	for _, d := range s.ast.Decls {
		f, ok := d.(*ast.FuncDecl)
		only = only && (ok && f.Name.Name == function || !calls(d, s.named(imp), ""))
	}
	return only
}

func TestR05TablesBelongToTheirRoom(t *testing.T) {
	for _, q := range allStatements(t) {
		if q.dir == "bench" || path.Base(q.dir) == "dbtest" {
			continue
		}
		for _, name := range tables(q.text) {
			if msg := trespass(q.dir, name); msg != "" {
				t.Errorf("%s: %s", q.at(q.pos), msg)
			}
		}
	}
	for _, r := range rooms(t) {
		for _, p := range glob("internal/office/" + r + "/migrations/*.sql") {
			for _, name := range tables(read(t, p)) {
				if msg := trespass("internal/office/"+r, name); msg != "" {
					t.Errorf("%s: %s", p, msg)
				}
			}
		}
	}
}

// trespass says what is wrong with touching a table from dir, or nothing.
func trespass(dir, table string) string {
	owner, _, _ := strings.Cut(table, "_")
	switch r := room(dir); {
	case strings.HasPrefix(table, "sqlite_") || strings.HasPrefix(table, "pg_") || strings.HasPrefix(table, "information_schema."):
		if r != "" {
			return "asks the database about itself (" + table + "); that is for the platform"
		}
		return ""
	case strings.HasSuffix(table, "_view"):
		return ""
	case strings.Contains(table, unknown):
		if r != "" {
			return "names its table only when running; write the name out"
		}
		return ""
	case r != "" && owner != r:
		return r + " touches the table " + table + "; read a *_view of its owner"
	case r == "" && platformTables[owner] != "" && platformTables[owner] != dir:
		return dir + " touches the table " + table + " of " + platformTables[owner]
	case r == "" && platformTables[owner] == "":
		return dir + " touches the table " + table + ", which bears no platform package's name"
	}
	return ""
}

var parameter = regexp.MustCompile(`\$(\d+)|\x00`)

func TestR06ParametersAscend(t *testing.T) {
	for _, q := range allStatements(t) {
		if msg := disorder(q.text); msg != "" {
			t.Errorf("%s: %s; drivers number them by first appearance", q.at(q.pos), msg)
		}
	}
}

// disorder says where parameters are out of order. After a part that only the running
// program knows, counting begins anew.
func disorder(sql string) string {
	seen, known := 0, query.MatchString(sql)
	for _, m := range parameter.FindAllStringSubmatch(sql, -1) {
		n, _ := strconv.Atoi(m[1])
		switch {
		case m[0] == unknown:
			known = false
		case !known:
			seen, known = max(seen, n), true
		case n > seen+1:
			return "$" + m[1] + " appears before $" + strconv.Itoa(seen+1)
		default:
			seen = max(seen, n)
		}
	}
	return ""
}

func TestDisorder(t *testing.T) {
	for sql, want := range map[string]bool{
		"SELECT $1, $2, $1":                   false,
		"SELECT $2, $1":                       true,
		"SELECT $1, $3":                       true,
		" AND kind = $4 AND name = $5":        false,
		" AND kind = $4 AND name = $6":        true,
		"SELECT 1 WHERE a = $1 \x00 LIMIT $7": false,
		"SELECT 1 WHERE a = $2 \x00 LIMIT $7": true,
		"SELECT 1 WHERE a IN (\x00) LIMIT $7": false,
	} {
		if got := disorder(sql) != ""; got != want {
			t.Errorf("disorder(%q) = %v, want %v", sql, got, want)
		}
	}
}

// A table is a CREATE TABLE of a room: whose it is says its org column or the comment
// directly above it.
type table struct {
	name, file, comment string
	columns             []string
}

var (
	creation = regexp.MustCompile(`(?is)((?:^[ \t]*--[^\n]*\n)*)^[ \t]*CREATE TABLE (?:IF NOT EXISTS )?([a-z_0-9]+)\s*\((.*?)^\)`)
	column   = regexp.MustCompile(`(?m)^\s*([a-z_][a-z_0-9]*)\s+[A-Z]`)
)

func createdTables(file, ddl string) []table {
	var out []table
	for _, m := range regexp.MustCompile(`(?m)`+creation.String()).FindAllStringSubmatch(ddl, -1) {
		t := table{name: m[2], file: file, comment: m[1]}
		for _, c := range column.FindAllStringSubmatch(m[3], -1) {
			t.columns = append(t.columns, c[1])
		}
		out = append(out, t)
	}
	return out
}

func (t table) private() bool { return slices.Contains(t.columns, "org") }

var common = regexp.MustCompile(`(?m)^\s*-- common: \S.{10,}`)

func roomTables(t *testing.T) []table {
	var out []table
	for _, r := range rooms(t) {
		for _, p := range glob("internal/office/" + r + "/migrations/*.sql") {
			ddl := read(t, p)
			found := createdTables(p, ddl)
			if n := strings.Count(strings.ToUpper(ddl), "CREATE TABLE"); n != len(found) {
				t.Errorf("%s: %d tables, %d of them laid out so that this test can read them (a column a line, the closing parenthesis alone)", p, n, len(found))
			}
			out = append(out, found...)
		}
	}
	return out
}

var (
	viewText = regexp.MustCompile(`(?is)CREATE VIEW ([a-z_0-9]+)\s*(\([^)]*\))?\s*AS\s+(.*?);`)
	heads    = regexp.MustCompile(`(?is)^\s*SELECT(.*?)\bFROM\b`)
)

// privateViews returns the views that show whose each row is; who reads them must ask.
func privateViews(t *testing.T) []string {
	var out []string
	for _, p := range glob("internal/office/*/migrations/*.sql") {
		for _, m := range viewText.FindAllStringSubmatch(read(t, p), -1) {
			columns := m[2]
			if h := heads.FindStringSubmatch(m[3]); columns == "" && h != nil {
				columns = h[1]
			}
			if orgColumn.MatchString(columns) && !scopeView.MatchString(m[1]) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

func TestR13EachRowHasAnOrganisation(t *testing.T) {
	private := map[string]bool{}
	for _, tab := range roomTables(t) {
		private[tab.name] = tab.private()
		if !tab.private() && !common.MatchString(tab.comment) {
			t.Errorf("%s: table %s has no column org, and no comment \"-- common: <why all share it>\" directly above", tab.file, tab.name)
		}
	}
	for _, v := range privateViews(t) {
		private[v] = true
	}
	for _, q := range allStatements(t) {
		if room(q.dir) == "" || !query.MatchString(q.text) || everybody.MatchString(q.text) {
			continue
		}
		touched := slices.DeleteFunc(tables(q.text), func(n string) bool { return !private[n] })
		if len(touched) > 0 && !insert.MatchString(q.text) && !asksOrganisation(q.text) {
			t.Errorf("%s: reads or changes %s without asking whose rows they are; "+
				"put org, or a view of what may be seen, into the condition, or say \"-- every organisation: <why>\" in the statement", q.at(q.pos), strings.Join(touched, ", "))
		}
	}
}

var (
	insert    = regexp.MustCompile(`(?s)^\s*(?:--[^\n]*\n\s*)*INSERT INTO\s[^;]*VALUES`)
	everybody = regexp.MustCompile(`-- every organisation: \S.{10,}`)
	condition = regexp.MustCompile(`(?s)\b(?:WHERE|ON|USING)\b.*`)
	orgColumn = regexp.MustCompile(`\b(?:[a-z_]+\.)?org\b`)
	scopeView = regexp.MustCompile(`_(?:scope|visible|exposure)(?:_view)?$`)
)

// asksOrganisation reports whether a statement's condition names the organisation, or
// whether it reads through a view of what an organisation may see.
func asksOrganisation(sql string) bool {
	text := strings.Join(words(sql), " ")
	return orgColumn.MatchString(condition.FindString(text)) || slices.ContainsFunc(tables(sql), scopeView.MatchString)
}

func TestAsksOrganisation(t *testing.T) {
	for sql, want := range map[string]bool{
		`SELECT name FROM estate_software WHERE org = $1`:                                             true,
		`SELECT org, name FROM estate_software WHERE id = $1`:                                         false,
		`SELECT org, name FROM estate_software`:                                                       false,
		`SELECT s.name FROM estate_software s WHERE s.org IN (SELECT org FROM governance_scope_view)`: true,
		`SELECT s.name FROM estate_software s JOIN estate_visible_view v ON v.release = s.release`:    true,
		`SELECT name FROM estate_software WHERE id = $1 -- org = $2`:                                  false,
		`DELETE FROM estate_software WHERE name = 'org'`:                                              false,
	} {
		if asksOrganisation(sql) != want {
			t.Errorf("asksOrganisation(%q) = %v, want %v", sql, !want, want)
		}
	}
}

func TestCreatedTables(t *testing.T) {
	got := createdTables("x.sql", "-- common: advisories are facts, the same for everybody\nCREATE TABLE a_x (\n  id TEXT PRIMARY KEY,\n  n  BIGINT\n);\n\nCREATE TABLE a_y (\n  org TEXT NOT NULL,\n  PRIMARY KEY (org)\n);\n")
	if len(got) != 2 || got[0].private() || !common.MatchString(got[0].comment) || !got[1].private() || got[1].comment != "" {
		t.Errorf("got %+v, want a common table a_x and a private one a_y", got)
	}
}
