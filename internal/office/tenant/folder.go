// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/transfer"
)

// Bounds of what a folder may hold, for it may come from anybody.
const (
	mostManifest = 4 << 20
	mostLine     = 16 << 20
	mostFile     = 1 << 30
)

// A Folder is an organisation that has left, as it was found on disk.
type Folder struct {
	Manifest
	root  *os.Root
	rows  map[string][]line
	check *check
}

// A line is a row with its place in the file.
type line struct {
	n   int
	row []any
}

// Open reads a folder and checks it against its manifest: nothing is missing, nothing is
// altered, nothing is there that the manifest does not know, and the lines fit together.
// Faults name file and line.
func (s *Service) Open(path string) (f *Folder, err error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fault.Because(err, fault.NotFound, "tenant.folder_missing", path)
	}
	f = &Folder{root: root, rows: map[string][]line{}}
	if err := f.read(s); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return f, nil
}

// Close gives the folder back.
func (f *Folder) Close() error { return f.root.Close() }

func (f *Folder) read(s *Service) error {
	if err := f.manifest(); err != nil {
		return err
	}
	f.check = newCheck(f.Org)
	if err := f.known(); err != nil {
		return err
	}
	for _, k := range f.Files {
		if err := f.file(s, k); err != nil {
			return err
		}
	}
	if got := state(f.Files); got != f.State {
		return fault.New(fault.Unreadable, "tenant.state_wrong", manifestFile, got, f.State)
	}
	if err := f.check.whole(); err != nil {
		return err
	}
	if err := f.same(f.Log.File, f.Log.SHA256); err != nil {
		return err
	}
	return f.papers()
}

func (f *Folder) manifest() error {
	text, err := f.slurp(manifestFile, mostManifest)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&f.Manifest); err != nil {
		return fault.Because(err, fault.Unreadable, "tenant.manifest_bad", manifestFile, err.Error())
	}
	switch {
	case f.Allmende != "organisation":
		return fault.New(fault.Unreadable, "tenant.manifest_other", manifestFile, f.Allmende)
	case f.Version > Version:
		return fault.New(fault.Unreadable, "tenant.version_newer", manifestFile, f.Version, Version, f.Program)
	case f.Version < 1 || f.Org == "" || f.Log.File != logFile:
		return fault.New(fault.Unreadable, "tenant.manifest_bad", manifestFile, "version, org, log")
	}
	return nil
}

// slurp reads a small file whole.
func (f *Folder) slurp(name string, most int64) ([]byte, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return nil, fault.Because(err, fault.Unreadable, "tenant.file_missing", name)
	}
	defer file.Close()
	text, err := blob.Read(file, most)
	if errors.Is(err, blob.ErrTooLarge) {
		return nil, fault.New(fault.TooLarge, "tenant.file_large", name, most)
	}
	return text, err
}

// known refuses files that the manifest does not name.
func (f *Folder) known() error {
	names := []string{manifestFile, logFile, documents}
	for _, k := range f.Files {
		names = append(names, k.File)
	}
	there, err := fs.ReadDir(f.root.FS(), ".")
	for _, e := range there {
		if !slices.Contains(names, e.Name()) {
			return fault.New(fault.Unreadable, "tenant.file_unknown", e.Name())
		}
	}
	return err
}

// file reads the rows of one table.
func (f *Folder) file(s *Service, k Kind) error {
	name, ok := strings.CutSuffix(k.File, ".jsonl")
	t, known := s.table(name)
	if !ok || !known || t.Columns == "" || f.rows[name] != nil {
		return fault.New(fault.Unreadable, "tenant.kind_unknown", k.File, f.Program)
	}
	if k.Past != t.Past {
		return fault.New(fault.Unreadable, "tenant.manifest_bad", manifestFile, k.File)
	}
	file, err := f.root.Open(k.File)
	if err != nil {
		return fault.Because(err, fault.Unreadable, "tenant.file_missing", k.File)
	}
	defer file.Close()
	sum := sha256.New()
	in := bufio.NewReaderSize(io.TeeReader(io.LimitReader(file, mostFile), sum), 1<<16)
	f.rows[name] = []line{}
	for n := 1; ; n++ {
		text, err := until(in)
		if err == io.EOF && len(text) == 0 {
			break
		}
		if err != nil {
			return fault.Because(err, fault.Unreadable, "tenant.line_broken", k.File, n, err.Error())
		}
		if err := f.line(t, n, text); err != nil {
			return err
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != k.SHA256 || len(f.rows[name]) != k.Rows {
		return fault.New(fault.Unreadable, "tenant.file_altered", k.File, got, k.SHA256)
	}
	return nil
}

// until reads up to a line break; a last line without one was cut short.
func until(in *bufio.Reader) (text []byte, err error) {
	for {
		part, err := in.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case len(text) > mostLine:
			return text, fmt.Errorf("more than %d bytes", mostLine)
		case err == bufio.ErrBufferFull:
		case err == io.EOF && len(text) > 0:
			return text, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		default:
			return bytes.TrimSuffix(text, []byte{'\n'}), nil
		}
	}
}

func (f *Folder) line(t transfer.Table, n int, text []byte) error {
	row, err := t.Row(text)
	if err != nil {
		return fault.Because(err, fault.Unreadable, "tenant.line_broken", t.Name+".jsonl", n, err.Error())
	}
	f.rows[t.Name] = append(f.rows[t.Name], line{n, row})
	f.check.note(t, row, n)
	return nil
}

// same compares a file with its sum.
func (f *Folder) same(name, want string) error {
	file, err := f.root.Open(name)
	if err != nil {
		return fault.Because(err, fault.Unreadable, "tenant.file_missing", name)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		return fault.New(fault.Unreadable, "tenant.file_altered", name, got, want)
	}
	return nil
}

// papers checks that each document is there, whole, and that there are no others.
func (f *Folder) papers() error {
	there, err := fs.ReadDir(f.root.FS(), documents)
	if err != nil && len(f.check.blobs) > 0 {
		return fault.Because(err, fault.Unreadable, "tenant.file_missing", documents)
	}
	for _, e := range there {
		if _, ok := f.check.blobs[e.Name()]; !ok {
			return fault.New(fault.Unreadable, "tenant.file_unknown", documents+"/"+e.Name())
		}
	}
	for _, sum := range f.check.sums() {
		if !sumForm.MatchString(sum) {
			at := f.check.blobs[sum]
			return fault.New(fault.Unreadable, "tenant.line_broken", at.file(), at.line, sum)
		}
		if err := f.same(documents+"/"+sum, sum); err != nil {
			return err
		}
	}
	return nil
}

// document returns one that was checked before.
func (f *Folder) document(sum string) ([]byte, error) { return f.slurp(documents+"/"+sum, mostFile) }

// each calls do for the rows of a table.
func (f *Folder) each(t transfer.Table, do func(n int, row Row) error) error {
	columns := t.Leaving()
	for _, l := range f.rows[t.Name] {
		r := Row{}
		for i, c := range columns {
			r[c.Name] = l.row[i]
		}
		if err := do(l.n, r); err != nil {
			return err
		}
	}
	return nil
}
