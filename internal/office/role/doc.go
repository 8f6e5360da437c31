// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package role knows who fills which role of the open-source office, and what that lets
// them do. A role has a purpose, responsibilities, competences and permissions; a mandate
// gives it to a person in an organisation, on a decision, for a time, with a deputy. From
// mandates in force follows what a viewer may; the matrix shows it, explain says why.
//
// KGSt 18/2024, chapter 3 and appendix 9.7: governance rests on roles, not on posts. One
// person may hold several, several people one, some may be filled by a provider.
package role
