// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scim

import (
	"fmt"
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// A Filter says which resources are meant; the zero Filter means all.
type Filter struct {
	tree  filter.Expression
	exact map[string]bool
}

// ParseFilter reads a filter; the empty text means all. exact names the attributes that are
// compared with regard to case (RFC 7643: ids are, names of users are not).
func ParseFilter(text string, exact ...string) (f Filter, err error) {
	if strings.TrimSpace(text) == "" {
		return f, nil
	}
	if err := bounded(text, "invalidFilter"); err != nil {
		return f, err
	}
	f.exact = map[string]bool{}
	for _, name := range exact {
		f.exact[strings.ToLower(name)] = true
	}
	if f.tree, err = filter.ParseFilter([]byte(text)); err != nil {
		return Filter{}, &Error{"invalidFilter", text, err}
	}
	return f, nil
}

// All reports whether the filter leaves nothing out.
func (f Filter) All() bool { return f.tree == nil }

// Match reports whether a resource is meant.
func (f Filter) Match(resource map[string]any) bool {
	return f.tree == nil || f.match(f.tree, resource)
}

func (f Filter) match(e filter.Expression, resource map[string]any) bool {
	switch e := e.(type) {
	case *filter.AttributeExpression:
		return f.compare(e, resource)
	case *filter.LogicalExpression:
		if strings.EqualFold(string(e.Operator), string(filter.AND)) {
			return f.match(e.Left, resource) && f.match(e.Right, resource)
		}
		return f.match(e.Left, resource) || f.match(e.Right, resource)
	case *filter.NotExpression:
		return !f.match(e.Expression, resource)
	case *filter.ValuePath:
		for _, v := range many(Of(resource, e.AttributePath.AttributeName)) {
			if part, ok := v.(map[string]any); ok && f.match(e.ValueFilter, part) {
				return true
			}
		}
	}
	return false
}

// compare applies an operator to what an attribute holds; of several values one is enough.
// "ne" is the opposite of "eq": no value may be equal (RFC 7644, table 3).
func (f Filter) compare(e *filter.AttributeExpression, resource map[string]any) bool {
	values := at(resource, e.AttributePath)
	op := strings.ToLower(string(e.Operator))
	if op == "ne" {
		for _, v := range values {
			if f.holds("eq", e, v) {
				return false
			}
		}
		return true
	}
	for _, v := range values {
		if f.holds(op, e, v) {
			return true
		}
	}
	return op == "eq" && e.CompareValue == nil && len(values) == 0
}

// at lists the values at a path; of a complex attribute without a part named its "value".
func at(resource map[string]any, p filter.AttributePath) (out []any) {
	for _, v := range many(Of(resource, p.AttributeName)) {
		part, complex := v.(map[string]any)
		switch {
		case !complex && p.SubAttribute == nil:
			out = append(out, v)
		case complex && p.SubAttribute != nil:
			out = append(out, many(Of(part, *p.SubAttribute))...)
		case complex:
			out = append(out, many(Of(part, "value"))...)
		}
	}
	return out
}

// many returns the values of an attribute: none, one or several.
func many(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// holds reports whether one value fits.
func (f Filter) holds(op string, e *filter.AttributeExpression, v any) bool {
	if op == "pr" {
		return v != "" && v != nil
	}
	if b, ok := v.(bool); ok {
		want, ok := e.CompareValue.(bool)
		return op == "eq" && ok && b == want
	}
	got, want := fmt.Sprint(v), fmt.Sprint(e.CompareValue)
	if e.CompareValue == nil {
		return false
	}
	if !f.exact[strings.ToLower(e.AttributePath.AttributeName)] {
		got, want = strings.ToLower(got), strings.ToLower(want)
	}
	switch op {
	case "eq":
		return got == want
	case "co":
		return strings.Contains(got, want)
	case "sw":
		return strings.HasPrefix(got, want)
	case "ew":
		return strings.HasSuffix(got, want)
	case "gt":
		return got > want
	case "ge":
		return got >= want
	case "lt":
		return got < want
	case "le":
		return got <= want
	}
	return false
}
