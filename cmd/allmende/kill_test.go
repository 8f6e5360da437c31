// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"archive/zip"
	"bytes"
	"flag"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
)

// How large the archive of TestAnImportSurvivesTwoKills is.
const (
	partsEach  = 25
	brokenEach = 50 // one file in so many cannot be read
)

var killFiles = flag.Int("kill-files", 100, "documents that an import takes in while its process is killed")

func badFiles() int { return *killFiles / brokenEach }

// estateArchive packs the bills of materials, with broken ones between.
func estateArchive(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name string, data []byte) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range *killFiles {
		if i%brokenEach == brokenEach/2 {
			add(fmt.Sprintf("sboms/%04d-kaputt.json", i), invent(i, 3)[:90])
		}
		add(fmt.Sprintf("sboms/%04d.json", i), invent(i, partsEach))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// handIn sends an archive by the browser's form and returns the task that takes it in.
func (p *process) handIn(archive []byte) (task string) {
	p.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "alle.zip")
	if err != nil {
		p.t.Fatal(err)
	}
	part.Write(archive)
	w.Close()
	status, to, err := p.do("POST", "/sbom/upload", w.FormDataContentType(), &b)
	if err != nil || status != 303 || !strings.HasPrefix(to, "/job/") {
		p.t.Fatalf("the form was answered %d %.500s %v", status, to, err)
	}
	return strings.TrimPrefix(to, "/job/")
}

type task struct {
	State       string
	Done, Total int
	Fault       string
	Lines       []struct{ Level, Place, Key string }
}

func (p *process) task(id string) (t task) {
	p.t.Helper()
	p.ask("/api/v1/job/"+id, &t)
	return t
}

// An archive of many bills of materials is handed in; the process is killed twice while it
// takes them in. In the end each file has its one line, and each document that was
// accepted is there once and whole.
func TestAnImportSurvivesTwoKills(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		blobs, s := t.TempDir(), shell{t, nil}
		s.env = map[string]string{"ALLMENDE_BLOBS": blobs}
		token := strings.TrimSpace(s.must("token", "create", "--db", where, "--org", "stadt", "--name", "ci"))
		p := boot(t, where, blobs, token)
		id := p.handIn(estateArchive(t))
		for _, reached := range []int{*killFiles / 4, *killFiles / 2} {
			until(t, 5*time.Minute, "the import is under way", func() bool { return p.task(id).Done >= reached })
			p.kill()
			killed(t, where, blobs, id)
			p = boot(t, where, blobs, token)
		}
		until(t, 5*time.Minute, "the import has ended", func() bool { k := p.task(id); return k.State == "done" || k.State == "failed" })
		end := p.task(id)
		if end.State != "done" || end.Done != *killFiles+badFiles() || end.Total != end.Done {
			t.Errorf("the task is %s with %d of %d, want done with %d: %s", end.State, end.Done, end.Total, *killFiles+badFiles(), end.Fault)
		}
		p.stop()
		r := look(t, where, blobs)
		r.whole()
		r.reported(id)
		r.want(*killFiles, "documents", `SELECT count(*) FROM sbom_document WHERE current`)
		r.want(*killFiles, "documents with those replaced", `SELECT count(*) FROM sbom_document`)
		r.items(*killFiles * partsEach)
		r.want(*killFiles, "releases", `SELECT count(*) FROM estate_release`)
		r.want(*killFiles, "software", `SELECT count(*) FROM estate_software`)
		r.want(1, "imports", `SELECT count(*) FROM job_task WHERE kind = 'sbom.import'`)
		r.failures()
	})
}

// killed looks at what a kill has left: the import was cut short, and what it had
// accepted is whole. On PostgreSQL, where another process might be at work on the task,
// it lets the thirty seconds of the lease pass.
func killed(t *testing.T, where, blobs, id string) {
	t.Helper()
	r := look(t, where, blobs)
	defer r.app.Close()
	r.whole()
	r.want(1, "imports that were cut short", `SELECT count(*) FROM job_task WHERE id = $1 AND state = 'running'`, id)
	if n := r.count(`SELECT count(*) FROM job_line WHERE task = $1`, id); n >= *killFiles+badFiles() {
		t.Errorf("the process was killed too late to prove anything: %d files were reported", n)
	}
	if r.app.DB.Lite() {
		return
	}
	if err := r.app.DB.Keep(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE job_task SET lease = '2026-01-01T00:00:00.000Z' WHERE id = $1`, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// reported checks that each file of the archive has exactly one line.
func (r records) reported(id string) {
	r.Helper()
	r.want(*killFiles+badFiles(), "lines", `SELECT count(*) FROM job_line WHERE task = $1`, id)
	r.want(badFiles(), "files reported as broken", `SELECT count(*) FROM job_line WHERE task = $1 AND level = 'error'`, id)
	places, err := db.Texts(r.Context(), r.app.DB.Read(), `SELECT place FROM job_line WHERE task = $1 ORDER BY n`, id)
	if err != nil {
		r.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range places {
		file, at, _ := strings.Cut(p, ":")
		if seen[file] || strings.Contains(file, "kaputt") != (at != "") {
			r.Errorf("the line about %s", p)
		}
		seen[file] = true
	}
	for i := range *killFiles {
		if name := fmt.Sprintf("alle.zip/sboms/%04d.json", i); !seen[name] {
			r.Errorf("%s is not reported", name)
		}
	}
}
