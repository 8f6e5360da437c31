// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation. How many packages have which licence is counted
// again once its documents are there.
var rows = []transfer.Table{
	{Name: "licence_own", Columns: "org, id, version, state, name, class, about, body, source, reason, person, created", People: "person", Said: "about, reason"},
	{Name: "licence_conclusion", Columns: "id, org, package, version, state, expression, reason, source, reuse:bool, origin, person, created, said", Unique: "id", People: "person", Said: "reason, source"},
}
