// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package market looks over what comes before an award: a market survey, with where was looked,
// what was found, what was left out and why, and which of make, buy, use and compose follows;
// and a functional description, whose requirements must not name products.
//
// What there is to choose from is versioned data with source and certainty: kinds of need,
// procedures with what to check about them, requirements in neutral words, rules of the linter.
// The package finds and hints. Whether a procedure may be used is for whoever answers for it.
package market
