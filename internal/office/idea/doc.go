// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package idea collects ideas and initiatives: who wants what, what for; several people weigh
// each by criteria (engine/weigh), value and effort apart; a picture shows all of them; somebody
// decides, with a reason, and says later what became of it. The method is a utility analysis;
// the catalogue of criteria is ours and the weights are each organisation's own.
package idea
