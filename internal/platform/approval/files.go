// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package approval

import (
	"embed"
	"io/fs"
)

//go:embed migrations templates lang
var files embed.FS

// Files holds the migrations, templates and texts of the package.
var Files fs.FS = files
