// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/engine/scim"
	"allmende/internal/platform/db"
)

// A column is where an attribute of a resource stands.
type column struct {
	expr   string
	kind   kind
	always string // what an attribute without a column says wherever expr is not empty
}

type kind int

const (
	asIs   kind = iota // compared with regard to case: ids
	folded             // kept in lower case
	words              // a text in any case
	truth              // expr is a condition
	clock              // a kept time
)

// A shape says where the attributes of a kind of resource stand.
type shape struct {
	columns map[string]column
	many    map[string]inner // attributes with many values, in tables of their own
}

// An inner is where the values of an attribute stand: FROM and WHERE, and its parts.
type inner struct {
	from    string // ends so that a condition can follow; {root} is whose directory it is
	columns map[string]column
}

var people = shape{
	columns: map[string]column{
		"id": {expr: "p.id"}, "username": {expr: "p.login", kind: folded}, "externalid": {expr: "coalesce(u.external, '')"},
		"displayname": {expr: "p.folded", kind: folded}, "name.formatted": {expr: "p.folded", kind: folded},
		"name.givenname": {expr: "coalesce(u.given, '')", kind: words}, "name.familyname": {expr: "coalesce(u.family, '')", kind: words},
		"emails": {expr: "coalesce(u.mail, '')", kind: words}, "emails.value": {expr: "coalesce(u.mail, '')", kind: words},
		"emails.type": {expr: "coalesce(u.mail, '')", kind: words, always: "work"}, "emails.primary": {expr: "coalesce(u.mail, '') <> ''", kind: truth, always: "set"},
		"active": {expr: "p.ended = ''", kind: truth}, "meta.resourcetype": {expr: "p.id", kind: words, always: "User"},
		"meta.created": {expr: "p.created", kind: clock}, "meta.lastmodified": {expr: "coalesce(u.changed, p.created)", kind: clock},
	},
	many: map[string]inner{"groups": {
		from:    `SELECT 1 FROM identity_member gm JOIN identity_group g ON g.id = gm.grp WHERE gm.person = p.id AND g.org = {root}`,
		columns: map[string]column{"value": {expr: "g.id"}, "display": {expr: "g.name", kind: words}},
	}},
}

var groups = shape{
	columns: map[string]column{
		"id": {expr: "g.id"}, "externalid": {expr: "g.external"}, "displayname": {expr: "g.name", kind: words}, "meta.resourcetype": {expr: "g.id", kind: words, always: "Group"},
		"meta.created": {expr: "g.created", kind: clock}, "meta.lastmodified": {expr: "g.changed", kind: clock},
	},
	many: map[string]inner{"members": {
		from:    `SELECT 1 FROM identity_member gm JOIN governance_enrolled_view p ON p.id = gm.person WHERE gm.grp = g.id AND gm.org = g.org`,
		columns: map[string]column{"value": {expr: "gm.person"}, "display": {expr: "p.folded", kind: folded}},
	}},
}

// A clause is a condition with its arguments; numbers go on from those that stand before it.
type clause struct {
	strings.Builder
	args []any
}

func (c *clause) arg(v any) string {
	c.args = append(c.args, v)
	return "$" + strconv.Itoa(len(c.args))
}

// narrow writes a filter as a condition.
func (c *clause) narrow(s shape, n scim.Node) error {
	switch n := n.(type) {
	case scim.Both:
		return c.two(s, n.Left, " AND ", n.Right)
	case scim.Either:
		return c.two(s, n.Left, " OR ", n.Right)
	case scim.Not:
		c.WriteString("NOT (")
		defer c.WriteString(")")
		return c.narrow(s, n.Part)
	case scim.Within:
		if in, ok := s.many[n.Attribute]; ok {
			return c.exists(in, n.Part)
		}
		return c.narrow(s.below(n.Attribute), n.Part)
	case scim.Compare:
		return c.compare(s, n)
	}
	return &scim.Error{Type: "invalidFilter", Got: fmt.Sprint(n)}
}

func (c *clause) two(s shape, left scim.Node, word string, right scim.Node) error {
	c.WriteString("(")
	if err := c.narrow(s, left); err != nil {
		return err
	}
	c.WriteString(word)
	defer c.WriteString(")")
	return c.narrow(s, right)
}

// below is the shape of one value of an attribute.
func (s shape) below(attribute string) shape {
	out := shape{columns: map[string]column{}}
	for name, col := range s.columns {
		if part, ok := strings.CutPrefix(name, attribute+"."); ok {
			out.columns[part] = col
		}
	}
	return out
}

// exists writes that one of many values fits.
func (c *clause) exists(in inner, part scim.Node) error {
	from := in.from
	if before, after, ok := strings.Cut(from, "{root}"); ok {
		from = before + c.arg(c.args[0]) + after
	}
	c.WriteString("EXISTS (" + from + " AND (")
	defer c.WriteString("))")
	return c.narrow(shape{columns: in.columns}, part)
}

