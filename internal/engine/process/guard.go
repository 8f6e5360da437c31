// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// Bounds of an expression. With what is allowed in one it runs once through its nodes.
const (
	maxGuard  = 1000 // bytes
	maxNodes  = 200
	maxMemory = 10_000 // units of the machine that runs it
)

// Facts are what is known of a case, by id of the field: string, bool or float64; amounts and
// dates as strings ("1234.50", "2026-11-28"). What nobody stated is absent.
type Facts map[string]any

// Known reports whether somebody stated a fact.
func (f Facts) Known(id string) bool { return f[id] != nil }

// A rule is a guard or a condition, ready to run, or why it never will be.
type rule struct {
	run   *vm.Program
	names []string // fields it mentions, in their order
	err   error
}

// compile makes the guards and conditions of a definition ready to run.
func (d *Definition) compile() {
	d.rules = map[string]rule{}
	for _, f := range d.Fields {
		d.rule(f.When)
	}
	for _, t := range d.Transitions {
		d.rule(t.Guard)
	}
}

func (d *Definition) rule(text string) {
	if _, done := d.rules[text]; text != "" && !done {
		d.rules[text] = d.ready(text)
	}
}

// A verdict of a rule is yes, no, or neither.
type verdict struct {
	yes     bool
	lacking []string // facts it came upon that nobody stated
	err     error    // it failed
}

func (v verdict) passes() bool { return v.yes && len(v.lacking) == 0 && v.err == nil }

// judge asks a rule about facts. An empty rule says yes; one that is not ready fails.
func (d *Definition) judge(text string, facts Facts) verdict {
	if text == "" {
		return verdict{yes: true}
	}
	r, ok := d.rules[text]
	if !ok {
		return verdict{err: errors.New("the definition was not read by Parse")}
	}
	if r.err != nil {
		return verdict{err: r.err}
	}
	m := vm.VM{MemoryBudget: maxMemory}
	k := &desk{facts: facts}
	out, err := m.Run(r.run, k)
	if u, ok := errors.AsType[unknown](err); ok {
		return verdict{lacking: d.lacking(r, string(u), facts)}
	}
	if err != nil {
		return verdict{err: tidy(err)}
	}
	yes, ok := out.(bool)
	if !ok {
		return verdict{err: fmt.Errorf("got %T, want yes or no", out)}
	}
	if !yes && k.missed != "" {
		return verdict{lacking: d.lacking(r, k.missed, facts)}
	}
	return verdict{yes: yes}
}

// lacking lists the fact a rule came upon and what else it may come upon next.
func (d *Definition) lacking(r rule, first string, facts Facts) []string {
	out := []string{first}
	for _, id := range r.names {
		f, _ := d.Field(id)
		if id != first && !facts.Known(id) && d.Applies(f, facts) {
			out = append(out, id)
		}
	}
	return out
}

// An unknown is the error of coming upon a fact that nobody stated.
type unknown string

func (u unknown) Error() string { return "nobody stated " + string(u) }

// A desk hands facts to a rule as it runs. Its methods are what an expression can call; those
// that begin with Fact stand behind the names of fields.
type desk struct {
	facts  Facts
	missed string // the first fact that known() did not find; said where the rule then says no
}

// FactText is a fact that is text, a choice or a day.
func (k *desk) FactText(id string) (string, error) { return fact[string](k, id) }

// FactYes is a fact that is yes or no.
func (k *desk) FactYes(id string) (bool, error) { return fact[bool](k, id) }

// FactNumber is a fact that is a number.
func (k *desk) FactNumber(id string) (float64, error) { return fact[float64](k, id) }

// FactMoney is an amount as a number. Amounts have at most 15 digits, so that two different
// ones are two different numbers, and comparing them is exact.
func (k *desk) FactMoney(id string) (float64, error) {
	text, err := fact[string](k, id)
	if err != nil {
		return 0, err
	}
	return moneyValue(text)
}

// FactKnown reports whether somebody stated a fact.
func (k *desk) FactKnown(id string) bool {
	if !k.facts.Known(id) && k.missed == "" {
		k.missed = id
	}
	return k.facts.Known(id)
}

func fact[T any](k *desk, id string) (v T, err error) {
	one := k.facts[id]
	if one == nil {
		return v, unknown(id)
	}
	v, ok := one.(T)
	if !ok {
		return v, fmt.Errorf("%s: got %T, want %T", id, one, v)
	}
	return v, nil
}

var methodOf = map[string]string{"text": "FactText", "lines": "FactText", "choice": "FactText", "date": "FactText",
	"yesno": "FactYes", "number": "FactNumber", "money": "FactMoney"}

// What a field may not be called: words of the language of guards.
var reserved = []string{"known", "and", "or", "not", "in", "true", "false", "nil", "let", "if", "else", "matches", "contains"}

