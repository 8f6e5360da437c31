// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"strconv"

	"allmende/internal/platform/merkle"
)

// Say says in a reader's language what is wrong: which entries, what was wanted, what is there.
func Say(tongue string, f merkle.Flaw) string {
	from, to := strconv.FormatInt(f.From, 10), strconv.FormatInt(f.To, 10)
	switch f.Kind {
	case merkle.Missing:
		return span(tongue, "audit.flaw.missing", "audit.flaw.missing_one", f, from, to)
	case merkle.Changed:
		return own.T(tongue, "audit.flaw.changed", from, f.ID, f.What, f.Want, f.Got)
	case merkle.Order:
		return own.T(tongue, "audit.flaw.order", f.Got, f.ID, f.What, f.Want)
	case merkle.Subtree:
		return own.T(tongue, "audit.flaw.subtree", from, to, f.Want, f.Got)
	case merkle.Root:
		return own.T(tongue, "audit.flaw.root", to, f.Want, f.Got)
	case merkle.Beyond:
		return span(tongue, "audit.flaw.beyond", "audit.flaw.beyond_one", f, from, to)
	case merkle.Outside:
		return own.T(tongue, "audit.flaw.outside", f.ID, f.What)
	case merkle.Point:
		return span(tongue, "audit.flaw.point", "audit.flaw.point_one", f, from, to, f.What, f.Want, f.Got)
	case merkle.Short:
		return span(tongue, "audit.flaw.short", "audit.flaw.short_one", f, from, to, f.What)
	case merkle.Forged:
		return own.T(tongue, "audit.flaw.forged", f.What, to, reason(tongue, f))
	case merkle.Unproved:
		return own.T(tongue, "audit.flaw.unproved", from, f.ID)
	case merkle.Unkept:
		return span(tongue, "audit.flaw.unkept", "audit.flaw.unkept_one", f, from, to, f.Got)
	case merkle.Unsigned:
		return own.T(tongue, "audit.flaw.unsigned")
	case merkle.Headless:
		return own.T(tongue, "audit.flaw.headless")
	case merkle.Head:
		return own.T(tongue, "audit.flaw.head", to)
	}
	return f.Kind
}

// span says something of several entries, or of one.
func span(tongue, many, one string, f merkle.Flaw, from, to string, more ...any) string {
	if f.From == f.To {
		return own.T(tongue, one, append([]any{from}, more...)...)
	}
	return own.T(tongue, many, append([]any{from, to}, more...)...)
}

// reason says why something is not good; what has no words of its own as it came.
func reason(tongue string, f merkle.Flaw) string {
	if f.Why == "" {
		return f.Got
	}
	return own.T(tongue, "audit.why."+f.Why)
}

// SayProof says that a proof does not hold.
func SayProof(tongue string, f merkle.Flaw) string {
	return own.T(tongue, "audit.flaw.proof", strconv.FormatInt(f.From, 10), f.ID, reason(tongue, f))
}

// SayFault says what went wrong without a running program, which has the texts otherwise.
func SayFault(tongue string, err error) string { return own.Say(tongue, err) }
