// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package sbom takes bills of materials in, keeps them, and says what is in a release,
// how good the document is, why a package is in, and what changed between two releases.
//
// A document is what somebody uploaded; the raw bytes are kept under their SHA-256. It
// is taken in for one release, and the latest one taken in is the present one. It lists
// components; components of equal identity are one package, which is stored once for the
// whole instance. An item says that a document lists a package, through which parent,
// under which licence. The product that a document describes is not one of its items.
//
// KGSt 18/2024: Lizenzmanagement und SBOM. BSI TR-03183-2 for what a document should hold.
package sbom
