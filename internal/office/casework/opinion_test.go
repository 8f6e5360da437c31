// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"archive/zip"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// An opinion can be had by itself, with what was known when it was given, as a text document
// that bears the sum of its content; one that nobody has given yet is not found.
func TestAnOpinionByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		w.ok(w.Take(w.lea(), id, w.task(id, "licence")))
		paul := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.From(w.paul()))
		task := w.task(id, "licence")
		at := "/casework/case/" + id + "/opinion/" + task
		if status, _ := paul.Get(at + "/odt"); status != 404 {
			t.Errorf("not given yet: %d", status)
		}
		w.ok(w.Complete(w.lea(), id, task, "Lizenz & Namen geprüft", map[string]string{"opinion": "ja"}, 0))
		read := func(kind string) string {
			t.Helper()
			status, said := paul.Get(at + kind)
			if status != 200 {
				t.Fatalf("%d %s", status, said)
			}
			return said
		}
		body := read("/json")
		if !strings.Contains(body, `"opinion":true`) || !strings.Contains(body, `"note":"Lizenz & Namen geprüft"`) {
			t.Error(body)
		}
		text := read("/odt")
		z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
		w.ok(err)
		f, err := z.Open("content.xml")
		w.ok(err)
		said, err := io.ReadAll(f)
		w.ok(err)
		for _, want := range []string{fmt.Sprintf("%x", sha256.Sum256([]byte(body))), "Lizenz &amp; Namen geprüft", "Lea"} {
			if !strings.Contains(string(said), want) {
				t.Errorf("the text lacks %s: %s", want, said)
			}
		}
		if _, page := paul.Get("/casework/case/" + id); !strings.Contains(page, at+"/odt") {
			t.Error("the case does not lead there")
		}
		w.ok(w.SetFacts(w.paul(), id, map[string]string{"users": "41"}, 0))
		if read("/json") != body || read("/odt") != text {
			t.Error("what was learnt later changed the opinion")
		}
	})
}
