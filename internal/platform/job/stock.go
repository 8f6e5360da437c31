// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package job

import "allmende/internal/platform/expiry"

// Stocks are tasks that are over, with their reports.
var Stocks = []expiry.Stock{{Kind: "job.task", Table: "job_task", ID: "id", Since: "ended", Over: "state IN ('done', 'failed')", People: []string{"person"},
	Below: []expiry.Below{{Table: "job_line", Column: "task"}}}}
