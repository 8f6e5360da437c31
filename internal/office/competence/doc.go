// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package competence knows what a role needs, what a person has, what is lacking, and which
// training closes it. People assess themselves on five levels, somebody else confirms; a
// confirmation ages. Not assessed is unknown: it is shown as that and never counts as nothing.
//
// KGSt 18/2024, chapter 3 and appendix 9.7, builds the office on roles and what they need to
// know. Which competence at which level is our own proposal, and the data says so. An
// assessment is personal: one sees one's own, who holds competence.read those of the people
// below, all others counts of at least five people.
package competence
