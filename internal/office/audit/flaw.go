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
		if f.From == f.To {
			return own.T(tongue, "audit.flaw.missing_one", from)
		}
		return own.T(tongue, "audit.flaw.missing", from, to)
	case merkle.Changed:
		return own.T(tongue, "audit.flaw.changed", from, f.ID, f.What, f.Want, f.Got)
	case merkle.Order:
		return own.T(tongue, "audit.flaw.order", f.Got, f.ID, f.What, f.Want)
	case merkle.Subtree:
		return own.T(tongue, "audit.flaw.subtree", from, to, f.Want, f.Got)
	case merkle.Root:
		return own.T(tongue, "audit.flaw.root", to, f.Want, f.Got)
	case merkle.Beyond:
		return own.T(tongue, "audit.flaw.beyond", from, to)
	case merkle.Outside:
		return own.T(tongue, "audit.flaw.outside", f.ID, f.What)
	case merkle.Point:
		return own.T(tongue, "audit.flaw.point", from, to, f.What, f.Want, f.Got)
	case merkle.Short:
		return own.T(tongue, "audit.flaw.short", from, to, f.What)
	case merkle.Forged:
		return own.T(tongue, "audit.flaw.forged", f.What, to, f.Got)
	case merkle.Unproved:
		return own.T(tongue, "audit.flaw.unproved", from, f.ID)
	}
	return f.Kind
}

// SayProof says that a proof does not hold.
func SayProof(tongue string, f merkle.Flaw) string {
	return own.T(tongue, "audit.flaw.proof", strconv.FormatInt(f.From, 10), f.ID, f.Got)
}

// SayFault says what went wrong without a running program, which has the texts otherwise.
func SayFault(tongue string, err error) string { return own.Say(tongue, err) }
