// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package scan reads a tree of files for engine/detect: a folder, an archive or, where that
// was allowed, a repository elsewhere. It follows no links, unpacks nothing onto the disk but
// what git fetches, and is bounded in number, size, depth and time.
package scan
