// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package compat is where somebody asks, before publishing: may these components go into a
// work under this licence, why not, and what helps? It shows the answer of the rules that are
// built in and that of a matrix that somebody has brought in, side by side; it leads through
// the choice of a licence for own work and records what was chosen, by whom and why.
//
// For the licence manager and for who publishes (KGSt 18/2024, 2.3: the specification of
// software as open source is a question of licence). A work is what is published, a component
// what goes into it, a matrix what OSADL says, a choice the recorded licence of a work.
package compat