var operators = []string{"and", "&&", "or", "||", "==", "!=", "<", "<=", ">", ">=", "in", "contains", "+", "-", "*"}

// ready compiles an expression against the fields of the definition.
func (d *Definition) ready(text string) rule {
	if len(text) > maxGuard {
		return rule{err: fmt.Errorf("got %d characters, want at most %d", len(text), maxGuard)}
	}
	l := &looker{d: d}
	p, err := expr.Compile(text, expr.Env(&desk{}), expr.AsBool(), expr.WarnOnAny(), expr.MaxNodes(maxNodes), expr.DisableAllBuiltins(), expr.Patch(l))
	if l.err != nil {
		return rule{names: l.names, err: l.err}
	}
	if err == nil && len(l.names) == 0 {
		err = errors.New("it asks about no field, and so always says the same")
	}
	return rule{run: p, names: l.names, err: tidy(err)}
}

// tidy leaves the sentence of an error and drops the picture of where it was.
func tidy(err error) error {
	if e, ok := errors.AsType[*file.Error](err); ok {
		return fmt.Errorf("%s, at character %d", e.Message, e.Column+1)
	}
	return err
}

// A looker walks through an expression: it allows the few kinds of node that end quickly, and
// puts behind the name of each field the method that hands out its fact.
type looker struct {
	d     *Definition
	names []string
	err   error
}

func (l *looker) refuse(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf(format, args...)
	}
}

// Visit is called for each node, children before their parent.
func (l *looker) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode:
	case *ast.IdentifierNode:
		l.name(node, n)
	case *ast.UnaryNode:
		if n.Operator != "not" && n.Operator != "!" && n.Operator != "-" {
			l.refuse("got %q, want not or -", n.Operator)
		}
	case *ast.BinaryNode:
		l.operator(n)
	case *ast.ArrayNode:
		for _, one := range n.Nodes {
			if _, ok := one.(*ast.StringNode); !ok {
				l.refuse("got %s in a list, want texts", one)
			}
		}
	case *ast.CallNode:
		l.call(node, n)
	default:
		l.refuse("got %s, want fields, values, comparisons, and, or, not", *node)
	}
}

func (l *looker) name(node *ast.Node, n *ast.IdentifierNode) {
	if n.Value == "known" {
		return // of a call; by itself it is no name of the environment
	}
	f, ok := l.d.Field(n.Value)
	if !ok {
		l.refuse("got %q, which is no field", n.Value)
		return
	}
	if !slices.Contains(l.names, f.ID) {
		l.names = append(l.names, f.ID)
	}
	ast.Patch(node, &ast.CallNode{Callee: &ast.IdentifierNode{Value: methodOf[f.Type]}, Arguments: []ast.Node{&ast.StringNode{Value: f.ID}}})
}

// call allows known(field) and nothing else.
func (l *looker) call(node *ast.Node, n *ast.CallNode) {
	if who, ok := n.Callee.(*ast.IdentifierNode); ok && who.Value == "known" && len(n.Arguments) == 1 {
		if f, ok := l.behind(n.Arguments[0]); ok {
			ast.Patch(node, &ast.CallNode{Callee: &ast.IdentifierNode{Value: "FactKnown"}, Arguments: []ast.Node{&ast.StringNode{Value: f.ID}}})
			return
		}
	}
	l.refuse("got %s, want known(field), the only function", *node)
}

// behind is the field whose fact a node hands out.
func (l *looker) behind(n ast.Node) (Field, bool) {
	c, ok := n.(*ast.CallNode)
	if !ok || len(c.Arguments) != 1 {
		return Field{}, false
	}
	who, ok := c.Callee.(*ast.IdentifierNode)
	id, isText := c.Arguments[0].(*ast.StringNode)
	if !ok || !isText || !strings.HasPrefix(who.Value, "Fact") || who.Value == "FactKnown" {
		return Field{}, false
	}
	return l.d.Field(id.Value)
}

func (l *looker) operator(n *ast.BinaryNode) {
	if !slices.Contains(operators, n.Operator) {
		l.refuse("got %q, want one of %s", n.Operator, strings.Join(operators, " "))
		return
	}
	for _, pair := range [][2]ast.Node{{n.Left, n.Right}, {n.Right, n.Left}} {
		if f, ok := l.behind(pair[0]); ok && f.Type == "choice" {
			l.choices(f, pair[1])
		}
	}
}

// choices refuses to compare a choice with what cannot be chosen: a slip of the pen that would
// make a guard say no, or yes, for ever.
func (l *looker) choices(f Field, with ast.Node) {
	switch n := with.(type) {
	case *ast.StringNode:
		if !slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.ID == n.Value }) {
			l.refuse("got %q, which is no choice of %s", n.Value, f.ID)
		}
	case *ast.ArrayNode:
		for _, one := range n.Nodes {
			l.choices(f, one)
		}
	}
}
