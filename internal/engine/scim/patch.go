// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scim

import (
	"errors"
	"reflect"
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// An Operation is one step of a change (PATCH).
type Operation struct {
	Op    string // "add", "replace" or "remove", in any case: some directories write "Add"
	Path  string // empty: the value holds the attributes themselves
	Value any
}

// Patch applies operations to a resource, in their order; where one cannot be done the
// resource is not to be used.
func Patch(resource map[string]any, ops []Operation) error {
	if len(ops) == 0 || len(ops) > mostOps {
		return &Error{Type: "tooMany", Got: "Operations", Cause: errors.New("want at least one operation and at most 200")}
	}
	for _, o := range ops {
		if err := step(resource, o); err != nil {
			return err
		}
	}
	return nil
}

func step(resource map[string]any, o Operation) error {
	op := strings.ToLower(o.Op)
	if op != "add" && op != "replace" && op != "remove" {
		return &Error{Type: "invalidSyntax", Got: o.Op, Cause: errors.New("want add, replace or remove")}
	}
	if o.Path == "" {
		return whole(resource, op, o)
	}
	if err := bounded(o.Path, "invalidPath"); err != nil {
		return err
	}
	p, err := filter.ParsePath([]byte(o.Path))
	if err != nil {
		return &Error{"invalidPath", o.Path, err}
	}
	name, _ := key(resource, p.AttributePath.AttributeName)
	part := p.AttributePath.SubAttributeName() + p.SubAttributeName()
	switch {
	case p.ValueExpression != nil:
		return some(resource, name, part, op, p.ValueExpression, o)
	case part != "":
		return below(resource, name, part, op, o)
	case op == "remove" && o.Value != nil: // as some directories write it: members, with those to go
		return without(resource, name, many(o.Value))
	}
	return set(resource, name, op, o.Value)
}

// whole applies an operation without a path: its value is a part of the resource. Names with
// dots are paths, which some directories write so.
func whole(resource map[string]any, op string, o Operation) error {
	part, ok := o.Value.(map[string]any)
	if op == "remove" || !ok {
		return &Error{Type: "noTarget", Got: o.Op, Cause: errors.New("want a path, or a value with attributes")}
	}
	for name, v := range part {
		if strings.ContainsAny(name, ".[") && !strings.HasPrefix(name, "urn:") {
			if err := step(resource, Operation{op, name, v}); err != nil {
				return err
			}
			continue
		}
		k, _ := key(resource, name)
		if err := set(resource, k, op, v); err != nil {
			return err
		}
	}
	return nil
}

// set adds, replaces or removes an attribute. Adding to several values adds those that are
// not there; a complex attribute is completed.
func set(resource map[string]any, name, op string, v any) error {
	switch was := resource[name].(type) {
	case []any:
		if op == "add" {
			return add(resource, name, was, many(v))
		}
	case map[string]any:
		if more, ok := v.(map[string]any); ok && op != "remove" {
			for k, one := range more {
				k, _ = key(was, k)
				was[k] = one
			}
			return nil
		}
	}
	if op == "remove" || v == nil {
		delete(resource, name)
		return nil
	}
	resource[name] = v
	return nil
}

// add adds values that are not there yet. Members are compared by their "value".
func add(resource map[string]any, name string, was, more []any) error {
	if len(was)+len(more) > mostMany {
		return &Error{Type: "tooMany", Got: name}
	}
	there := map[string]bool{}
	for _, one := range was {
		there[id(one)] = true
	}
	for _, one := range more {
		if k := id(one); k == "" || !there[k] {
			there[k] = true
			was = append(was, one)
		}
	}
	resource[name] = was
	return nil
}

// id is what tells values of an attribute apart: the "value" of a complex one.
func id(v any) string {
	if part, ok := v.(map[string]any); ok {
		v = Of(part, "value")
	}
	s, _ := v.(string)
	return s
}

// without takes values away.
func without(resource map[string]any, name string, gone []any) error {
	out := map[string]bool{}
	for _, one := range gone {
		out[id(one)] = true
	}
	var left []any
	for _, one := range many(resource[name]) {
		if !out[id(one)] {
			left = append(left, one)
		}
	}
	resource[name] = left
	return nil
}

// below changes a part of a complex attribute: "name.givenName".
func below(resource map[string]any, name, part, op string, o Operation) error {
	inner, ok := resource[name].(map[string]any)
	switch {
	case resource[name] == nil && op == "remove":
		return nil
	case resource[name] == nil:
		inner = map[string]any{}
		resource[name] = inner
	case !ok:
		return &Error{Type: "invalidPath", Got: o.Path, Cause: errors.New("that attribute has no such part")}
	}
	k, _ := key(inner, part)
	return set(inner, k, op, o.Value)
}

// some changes the values that an expression means: `members[value eq "…"]`, or a part of them:
// `emails[type eq "work"].value`.
func some(resource map[string]any, name, part, op string, e filter.Expression, o Operation) error {
	f := Filter{tree: e}
	var left []any
	hit := false
	for _, one := range many(resource[name]) {
		inner, ok := one.(map[string]any)
		if !ok || !f.match(e, inner) {
			left = append(left, one)
			continue
		}
		hit = true
		if part == "" && op == "remove" {
			continue
		}
		changed, err := altered(inner, part, op, o)
		if err != nil {
			return err
		}
		left = append(left, changed)
	}
	if !hit && op != "remove" {
		made, err := fresh(e, part, o)
		if err != nil {
			return err
		}
		left = append(left, made)
	}
	resource[name] = left
	return nil
}

func altered(inner map[string]any, part, op string, o Operation) (any, error) {
	if part != "" {
		k, _ := key(inner, part)
		return inner, set(inner, k, op, o.Value)
	}
	more, ok := o.Value.(map[string]any)
	if !ok {
		return nil, &Error{Type: "invalidValue", Got: o.Path, Cause: errors.New("want an object")}
	}
	for k, v := range more {
		k, _ = key(inner, k)
		inner[k] = v
	}
	return inner, nil
}

// fresh makes the value that an expression means where there is none yet, as directories
// expect: `emails[type eq "work"].value` for somebody without an address. An expression that
// does not say what the value would look like has no target (RFC 7644, section 3.5.2.3).
func fresh(e filter.Expression, part string, o Operation) (any, error) {
	a, ok := e.(*filter.AttributeExpression)
	if !ok || !strings.EqualFold(string(a.Operator), string(filter.EQ)) || a.AttributePath.SubAttribute != nil || part == "" || reflect.TypeOf(o.Value) == nil {
		return nil, &Error{Type: "noTarget", Got: o.Path}
	}
	return map[string]any{a.AttributePath.AttributeName: a.CompareValue, part: o.Value}, nil
}
