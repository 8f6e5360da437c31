// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom_test

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// BenchmarkUpload takes a whole estate in through the API. ALLMENDE_BENCH_DOCUMENTS says
// how many documents of 1,000 components it has; ALLMENDE_BENCH_FOLDER names a folder of
// documents to use instead of invented ones.
func BenchmarkUpload(b *testing.B) {
	where := map[string]string{"sqlite": "", "postgres": os.Getenv("ALLMENDE_TEST_PG")}
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			if kind == "postgres" && where[kind] == "" {
				b.Skip("set ALLMENDE_TEST_PG to run this on PostgreSQL as well")
			}
			docs := estateDocuments(b)
			for b.Loop() {
				b.StopTimer()
				s := newStage(b, benchDatabase(b, kind))
				b.StartTimer()
				begun := time.Now()
				n := upload(s, docs, 32)
				b.StopTimer()
				b.ReportMetric(float64(n)/time.Since(begun).Seconds(), "components/s")
				b.ReportMetric(float64(s.count(`SELECT count(*) FROM sbom_package`)), "packages")
				b.StartTimer()
			}
		})
	}
}

func benchDatabase(b *testing.B, kind string) *db.DB {
	if kind == "sqlite" {
		return dbtest.Open(b, filepath.Join(b.TempDir(), "bench.db"))
	}
	return dbtest.Open(b, dbtest.Schema(b, os.Getenv("ALLMENDE_TEST_PG")))
}

func estateDocuments(b *testing.B) [][]byte {
	n, err := strconv.Atoi(os.Getenv("ALLMENDE_BENCH_DOCUMENTS"))
	if err != nil {
		n = 60
	}
	var docs [][]byte
	if folder := os.Getenv("ALLMENDE_BENCH_FOLDER"); folder != "" {
		names, _ := filepath.Glob(filepath.Join(folder, "p*.json"))
		for _, name := range names[:min(n, len(names))] {
			data, err := os.ReadFile(name)
			if err != nil {
				b.Fatal(err)
			}
			docs = append(docs, data)
		}
		return docs
	}
	e := invent(1, 90_000)
	for i := range n {
		docs = append(docs, e.document(i, 1000))
	}
	return docs
}

// upload sends all documents with so many senders and returns the number of components.
func upload(s *stage, docs [][]byte, senders int) (components int) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	next := make(chan []byte)
	caller := s.site.As(viewer(provider))
	for range senders {
		wg.Go(func() {
			for d := range next {
				r := httptest.NewRequest("POST", "/api/v1/sbom/documents", bytes.NewReader(d))
				r.Header.Set("Content-Type", "application/json")
				status, body := caller.Do(r)
				if status != 201 {
					s.Errorf("%d: %.300s", status, body)
				}
				mu.Lock()
				components += bytes.Count(d, []byte(`"type":"library"`))
				mu.Unlock()
			}
		})
	}
	for _, d := range docs {
		next <- d
	}
	close(next)
	wg.Wait()
	return components
}
