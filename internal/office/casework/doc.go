// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package casework is the desk of the office: a department asks, the office answers. Each
// case follows a procedure (engine/process) in the version in which it was opened: states,
// tasks for roles with deadlines in working days, steps that are held back until what they
// need is there. What happened is added and never changed. Where a case ends with a decision,
// its justification is frozen: by which procedure, on which facts, who did what, who decided
// and why.
//
// KGSt 18/2024, chapter 2: the processes lead to central fields of management. DIN SPEC 66336
// asks that a choice of proprietary software be justified (5.10.1). How it works here is ours.
package casework
