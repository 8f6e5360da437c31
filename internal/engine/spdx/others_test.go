// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	goparser "go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The test cases of github.com/github/go-spdx (MIT), version 2.8.0, read where the module
// lies, not copied. Get it with: go mod download github.com/github/go-spdx/v2@v2.8.0
const theirModule = "github.com/github/go-spdx/v2@v2.8.0/spdxexp/parse_test.go"

func TestTheirCasesOfExpressions(t *testing.T) {
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Skip("there is no go command to ask where modules lie")
	}
	file := filepath.Join(strings.TrimSpace(string(out)), filepath.FromSlash(theirModule))
	if _, err := os.Stat(file); err != nil {
		t.Skip("the module is not there; get it with: go mod download github.com/github/go-spdx/v2@v2.8.0")
	}
	cases := theirCases(t, file)
	passed := 0
	for _, c := range cases {
		e, err := Parse(c.expression)
		ok := err == nil && e.known()
		if ok == c.valid {
			passed++
		} else {
			t.Errorf("%s: %q is valid for them: %v; for us %v, %v", c.name, c.expression, c.valid, ok, err)
		}
	}
	t.Logf("%d of %d cases as they want", passed, len(cases))
	if len(cases) < 20 {
		t.Errorf("only %d cases were found in %s", len(cases), file)
	}
}

type theirCase struct {
	name, expression string
	valid            bool
}

// theirCases reads the table of TestParse: name, expression, node, text, error.
func theirCases(t *testing.T, file string) (out []theirCase) {
	f, err := goparser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := func(e ast.Expr) (string, bool) {
		l, ok := e.(*ast.BasicLit)
		if !ok || l.Kind != token.STRING {
			return "", false
		}
		s, err := strconv.Unquote(l.Value)
		return s, err == nil
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Name.Name != "TestParse" {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			c, ok := n.(*ast.CompositeLit)
			if !ok || len(c.Elts) != 5 {
				return true
			}
			name, named := text(c.Elts[0])
			expression, said := text(c.Elts[1])
			if named && said {
				end, isNil := c.Elts[4].(*ast.Ident)
				out = append(out, theirCase{name, expression, isNil && end.Name == "nil"})
			}
			return true
		})
	}
	return out
}

// asked is what both parsers are asked: each id and each exception of the list, and
// expressions of each form, right and wrong.
func asked() (out []string) {
	for _, e := range List() {
		out = append(out, e.ID, "MIT OR "+e.ID+" AND ISC")
	}
	for _, x := range Exceptions() {
		out = append(out, "GPL-2.0-only WITH "+x)
	}
	for _, a := range []string{"MIT", "(MIT)", "Apache-2.0+", "LicenseRef-a", "DocumentRef-a:LicenseRef-b", "MIT Apache-2.0", "Foo-1.0", "(MIT", "MIT)", "", "AND", "MIT AND", "GPL-2.0-only WITH", "WITH MIT", "MIT+ +", "()", "MIT/Apache-2.0", "LicenseRef-", "DocumentRef-a"} {
		for _, form := range []string{"%s", " %s ", "(%s)", "%s AND ISC", "ISC OR %s", "(%s OR ISC) AND Zlib", "ISC AND (Zlib OR (%s AND X11))", "ISC AND Zlib OR %s"} {
			out = append(out, fmt.Sprintf(form, a))
		}
	}
	return out
}

// A second opinion is a parser of npm, run by node, not copied.
type opinion struct {
	module, version string
	parse           string            // JavaScript: e is the expression
	lenient         bool              // it takes any id, on the list or not
	spelt           func(Expr) string // an expression as the parser would have it written
	wrong           func(string) bool // whether it is known to read an expression otherwise than the specification has it
}

func spelt(e Expr) string { return e.String() }

// later writes GPL-2.0+ in its present form, as the second parser does.
func later(e Expr) string {
	if e.Op == Leaf {
		if e.Licence.ID[len(e.Licence.ID)-1] == '+' {
			e.Licence, _ = e.Licence.Present()
		}
		return e.String()
	}
	out := Expr{Op: e.Op}
	for _, a := range e.Args {
		x, err := Parse(later(a))
		if err != nil {
			return err.Error()
		}
		out.Args = append(out.Args, x)
	}
	return out.String()
}

