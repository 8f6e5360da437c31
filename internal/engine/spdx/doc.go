// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package spdx reads licences as people and programs write them: expressions of the SPDX
// specification (2.3 annex D, 3.0 annex B), ids of the SPDX License List, and what else
// stands in the field for a licence. It knows what each id is called and what class of
// licence it is; whether a licence is allowed somewhere is for others to say.
package spdx
