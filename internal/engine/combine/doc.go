// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package combine answers whether a component under one licence may go into a work that is
// published under another: by own rules, each with the clause that decides, and by a matrix
// that somebody else keeps, as far as one was brought in. Both answers stand side by side; a
// licence that neither knows is unknown, and unknown never counts as yes.
//
// The rules are data (data/rules.json), reviewed by the date in it. They speak of licence
// texts and of what their authors say about them. What a court would say, nobody here knows.
package combine
