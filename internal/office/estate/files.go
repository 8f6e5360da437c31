// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"embed"
	"io/fs"
)

//go:embed migrations templates lang
var embedded embed.FS

// files holds the migrations, templates and texts of the room.
var files fs.FS = embedded
