// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import "strings"

// The claims of a document are what it says about the completeness of its parts.
type claims struct {
	incomplete bool    // of any part
	complete   bool    // of the document as a whole
	parts      []int32 // identifiers of parts that are called complete
}

// add takes one claim: "complete", "incomplete", "incomplete_first_party_only", …
// of some identifiers; none means the document.
func (c *claims) add(stated string, refs []int32) {
	switch {
	case strings.HasPrefix(stated, "incomplete"):
		c.incomplete = true
	case stated != "complete":
	case len(refs) == 0:
		c.complete = true
	default:
		c.parts = append(c.parts, refs...)
	}
}

// sum gives the claim about the whole: one incomplete part makes the document
// incomplete; it is complete when it says so of itself or of the described
// product. owner gives the component behind each identifier.
func (c *claims) sum(owner []int32, root int) Completeness {
	if c.incomplete {
		return Incomplete
	}
	complete := c.complete
	for _, ref := range c.parts {
		complete = complete || root >= 0 && int(owner[ref]) == root
	}
	if complete {
		return Complete
	}
	return Unknown
}
