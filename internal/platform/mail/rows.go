// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package mail

import "allmende/internal/platform/transfer"

// Rows go when their organisation is removed; letters do not leave with it.
var Rows = []transfer.Table{{Name: "mail_letter", Stays: "here", People: "person", Own: true, Said: "args, content, detail"}}
