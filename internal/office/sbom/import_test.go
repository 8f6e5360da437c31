// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"strings"
	"sync"
	"testing"

	"allmende/internal/engine/bom"
	"allmende/internal/office/sbom"
	"allmende/internal/platform/db"
)

// archive packs files into a ZIP, in their order.
func (s *stage) archive(names []string, contents [][]byte) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, n := range names {
		w, err := z.Create(n)
		s.ok(err)
		w.Write(contents[i])
	}
	s.ok(z.Close())
	return b.Bytes()
}

func estateArchive(s *stage, n int) []byte {
	e := invent(7, 400)
	names, contents := []string{"__MACOSX/._x", "liesmich/"}, [][]byte{[]byte("x"), nil}
	for i := range n {
		names, contents = append(names, fmt.Sprintf("sboms/%02d.json", i)), append(contents, e.document(i, 40))
	}
	return s.archive(append(names, "sboms/kaputt.json"), append(contents, []byte(`{"bomFormat"`)))
}

// sendForm uploads files by the page's form.
func (s *stage) sendForm(fields map[string]string, files map[string][]byte) (int, string) {
	s.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		s.ok(w.WriteField(k, v))
	}
	for name, data := range files {
		p, err := w.CreateFormFile("file", name)
		s.ok(err)
		p.Write(data)
	}
	w.Close()
	return s.site.As(viewer(provider)).Send("/sbom/upload", w.FormDataContentType(), &b)
}

func (s *stage) report() []string {
	s.Helper()
	lines, err := db.Texts(s.Context(), s.db.Read(), `SELECT level || ' ' || place || ' ' || key FROM job_line ORDER BY n`)
	s.ok(err)
	return lines
}

func TestAnArchiveIsImportedInTheBackground(t *testing.T) {
	each(t, func(s *stage) {
		status, to := s.sendForm(nil, map[string][]byte{"alle.zip": estateArchive(s, 20)})
		if status != 303 || !strings.HasPrefix(to, "/job/") {
			t.Fatalf("%d %s", status, to)
		}
		s.ok(s.queue.Drain(s.Context()))
		lines := s.report()
		if len(lines) != 21 || lines[0] != "ok alle.zip/sboms/00.json sbom.line.created" || !strings.HasPrefix(lines[20], "error alle.zip/sboms/kaputt.json:1:") {
			t.Errorf("report of %d lines:\n%s", len(lines), strings.Join(lines, "\n"))
		}
		if n := s.count(`SELECT count(*) FROM sbom_document WHERE current`); n != 20 {
			t.Errorf("%d documents, want 20", n)
		}
		if n := s.count(`SELECT count(*) FROM sbom_document WHERE person = 'p-kommunal-it' AND org = 'kommunal-it'`); n != 20 {
			t.Errorf("%d of them belong to who sent them, want 20", n)
		}
	})
}

// The process is killed twice while it imports: once by a stop, once between a document
// and its line. Each document is there once, and has one line.
func TestAnImportGoesOnAfterAKill(t *testing.T) {
	each(t, func(s *stage) {
		arrivals, stop := 0, context.CancelFunc(nil)
		var mu sync.Mutex
		s.sbom.Arrived = append(s.sbom.Arrived, func(context.Context, *db.Tx, bom.Arrival) error {
			mu.Lock()
			defer mu.Unlock()
			if arrivals++; arrivals == 9 || arrivals == 14 {
				stop()
			}
			return nil
		})
		status, _ := s.sendForm(nil, map[string][]byte{"alle.zip": estateArchive(s, 20)})
		if status != 303 {
			t.Fatal(status)
		}
		for range 3 {
			ctx, cancel := context.WithCancel(s.Context())
			stop = cancel
			if err := s.queue.Drain(ctx); err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			cancel()
		}
		if lines := s.report(); len(lines) != 21 {
			t.Errorf("report of %d lines, want 21:\n%s", len(lines), strings.Join(lines, "\n"))
		}
		if n := s.count(`SELECT count(*) FROM sbom_document`); n != 20 {
			t.Errorf("%d documents, want 20", n)
		}
		if n := s.items(); n != 20*40 {
			t.Errorf("%d items, want %d", n, 20*40)
		}
	})
}

