// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scan

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"allmende/internal/engine/detect"
)

// Limits bound one scan; zero values are those of [Defaults].
type Limits struct {
	Files   int           // looked at; the rest is left out, and the report says so
	Bytes   int64         // of all files, unpacked
	File    int64         // of one that is read whole, for its sum; a larger one is looked into at its beginning only
	Depth   int           // folders within folders
	Ratio   int64         // how many times as large an archive may become, from a megabyte on
	Time    time.Duration // of all
	Workers int
	Tongue  string // that the report says in why not all was looked at; English where empty
}

// Defaults are meant for the tree of one large product.
var Defaults = Limits{Files: 500_000, Bytes: 20 << 30, File: 8 << 20, Depth: 64, Ratio: 200, Time: time.Hour}

// or fills in what was not said.
func (l Limits) or(d Limits) Limits {
	if l.Files <= 0 {
		l.Files = d.Files
	}
	if l.Bytes <= 0 {
		l.Bytes = d.Bytes
	}
	if l.File <= 0 {
		l.File = d.File
	}
	if l.Depth <= 0 {
		l.Depth = d.Depth
	}
	if l.Ratio <= 0 {
		l.Ratio = d.Ratio
	}
	if l.Time <= 0 {
		l.Time = d.Time
	}
	if l.Workers <= 0 {
		l.Workers = runtime.GOMAXPROCS(0)
	}
	return l
}

// ErrRefused is what an input is refused with as a whole; [Why] says why.
var ErrRefused = errors.New("refused")

// A reason is a sentence in both languages.
type reason struct{ en, de string }

func because(en, de string, args ...any) reason {
	return reason{fmt.Sprintf(en, args...), fmt.Sprintf(de, args...)}
}

func (r reason) in(tongue string) string {
	if tongue == "de" {
		return r.de
	}
	return r.en
}

type refusal struct{ reason }

func (r refusal) Error() string { return "refused: " + r.en }
func (r refusal) Unwrap() error { return ErrRefused }

func refuse(en, de string, args ...any) error { return refusal{because(en, de, args...)} }

// Why says in a language why something was not scanned: of a refusal the sentence, of what the
// system does not give what that means.
func Why(err error, where, tongue string) string {
	if r, ok := errors.AsType[refusal](err); ok {
		return r.in(tongue)
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		return because("%s does not exist; a folder, an archive or an address was wanted", "%s gibt es nicht; erwartet wird ein Ordner, ein Archiv oder eine Adresse", where).in(tongue)
	case errors.Is(err, os.ErrPermission):
		return because("%s may not be read by this account", "%s darf von diesem Konto nicht gelesen werden", where).in(tongue)
	}
	return err.Error()
}

// errCut ends a walk that has reached a limit; what was seen so far is reported.
type errCut struct{ reason }

func (e errCut) Error() string { return e.en }

// A piece is one file of a tree. open is nil where it is a link or the like; data is there
// where an archive had to be read in order.
type piece struct {
	path string
	size int64
	note string
	open func() (io.ReadCloser, error)
	data []byte
	sum  string
}

// Progress is told how many files were looked at, and how many are known so far.
type Progress func(done, known int)

// Path scans a folder or an archive (zip, jar, tar, tar.gz, tar.bz2). Archives within are noted, and
// not opened.
func Path(ctx context.Context, where string, l Limits, progress Progress) (detect.Tree, error) {
	st, err := os.Stat(where)
	if err != nil {
		return detect.Tree{}, err
	}
	name := filepath.Base(where)
	if abs, err := filepath.Abs(where); err == nil {
		name = filepath.Base(abs)
	}
	l = l.or(Defaults)
	if st.IsDir() {
		return inside(ctx, name, where, l, progress)
	}
	return run(ctx, name, l, progress, func(ctx context.Context, put func(piece) error) error { return archive(ctx, where, l, put) })
}

