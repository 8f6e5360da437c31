// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package process knows how a procedure of the office goes: its states and the ways between
// them, who does what by when in each state, what is asked, and what has to be known before a
// step may be taken. A definition is data (YAML, with id and version); twenty come with the
// program, and a city writes its own.
//
// A step is held back by open tasks and by its guard, an expression over the facts of a case.
// What is unknown never lets a case pass: a guard that comes upon a fact that nobody stated
// blocks and names it, and a guard that fails blocks and says so. Guards are small on purpose:
// comparisons, and, or, not; no loop, no clock, no pattern, nothing that runs long.
//
// Words: a Definition is one version of a procedure, a Case one running through it, an Offer a
// step that could be taken with what blocks it, a Flaw something wrong in a definition.
package process
