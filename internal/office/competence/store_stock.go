// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import "allmende/internal/platform/expiry"

// stocks are values that a newer one of the same kind has taken the place of: what somebody
// could not yet do years ago is nobody's business.
var stocks = []expiry.Stock{{Kind: "competence.assessment", Table: "competence_assessment", ID: "id", Since: "created", People: []string{"person"},
	Over: `EXISTS (SELECT 1 FROM competence_assessment n WHERE n.org = competence_assessment.org AND n.person = competence_assessment.person
		AND n.competence = competence_assessment.competence AND n.kind = competence_assessment.kind AND n.created > competence_assessment.created)`}}
