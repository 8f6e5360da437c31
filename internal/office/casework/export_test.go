// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

// Sum is the one of a record, for a forger.
var Sum = sum
