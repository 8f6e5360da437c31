// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package mail

import "allmende/internal/platform/expiry"

// Stocks are letters that were sent, of which only that is left, and those that were not.
var Stocks = []expiry.Stock{
	{Kind: "mail.sent", Table: "mail_letter", ID: "id", Since: "sent", Over: "state = 'sent'", People: []string{"person"}},
	{Kind: "mail.failed", Table: "mail_letter", ID: "id", Since: "created", Over: "state = 'failed'", People: []string{"person"}},
}
