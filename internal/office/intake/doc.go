// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package intake is the counter of the office: departments ask in plain language, see where
// their request stands, and read the answer. Each request is a case; the counter knows the
// doors by which people come in, the guests who ask without an account where their city lets
// them, and how long the office takes to answer.
//
// KGSt 18/2024, chapter 2, wants a place that departments turn to. How it works here is ours.
package intake
