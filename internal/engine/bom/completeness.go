// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import "strings"

// An aggregate is what a document says about the completeness of a part.
type aggregate struct {
	stated string  // "complete", "incomplete", "incomplete_first_party_only", …
	refs   []int32 // of which identifiers; none means the document
}

// completeness sums up: one incomplete part makes the document incomplete; it
// is complete when it says so of the described product or of itself.
// owner gives the component behind each identifier.
func completeness(parts []aggregate, owner []int32, root int) Completeness {
	sum := Unknown
	for _, a := range parts {
		switch {
		case strings.HasPrefix(a.stated, "incomplete"):
			return Incomplete
		case a.stated == "complete" && a.covers(owner, root):
			sum = Complete
		}
	}
	return sum
}

func (a aggregate) covers(owner []int32, root int) bool {
	for _, ref := range a.refs {
		if root >= 0 && int(owner[ref]) == root {
			return true
		}
	}
	return len(a.refs) == 0
}
