// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation. Nothing that proves who somebody is leaves:
// people set a new password by a link, programs get new tokens.
var rows = []transfer.Table{
	{Name: "governance_scope", Stays: "new"}, // goes last, for it says what belongs to whom
	{Name: "governance_org", Columns: "org, parent, name, folded, kind, created", Unique: "org"},
	{Name: "governance_suspension", Stays: "here", People: "person", Said: "reason"},
	{Name: "governance_person", Columns: "id, org, login, name, folded, level, created, ended, mail, lang", Unique: "id, login", People: "id"},
	{Name: "governance_password", Stays: "secret", People: "person", Own: true, Hidden: "hash"},
	{Name: "governance_session", Stays: "secret", People: "person", Own: true, Hidden: "sum"},
	{Name: "governance_token", Stays: "secret", People: "person", Said: "name", Hidden: "sum"},
	{Name: "governance_link", Stays: "secret", People: "person", Own: true, Hidden: "sum"},
	{Name: "governance_device", Stays: "secret", People: "person", Own: true, Hidden: "sum"},
}