// run lets workers look at what a walk finds.
func run(ctx context.Context, name string, l Limits, progress Progress, walk func(context.Context, func(piece) error) error) (detect.Tree, error) {
	ctx, cancel := context.WithTimeout(ctx, l.Time)
	defer cancel()
	go detect.Warm() // while the first files are found
	pieces := make(chan piece, 4*l.Workers)
	var known, done atomic.Int64
	found := make([][]detect.File, l.Workers)
	var workers sync.WaitGroup
	var tell sync.Mutex
	for i := range l.Workers {
		workers.Go(func() {
			buf := make([]byte, 0, 64<<10)
			for p := range pieces {
				found[i] = append(found[i], look(p, l, &buf))
				if n := done.Add(1); progress != nil && n%200 == 0 {
					tell.Lock()
					progress(int(n), int(known.Load()))
					tell.Unlock()
				}
			}
		})
	}
	err := walk(ctx, func(p piece) error {
		if known.Add(1) > int64(l.Files) {
			return errCut{because("more than %d files", "mehr als %d Dateien", l.Files)}
		}
		select {
		case pieces <- p:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	close(pieces)
	workers.Wait()
	var all []detect.File
	for _, some := range found {
		all = append(all, some...)
	}
	tree := detect.Conclude(name, all)
	switch cut, is := errors.AsType[errCut](err); {
	case is:
		tree.Cut = cut.in(l.Tongue)
	case errors.Is(err, context.DeadlineExceeded):
		tree.Cut = because("more than %s", "länger als %s", l.Time).in(l.Tongue)
	case err != nil:
		return tree, err
	}
	if progress != nil {
		progress(len(all), len(all))
	}
	return tree, nil
}

// look reads one file and lets the engine look at it.
func look(p piece, l Limits, buf *[]byte) detect.File {
	if p.note != "" {
		return detect.File{Path: p.path, Size: p.size, Note: p.note}
	}
	data, sum := p.data, p.sum
	if p.open != nil {
		var err error
		if data, sum, err = read(p, l, buf); err != nil {
			return detect.File{Path: p.path, Size: p.size, Note: "unreadable"}
		}
	}
	f := detect.Read(p.path, p.size, data)
	f.SHA1 = sum
	switch {
	case f.Note == "binary" && packed(data) != "" && !document[strings.ToLower(path.Ext(p.path))]:
		f.Note = "archive" // what is packed within is not looked at, and the report says so
	case sum == "" && f.Note == "":
		f.Note = "large"
	}
	return f
}

// document are files for people that are archives inside.
var document = map[string]bool{".docx": true, ".xlsx": true, ".pptx": true, ".odt": true, ".ods": true, ".odp": true, ".odg": true, ".ott": true, ".ots": true, ".epub": true}

// read returns what the engine wants of a file, and its sum. Of a file larger than the limit
// only the beginning is read, and there is no sum.
func read(p piece, l Limits, buf *[]byte) (data []byte, sum string, err error) {
	in, err := p.open()
	if err != nil {
		return nil, "", err
	}
	defer in.Close()
	return take(in, p.path, p.size, l.File, buf)
}

func take(in io.Reader, name string, size, most int64, buf *[]byte) (data []byte, sum string, err error) {
	want := int64(detect.HeaderBytes)
	if detect.Whole(name) {
		want = detect.WholeBytes
	}
	b := (*buf)[:0]
	if size > most {
		if b, err = fill(b, io.LimitReader(in, want)); err == nil {
			*buf = b
		}
		return b, "", err
	}
	if b, err = fill(b, io.LimitReader(in, want)); err != nil {
		return nil, "", err
	}
	*buf = b
	h := sha1.New()
	h.Write(b)
	if int64(len(b)) == want { // the rest, for the sum
		n, err := io.Copy(h, io.LimitReader(in, most+1))
		if err != nil {
			return nil, "", err
		}
		if n > most {
			return b, "", nil // it is larger than it was said to be
		}
	}
	return b, hex.EncodeToString(h.Sum(nil)), nil
}

// fill reads all of in behind b, growing it as needed.
func fill(b []byte, in io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := in.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// skipped are folders that hold no source of the product.
var skipped = map[string]bool{".git": true, ".hg": true, ".svn": true}

// deep reports whether a path lies deeper than allowed.
func deep(path string, l Limits) bool { return strings.Count(path, "/") > l.Depth }
