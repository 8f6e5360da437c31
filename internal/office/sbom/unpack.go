// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/blob"
)

// packed reports whether data is gzip by its first bytes; names and headers err.
func packed(data []byte) bool { return bytes.HasPrefix(data, []byte("\x1f\x8b\x08")) }

// unpack returns the document in data, which may be packed with gzip, if it has at most
// limit bytes.
func unpack(data []byte, limit int64) ([]byte, error) {
	if int64(len(data)) > limit {
		return nil, fault.New(fault.TooLarge, "sbom.problem.too_large", len(data), limit)
	}
	if !packed(data) {
		return data, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fault.Because(err, fault.Unreadable, "sbom.gzip_broken", err.Error())
	}
	return inflate(z, sizeHint(data), limit)
}

// sizeHint returns the length that the end of a gzip file claims, if it can be true:
// deflate packs no better than 1:1032.
func sizeHint(data []byte) int {
	if len(data) < 18 {
		return 0
	}
	end := data[len(data)-4:]
	n := int(end[0]) | int(end[1])<<8 | int(end[2])<<16 | int(end[3])<<24
	return min(n, 1032*len(data))
}

// inflate reads at most limit bytes of what was packed.
func inflate(z io.Reader, hint int, limit int64) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(int(min(int64(hint), limit)) + bytes.MinRead)
	n, err := b.ReadFrom(io.LimitReader(z, limit+1))
	switch {
	case n > limit:
		return nil, fault.New(fault.TooLarge, "sbom.unpacked_too_large", limit)
	case err != nil:
		return nil, fault.Because(err, fault.Unreadable, "sbom.gzip_broken", err.Error())
	}
	return b.Bytes(), nil
}

// receive reads a body of at most limit bytes; size is what its sender announced, or -1.
func receive(r io.Reader, size, limit int64) ([]byte, error) {
	if size > limit {
		return nil, fault.New(fault.TooLarge, "sbom.problem.too_large", size, limit)
	}
	b, err := readAll(r, size, limit+1)
	switch {
	case int64(len(b)) > limit || errors.Is(err, blob.ErrTooLarge):
		return nil, fault.New(fault.TooLarge, "sbom.body_too_large", limit)
	case err != nil:
		return nil, fault.Because(err, fault.Invalid, "sbom.body_broken")
	}
	return b, nil
}

// readAll reads at most so many bytes. It never asks for more memory than for them:
// what doubles its room would take four times as much for the last byte.
func readAll(r io.Reader, size, most int64) ([]byte, error) {
	b := make([]byte, 0, min(max(size, 0)+1, 1<<20, most))
	for int64(len(b)) < most {
		if len(b) == cap(b) {
			b = append(make([]byte, 0, min(2*int64(cap(b)), most)), b...)
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

// legible makes a foreign name a text that can be kept: archives hold names in whatever
// bytes somebody's system had.
func legible(name string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), "\x00", "\uFFFD")
}

// short keeps foreign text readable in a message.
func short(s string) string {
	s = legible(s)
	if len(s) <= 120 {
		return s
	}
	return fmt.Sprintf("%.100s …", s)
}
