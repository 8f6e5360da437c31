// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package duty knows which duties arise from the licences in a release, in the contexts in which it
// is used, and follows them until they are fulfilled: state, evidence, responsible role, due day.
// What was decided holds for later versions of the same component under the same licence in the
// same context, says so, and can be revoked. From the same facts come the documents that
// fulfil duties: notices, the list of what source is to be handed over, the bill of materials
// with the licences that were concluded.
//
// KGSt 18/2024, licence management: obligations of licences are known and followed. Which clause
// asks for what is in engine/obligation; how it is followed here is ours.
package duty
