// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: its setting and who asked as a guest. Links stay:
// whoever has one asks where it was given out.
var rows = []transfer.Table{
	{Name: "intake_house", Columns: "org, open:bool, slug, domains, person, created", Unique: "slug", People: "person"},
	{Name: "intake_guest", Columns: "id, org, matter, number, title, name, mail, lang, created", Unique: "id", Said: "title, name, mail", Refs: map[string]string{"matter": "casework_case"}},
	{Name: "intake_word", Columns: "matter, org, at, seen", Unique: "matter", Refs: map[string]string{"matter": "casework_case"}},
	{Name: "intake_link", Stays: "secret", Hidden: "sum"},
}
