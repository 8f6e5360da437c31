// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation: its profiles and all that was decided by them.
var rows = []transfer.Table{
	{Name: "policy_profile", Columns: "org, id, version, body, reason, person, second, created", People: "person, second", Said: "reason"},
	{Name: "policy_standard", Columns: "id, org, profile, reason, person, second, created", Unique: "id", People: "person, second", Said: "reason"},
	{Name: "policy_context", Columns: "org, release, context, reason, person, created", People: "person", Said: "reason"},
	{Name: "policy_exception", Columns: "id, org, licence, component, contexts, software, reason, until, question, person, second, created, ended, ender", Unique: "id", People: "person, second, ender", Said: "reason"},
	{Name: "policy_choice", Columns: "org, component, licence, chosen, reason, person, created", People: "person", Said: "reason"},
	{Name: "policy_question", Columns: "id, org, release, licence, component, context, text, facts, state, asker, created, opinion, adviser, advised, answer, reason, scope, until, decider, decided", Unique: "id",
		People: "asker, adviser, decider", Said: "text, opinion, reason"},
}
