// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package library keeps what procurement chooses from, as a house has adapted it: kinds of need,
// ways, award procedures with what to check, requirements, criteria with why they may be asked
// for, what proves them and their scales (engine/market). A house begins with what ships, changes
// the text or fills in a form for one entry; a checker names what is wrong with its line, and
// somebody else than its writer brings the edition into force.
//
// Words: a [Text] is an edition: a draft, in force, or retired. Editions of houses are numbered by
// day, 2026112801, so that they are later than those that ship. An organisation follows the nearest
// one above it, its own first. Papers name the edition that they were written with.
//
// KGSt 18/2024 sees the OSPO lay down criteria for selection and award; how a house writes them
// here is ours.
package library
