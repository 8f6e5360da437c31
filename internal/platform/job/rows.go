// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package job

import "allmende/internal/platform/transfer"

// Rows go when their organisation is removed; work in progress does not leave with it.
var Rows = []transfer.Table{
	{Name: "job_line", Stays: "here", Said: "args"},
	{Name: "job_task", Stays: "here", People: "person", Said: "args, note, fault"},
}
