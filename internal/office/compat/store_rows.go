// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: its choices. The file of a matrix is OSADL's and
// is brought in anew.
var rows = []transfer.Table{
	{Name: "compat_choice", Columns: "id, org, work, folded, version, original, kind, aim, rights, network:bool, patents:bool, tongues:bool, profile, parts, licence, recommended, reason, advice, person, created",
		Unique: "id", People: "person", Said: "reason"},
	{Name: "compat_matrix", Stays: "new", People: "person"},
}
