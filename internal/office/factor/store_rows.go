// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: the rule, and nobody's second factor.
var rows = []transfer.Table{
	{Name: "factor_rule", Columns: "org, who, changed"},
	{Name: "factor_app", Stays: "secret", People: "person", Own: true, Hidden: "secret"},
	{Name: "factor_ceremony", Stays: "secret", People: "person", Own: true, Hidden: "sum, body"},
	{Name: "factor_code", Stays: "secret", People: "person", Own: true, Hidden: "sum"},
	{Name: "factor_key", Stays: "secret", People: "person", Own: true, Hidden: "body"},
	{Name: "factor_step", Stays: "secret", People: "person", Own: true, Hidden: "sum"},
}
