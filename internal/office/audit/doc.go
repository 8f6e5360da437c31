// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package audit reads the log that every write produces, in the same transaction as the
// write itself: who did what, on what, for which organisation, when, through which door.
// It proves the log: verification, signed checkpoints, bundles, proofs of single entries
// (package merkle has the rules, docs/audit.md the reasons).
//
// It keeps what the audit office finds, from the finding to its verification.
//
// KGSt 18/2024: Revision; the audit office sees who decided what.
package audit