func (c *clause) compare(s shape, n scim.Compare) error {
	name, part, _ := strings.Cut(n.Attribute, ".")
	if in, ok := s.many[name]; ok {
		if part == "" {
			part = "value"
		}
		if n.Op == "ne" { // none of them may be equal
			return c.narrow(s, scim.Not{Part: scim.Compare{Attribute: n.Attribute, Op: "eq", Value: n.Value}})
		}
		if n.Op == "eq" && n.Value == nil {
			return c.narrow(s, scim.Not{Part: scim.Compare{Attribute: n.Attribute, Op: "pr"}})
		}
		return c.exists(in, scim.Compare{Attribute: part, Op: n.Op, Value: n.Value})
	}
	if n.Op == "ne" {
		return c.narrow(s, scim.Not{Part: scim.Compare{Attribute: n.Attribute, Op: "eq", Value: n.Value}})
	}
	col, ok := s.columns[n.Attribute]
	if !ok { // nobody has it
		c.WriteString(map[bool]string{true: "1 = 1", false: "1 = 0"}[n.Op == "eq" && n.Value == nil])
		return nil
	}
	return c.hold(col, n)
}

// hold writes a comparison with a column. What is empty is absent and fits nothing but null.
func (c *clause) hold(col column, n scim.Compare) error {
	if col.kind == truth {
		want, ok := n.Value.(bool)
		switch {
		case n.Op == "pr" && col.always == "":
			c.WriteString("1 = 1")
		case n.Op == "pr" || ok && want && n.Op == "eq":
			c.WriteString("(" + col.expr + ")")
		case ok && n.Op == "eq" && col.always == "":
			c.WriteString("NOT (" + col.expr + ")")
		default:
			c.WriteString("1 = 0")
		}
		return nil
	}
	if n.Op == "pr" || n.Value == nil {
		c.WriteString(col.expr + map[bool]string{true: " = ''", false: " <> ''"}[n.Op == "eq"])
		if n.Op != "pr" && n.Op != "eq" {
			c.WriteString(" AND 1 = 0")
		}
		return nil
	}
	value, err := col.value(n)
	if err != nil {
		return err
	}
	c.WriteString("(" + col.expr + " <> '' AND ")
	defer c.WriteString(")")
	left, right := col.expr, func(v string) string { return c.arg(v) }
	if col.always != "" {
		left = "'" + strings.ToLower(col.always) + "'"
		value, right = strings.ToLower(value), func(v string) string { return "CAST(" + c.arg(v) + " AS TEXT)" }
	} else if col.kind == words {
		left, right = "lower("+col.expr+")", func(v string) string { return "lower(" + c.arg(v) + ")" }
	}
	if col.kind == asIs && (n.Op == "co" || n.Op == "sw" || n.Op == "ew") {
		c.part(left, n.Op, value)
		return nil
	}
	switch n.Op {
	case "co":
		c.WriteString(left + " LIKE " + right("%"+escaped.Replace(value)+"%") + ` ESCAPE '\'`)
	case "sw":
		c.WriteString(left + " LIKE " + right(escaped.Replace(value)+"%") + ` ESCAPE '\'`)
	case "ew":
		c.WriteString(left + " LIKE " + right("%"+escaped.Replace(value)) + ` ESCAPE '\'`)
	default:
		c.WriteString(left + " " + map[string]string{"eq": "=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}[n.Op] + " " + right(value))
	}
	return nil
}

// part writes that a text has another one in it, with regard to case: SQLite's LIKE has none.
func (c *clause) part(expr, op, value string) {
	long := utf8.RuneCountInString(value)
	switch {
	case value == "":
		c.WriteString("1 = 1")
	case op == "co":
		c.WriteString("replace(" + expr + ", CAST(" + c.arg(value) + " AS TEXT), '') <> " + expr)
	case op == "sw":
		c.WriteString("substr(" + expr + ", 1, CAST(" + c.arg(long) + " AS INTEGER)) = " + c.arg(value))
	default:
		c.WriteString("length(" + expr + ") >= CAST(" + c.arg(long) + " AS INTEGER) AND substr(" + expr + ", length(" + expr + ") - CAST(" + c.arg(long) + " AS INTEGER) + 1) = " + c.arg(value))
	}
}

var escaped = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// value is what a column is compared with, as it would be kept.
func (col column) value(n scim.Compare) (string, error) {
	text := fmt.Sprint(n.Value)
	if strings.ContainsRune(text, 0) || strings.ToValidUTF8(text, "") != text {
		return "", &scim.Error{Type: "invalidFilter", Got: n.Attribute}
	}
	switch col.kind {
	case folded:
		return strings.ToLower(text), nil
	case clock:
		if n.Op == "co" || n.Op == "sw" || n.Op == "ew" {
			return text, nil
		}
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return "", &scim.Error{Type: "invalidFilter", Got: text, Cause: err}
		}
		return t.UTC().Format(db.Clock), nil
	}
	return text, nil
}

// order writes by what a list is sorted: those who lack it last, or first when descending
// (RFC 7644, section 3.4.2.3). What nobody has sorts nothing.
func (s shape) order(by string, descending bool, id string) string {
	col, ok := s.columns[strings.ToLower(by[strings.LastIndex(by, ":")+1:])]
	if !ok || col.always != "" {
		return " ORDER BY " + id
	}
	way := ""
	if descending {
		way = " DESC"
	}
	expr := col.expr
	switch col.kind {
	case truth:
		return " ORDER BY CASE WHEN " + expr + " THEN 1 ELSE 0 END" + way + ", " + id
	case words:
		expr = "lower(" + expr + `) COLLATE "de-x-icu"`
	case folded:
		expr += ` COLLATE "de-x-icu"`
	}
	return " ORDER BY CASE WHEN " + col.expr + " = '' THEN 1 ELSE 0 END" + way + ", " + expr + way + ", " + id
}
