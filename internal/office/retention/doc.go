// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package retention answers for what is kept: for how long each kind of entry stays, by which
// rule and why; what ended in which run; what must not end for now; and what there is about a
// person, who may read it, take it along and be forgotten. A name that was erased is replaced
// by a pseudonym, and the log proves itself as before.
//
// GDPR: storage limitation (Art. 5(1)(e)), access (Art. 15), erasure (Art. 17). Words: a rule
// says how long; a hold exempts; a run applies the rules; an erasure is for one person and
// needs two.
package retention
