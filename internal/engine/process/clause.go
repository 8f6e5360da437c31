// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"strconv"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
)

// A Clause is a part of a guard, for who has to say it in words.
//
//	all, any   each of Of; one of Of
//	not        not what Of[0] says
//	stated     Field is known
//	yes, no    Field is answered so
//	is, isnt   Field is one of Words; none of them
//	compare    Field compared by Sign (<, <=, >, >=, ==, !=) with Words[0], or with the field Other
//	holds      the text of Field contains Words[0]
//	other      none of these: Words[0] is the expression
type Clause struct {
	Kind  string
	Field Field
	Other Field
	Sign  string
	Words []Text
	Of    []Clause
}

// Clause takes a guard of the definition apart; false where it cannot be read.
func (d *Definition) Clause(guard string) (Clause, bool) {
	if guard == "" || len(guard) > maxGuard {
		return Clause{}, false
	}
	tree, err := parser.Parse(guard)
	if err != nil {
		return Clause{}, false
	}
	return d.clause(tree.Node), true
}

func (d *Definition) clause(n ast.Node) Clause {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		if f, ok := d.Field(n.Value); ok {
			return Clause{Kind: "yes", Field: f}
		}
	case *ast.CallNode:
		if f, ok := d.called(n); ok {
			return Clause{Kind: "stated", Field: f}
		}
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			in := d.clause(n.Node)
			if in.Kind == "yes" {
				in.Kind = "no"
				return in
			}
			return Clause{Kind: "not", Of: []Clause{in}}
		}
	case *ast.BinaryNode:
		if c, ok := d.joined(n); ok {
			return c
		}
	}
	return Clause{Kind: "other", Words: []Text{same(n.String())}}
}

// called is the field of known(field).
func (d *Definition) called(n *ast.CallNode) (Field, bool) {
	if who, ok := n.Callee.(*ast.IdentifierNode); !ok || who.Value != "known" || len(n.Arguments) != 1 {
		return Field{}, false
	}
	return d.fieldOf(n.Arguments[0])
}

func (d *Definition) fieldOf(n ast.Node) (Field, bool) {
	id, ok := n.(*ast.IdentifierNode)
	if !ok {
		return Field{}, false
	}
	return d.Field(id.Value)
}

// joined takes what stands on both sides of an operator apart.
func (d *Definition) joined(n *ast.BinaryNode) (Clause, bool) {
	switch n.Operator {
	case "and", "&&":
		return both("all", d.clause(n.Left), d.clause(n.Right)), true
	case "or", "||":
		return both("any", d.clause(n.Left), d.clause(n.Right)), true
	}
	f, ok := d.fieldOf(n.Left)
	if !ok {
		return Clause{}, false
	}
	if other, ok := d.fieldOf(n.Right); ok {
		return Clause{Kind: "compare", Field: f, Sign: n.Operator, Other: other}, true
	}
	words, ok := values(f, n.Right)
	if !ok {
		return Clause{}, false
	}
	switch n.Operator {
	case "==", "in":
		return Clause{Kind: "is", Field: f, Words: words}, true
	case "!=":
		if len(words) == 1 && words[0].Empty() {
			return Clause{Kind: "stated", Field: f}, true
		}
		return Clause{Kind: "isnt", Field: f, Words: words}, true
	case "contains":
		return Clause{Kind: "holds", Field: f, Words: words}, true
	case "<", "<=", ">", ">=":
		return Clause{Kind: "compare", Field: f, Sign: n.Operator, Words: words}, true
	}
	return Clause{}, false
}

// both puts two clauses together; what is joined by the same word already stays in one list.
func both(kind string, a, b Clause) Clause {
	out := Clause{Kind: kind}
	for _, c := range []Clause{a, b} {
		if c.Kind == kind {
			out.Of = append(out.Of, c.Of...)
		} else {
			out.Of = append(out.Of, c)
		}
	}
	return out
}

// values are what a field is compared with, choices by their names.
func values(f Field, n ast.Node) ([]Text, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		for _, c := range f.Choices {
			if c.ID == n.Value {
				return []Text{c.Name}, true
			}
		}
		return []Text{same(n.Value)}, true
	case *ast.IntegerNode:
		return []Text{same(strconv.Itoa(n.Value))}, true
	case *ast.FloatNode:
		return []Text{same(strconv.FormatFloat(n.Value, 'f', -1, 64))}, true
	case *ast.ArrayNode:
		var all []Text
		for _, one := range n.Nodes {
			v, ok := values(f, one)
			if !ok {
				return nil, false
			}
			all = append(all, v...)
		}
		return all, len(all) > 0
	}
	return nil, false
}

func same(text string) Text { return Text{DE: text, EN: text} }
