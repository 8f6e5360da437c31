// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation.
var rows = []transfer.Table{
	{Name: "scoring_round", Columns: "id, org, title, paper, edition, setup, announced, person, created, ready, closed, closer, record, sum", Unique: "id", People: "person, closer", Said: "title, setup, record", Refs: map[string]string{"paper": "procurement_paper"}},
	{Name: "scoring_bid", Columns: "round, org, n, name, price", Said: "name", Refs: map[string]string{"round": "scoring_round"}},
	{Name: "scoring_statement", Columns: "round, org, person, kind, said, created, done", People: "person", Said: "said", Refs: map[string]string{"round": "scoring_round"}},
	{Name: "scoring_point", Columns: "round, org, person, bid, criterion, points, remark", People: "person", Said: "remark", Refs: map[string]string{"round": "scoring_round"}},
	{Name: "scoring_consensus", Columns: "round, org, bid, criterion, points, reason, proposer, created, agreer, agreed", People: "proposer, agreer", Said: "reason", Refs: map[string]string{"round": "scoring_round"}},
}
