// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// What an engine may not know: the network, files, the database, the log, pages.
var impure = []string{"net", "os", "database", "log", "syscall", "html/template", "path/filepath", "io/ioutil", "testing", "unsafe"}

var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}

func TestR03EnginesReadNoClockAndNoFile(t *testing.T) {
	for _, s := range sources(t, false) {
		if !within(s.dir, "internal/engine") {
			continue
		}
		for _, imp := range s.imports() {
			if imp == "net/url" {
				continue // takes texts apart, asks nobody
			}
			if slices.ContainsFunc(impure, func(no string) bool { return within(imp, no) }) {
				t.Errorf("%s imports %s; an engine is given what it reads", s.path, imp)
			}
		}
		checkClock(t, s)
	}
}

func checkClock(t *testing.T, s source) {
	clockName := s.named("time")
	ast.Inspect(s.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && clockName != "" {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == clockName && slices.Contains(clock, sel.Sel.Name) {
				t.Errorf("%s asks the clock with time.%s; take the time as an argument", s.at(n.Pos()), sel.Sel.Name)
			}
		}
		return true
	})
	if rand := s.named("math/rand") + s.named("math/rand/v2") + s.named("crypto/rand"); rand != "" {
		t.Errorf("%s rolls dice; the same input must give the same answer", s.path)
	}
	for _, d := range s.ast.Imports {
		if d.Name != nil && d.Name.Name == "." {
			t.Errorf("%s imports %s without its name", s.path, strings.Trim(d.Path.Value, `"`))
		}
	}
}
