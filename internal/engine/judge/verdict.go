// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package judge

import "slices"

// A Verdict is what a profile says of a licence in a context.
type Verdict string

// The verdicts. Unknown is none of the others: nobody knows the licence, or no rule speaks of it.
const (
	Allow   Verdict = "allow"
	Review  Verdict = "review"
	Unknown Verdict = "unknown"
	Deny    Verdict = "deny"
)

// Verdicts lists them, the best first. Of parts that all count the last one decides; of a
// choice the first. What is unknown may turn out to be denied, so that it stands behind what
// has to be reviewed, and before what is known to be denied.
var Verdicts = []Verdict{Allow, Review, Unknown, Deny}

func (v Verdict) rank() int { return slices.Index(Verdicts, v) }

// Valid reports whether it is one of the verdicts.
func (v Verdict) Valid() bool { return v.rank() >= 0 }

// Worse returns the worse of two.
func (v Verdict) Worse(o Verdict) Verdict {
	if o.rank() > v.rank() {
		return o
	}
	return v
}

// Better reports whether v is better than o.
func (v Verdict) Better(o Verdict) bool { return v.rank() < o.rank() }
