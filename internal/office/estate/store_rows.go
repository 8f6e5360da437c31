// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: all of the register but what follows from it.
var rows = []transfer.Table{
	{Name: "estate_supplier", Columns: "id, org, name, folded, website, contact, note, created, changed", Unique: "id", Said: "contact, note"},
	{Name: "estate_contract", Columns: "id, org, number, supplier, title, until, created, changed", Unique: "id",
		Refs: map[string]string{"supplier": "estate_supplier"}},
	{Name: "estate_software", Columns: "id, org, name, folded, words, kind, purpose_de, purpose_en, licence, website, repository, purl, supplier, source, checked, retired, created, changed",
		Unique: "id", Refs: map[string]string{"supplier": "estate_supplier"}},
	{Name: "estate_release", Columns: "id, org, software, version, purl, released, supported, retired, created, changed", Unique: "id",
		Refs: map[string]string{"software": "estate_software"}},
	{Name: "estate_use", Columns: "id, org, release, role, purpose, since, ended, criticality, contract, supplier, external, created, changed", Unique: "id",
		Refs: map[string]string{"release": "estate_release", "contract": "estate_contract", "supplier": "estate_supplier"}},
	{Name: "estate_import", Columns: "id, org, person, name, sum, mapping, task, created", Unique: "id", Blob: "sum", People: "person", Said: "name"},
	{Name: "estate_visible", Stays: "new"},
}
