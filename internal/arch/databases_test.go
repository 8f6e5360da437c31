// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"go/ast"
	"strings"
	"testing"
)

const oneDatabase = "one database: "

// A test that opens a database does so through dbtest.Each, hence on SQLite and on
// PostgreSQL, or has a comment "one database: <why>".
func TestR11DatabaseTestsRunOnBoth(t *testing.T) {
	helpers := map[string]map[string]*helper{}
	for _, s := range sources(t, true) {
		if s.test {
			note(helpers, s)
		}
	}
	for _, s := range sources(t, true) {
		if !s.test || s.has(oneDatabase) {
			continue
		}
		s.functions(func(f *ast.FuncDecl) {
			if f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Test") || f.Name.Name == "TestMain" || strings.Contains(f.Doc.Text(), oneDatabase) {
				return
			}
			if opens, both := follow(helpers[s.dir], f.Name.Name, map[string]bool{}); opens && !both {
				t.Errorf("%s: %s opens a database without dbtest.Each; run it on both, or say \"// %s<why>\"", s.at(f.Pos()), f.Name.Name, oneDatabase)
			}
		})
	}
	for _, r := range rooms(t) {
		if !exists("internal/office/"+r+"/store.go") || reachesBoth(helpers["internal/office/"+r]) {
			continue
		}
		t.Errorf("room %s has a store and no test that runs it on both databases", r)
	}
}

// A helper is a function of a test file: whether it opens a database itself, whether it
// does so on both, and which functions of its package it calls.
type helper struct {
	opens, both bool
	calls       []string
}

func note(all map[string]map[string]*helper, s source) {
	if all[s.dir] == nil {
		all[s.dir] = map[string]*helper{}
	}
	db, both := s.named(module+"internal/platform/db"), s.named(module+"internal/platform/db/dbtest")
	s.functions(func(f *ast.FuncDecl) {
		h := &helper{}
		all[s.dir][f.Name.Name] = h
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				x, _ := n.X.(*ast.Ident)
				if x == nil {
					break
				}
				each := both != "" && x.Name == both && strings.HasPrefix(n.Sel.Name, "Each")
				h.both = h.both || each
				h.opens = h.opens || each || n.Sel.Name == "Open" && (x.Name == db || x.Name == both)
			case *ast.Ident:
				h.calls = append(h.calls, n.Name)
			}
			return true
		})
	})
}

// follow returns whether name or what it calls opens a database, and whether on both.
func follow(all map[string]*helper, name string, seen map[string]bool) (opens, both bool) {
	h := all[name]
	if h == nil || seen[name] {
		return false, false
	}
	seen[name] = true
	opens, both = h.opens, h.both
	for _, c := range h.calls {
		o, b := follow(all, c, seen)
		opens, both = opens || o, both || b
	}
	return opens, both
}

func reachesBoth(all map[string]*helper) bool {
	for name := range all {
		if _, both := follow(all, name, map[string]bool{}); both && strings.HasPrefix(name, "Test") {
			return true
		}
	}
	return false
}
