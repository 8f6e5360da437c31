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

var (
	writing = []string{"Exec", "ExecContext", "InsertMany", "Prepare", "PrepareContext", "Begin", "BeginTx", "Note"}
	changes = regexp.MustCompile(`(?s)^\s*(?:--[^\n]*\n\s*)*(?:INSERT INTO|UPDATE|DELETE FROM)\s|^\s*WITH\s.*\)\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s`)
)

// A Tx cannot be had without an Act, so it is enough that rooms write through a Tx and
// that each act has a name: "room.verb", readable in the log.
func TestR12WritesNameTheirAct(t *testing.T) {
	all := sources(t, false)
	consts := constants(all)
	for _, r := range rooms(t) {
		p := pack{room: r, acts: map[string][]actUse{}}
		for _, s := range all {
			if room(s.dir) == r {
				p.files = append(p.files, s)
			}
		}
		for _, s := range p.files {
			p.checkWrites(t, s, consts[s.dir])
		}
		p.checkActs(t)
	}
}

// A pack is the files of one room. acts are the places where a function hands on an
// act that its own caller must name.
type pack struct {
	room  string
	files []source
	acts  map[string][]actUse
}

type actUse struct{ argument int }

func (p pack) checkWrites(t *testing.T, s source, consts map[string]ast.Expr) {
	s.functions(func(f *ast.FuncDecl) {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains(writing, sel.Sel.Name) && !p.throughTx(f, sel.X) {
				t.Errorf("%s: %s.%s is not a *db.Tx; write through the transaction, which has the act", s.at(n.Pos()), text(sel.X), sel.Sel.Name)
			}
			return true
		})
		for _, q := range statements(source{ast: &ast.File{Name: s.ast.Name, Decls: []ast.Decl{f}}}, consts) {
			if changes.MatchString(q.text) && !takesTx(f) {
				t.Errorf("%s: %s writes and takes no *db.Tx", s.at(q.pos), f.Name.Name)
			}
		}
	})
}

// throughTx reports whether x is a parameter of type *db.Tx, a field of that type, or a
// statement prepared on one.
func (p pack) throughTx(f *ast.FuncDecl, x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.SelectorExpr:
		return p.fieldIsTx(x.Sel.Name)
	case *ast.Ident:
		ok := false
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncType:
				ok = ok || paramIsTx(n, x.Name)
			case *ast.AssignStmt:
				if len(n.Rhs) == 1 && len(n.Lhs) > 0 && text(n.Lhs[0]) == x.Name {
					rhs := text(n.Rhs[0])
					ok = ok || strings.Contains(rhs, ".Prepare") || strings.HasSuffix(rhs, ".tx")
				}
			}
			return !ok
		})
		return ok
	}
	return false
}

func (p pack) fieldIsTx(name string) bool {
	ok := false
	for _, s := range p.files {
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if st, is := n.(*ast.StructType); is {
				for _, fd := range st.Fields.List {
					for _, id := range fd.Names {
						ok = ok || id.Name == name && text(fd.Type) == "*db.Tx"
					}
					ok = ok || len(fd.Names) == 0 && name == "Tx" && text(fd.Type) == "*db.Tx"
				}
			}
			return !ok
		})
	}
	return ok
}

func paramIsTx(f *ast.FuncType, name string) bool {
	for _, fd := range f.Params.List {
		for _, id := range fd.Names {
			if (name == "" || id.Name == name) && text(fd.Type) == "*db.Tx" {
				return true
			}
		}
	}
	return false
}

// takesTx reports whether a function, or one within it, or its receiver, has a *db.Tx.
func takesTx(f *ast.FuncDecl) bool {
	ok := false
	ast.Inspect(f, func(n ast.Node) bool {
		if ft, is := n.(*ast.FuncType); is {
			ok = ok || paramIsTx(ft, "")
		}
		if sel, is := n.(*ast.SelectorExpr); is {
			ok = ok || sel.Sel.Name == "tx"
		}
		return !ok
	})
	return ok
}

// checkActs looks at each Write(ctx, act, f). Where act is a parameter, its callers in
// the room must name it.
func (p pack) checkActs(t *testing.T) {
	for done := -1; done != len(p.acts); {
		done = len(p.acts)
		for _, s := range p.files {
			s.functions(func(f *ast.FuncDecl) { p.checkCalls(nil, s, f) })
		}
	}
	for _, s := range p.files {
		s.functions(func(f *ast.FuncDecl) { p.checkCalls(t, s, f) })
	}
}

