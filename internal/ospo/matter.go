// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ospo

// A Matter is something that waits for somebody: one line of a list of what is open.
type Matter struct {
	Kind  string // "audit.finding": the first word is a room's
	Key   string // text key of the title; with Args its arguments
	Args  []any
	Text  string // the title where it is nobody's text but somebody's words; instead of Key
	Link  string // the page on which it is dealt with: "/audit/finding/…"
	Since string // day since when it waits: 2026-11-28; empty where nobody knows
	Due   string // day by which it has to be done; empty for none
}
