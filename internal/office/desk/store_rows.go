// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: what lies beside its cases.
var rows = []transfer.Table{
	{Name: "desk_file", Columns: "id, org, matter, name, media, size, sum, blob, scan, finding, scanner, scanned, person, created, remover, removed, reason, source", Unique: "id", Blob: "blob",
		People: "person, remover", Said: "name, reason, source", Refs: map[string]string{"matter": "casework_case"}},
	{Name: "desk_mention", Columns: "id, org, matter, n, person, author, created, seen", Unique: "id", People: "person, author", Refs: map[string]string{"matter": "casework_case"}},
	{Name: "desk_link", Columns: "id, org, matter, kind, target, label, person, created", Unique: "id", People: "person", Said: "target, label", Refs: map[string]string{"matter": "casework_case"}},
	{Name: "desk_text", Columns: "id, org, name, de, en, person, created", Unique: "id", People: "person", Said: "name, de, en"},
}
