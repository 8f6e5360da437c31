// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package meeting is the regular meeting of those who hold the roles of the office: a team
// with its rhythm, the agenda from what is open in the house, minutes, and decisions with
// number, reason and who was present. What was postponed and what is still to be done comes
// onto the next agenda by itself. A decision in closed minutes is never edited; a new one
// corrects it.
//
// KGSt 18/2024, chapter 3: the roles of open source governance need a place where they come
// together. How it works here is ours.
package meeting
