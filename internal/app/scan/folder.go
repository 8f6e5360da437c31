// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scan

import (
	"context"
	"io"
	"io/fs"
	"os"

	"allmende/internal/engine/detect"
)

// inside scans a folder under a name. Nothing leads out of it, whatever changes while we look.
func inside(ctx context.Context, name, where string, l Limits, progress Progress) (detect.Tree, error) {
	root, err := os.OpenRoot(where)
	if err != nil {
		return detect.Tree{}, err
	}
	defer root.Close()
	return run(ctx, name, l, progress, func(ctx context.Context, put func(piece) error) error { return folder(ctx, root, l, put) })
}

// folder walks a folder. Links are noted and not followed; what cannot be read is noted.
func folder(ctx context.Context, root *os.Root, l Limits, put func(piece) error) error {
	var bytes int64
	return fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && path == ".":
			return err
		case err != nil:
			return put(piece{path: path, note: "unreadable"})
		case d.IsDir() && path != "." && skipped[d.Name()]:
			return fs.SkipDir
		case d.IsDir() && deep(path, l):
			if err := put(piece{path: path, note: "deep"}); err != nil {
				return err
			}
			return fs.SkipDir
		case d.IsDir():
			return nil
		case d.Type()&fs.ModeSymlink != 0:
			return put(piece{path: path, note: "link"})
		case !d.Type().IsRegular():
			return put(piece{path: path, note: "special"})
		}
		st, err := d.Info()
		if err != nil {
			return put(piece{path: path, note: "unreadable"})
		}
		if bytes += st.Size(); bytes > l.Bytes {
			return errCut{because("more than %d bytes", "mehr als %d Bytes", l.Bytes)}
		}
		return put(piece{path: path, size: st.Size(), open: func() (io.ReadCloser, error) { return root.Open(path) }})
	})
}