func TestAFewFilesAreTakenInAtOnce(t *testing.T) {
	each(t, func(s *stage) {
		status, body := s.sendForm(map[string]string{"software": "Portal", "version": "3"}, map[string][]byte{"gut.json": portal("1.0", "2.14.1"), "schlecht.json": []byte("[]")})
		for _, want := range []string{"1 Stückliste ist eingelesen", "Portal 3", "schlecht.json: abgewiesen", "weder CycloneDX noch SPDX"} {
			if status != 200 || !strings.Contains(body, want) {
				t.Errorf("%d, the page lacks %q", status, want)
			}
		}
		status, body = s.sendForm(nil, map[string][]byte{"schlecht.json": []byte("[]")})
		if status != 422 || !strings.Contains(body, "weder CycloneDX noch SPDX") {
			t.Errorf("one bad file alone: %d", status)
		}
		status, body = s.sendForm(map[string]string{"software": "Portal"}, nil)
		if status != 422 || !strings.Contains(body, "mindestens eine Datei") || !strings.Contains(body, `value="Portal"`) {
			t.Errorf("no file at all: %d", status)
		}
	})
}

// Uploads that share most of their packages arrive at the same moment.
func TestUploadsAtTheSameMoment(t *testing.T) {
	each(t, func(s *stage) {
		e := invent(3, 300)
		docs := make([][]byte, 24)
		for i := range docs {
			docs[i] = e.document(i%12, 100) // two for each product
		}
		var wg sync.WaitGroup
		var seen sync.Map
		for _, d := range docs {
			wg.Go(func() {
				r, err := s.sbom.Take(s.as(provider), sbom.Upload{Data: d})
				if err != nil {
					t.Error(err)
				}
				seen.Store(r.Release, true)
			})
		}
		wg.Wait()
		n := 0
		seen.Range(func(any, any) bool { n++; return true })
		if present := s.count(`SELECT count(*) FROM sbom_document WHERE current`); n != 12 || present != 12 {
			t.Errorf("%d releases with %d present documents, want 12 of each", n, present)
		}
		if items := s.items(); items != 12*100 {
			t.Errorf("%d items, want %d", items, 12*100)
		}
		for id, v := range s.listed() {
			for _, p := range v.Packages {
				if s.count(`SELECT count(*) FROM sbom_package WHERE id = $1`, p) == 0 {
					t.Errorf("document %d lists package %d, which is not there", id, p)
				}
			}
		}
	})
}

// One of several that travel together fails; the others arrive.
func TestOneThatFailsDoesNotHoldUpTheOthers(t *testing.T) {
	each(t, func(s *stage) {
		s.sbom.Arrived = append(s.sbom.Arrived, func(_ context.Context, _ *db.Tx, a bom.Arrival) error {
			if len(a.Packages) == 31 {
				return errors.New("the one that fails")
			}
			return nil
		})
		e := invent(4, 300)
		var wg sync.WaitGroup
		for i := range 12 {
			d := e.document(i, 25+i)
			wg.Go(func() {
				_, err := s.sbom.Take(s.as(provider), sbom.Upload{Data: d})
				if (err != nil) != (i == 6) {
					t.Errorf("document %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if n := s.count(`SELECT count(*) FROM sbom_document`); n != 11 {
			t.Errorf("%d documents, want 11", n)
		}
		if n := s.count(`SELECT count(*) FROM log_entry WHERE what = 'sbom.take'`); n != 11 {
			t.Errorf("%d entries in the log, want 11", n)
		}
	})
}

func TestArrivalTellsWhatIsNewAndGone(t *testing.T) {
	each(t, func(s *stage) {
		var told []bom.Arrival
		s.sbom.Arrived = append(s.sbom.Arrived, func(_ context.Context, _ *db.Tx, a bom.Arrival) error {
			told = append(told, a)
			return nil
		})
		s.take(provider, sbom.Upload{Data: portal("1.0", "2.14.1")})
		s.take(provider, sbom.Upload{Data: portal("1.0", "2.17.1")})
		s.take(provider, sbom.Upload{Data: portal("1.0", "2.17.1")}) // recognised: nobody is told
		if len(told) != 2 {
			t.Fatalf("told %d times, want 2", len(told))
		}
		a := told[1]
		if len(told[0].New) != 5 || len(told[0].Gone) != 0 || len(a.New) != 1 || a.New[0].Version != "2.17.1" || a.New[0].Type != "maven" ||
			a.New[0].Namespace != "org.apache.logging.log4j" || len(a.Gone) != 1 || len(a.Packages) != 5 || a.Org != provider {
			t.Errorf("%+v", told)
		}
	})
}
