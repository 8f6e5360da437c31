// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package contract keeps contracts on software and what comes of them: with whom, until when,
// by which day notice has to be given, what it costs, and why where the software is
// proprietary. From questions it proposes an EVB-IT type and topics (engine/clause); each topic
// chosen becomes something owed with a day, which somebody marks as fulfilled with evidence or
// as not owed with a reason. What is overdue is told to whoever keeps contracts.
//
// DIN SPEC 66336 asks that a choice of proprietary software be justified (5.10.1); the report
// for the council lists each with its reason, those without one first. All hints on types and
// topics are to be checked by whoever is responsible; nothing here judges a contract.
package contract
