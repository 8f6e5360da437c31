// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package estate is the register of the software in use: what an administration runs,
// in which release, who runs it in which role, for what, since when, how critical it is,
// from which supplier and under which contract. Proprietary software stands in it too.
//
// A Software has Releases; a Use says that an organisation runs a Release. Software and
// its releases belong to the organisation that registered them, a use to the organisation
// that runs it. An organisation sees what belongs to its tree and what is used in it; what
// it sees of others it cannot change. Retired software and ended uses stay on record.
//
// KGSt 18/2024: Portfoliomanagement.
package estate
