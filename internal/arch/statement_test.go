// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A statement is a text in the source that is SQL, whole or in part. What is put
// together at run time stands in it as unknown.
type statement struct {
	source
	pos  token.Pos
	text string
}

const unknown = "\x00"

var (
	query    = regexp.MustCompile(`^[\s(]*(?:--.*\n\s*)*(?:(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|DROP|PRAGMA|COPY)\s|WITH\s+(?:RECURSIVE\s+)?[a-z_]+[\s(])`)
	fragment = regexp.MustCompile(`\b(?:FROM|JOIN|INSERT INTO|DELETE FROM|ORDER BY|GROUP BY)\s+[a-z_\x00(]|^\s*(?:WHERE|AND|OR|LIMIT|ON CONFLICT)\s+[a-z_(]`)
	spoken   = regexp.MustCompile(`(?is)^\s*(?:select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)`)
)

func isSQL(s string) bool {
	return query.MatchString(s) || fragment.MatchString(s) || spoken.MatchString(s)
}

// statements returns the SQL of one file, with constants of its package filled in.
func statements(s source, consts map[string]ast.Expr) []statement {
	var out []statement
	ast.Inspect(s.ast, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		if _, part := n.(*ast.Ident); part {
			return true
		}
		text, ok := evaluate(e, consts, 0)
		if !ok {
			return true
		}
		if isSQL(text) {
			out = append(out, statement{s, n.Pos(), text})
		}
		_, sum := n.(*ast.BinaryExpr)
		return sum && !isSQL(text)
	})
	return out
}

// evaluate returns the text of a string expression; what only the running program
// knows is unknown. Not a text at all: false.
func evaluate(e ast.Expr, consts map[string]ast.Expr, depth int) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return verbs.ReplaceAllString(s, unknown), err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return evaluate(e.X, consts, depth)
	case *ast.Ident:
		if c, ok := consts[e.Name]; ok && depth < 8 {
			return evaluate(c, consts, depth+1)
		}
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		x, okx := evaluate(e.X, consts, depth)
		y, oky := evaluate(e.Y, consts, depth)
		if !okx {
			x = unknown
		}
		if !oky {
			y = unknown
		}
		return x + y, okx || oky
	}
	return "", false
}

var verbs = regexp.MustCompile(`%[sdv]`)

// constants returns the package-level and local constants of each folder.
func constants(all []source) map[string]map[string]ast.Expr {
	out := map[string]map[string]ast.Expr{}
	for _, s := range all {
		if out[s.dir] == nil {
			out[s.dir] = map[string]ast.Expr{}
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			d, ok := n.(*ast.GenDecl)
			if !ok || d.Tok != token.CONST {
				return true
			}
			for _, spec := range d.Specs {
				v := spec.(*ast.ValueSpec)
				for i := range v.Values {
					out[s.dir][v.Names[i].Name] = v.Values[i]
				}
			}
			return true
		})
	}
	return out
}

// allStatements returns the SQL of the program.
func allStatements(t *testing.T) []statement {
	all := sources(t, false)
	consts := constants(all)
	var out []statement
	for _, s := range all {
		if s.dir != "internal/arch" {
			out = append(out, statements(s, consts[s.dir])...)
		}
	}
	return out
}

var token1 = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|[A-Za-z_$\x00][A-Za-z0-9_$.\x00]*|"[^"]*"|.`)

// words takes a statement apart into words and signs, without comments and texts.
func words(sql string) []string {
	var out []string
	for _, w := range token1.FindAllString(sql, -1) {
		if strings.TrimSpace(w) != "" && !strings.HasPrefix(w, "--") && !strings.HasPrefix(w, "/*") && !strings.HasPrefix(w, "'") {
			out = append(out, strings.Trim(w, `"`))
		}
	}
	return out
}

