// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation beside its part of the log: what it witnesses of
// other instances' logs.
var rows = []transfer.Table{
	{Name: "audit_witnessed", Columns: "org, origin, key, size, note, at"},
	{Name: "audit_alarm", Columns: "id, org, origin, kind, had, got, at", Unique: "id"},
	{Name: "audit_finding", Columns: "id, org, title, fact, rule, advice, weight, state, raiser, head, measure, due, evidence, reminded, created, changed", Unique: "id",
		People: "raiser, head", Said: "title, fact, rule, advice, measure, evidence"},
	{Name: "audit_step", Columns: "org, finding, id, state, person, note, at", Refs: map[string]string{"finding": "audit_finding"},
		People: "person", Said: "note"},
}
