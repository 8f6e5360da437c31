// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import "allmende/internal/platform/expiry"

// stocks are absences that are over: that somebody was away matters to nobody for long.
var stocks = []expiry.Stock{{Kind: "role.absence", Table: "role_absence", ID: "id", Since: "until", People: []string{"person"}}}
