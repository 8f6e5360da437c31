// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package scim reads filters and changes of the System for Cross-domain Identity
// Management, version 2.0, and applies them to resources (RFC 7644, sections 3.4.2.2 and
// 3.5.2). A resource is its JSON, decoded; names of attributes are compared without case.
package scim

import (
	"fmt"
	"strings"
)

// Bounds of what is read. The grammar's parser goes back and forth, so that depth costs
// more than length does.
const (
	longest  = 1000 // bytes of a filter or path
	deepest  = 6    // parentheses and brackets within each other
	mostOps  = 200  // operations of one change
	mostMany = 50000
)

// An Error is a request that cannot be understood or done. Type is the scimType of RFC
// 7644, table 9.
type Error struct {
	Type  string // "invalidFilter", "invalidPath", "invalidValue", "noTarget", "mutability", "tooMany"
	Got   string // the part at fault
	Cause error
}

func (e *Error) Error() string {
	if e.Cause == nil {
		return fmt.Sprintf("%s: %q", e.Type, e.Got)
	}
	return fmt.Sprintf("%s: %q: %v", e.Type, e.Got, e.Cause)
}

func (e *Error) Unwrap() error { return e.Cause }

// Of returns an attribute of a resource by name, without regard to case; nil where it is absent.
func Of(resource map[string]any, name string) any {
	if k, ok := key(resource, name); ok {
		return resource[k]
	}
	return nil
}

// key returns the name under which a resource has an attribute.
func key(resource map[string]any, name string) (string, bool) {
	if _, ok := resource[name]; ok {
		return name, true
	}
	for k := range resource {
		if strings.EqualFold(k, name) {
			return k, true
		}
	}
	return name, false
}

// bounded refuses what is too long or too deep to be parsed in good time.
func bounded(text, kind string) error {
	depth, most, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[':
			depth++
			most = max(most, depth)
		case c == ')' || c == ']':
			depth--
		}
	}
	if len(text) > longest {
		return &Error{Type: kind, Got: text[:100] + "…", Cause: fmt.Errorf("%d bytes, want at most %d", len(text), longest)}
	}
	if most > deepest {
		return &Error{Type: kind, Got: text, Cause: fmt.Errorf("%d levels, want at most %d", most, deepest)}
	}
	return nil
}
