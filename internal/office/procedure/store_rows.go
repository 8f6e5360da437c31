// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procedure

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: its definitions, which its cases name.
var rows = []transfer.Table{
	{Name: "procedure_text", Columns: "id, org, name, version, body, reason, person, created, enacted, enactor, retired, retirer", Unique: "id", People: "person, enactor, retirer", Said: "reason, body"},
}
