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

// Parsers that say the same of each expression are right, or wrong together. The other one is
// spdx-expression-parse of npm (MIT), run by node, not copied. ALLMENDE_TEST_NPM is the folder
// in which it was installed: npm install spdx-expression-parse@5.0.0
func TestAnotherParserSaysTheSame(t *testing.T) {
	dir := os.Getenv("ALLMENDE_TEST_NPM")
	if dir == "" {
		t.Skip("ALLMENDE_TEST_NPM names no folder with spdx-expression-parse; get it with: npm install --prefix FOLDER spdx-expression-parse@5.0.0")
	}
	expressions := asked()
	lines, err := json.Marshal(expressions)
	if err != nil {
		t.Fatal(err)
	}
	script := `const parse = require('spdx-expression-parse')
		const show = e => e.conjunction ? '(' + show(e.left) + ' ' + e.conjunction.toUpperCase() + ' ' + show(e.right) + ')'
			: e.license + (e.plus ? '+' : '') + (e.exception ? ' WITH ' + e.exception : '')
		const all = JSON.parse(require('fs').readFileSync(0))
		console.log(JSON.stringify(all.map(s => { try { return show(parse(s)) } catch { return null } })))`
	cmd := exec.Command("node", "-e", script)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(lines)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node in %s: %v", dir, err)
	}
	var theirs []*string
	if err := json.Unmarshal(out, &theirs); err != nil || len(theirs) != len(expressions) {
		t.Fatalf("%d answers, %v", len(theirs), err)
	}
	same := 0
	for i, s := range expressions {
		ours, err := Parse(s)
		valid := err == nil && ours.known()
		switch {
		case theirs[i] == nil && !valid:
			same++
		case theirs[i] == nil:
			t.Errorf("%q: they refuse it, we read %s", s, ours)
		case !valid:
			t.Errorf("%q: they read %s, we refuse it: %v", s, *theirs[i], err)
		default:
			again, err := Parse(*theirs[i])
			if err != nil || again.String() != ours.String() {
				t.Errorf("%q: they read %s, we %s", s, *theirs[i], ours)
				continue
			}
			same++
		}
	}
	t.Logf("%d of %d expressions are read alike", same, len(expressions))
}
