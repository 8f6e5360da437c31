// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package blob keeps documents as they came in, under the SHA-256 of their content. The
// same document twice is kept once.
package blob

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"
)

// A Store keeps blobs. Sum is the SHA-256 of the content in hexadecimal.
type Store interface {
	Put(content []byte) (sum string, err error)
	Get(sum string) ([]byte, error) // fs.ErrNotExist where there is none
	Delete(sum string) error
}

// Folder is a Store in a folder: ab/cdef….zst, packed with zstd.
type Folder string

var (
	packer, _   = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	unpacker, _ = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(1<<30))
)

// Sum returns the address of a content.
func Sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

// Put keeps content. It is on disk, whole, under its name or not at all.
func (f Folder) Put(content []byte) (string, error) {
	sum := Sum(content)
	path := f.path(sum)
	if known, err := os.Stat(path); err == nil && known.Size() > 0 { // a power cut can leave a name without content
		now := time.Now()
		return sum, os.Chtimes(path, now, now) // so that [Folder.Drop] knows that somebody is about to point to it
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return "", err
	}
	t, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(t.Name())
	_, err = t.Write(packer.EncodeAll(content, nil))
	if err := errors.Join(err, t.Close()); err != nil {
		return "", err
	}
	return sum, os.Rename(t.Name(), path)
}

// Get returns the content kept under sum, checked against it.
func (f Folder) Get(sum string) ([]byte, error) {
	if !isSum(sum) {
		return nil, fs.ErrNotExist
	}
	packed, err := os.ReadFile(f.path(sum))
	if err != nil {
		return nil, err
	}
	content, err := unpacker.DecodeAll(packed, nil)
	if err != nil {
		return nil, err
	}
	if Sum(content) != sum {
		return nil, errors.New("blob " + sum + " does not have the content it was kept with")
	}
	return content, nil
}

// Delete removes what is kept under sum, if anything is.
func (f Folder) Delete(sum string) error {
	if !isSum(sum) {
		return nil
	}
	if err := os.Remove(f.path(sum)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Drop is Delete, but that what was kept once more since then stays. It reports whether
// anything was removed.
func (f Folder) Drop(sum string, since time.Time) (bool, error) {
	if !isSum(sum) {
		return false, nil
	}
	known, err := os.Stat(f.path(sum))
	if errors.Is(err, fs.ErrNotExist) || err == nil && known.ModTime().After(since) {
		return false, nil
	}
	return err == nil, errors.Join(err, f.Delete(sum))
}

// isSum keeps whatever is no sum from being taken for a path.
func isSum(sum string) bool {
	b, err := hex.DecodeString(sum)
	return err == nil && len(b) == sha256.Size
}

func (f Folder) path(sum string) string {
	return filepath.Join(string(f), sum[:2], sum[2:]+".zst")
}

// Copy copies every blob of f into a folder, for a backup.
func (f Folder) Copy(to string) error {
	err := filepath.WalkDir(string(f), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(p) != ".zst" {
			return err
		}
		rel, err := filepath.Rel(string(f), p)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o750); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), content, 0o640)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was kept yet
	}
	return err
}

// Read reads at most limit bytes; more is ErrTooLarge.
func Read(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		return nil, ErrTooLarge
	}
	return b, err
}

// ErrTooLarge says that there was more than the limit.
var ErrTooLarge = errors.New("more than the limit")
