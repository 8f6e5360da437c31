// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import "allmende/internal/platform/expiry"

// stocks are sessions that began at a provider, kept so that it can end them.
var stocks = []expiry.Stock{{Kind: "identity.session", Table: "identity_session", ID: "session", Since: "created", People: []string{"person"}}}
