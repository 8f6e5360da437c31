// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
)

// A third opinion: license-expression of nexB (Apache-2.0), from Debian's package
// python3-license-expression, run by Python, not copied. ALLMENDE_TEST_PYTHON is the folder
// with its modules. Its list is that of the package's day: what names an id that it does not
// know is counted apart.
func TestAThirdParserSaysTheSame(t *testing.T) {
	dir := os.Getenv("ALLMENDE_TEST_PYTHON")
	if dir == "" {
		t.Skip("ALLMENDE_TEST_PYTHON names no folder with license_expression; it comes with Debian's python3-license-expression and python3-boolean")
	}
	expressions := asked()
	lines, err := json.Marshal(expressions)
	if err != nil {
		t.Fatal(err)
	}
	script := `import sys, json
from license_expression import get_spdx_licensing
spdx, out = get_spdx_licensing(), []
for s in json.load(sys.stdin):
    try:
        e = spdx.parse(s)
        there = e is not None
        out.append({"valid": there, "unknown": spdx.unknown_license_keys(s) if there else [], "text": e.render("{symbol.key}") if there else ""})
    except Exception:
        out.append({"valid": False, "unknown": [], "text": ""})
print(json.dumps(out))`
	cmd := exec.Command("python3", "-c", script)
	cmd.Env, cmd.Stdin = append(os.Environ(), "PYTHONPATH="+dir), bytes.NewReader(lines)
	raw, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3 with %s: %v", dir, err)
	}
	var theirs []struct {
		Valid   bool
		Unknown []string
		Text    string
	}
	if err := json.Unmarshal(raw, &theirs); err != nil || len(theirs) != len(expressions) {
		t.Fatalf("%d answers, %v", len(theirs), err)
	}
	same, unknown, differ := 0, 0, 0
	for i, s := range expressions {
		ours, err := Parse(s)
		valid := err == nil && ours.known()
		switch {
		case len(theirs[i].Unknown) > 0:
			unknown++
		case valid != theirs[i].Valid:
			differ++
			t.Errorf("%q: valid for them: %v; for us: %v", s, theirs[i].Valid, valid)
		case !valid || alike(theirs[i].Text, ours):
			same++
		default:
			differ++
			t.Errorf("%q: they read %s, we %s", s, theirs[i].Text, ours)
		}
	}
	t.Logf("of %d expressions %d are read alike, %d otherwise, %d name an id that their list has not", len(expressions), same, differ, unknown)
	if same < 1000 {
		t.Errorf("only %d of %d expressions are read alike", same, len(expressions))
	}
}

// alike reports whether a text means an expression, once both have the ids of today.
func alike(text string, e Expr) bool {
	again, err := Parse(text)
	return err == nil && again.today().String() == e.today().String()
}

// today is an expression with each id as the list names it today.
func (e Expr) today() Expr {
	if e.Op == Leaf {
		e.Licence, _ = e.Licence.Present()
		return e
	}
	args := make([]Expr, len(e.Args))
	for i, a := range e.Args {
		args[i] = a.today()
	}
	e.Args = args
	return e
}
