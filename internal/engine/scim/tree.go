// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scim

import (
	"strings"

	filter "github.com/scim2/filter-parser/v2"
)

// A Node is a part of a filter, for a store that looks itself: [Both], [Either], [Not],
// [Within] or [Compare].
type Node any

// Both and Either are two parts of a filter that must hold, or of which one must.
type (
	Both   struct{ Left, Right Node }
	Either struct{ Left, Right Node }
)

// Not is a part that must not hold.
type Not struct{ Part Node }

// Within is a part that must hold for one of the values of an attribute: emails[…]. Attribute
// is in lower case.
type Within struct {
	Attribute string
	Part      Node
}

// Compare is one comparison. Attribute is a path in lower case, "name.givenname"; Op one of
// eq ne co sw ew gt ge lt le pr; Value a text, a number, a truth, or nil for null.
type Compare struct {
	Attribute, Op string
	Value         any
}

// Tree is what the filter says; nil where it leaves nothing out.
func (f Filter) Tree() Node { return tree(f.tree) }

func tree(e filter.Expression) Node {
	switch e := e.(type) {
	case *filter.AttributeExpression:
		name := strings.ToLower(e.AttributePath.AttributeName)
		if e.AttributePath.SubAttribute != nil {
			name += "." + strings.ToLower(*e.AttributePath.SubAttribute)
		}
		return Compare{name, strings.ToLower(string(e.Operator)), e.CompareValue}
	case *filter.LogicalExpression:
		if strings.EqualFold(string(e.Operator), string(filter.AND)) {
			return Both{tree(e.Left), tree(e.Right)}
		}
		return Either{tree(e.Left), tree(e.Right)}
	case *filter.NotExpression:
		return Not{tree(e.Expression)}
	case *filter.ValuePath:
		return Within{strings.ToLower(e.AttributePath.AttributeName), tree(e.ValueFilter)}
	}
	return nil
}