// tables returns the tables and views that a statement touches, in lower case.
func tables(sql string) []string {
	w := words(sql)
	own := named(w)
	var out []string
	add := func(name string) {
		if name = strings.ToLower(name); isName(name) && !slices.Contains(own, name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for i := range w {
		next, prev := at(w, i+1), strings.ToUpper(at(w, i-1))
		switch strings.ToUpper(w[i]) {
		case "FROM":
			if prev != "DISTINCT" && !insideCall(w, i) {
				fromList(w, i+1, add)
			}
		case "JOIN", "INTO", "REFERENCES", "TRUNCATE":
			if at(w, i+2) != "(" || strings.ToUpper(w[i]) != "JOIN" {
				add(next)
			}
		case "UPDATE":
			if prev != "DO" && prev != "FOR" && prev != "ON" && prev != "BEFORE" && prev != "AFTER" && prev != "OR" {
				add(next)
			}
		case "TABLE", "VIEW":
			add(at(w, skip(w, i+1, "IF", "NOT", "EXISTS")))
		}
	}
	return out
}

func at(w []string, i int) string {
	if i < 0 || i >= len(w) {
		return ""
	}
	return w[i]
}

func skip(w []string, i int, noise ...string) int {
	for slices.Contains(noise, strings.ToUpper(at(w, i))) {
		i++
	}
	return i
}

var keywords = strings.Fields("WHERE GROUP ORDER LIMIT ON USING JOIN LEFT RIGHT INNER OUTER CROSS FULL NATURAL UNION EXCEPT INTERSECT HAVING WINDOW SET VALUES SELECT RETURNING FOR OFFSET AS INDEXED NOT LATERAL")

func isName(s string) bool {
	return s != "" && (s[0] == unknown[0] || s[0] == '_' || s[0] >= 'a' && s[0] <= 'z') && !slices.Contains(keywords, strings.ToUpper(s))
}

// fromList adds the names of FROM a x, b AS y, (SELECT …) z, f(1) w.
func fromList(w []string, i int, add func(string)) {
	for {
		i = skip(w, i, "LATERAL", "ONLY")
		switch {
		case at(w, i) == "(":
			i = closing(w, i)
		case at(w, i+1) == "(":
			i = closing(w, i+1)
		default:
			add(at(w, i))
			i++
		}
		i = skip(w, i, "AS")
		if isName(strings.ToLower(at(w, i))) {
			i++
		}
		if at(w, i) == "(" {
			i = closing(w, i)
		}
		if at(w, i) != "," {
			return
		}
		i++
	}
}

// closing returns the place after the parenthesis that closes the one at i.
func closing(w []string, i int) int {
	depth := 0
	for ; i < len(w); i++ {
		switch w[i] {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

// insideCall reports whether the FROM at i belongs to extract(… FROM …) and its like.
func insideCall(w []string, i int) bool {
	depth := 0
	for i--; i >= 0; i-- {
		switch w[i] {
		case ")":
			depth++
		case "(":
			if depth == 0 {
				return slices.Contains([]string{"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY", "POSITION"}, strings.ToUpper(at(w, i-1)))
			}
			depth--
		}
	}
	return false
}

// named returns the names that a statement gives to its own parts: WITH a AS (…), b (x) AS (…).
func named(w []string) []string {
	var out []string
	for i := range w {
		if strings.ToUpper(w[i]) != "AS" || at(w, skip(w, i+1, "NOT", "MATERIALIZED")) != "(" {
			continue
		}
		j := i - 1
		if at(w, j) == ")" {
			for depth := 0; j >= 0; j-- {
				if w[j] == ")" {
					depth++
				} else if w[j] == "(" {
					if depth--; depth == 0 {
						break
					}
				}
			}
			j--
		}
		if before := strings.ToUpper(at(w, j-1)); before == "WITH" || before == "RECURSIVE" || before == "," {
			out = append(out, strings.ToLower(at(w, j)))
		}
	}
	return out
}

func TestTablesOfAStatement(t *testing.T) {
	for _, tt := range []struct{ sql, want string }{
		{`SELECT a, b FROM sbom_item WHERE org = $1`, "sbom_item"},
		{`SELECT 1 FROM a_x x, b_y AS y, (SELECT 1 FROM c_z) z, d_w`, "a_x b_y d_w c_z"},
		{`WITH RECURSIVE up (id) AS (SELECT id FROM a_x UNION ALL SELECT y.id FROM a_y y JOIN up ON up.id = y.parent), n AS (SELECT 1) SELECT * FROM up JOIN n ON true`, "a_x a_y"},
		{`INSERT INTO a_x (b) SELECT c FROM d_e_view ON CONFLICT (b) DO UPDATE SET b = excluded.b`, "a_x d_e_view"},
		{`UPDATE a_x SET b = 'FROM nothing' WHERE c IS DISTINCT FROM d`, "a_x"},
		{`SELECT extract(year FROM at), trim(both ' ' FROM n) FROM a_x -- FROM comment`, "a_x"},
		{`SELECT v FROM json_each($1) j, a_x`, "a_x"},
		{`CREATE TABLE IF NOT EXISTS a_x (b TEXT REFERENCES c_d (id))`, "a_x c_d"},
		{`DELETE FROM a_x WHERE id IN (SELECT id FROM b_y)`, "a_x b_y"},
		{`SELECT id FROM a_x WHERE done IS NULL FOR UPDATE SKIP LOCKED`, "a_x"},
		{"INSERT INTO \x00 (a) VALUES ($1)", "\x00"},
	} {
		if got := strings.Join(tables(tt.sql), " "); got != tt.want {
			t.Errorf("tables of %q: got %q, want %q", tt.sql, got, tt.want)
		}
	}
}

func TestWhatIsSQL(t *testing.T) {
	for s, want := range map[string]bool{
		"SELECT 1": true, "\n\tSELECT a FROM b": true, "select a from b": true, " JOIN a_b ON true": true, " WHERE org = $1": true,
		"ORDER BY name": true, "-- every organisation: x\nSELECT 1": true,
		"select a file": false, "update the list": false, "with a reason": false, "AND": false, " WITH ": false, "WITH a AS (SELECT 1) SELECT * FROM a": true, "Where is it?": false, "org, name": false,
	} {
		if isSQL(s) != want {
			t.Errorf("isSQL(%q) = %v, want %v", s, !want, want)
		}
	}
}
