// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"archive/zip"
	"bytes"
	"iter"
	"path"
	"strings"

	"allmende/internal/fault"
)

// archived reports whether data is a zip archive by its first bytes.
func archived(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// An entry is one file of an archive, or why it cannot be had.
type entry struct {
	data []byte
	err  error
}

// unpackedMost bounds what all files of one archive may have together, in multiples of
// what one document may have.
const unpackedMost = 256

// entries yields the files of a zip archive by name, in their order. Folders, and what
// operating systems leave between, are passed over. Anything wrong is an entry too.
func entries(data []byte, lim Limits) iter.Seq2[string, entry] {
	return func(yield func(string, entry) bool) {
		z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			yield("", entry{err: fault.Because(err, fault.Unreadable, "sbom.zip_broken", err.Error())})
			return
		}
		left, n := unpackedMost*lim.Bytes, 0
		for _, f := range z.File {
			if !wanted(f) {
				continue
			}
			if n++; n > lim.Files {
				yield(f.Name, entry{err: fault.New(fault.TooLarge, "sbom.too_many_files", lim.Files)})
				return
			}
			e := open(f, min(lim.Bytes, left))
			left -= int64(len(e.data))
			if !yield(f.Name, e) {
				return
			}
		}
	}
}

func wanted(f *zip.File) bool {
	name := path.Base(f.Name)
	return !f.FileInfo().IsDir() && !strings.HasPrefix(f.Name, "__MACOSX/") && !strings.HasPrefix(name, ".") && name != "Thumbs.db"
}

// open reads one file of at most limit bytes.
func open(f *zip.File, limit int64) entry {
	r, err := f.Open()
	if err != nil {
		return entry{err: fault.Because(err, fault.Unreadable, "sbom.zip_broken", err.Error())}
	}
	defer r.Close()
	data, err := inflate(r, int(min(f.UncompressedSize64, 1032*f.CompressedSize64+64)), limit)
	return entry{data, err}
}

// countArchive returns how many files of an archive will be looked at; 1 where it is broken.
func countArchive(data []byte) int {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return 1
	}
	n := 0
	for _, f := range z.File {
		if wanted(f) {
			n++
		}
	}
	return n
}
