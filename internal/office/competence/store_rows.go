// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import "allmende/internal/platform/transfer"

// rows are what leaves with an organisation. Seats name a training, which may be one of an
// organisation above that stays: the id goes along.
var rows = []transfer.Table{
	{Name: "competence_version", Columns: "org, key, version, state, name_de, name_en, about_de, about_en, years, reason, person, created", People: "person", Said: "reason"},
	{Name: "competence_need", Columns: "org, role, competence, version, level, reason, person, created", People: "person", Said: "reason"},
	{Name: "competence_assessment", Columns: "id, org, person, competence, kind, level, note, until, maker, created", Unique: "id", People: "person, maker", Own: true, Said: "note"},
	{Name: "competence_training", Columns: "id, org, title, provider, about, since, until, place, link, language, cost, seats, cancelled, maker, created", Unique: "id", People: "maker", Said: "about"},
	{Name: "competence_aim", Columns: "org, training, competence, level", Refs: map[string]string{"training": "competence_training"}},
	{Name: "competence_seat", Columns: "id, org, training, person, state, attended, certificate, maker, created, changed", Unique: "id", People: "person, maker", Own: true},
}
