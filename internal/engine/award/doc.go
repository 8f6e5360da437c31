// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package award evaluates bids by announced methods, with the whole arithmetic, says before
// publication what is wrong with a setup, tries it out on fictitious bids, and freezes it.
//
// Words: a [Method] is a formula of the catalogue (data/methods.json, with version, source and
// certainty), a [Formula] is a method with its announced values, a [Setup] is all that is
// announced: formula, criteria with weights and anchors, minimum, what decides between equals.
// L is the quality of a bid, 0 to 100, the weighted sum of its points; P its price, W the
// weight of the price in percent.
//
// What is unknown or impossible has no winner: a [Fault] says what is wrong and where, a
// [Note] what whoever reads a result has to know. The software calculates what was announced;
// it does not say that a method may be used.
package award
