// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package where answers the question of the crisis meeting: where do we run it? Asked for
// a component, a package URL with or without a range, a vulnerability, a licence, a
// supplier or a product, it says which products and releases, which organisations run
// them and how critical that is, through which path the component got in, which version
// mends it, and where nobody knows because there is no bill of materials.
//
// The room keeps nothing; it reads what estate, sbom and vulnerability publish.
package where