var opinions = []opinion{
	{"spdx-expression-parse", "5.0.0", "module(e)", false, spelt, func(string) bool { return false }},
	{"license-expressions", "0.8.0", "module.parse(e, {strictSyntax: true})", true, later, loose},
}

// loose are expressions that the second parser reads wrongly: it takes the word AND for an id,
// binds OR closer than AND, and cuts GNU off the beginning of an exception.
func loose(expression string) bool {
	_, err := Parse(expression)
	return err != nil && slices.Contains(strings.Fields(strings.NewReplacer("(", " ", ")", " ").Replace(expression)), "AND") ||
		strings.Contains(expression, "AND Zlib OR") || strings.Contains(expression, "gnu-javamail")
}

// Parsers that say the same of each expression are right, or wrong together. ALLMENDE_TEST_NPM
// is the folder in which they were installed.
func TestAnotherParserSaysTheSame(t *testing.T) {
	dir := os.Getenv("ALLMENDE_TEST_NPM")
	if dir == "" {
		t.Skip("ALLMENDE_TEST_NPM names no folder with other parsers; get them with: npm install --prefix FOLDER spdx-expression-parse@5.0.0 license-expressions@0.8.0")
	}
	for _, o := range opinions {
		t.Run(o.module, func(t *testing.T) {
			if _, err := os.Stat(filepath.Join(dir, "node_modules", o.module)); err != nil {
				t.Skipf("%s is not there; get it with: npm install --prefix FOLDER %s@%s", o.module, o.module, o.version)
			}
			expressions := asked()
			same := 0
			for i, theirs := range o.ask(t, dir, expressions) {
				if why := o.differs(expressions[i], theirs); why != "" {
					t.Errorf("%q: %s", expressions[i], why)
				} else if theirs == nil || !o.wrong(expressions[i]) {
					same++
				}
			}
			t.Logf("%d of %d expressions are read alike", same, len(expressions))
		})
	}
}

// ask lets the other parser read all; nil is what it refuses.
func (o opinion) ask(t *testing.T, dir string, expressions []string) (theirs []*string) {
	t.Helper()
	lines, err := json.Marshal(expressions)
	if err != nil {
		t.Fatal(err)
	}
	script := `const module = require('` + o.module + `')
		const show = e => e.conjunction ? '(' + show(e.left) + ' ' + e.conjunction.toUpperCase() + ' ' + show(e.right) + ')'
			: (e.documentRef ? e.documentRef + ':' : '') + (e.license || e.licenseRef) + (e.plus ? '+' : '') + (e.exception ? ' WITH ' + e.exception : '')
		const all = JSON.parse(require('fs').readFileSync(0))
		console.log(JSON.stringify(all.map(e => { try { return show(` + o.parse + `) } catch { return null } })))`
	cmd := exec.Command("node", "-e", script)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(lines)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node in %s: %v", dir, err)
	}
	if err := json.Unmarshal(out, &theirs); err != nil || len(theirs) != len(expressions) {
		t.Fatalf("%d answers, %v", len(theirs), err)
	}
	return theirs
}

// differs says how ours and theirs differ; empty where they do not, or where theirs is known to
// be wrong.
func (o opinion) differs(expression string, theirs *string) string {
	ours, err := Parse(expression)
	valid := err == nil && (o.lenient || ours.known())
	switch {
	case theirs == nil && valid:
		return "they refuse it, we read " + ours.String()
	case theirs == nil:
		return ""
	case o.wrong(expression):
		return ""
	case !valid:
		return fmt.Sprintf("they read %s, we refuse it: %v", *theirs, err)
	}
	again, err := Parse(*theirs)
	if want := o.spelt(ours); err != nil || again.String() != want {
		return fmt.Sprintf("they read %s, we %s", *theirs, want)
	}
	return ""
}
