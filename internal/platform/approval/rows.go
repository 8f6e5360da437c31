// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package approval

import "allmende/internal/platform/transfer"

// Rows are the proposals of an organisation, which leave with it.
var Rows = []transfer.Table{
	{Name: "approval_proposal", Columns: "id, org, what, thing, permit, facts, body, reason, proposer, proposed, state, decider, decided, note", Unique: "id"},
}
