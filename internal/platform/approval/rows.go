// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package approval

import "allmende/internal/platform/transfer"

// Rows go when their organisation is removed. They do not leave with it: what is proposed is
// done with the rights of this instance, and a folder may come from anybody. What was decided
// stands in the log.
var Rows = []transfer.Table{{Name: "approval_proposal", Stays: "here", People: "proposer, decider", Said: "facts, body, reason, note"}}
