// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package procedure lets a house adapt procedures without code: a definition is text
// (engine/process), begun with one that ships; a checker names what is wrong in it with its
// line, a picture shows it, and it comes into force when somebody else than its writer enacts it,
// for procedures say themselves what takes two. New cases follow it then; running ones keep their
// version until somebody moves them on, expressly (casework).
//
// Words: a [Text] is a version of a definition: a draft, in force, or retired. Versions of houses
// are numbered by day, 2026112801, so that they are later than those that ship; a house that
// retires its own goes back to what ships.
//
// KGSt 18/2024, chapter 2, sees processes lead to central fields of management; how a house
// writes them down here is ours.
package procedure
