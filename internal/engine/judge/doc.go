// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package judge judges licences by profiles: versioned lists of rules that say what is
// allowed, has to be reviewed or is denied, in which context of use. A judgement names each
// step that led to it, so that whoever reads it can follow. It says which rule applied,
// never what is lawful; what no rule speaks of is unknown, and unknown never passes.
package judge
