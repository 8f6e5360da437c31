// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"fmt"
	"go/ast"
	"path"
	"strings"
	"testing"
)

func TestR07EveryRoomIsFurnishedAlike(t *testing.T) {
	listed := listedRooms(t)
	for _, r := range rooms(t) {
		dir := "internal/office/" + r
		if !listed[r] {
			t.Errorf("room %s is not in internal/app: nobody calls %s.New there", r, r)
		}
		for _, want := range []string{"doc.go", r + ".go", "web.go", "files.go", "lang/de.json", "lang/en.json"} {
			if !exists(dir + "/" + want) {
				t.Errorf("room %s has no %s", r, want)
			}
		}
		if len(glob(dir+"/migrations/*")) > 0 && !exists(dir+"/store.go") {
			t.Errorf("room %s has tables and no store.go", r)
		}
		if len(glob(dir+"/*_test.go")) == 0 {
			t.Errorf("room %s has no test", r)
		}
		for i, p := range glob(dir + "/migrations/*") {
			if got, want := path.Base(p), fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(got, want) || path.Ext(got) != ".sql" {
				t.Errorf("%s: want the name to begin with %s and to end in .sql; numbers have no gaps", p, want)
			}
		}
	}
}

// listedRooms returns the rooms whose New is called in internal/app.
func listedRooms(t *testing.T) map[string]bool {
	out := map[string]bool{}
	for _, s := range sources(t, false) {
		if s.dir != "internal/app" {
			continue
		}
		for _, imp := range s.imports() {
			r := room(strings.TrimPrefix(imp, module))
			if r != "" && calls(s.ast, s.named(imp), "New") {
				out[r] = true
			}
		}
	}
	return out
}

// calls reports whether pkg.name… is mentioned below n.
func calls(n ast.Node, pkg, name string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg && strings.HasPrefix(sel.Sel.Name, name) {
				found = true
			}
		}
		return !found
	})
	return found
}

func TestR08EveryPackageIntroducesItself(t *testing.T) {
	said, at := map[string]int{}, map[string]string{}
	for _, s := range sources(t, false) {
		said[s.dir] += 0
		name := s.ast.Name.Name
		if s.ast.Doc != nil && (strings.HasPrefix(s.ast.Doc.Text(), "Package "+name+" ") || name == "main") {
			said[s.dir]++
		}
		if other, ok := at[name]; ok && other != s.dir && name != "main" {
			t.Errorf("%s and %s are both called %s; one word, one package", other, s.dir, name)
		}
		at[name] = s.dir
		if name != path.Base(s.dir) && name != "main" {
			t.Errorf("%s: package %s lies in a folder of another name", s.path, name)
		}
	}
	for dir, n := range said {
		if n != 1 {
			t.Errorf("%s: %d package comments that begin with \"Package %s\", want one", dir, n, path.Base(dir))
		}
	}
	for _, no := range []string{"util", "utils", "common", "helper", "helpers", "models", "pkg", "misc"} {
		if dir, ok := at[no]; ok {
			t.Errorf("%s: %s says nothing; name the package after what it knows", dir, no)
		}
	}
}

// Rules that need the running program are tested elsewhere; their tests must exist.
func requireTest(t *testing.T, prefix string, dirs ...string) {
	t.Helper()
	for _, s := range sources(t, true) {
		for _, dir := range dirs {
			if s.dir != dir || !s.test {
				continue
			}
			found := false
			s.functions(func(f *ast.FuncDecl) { found = found || f.Recv == nil && strings.HasPrefix(f.Name.Name, prefix) })
			if found {
				return
			}
		}
	}
	t.Errorf("no test called %s… in %s", prefix, strings.Join(dirs, " or "))
}

func TestR09TemplatesAreCheckedAgainstTheirPages(t *testing.T) {
	requireTest(t, "TestR09", "internal/app")
}

func TestR10TheAPIIsAGoldenFile(t *testing.T) { requireTest(t, "TestR10", "internal/app") }

func TestR13AForeignOrganisationIsTold(t *testing.T) { requireTest(t, "TestR13", "internal/app") }

func TestR15PagesAreCheckedForAccessibility(t *testing.T) {
	requireTest(t, "TestR15", "internal/app", "internal/browser")
}