// checkCalls without t only notes which functions hand an act on.
func (p pack) checkCalls(t *testing.T, s source, f *ast.FuncDecl) {
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		name, on := "", ""
		switch fn := call.Fun.(type) {
		case *ast.SelectorExpr:
			name, on = fn.Sel.Name, p.typeOf(f, fn.X)
		case *ast.Ident:
			name = fn.Name
		}
		uses := p.acts[on+"."+name]
		if name == "Write" && len(call.Args) == 3 {
			uses = []actUse{{1}}
		}
		for _, u := range uses {
			if u.argument < len(call.Args) {
				p.checkAct(t, s, f, call.Args[u.argument])
			}
		}
		return true
	})
}

// typeOf returns the type of the room that a method is called on: that of the method's
// own receiver, or that of a field. Nothing where it is another's.
func (p pack) typeOf(f *ast.FuncDecl, x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		if f.Recv != nil && len(f.Recv.List[0].Names) > 0 && f.Recv.List[0].Names[0].Name == x.Name {
			return receiver(f)
		}
	case *ast.SelectorExpr:
		for _, s := range p.files {
			if t := fieldType(s.ast, x.Sel.Name); t != "" {
				return t
			}
		}
	}
	return ""
}

// receiver returns the type that f is a method of, without its star.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	return strings.TrimPrefix(text(f.Recv.List[0].Type), "*")
}

// fieldType returns the type of the first field called name, embedded ones included.
func fieldType(file *ast.File, name string) string {
	found := ""
	ast.Inspect(file, func(n ast.Node) bool {
		st, ok := n.(*ast.StructType)
		if !ok || found != "" {
			return found == ""
		}
		for _, fd := range st.Fields.List {
			t := strings.TrimPrefix(text(fd.Type), "*")
			if slices.ContainsFunc(fd.Names, func(id *ast.Ident) bool { return id.Name == name }) || len(fd.Names) == 0 && t == name {
				found = t
			}
		}
		return true
	})
	return found
}

func (p pack) checkAct(t *testing.T, s source, f *ast.FuncDecl, act ast.Expr) {
	names := literals(act)
	if id, ok := act.(*ast.Ident); ok {
		if i := actParam(f, id.Name); i >= 0 && len(assigned(f, id.Name)) == 0 {
			p.acts[receiver(f)+"."+f.Name.Name] = []actUse{{i}}
			if t != nil && f.Name.IsExported() {
				t.Errorf("%s: %s writes under an act that its caller names; a use case names its own: %s.What = \"%s.verb\"", s.at(act.Pos()), f.Name.Name, id.Name, p.room)
			}
			return
		}
		for _, e := range assigned(f, id.Name) {
			names = append(names, literals(e)...)
		}
	}
	good := regexp.MustCompile(`^` + p.room + `\.[a-z][a-z_]*(\.[a-z_]+)?$`)
	if t != nil && !slices.ContainsFunc(names, good.MatchString) {
		t.Errorf("%s: the act is %s; it needs a name of the form \"%s.verb\" written out", s.at(act.Pos()), text(act), p.room)
	}
}

// actParam returns which parameter of f is the ospo.Act called name, or -1.
func actParam(f *ast.FuncDecl, name string) int {
	i := 0
	for _, fd := range f.Type.Params.List {
		for _, id := range fd.Names {
			if id.Name == name && text(fd.Type) == "ospo.Act" {
				return i
			}
			i++
		}
		if len(fd.Names) == 0 {
			i++
		}
	}
	return -1
}

// assigned returns what f assigns to a variable or to its field What.
func assigned(f *ast.FuncDecl, name string) []ast.Expr {
	var out []ast.Expr
	ast.Inspect(f, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok {
			for i, l := range a.Lhs {
				if to := text(l); to == name || to == name+".What" {
					out = append(out, a.Rhs[min(i, len(a.Rhs)-1)])
				}
			}
		}
		return true
	})
	return out
}

func literals(e ast.Expr) []string {
	var out []string
	ast.Inspect(e, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			s, _ := strconv.Unquote(l.Value)
			out = append(out, s)
		}
		return true
	})
	return out
}

// text writes an expression as names and dots, enough to compare and to show.
func text(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return text(e.X) + "." + e.Sel.Name
	case *ast.StarExpr:
		return "*" + text(e.X)
	case *ast.CallExpr:
		return text(e.Fun) + "(…)"
	case *ast.CompositeLit:
		return text(e.Type) + "{…}"
	case *ast.UnaryExpr:
		return e.Op.String() + text(e.X)
	}
	return "…"
}
