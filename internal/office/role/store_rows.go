// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: its roles, who holds them, who is away. A
// mandate may name somebody of an organisation elsewhere; the id goes along, the name does not.
var rows = []transfer.Table{
	{Name: "role_version", Columns: "org, key, version, state, grants, body, reason, person, created", People: "person", Said: "reason"},
	{Name: "role_mandate", Columns: "id, org, role, person, deputy, since, until, decision, reason, maker, created, source, ended, why", Unique: "id",
		People: "person, deputy, maker", Said: "decision, reason, why"},
	{Name: "role_absence", Columns: "id, org, person, since, until, maker, created", Unique: "id", People: "person, maker", Own: true},
}
