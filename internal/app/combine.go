// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import "allmende/internal/office/compat"

// What the command line asks about licences that meet.
type (
	CombineQuestion = compat.Question
	CombineAnswer   = compat.Answer
	OSADLMatrix     = compat.Matrix
)

// Combine answers by the rules that are built in, without a database.
func Combine(q CombineQuestion, lang string) (CombineAnswer, error) { return compat.ByRules(q, lang) }
