// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: its cases with all that happened in them.
var rows = []transfer.Table{
	{Name: "casework_case", Columns: "id, org, house, year, n, type, version, title, folded, answers, asker, facts, state, outcome, created, closed", Unique: "id", People: "asker", Said: "title, facts"},
	{Name: "casework_task", Columns: "id, org, matter, state, task, role, person, since, due, result, ended, doer, note, instead, alarm, raised, hander", Unique: "id", People: "person, doer, hander", Said: "note",
		Refs: map[string]string{"matter": "casework_case"}},
	{Name: "casework_turn", Columns: "org, matter, role, steps, since", Refs: map[string]string{"matter": "casework_case"}},
	{Name: "casework_event", Columns: "org, matter, n, what, person, at, body, said", People: "person", Said: "body, said", Refs: map[string]string{"matter": "casework_case"}},
	{Name: "casework_record", Columns: "id, org, matter, n, body, sum, created", Unique: "id", Said: "body", Refs: map[string]string{"matter": "casework_case"}},
	{Name: "casework_land", Columns: "org, land, person, created", People: "person"},
}
