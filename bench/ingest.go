// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"allmende/bench/feed"
	"allmende/bench/town"
	"allmende/internal/platform/db"
)

// measureIngest sends all documents and waits until the last is answered: the answer
// comes when everything of it is stored and matched.
func measureIngest(ctx context.Context, b *bench) error {
	if err := b.advise(ctx); err != nil {
		return err
	}
	if err := b.serve(ctx); err != nil {
		return err
	}
	dir, bytes, err := b.documents(ctx)
	if err != nil {
		return err
	}
	before := b.server.processor()
	took, rows, err := b.send(ctx, dir)
	if err != nil {
		return err
	}
	b.loaded = true
	packed := ""
	if b.gzip {
		packed = ", packed with gzip"
	}
	b.figure(figure{Name: "ingest", Value: float64(rows) / took.Seconds(), Unit: "components/s",
		Note: fmt.Sprintf("%d documents, %d rows, %d MB in %.1f s (%.1f s of processors), %d clients%s; %d advisories",
			b.town.Products, rows, bytes/1e6, took.Seconds(), (b.server.processor() - before).Seconds(), b.clients, packed, b.known.Records)}.
		over(map[bool]float64{true: 25_000, false: 60_000}[b.postgres != ""]))
	if err := b.sizes(ctx); err != nil {
		return err
	}
	return b.checkPlanted(ctx)
}

// send uploads all documents and returns how long that took, and how many components
// the answers say are stored.
func (b *bench) send(ctx context.Context, dir string) (took time.Duration, rows int64, err error) {
	var total atomic.Int64
	slowest := make(times, b.town.Products)
	begun := time.Now()
	err = inParallel(ctx, b.clients, b.town.Products, func(n int) error {
		r, err := b.upload(ctx, b.document(dir, n))
		total.Add(int64(r.Components))
		slowest[n] = r.took
		return err
	})
	took = time.Since(begun)
	if err == nil {
		b.figure(slowest.p99("ingest: one document of " + fmt.Sprint(b.components) + " among others"))
	}
	return took, total.Load(), err
}

// A receipt is what the bench reads of the answer to an upload.
type receipt struct {
	Components int `json:"components"`
	took       time.Duration
}

func (b *bench) upload(ctx context.Context, file string) (receipt, error) {
	return b.uploadAs(ctx, "", file)
}

// uploadAs sends a document with a query that says whose it is.
func (b *bench) uploadAs(ctx context.Context, query, file string) (r receipt, err error) {
	f, err := os.Open(file)
	if err != nil {
		return r, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return r, err
	}
	header := []string{"Content-Type", "application/json"}
	if strings.HasSuffix(file, ".gz") {
		header = append(header, "Content-Encoding", "gzip")
	}
	a, err := b.ask(ctx, http.MethodPost, "/api/v1/sbom/documents"+query, f, info.Size(), header...)
	if err != nil {
		return r, err
	}
	if a.status != http.StatusCreated {
		return r, fmt.Errorf("upload of %s: %d %s", filepath.Base(file), a.status, brief(string(a.body)))
	}
	r.took = a.took
	return r, a.decode(&r)
}

// sizes notes what the estate takes on disk and in memory.
func (b *bench) sizes(ctx context.Context) error {
	peak, now := b.server.memory()
	b.figure(figure{Name: "server memory, peak", Value: float64(peak) / 1e6, Unit: "MB", Note: fmt.Sprintf("%.0f MB after it", float64(now)/1e6)}.under(400))
	if err := b.halt(); err != nil { // SQLite works its log into the file
		return err
	}
	bytes, err := b.databaseBytes(ctx)
	if err != nil {
		return err
	}
	if err := b.serve(ctx); err != nil {
		return err
	}
	f := figure{Name: "database", Value: float64(bytes) / 1e6, Unit: "MB",
		Note: fmt.Sprintf("with %d advisories; the raw documents besides: %.0f MB", b.known.Records, float64(folderBytes(b.blobs()))/1e6)}
	b.figure(f.under(150 * math.Max(1, b.factor)))
	return nil
}

// databaseBytes returns the size of the database: its file and log, or what PostgreSQL says.
func (b *bench) databaseBytes(ctx context.Context) (n int64, err error) {
	if b.postgres == "" {
		for _, end := range []string{"", "-wal"} {
			if info, err := os.Stat(b.db + end); err == nil {
				n += info.Size()
			}
		}
		return n, nil
	}
	d, err := db.Open(b.db)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	return db.One(ctx, d.Read(), func(n *int64) []any { return []any{n} }, `SELECT pg_database_size(current_database())`)
}

func folderBytes(dir string) (n int64) {
	filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return nil
		}
		if info, err := e.Info(); err == nil {
			n += info.Size()
		}
		return nil
	})
	return n
}

// found is what the bench reads of an answer to "where".
type found struct {
	Counts struct {
		Affected, Contained, Absent, Total int
	} `json:"counts"`
	Products []struct {
		Software, State, Component string
	} `json:"products"`
}

// checkPlanted asks where each planted part is, and compares with the answer key.
func (b *bench) checkPlanted(ctx context.Context) error {
	var wrong []error
	planted := b.town.Planted()
	for _, p := range planted {
		var f found
		if _, err := b.api(ctx, "/where", url.Values{"q": {p.PURL}, "limit": {"10000"}}, &f); err != nil {
			return err
		}
		wrong = append(wrong, compare(p, f, b.known.Records > 0))
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	b.say("   all %d planted parts are found in exactly the products that hold them", len(planted))
	return nil
}

// compare says where the answer differs from the key.
func compare(p town.Planting, f found, advised bool) error {
	var got []string
	for _, product := range f.Products {
		got = append(got, strings.TrimPrefix(product.Software, "Fachverfahren "))
		if advised && p.Vulnerable != (product.State == "affected") {
			return fmt.Errorf("%s in %s is said to be %s, vulnerable is %v", p.PURL, product.Software, product.State, p.Vulnerable)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, p.Products) {
		return fmt.Errorf("%s: found in %d products %v, planted in %d %v", p.PURL, len(got), got, len(p.Products), p.Products)
	}
	return nil
}

// filled makes sure that the town is in the database.
func (b *bench) filled(ctx context.Context) error {
	switch {
	case b.loaded:
		return b.serve(ctx)
	case !b.reuse:
		return measureIngest(ctx, b)
	}
	f := feed.New(b.town, b.census(), b.firstFeed())
	if err := f.Each(func(string, feed.Record) error { return nil }); err != nil {
		return err
	}
	b.known, b.serials, b.loaded = f.Answer, b.records, true
	return b.serve(ctx)
}
