// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"allmende/internal/app/scan"
	"allmende/internal/engine/spdx"
)

// sourceFiles is how many files the tree has: a large product with what it brings along.
const sourceFiles = 50_000

const apacheHeader = `/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
`

// measureSources scans a tree of files as they are in the wild: a fifth with an SPDX tag, a
// quarter with a header in words, the rest without; a package with manifest and licence text
// every fifty files, every tenth of these texts with a word changed.
func measureSources(ctx context.Context, b *bench) error {
	dir, err := os.MkdirTemp(b.dir, "sources-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bytes, err := writeSources(dir)
	if err != nil {
		return err
	}
	plain, files, err := readAll(dir)
	if err != nil {
		return err
	}
	var best time.Duration
	for range 3 {
		begun := time.Now()
		t, err := scan.Path(ctx, dir, scan.Limits{}, nil)
		if err != nil || t.Looked != files {
			return errors.Join(err, fmt.Errorf("%d of %d files were looked at", t.Looked, files))
		}
		changed := 0
		for _, p := range t.Problems {
			if p.Key == "changed" {
				changed++
			}
		}
		if want := sourceFiles / 50 / 10; changed != want {
			return fmt.Errorf("%d changed texts were found of %d", changed, want)
		}
		if took := time.Since(begun); best == 0 || took < best {
			best = took
		}
	}
	rate := float64(files) / best.Seconds()
	b.figure(figure{Name: "reading the files, nothing else", Value: float64(files) / plain.Seconds(), Unit: "files/s", Note: fmt.Sprintf("%d files, %.0f MB, %d readers, from memory", files, float64(bytes)/1e6, runtime.GOMAXPROCS(0))})
	b.figure(figure{Name: "scan for licences", Value: rate, Unit: "files/s", Note: fmt.Sprintf("best of 3, %.1f s; every changed text found", best.Seconds())}.over(1500))
	b.figure(figure{Name: "scan against reading", Value: best.Seconds() / plain.Seconds(), Unit: "times as long"})
	return nil
}

func writeSources(dir string) (bytes int64, err error) {
	r := rand.New(rand.NewPCG(1, 2))
	texts := []string{spdx.Text("MIT"), spdx.Text("Apache-2.0"), spdx.Text("BSD-3-Clause"), spdx.Text("EUPL-1.2"), spdx.Text("GPL-3.0-only")}
	line := "\tif value := compute(input, 42); value != nil { return transform(value) }\n"
	put := func(name, text string) {
		path := filepath.Join(dir, name)
		err = errors.Join(err, os.WriteFile(path, []byte(text), 0o600))
		bytes += int64(len(text))
	}
	for n := range sourceFiles {
		folder := fmt.Sprintf("p%d/", n/50)
		if n%50 == 0 {
			err = errors.Join(err, os.MkdirAll(filepath.Join(dir, folder), 0o700))
			text := texts[n/50%len(texts)]
			if n/50%10 == 0 {
				text = strings.Replace(text, " copy", " banana", 1)
			}
			put(folder+"LICENSE", text)
			put(folder+"package.json", fmt.Sprintf(`{"name": "p%d", "version": "1.0.0", "license": "MIT"}`, n/50))
			continue
		}
		head := ""
		switch n % 20 {
		case 0, 5, 10, 15:
			head = "// SPDX-License-" + "Identifier: MIT\n"
		case 1, 6, 11, 16, 18:
			head = apacheHeader
		}
		put(fmt.Sprintf("%sf%d.js", folder, n), head+strings.Repeat(line, 10+r.IntN(200)))
	}
	return bytes, err
}

// readAll reads each file once, by as many readers as there are processors: what a scan cannot
// do without.
func readAll(dir string) (took time.Duration, files int, err error) {
	for range 2 { // the second time the files are in memory
		begun := time.Now()
		paths, bad := make(chan string, 64), make(chan error, runtime.GOMAXPROCS(0))
		var readers sync.WaitGroup
		for range runtime.GOMAXPROCS(0) {
			readers.Go(func() {
				var err error
				for p := range paths {
					if _, e := os.ReadFile(p); e != nil {
						err = e
					}
				}
				bad <- err
			})
		}
		files = 0
		err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				files++
				paths <- path
			}
			return err
		})
		close(paths)
		readers.Wait()
		for range runtime.GOMAXPROCS(0) {
			err = errors.Join(err, <-bad)
		}
		took = time.Since(begun)
	}
	return took, files, err
}
