// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package library

import "embed"

//go:embed migrations templates lang
var files embed.FS
