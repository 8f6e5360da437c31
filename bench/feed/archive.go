// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package feed

import (
	"archive/zip"
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

// Write writes one folder an ecosystem, each with an all.zip as osv.dev publishes them.
func (f *Feed) Write(dir string) (err error) {
	open := map[string]*archive{}
	defer func() {
		for _, a := range open {
			err = errors.Join(err, a.close())
		}
	}()
	return f.Each(func(eco string, r Record) error {
		a := open[eco]
		if a == nil {
			if a, err = create(filepath.Join(dir, eco)); err != nil {
				return err
			}
			open[eco] = a
		}
		return a.add(r)
	})
}

type archive struct {
	file *os.File
	buf  *bufio.Writer
	zip  *zip.Writer
}

func create(dir string) (*archive, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(filepath.Join(dir, "all.zip"))
	if err != nil {
		return nil, err
	}
	buf := bufio.NewWriterSize(file, 1<<20)
	return &archive{file, buf, zip.NewWriter(buf)}, nil
}

func (a *archive) add(r Record) error {
	w, err := a.zip.Create(r.ID + ".json")
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(r)
}

func (a *archive) close() error { return errors.Join(a.zip.Close(), a.buf.Flush(), a.file.Close()) }
