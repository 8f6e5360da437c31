// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package library

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: its editions, which its papers name.
var rows = []transfer.Table{
	{Name: "library_text", Columns: "id, org, version, body, reason, person, created, enacted, enactor, retired, retirer", Unique: "id", People: "person, enactor, retirer", Said: "reason, body"},
}
