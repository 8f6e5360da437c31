// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import "embed"

//go:embed migrations templates lang data
var files embed.FS
