// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import "allmende/internal/platform/transfer"

// rows stay with the instance: on another one the same short name may be another ticket system,
// and who is moved there must not write into tickets of strangers.
var rows = []transfer.Table{
	{Name: "ticket_connection", Stays: "here", Said: "customer"},
	{Name: "ticket_link", Stays: "here"},
	{Name: "ticket_article", Stays: "here"},
	{Name: "ticket_message", Stays: "here", Said: "body, detail"},
	{Name: "ticket_delivery", Stays: "here"},
	{Name: "ticket_parcel", Stays: "here", Said: "who, name, why"},
	{Name: "ticket_mail", Stays: "here", Blob: "sum", Said: "ident, refs, sender, name, subject, said, files"},
}
