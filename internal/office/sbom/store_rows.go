// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: which documents came when, by whom, for which
// release. What is in them is read again from the documents.
var rows = []transfer.Table{
	{Name: "sbom_document", Columns: "release, sum, org, uploaded, person, current:bool", Blob: "sum", Taken: true, People: "person",
		Refs:    map[string]string{"release": "estate_release"},
		Without: "id, size, format, version, encoding, serial, name, components, packages, direct, unplaced, without_purl, without_licence, duplicates, warnings, notes, complete, made"},
	{Name: "sbom_latest", Stays: "new"},
}
