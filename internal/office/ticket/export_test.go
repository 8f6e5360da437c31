// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

// Proven is the server by whose word the sender of a mail is who stands there.
var Proven = proven
