// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package procurement prepares an award before its publication: by which formula bids will be
// compared, on which criteria, with which minimum, and what decides between equals. A linter
// says what is wrong and on what that rests, a simulation with fictitious bids shows who would
// win by which formula, and freezing fixes all of it with a SHA-256 that can be published.
// Beside it stands what alternatives cost over the years, by present value, with what is missing.
//
// Words: a [Paper] has editions. The last one may be a draft; a frozen one is never altered,
// a change opens the next with a reason. A [Trial] is one simulation, kept with all that went in.
//
// KGSt 18/2024 sees the OSPO advise on needs and awards; how it works here is ours. The room
// calculates what was announced; it does not say that a method may be used.
package procurement
