// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: its papers with all editions and trials.
var rows = []transfer.Table{
	{Name: "procurement_paper", Columns: "id, org, kind, title, matter, person, created", Unique: "id", People: "person", Said: "title", Refs: map[string]string{"matter": "casework_case"}},
	{Name: "procurement_edition", Columns: "paper, org, n, reason, body, sum, person, changed, frozen", People: "person", Said: "reason, body", Refs: map[string]string{"paper": "procurement_paper"}},
	{Name: "procurement_trial", Columns: "id, org, paper, n, person, created, body, sum", Unique: "id", People: "person", Said: "body", Refs: map[string]string{"paper": "procurement_paper"}},
}
