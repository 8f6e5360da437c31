// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package governance knows who belongs to the office and what they may do: the
// organisations, as a tree; the people in them; how they sign in; and the tokens by which
// programs act for an organisation. Who acts for an organisation sees it and all below it.
//
// KGSt 18/2024, chapter 3: roles and responsibilities in open-source governance.
package governance
