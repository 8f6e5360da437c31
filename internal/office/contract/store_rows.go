// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation. software names a product that may be one of
// another organisation and stay: the id goes along.
var rows = []transfer.Table{
	{Name: "contract_entry", Columns: "id, org, number, title, folded, words, supplier, software, type, kind, since, until, notice, unit, renews, amount, per, proprietary, reason, matter, note, terms, counted, answers, maker, created, changed",
		Unique: "id", People: "maker", Said: "title, supplier, reason, note, terms"},
	{Name: "contract_topic", Columns: "org, contract, topic, edition, body, person, created", People: "person", Refs: map[string]string{"contract": "contract_entry"}},
	{Name: "contract_owed", Columns: "id, org, contract, topic, what_de, what_en, rule, due, state, evidence, link, reason, person, settled, created", Unique: "id", People: "person",
		Said: "what_de, what_en, evidence, link, reason", Refs: map[string]string{"contract": "contract_entry"}},
	{Name: "contract_paper", Columns: "id, org, kind, contract, cases, body, sum, person, created", Unique: "id", People: "person", Said: "body", Refs: map[string]string{"contract": "contract_entry"}},
}
