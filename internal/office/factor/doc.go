// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package factor asks for more than a password: the six digits of an app (TOTP), recovery
// codes on paper, passkeys. An organisation says who needs a second factor; who needs one
// and has none sets it up before anything else.
//
// BSI, IT-Grundschutz, ORP.4.A21 (multi-factor authentication); NIST SP 800-63B, section 4.2.
package factor
