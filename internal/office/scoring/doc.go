// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package scoring evaluates the bids that came in, by the award setup that was frozen before.
// Several people give points without seeing those of the others, each having stated a conflict
// of interest or that there is none; where they differ, two of them agree on a value and say
// why. Closing calculates as announced and freezes all of it with a SHA-256.
//
// Words: a [Round] is one evaluation. A scorer is who has stated no conflict of interest. A
// [Book] is a round with all that was entered; who may see whose points, what is missing and
// which value counts is decided there alone.
//
// It calculates what was announced, and decides nothing: no winner where the engine has none.
package scoring
