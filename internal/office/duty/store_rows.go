// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: what it said of its releases, and what it decided.
var rows = []transfer.Table{
	{Name: "duty_setting", Columns: "org, release, changed, offer, person, at", People: "person", Said: "offer", Refs: map[string]string{"release": "estate_release"}},
	{Name: "duty_decision", Columns: "id, org, release, software, duty, contexts, state, reason, evidence, link, role, due, person, at, revoked, revoker, why, sum", Unique: "id",
		People: "person, revoker", Said: "reason, evidence, why", Refs: map[string]string{"release": "estate_release", "software": "estate_software"}},
	{Name: "duty_part", Columns: "org, decision, component, licence", Refs: map[string]string{"decision": "duty_decision"}},
}
