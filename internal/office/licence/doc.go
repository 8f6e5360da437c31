// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package licence is the catalogue of licences and where in the estate they are: the SPDX
// list with classes, marks and summaries, what openCode says, the licences that an
// organisation keeps itself. It reads what bills of materials say of the licence of each
// package, with a stated certainty, lists what somebody has to clarify, and keeps what the
// licence manager concluded.
//
// KGSt 18/2024, 2.3: whether software is open source is a question of its licence. A term is
// the text of a licence field; a pair is what the authors declared and what the document
// concluded. Whether a licence may be used is for the room of policies to say.
package licence
