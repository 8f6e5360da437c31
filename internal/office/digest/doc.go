// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package digest writes to people what waits for them: each day, each week or never, as they
// choose. What waits the other rooms say; where nothing does, nobody is written to. A letter can
// be stopped by a link in it, without signing in (RFC 8058).
//
// Words: a matter waits for somebody; a rhythm is how often; a period is the day or week that a
// letter is for.
package digest
