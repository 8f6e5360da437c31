// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const (
	root   = "../.."
	module = "allmende/"
)

// A source is one Go file. Paths are slashed and start at the root of the repository.
type source struct {
	path, dir, name string
	test            bool
	set             *token.FileSet
	ast             *ast.File
}

var parsed = sync.OnceValues(func() ([]source, error) {
	var out []source
	err := walk(func(p string) error {
		if !strings.HasSuffix(p, ".go") {
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, filepath.Join(root, p), nil, parser.ParseComments|parser.SkipObjectResolution)
		out = append(out, source{p, path.Dir(p), path.Base(p), strings.HasSuffix(p, "_test.go"), set, f})
		return err
	})
	return out, err
})

// walk calls f for each file of the project; testdata is data, not source.
func walk(f func(p string) error) error {
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != root && (slices.Contains([]string{".git", ".cache", "testdata"}, d.Name()) || p == filepath.Join(root, "bench/out")) {
				return fs.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		return f(filepath.ToSlash(rel))
	})
}

// sources returns the Go files of the program, and with tests also those that test it.
func sources(t *testing.T, tests bool) []source {
	t.Helper()
	all, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	if tests {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(s source) bool { return s.test })
}

func read(t *testing.T, p string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, p))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func exists(p string) bool {
	_, err := os.Stat(filepath.Join(root, p))
	return err == nil
}

// glob matches below the root and returns paths from the root.
func glob(pattern string) []string {
	found, _ := filepath.Glob(filepath.Join(root, pattern))
	for i, p := range found {
		rel, _ := filepath.Rel(root, p)
		found[i] = filepath.ToSlash(rel)
	}
	return found
}

// rooms lists the folders below internal/office that hold Go files.
func rooms(t *testing.T) []string {
	var out []string
	for _, s := range sources(t, false) {
		if r := room(s.dir); r != "" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// room returns the room a folder belongs to, or nothing.
func room(dir string) string {
	s, ok := strings.CutPrefix(dir, "internal/office/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(s, "/")
	return name
}

func within(dir, floor string) bool { return dir == floor || strings.HasPrefix(dir, floor+"/") }

func (s source) at(p token.Pos) string {
	at := s.set.Position(p)
	return s.path + ":" + strconv.Itoa(at.Line)
}

func (s source) imports() []string {
	var out []string
	for _, i := range s.ast.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

// named returns the name under which the file knows an import, or nothing.
func (s source) named(imp string) string {
	for _, i := range s.ast.Imports {
		if p, _ := strconv.Unquote(i.Path.Value); p == imp {
			if i.Name != nil {
				return i.Name.Name
			}
			return path.Base(p)
		}
	}
	return ""
}

// has reports whether one of the file's comments begins a line with prefix.
func (s source) has(prefix string) bool {
	for _, g := range s.ast.Comments {
		for line := range strings.Lines(g.Text()) {
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), prefix) {
				return true
			}
		}
	}
	return false
}

// functions calls f for each function declared in the file.
func (s source) functions(f func(*ast.FuncDecl)) {
	for _, d := range s.ast.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			f(fn)
		}
	}
}
