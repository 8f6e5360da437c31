// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation.
var rows = []transfer.Table{
	{Name: "budget_pot", Columns: "id, org, name, kind, since, until, amount, note, maker, created", Without: "changed", Unique: "id", People: "maker", Said: "name, note"},
	{Name: "budget_condition", Columns: "id, org, pot, what, kind, due, state, evidence, link, person, settled, created", Unique: "id", People: "person", Said: "what, evidence, link", Refs: map[string]string{"pot": "budget_pot"}},
	{Name: "budget_measure", Columns: "id, org, pot, title, about, planned, capital, answer, maker, created", Without: "changed", Unique: "id", People: "maker", Said: "title, about, answer", Refs: map[string]string{"pot": "budget_pot"}},
	{Name: "budget_question", Columns: "id, org, measure, note, asked, person, created, answer, basis, answerer, answered", Unique: "id", People: "person, answerer", Said: "asked, answer, basis",
		Refs: map[string]string{"measure": "budget_measure"}},
	{Name: "budget_booking", Columns: "id, org, measure, day, state, kind, amount, said, against, hours, rate, rate_day, rate_source, reverses, person, created", Unique: "id", People: "person", Said: "said, rate_source",
		Refs: map[string]string{"measure": "budget_measure", "against": "budget_booking", "reverses": "budget_booking"}},
	{Name: "budget_saving", Columns: "id, org, measure, low, high, per, method, person, created", Unique: "id", People: "person", Said: "method", Refs: map[string]string{"measure": "budget_measure"}},
}
