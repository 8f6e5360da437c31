// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package idea

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation.
var rows = []transfer.Table{
	{Name: "idea_idea", Columns: "id, org, title, purpose, asker, maker, state, created", Unique: "id", People: "maker", Said: "title, purpose, asker"},
	{Name: "idea_comment", Columns: "id, org, idea, person, said, created", Unique: "id", People: "person", Said: "said", Refs: map[string]string{"idea": "idea_idea"}},
	{Name: "idea_score", Columns: "org, idea, person, criterion, points, reason, created", People: "person", Said: "reason", Refs: map[string]string{"idea": "idea_idea"}},
	{Name: "idea_weight", Columns: "org, version, catalogue, weights, reason, person, created", People: "person", Said: "reason"},
	{Name: "idea_step", Columns: "id, org, idea, what, reason, basis, again, person, created", Unique: "id", People: "person", Said: "reason", Refs: map[string]string{"idea": "idea_idea"}},
}
