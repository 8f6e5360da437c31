// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: its teams with all they wrote down.
var rows = []transfer.Table{
	{Name: "meeting_team", Columns: "id, org, name, roles, chair, weeks, since, at, length, place, link, maker, created", Unique: "id", People: "chair, maker", Said: "name, place"},
	{Name: "meeting_session", Columns: "id, org, team, day, at, length, place, link, state, sequence, invited, closed, closer, sum, maker, created", Unique: "id", People: "closer, maker",
		Refs: map[string]string{"team": "meeting_team"}},
	{Name: "meeting_guest", Columns: "org, session, person, role, stands, presence", People: "person, stands", Refs: map[string]string{"session": "meeting_session"}},
	{Name: "meeting_item", Columns: "id, org, session, place, kind, title, link, source, note, result, responsible, due, done, maker, created", Unique: "id", People: "responsible, maker", Said: "title, note",
		Refs: map[string]string{"session": "meeting_session"}},
	{Name: "meeting_decision", Columns: "id, org, team, session, item, year, n, text, folded, reason, evidence, present, yes, no, abstained, responsible, due, done, corrects, maker, created", Unique: "id", People: "responsible, maker", Said: "text, reason, evidence",
		Refs: map[string]string{"session": "meeting_session"}},
}
