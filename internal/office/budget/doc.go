// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package budget keeps the money of the open-source office: pots (budgets and funding programmes
// with their conditions), measures in them with what was planned, and bookings of what was
// committed and spent, which are added and never changed. Hours that people contribute count at
// a rate that has a day and a source. Savings are stated with a method and from low to high.
//
// Sums are exact. What nobody knows is unknown and never 0; more used than there was is said.
// Whether own developments are to be capitalised is a question to the treasurer, not an answer
// of this room.
package budget
