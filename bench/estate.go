// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"allmende/bench/feed"
	"allmende/bench/town"
)

// A manifest is written beside the documents: what there is, and the answer key.
type manifest struct {
	Plan     town.Plan       `json:"plan"`
	Rows     int             `json:"rows"`
	Packages int             `json:"packages"`
	Bytes    int64           `json:"bytes"`
	Planted  []town.Planting `json:"planted"`
}

func writeEstate(ctx context.Context, b *bench) error {
	if b.keep == "" {
		return errors.New("say with -keep where to")
	}
	dir, bytes, err := b.documents(ctx)
	if err != nil {
		return err
	}
	m := manifest{Plan: b.town.Plan, Bytes: bytes, Packages: len(b.census()), Planted: b.town.Planted()}
	for _, n := range b.census() {
		m.Rows += n
	}
	b.say("   %d documents, %d rows, %d package versions, %d bytes", m.Plan.Products, m.Rows, m.Packages, m.Bytes)
	return writeJSON(filepath.Join(dir, "manifest.json"), m)
}

func writeAdvisories(_ context.Context, b *bench) error {
	if b.keep == "" {
		return errors.New("say with -keep where to")
	}
	f := feed.New(b.town, b.census(), feed.Plan{Records: b.records, Findings: b.findings, Seed: 1})
	if err := f.Write(b.folder("advisories")); err != nil {
		return err
	}
	b.say("   %d records, %d matches, %d findings", f.Answer.Records, f.Answer.Matches, f.Answer.Findings)
	return writeJSON(b.folder("advisories.json"), f.Answer)
}

// documents writes all bills of materials and returns their folder and bytes unpacked.
func (b *bench) documents(ctx context.Context) (dir string, bytes int64, err error) {
	dir = b.folder("documents")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", 0, err
	}
	sizes := make([]int64, b.town.Products)
	err = inParallel(ctx, runtime.NumCPU(), b.town.Products, func(n int) error {
		data := b.town.Document(n)
		sizes[n] = int64(len(data))
		if b.gzip {
			return pack(b.document(dir, n), data)
		}
		return os.WriteFile(b.document(dir, n), data, 0o644)
	})
	for _, n := range sizes {
		bytes += n
	}
	return dir, bytes, err
}

// document is the file of product n.
func (b *bench) document(dir string, n int) string {
	name := fmt.Sprintf("p%05d.cdx.json", n+1)
	if b.gzip {
		name += ".gz"
	}
	return filepath.Join(dir, name)
}

func pack(name string, data []byte) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		return err
	}
	_, err = z.Write(data)
	return errors.Join(err, z.Close(), f.Close())
}
