// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: what its directory says. Whom a provider means
// is known again at the next sign-in; providers are settings of the instance.
var rows = []transfer.Table{
	{Name: "identity_mapping", Columns: "id, org, source, value, target, level, created", Unique: "id", Refs: map[string]string{"target": "governance_org"}},
	{Name: "identity_post", Columns: "id, org, source, value, target, role, created", Unique: "id", Refs: map[string]string{"target": "governance_org"}},
	{Name: "identity_user", Columns: "person, org, external, given, family, mail, changed, gone", Refs: map[string]string{"person": "governance_person"}, People: "person", Own: true},
	{Name: "identity_group", Columns: "id, org, name, external, created, changed", Unique: "id"},
	{Name: "identity_member", Columns: "grp, person, org", Refs: map[string]string{"grp": "identity_group", "person": "governance_person"}, People: "person", Own: true},
	{Name: "identity_bond", Stays: "new", People: "person", Own: true},
	{Name: "identity_flow", Stays: "secret"},
	{Name: "identity_session", Stays: "secret", People: "person", Own: true},
	{Name: "identity_told", Stays: "secret"},
}
