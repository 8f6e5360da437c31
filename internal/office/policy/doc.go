// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package policy says which licences may be used for what: profiles of rules, the contexts
// in which releases are used, a verdict on each release with its reasons, exceptions, choices
// where a component offers several licences, and questions that people ask and the licence
// manager decides. It keeps to what rules say and who decided; what is lawful it leaves to
// people. What no rule speaks of is unknown, and never passes.
//
// KGSt 18/2024, 2.3: whether software is open source is a question of its licence; the
// office keeps a list of those that may be used.
package policy
