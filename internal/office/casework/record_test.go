// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"time"

	"allmende/internal/office/casework"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// A justification says in words what its rule asked for, and which papers of other rooms came only
// after the decision; what is frozen stays as it is.
func TestAJustificationReadsWell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		id := w.open()
		w.looked(id, map[string]string{"because": "Nichts Offenes kann es."})
		p, err := w.Move(w.paul(), id, "clear", "Bedarf belegt", 0)
		w.ok(err)
		w.ok(w.wait.Approve(w.ada(), p, ""))
		was := w.show(w.paul(), id).Records[0]
		w.Enclosures = func(context.Context, string) ([]casework.Enclosure, error) {
			return []casework.Enclosure{{Title: "Erkundung", Kind: "Markt", At: w.now.Add(-time.Hour).Format(db.Clock)}, {Title: "Vertragsplan", Kind: "Plan", Sum: "abc", Link: "/x", At: w.now.Add(time.Hour).Format(db.Clock)}}, nil
		}
		paul := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.From(w.paul()))
		status, body := paul.Get("/casework/case/" + id + "/record")
		text := body
		for _, want := range []string{"„Lizenzurteil“ – ja", "(„Lizenzmodell“ ist „offen“ oder „Warum nicht offen“ ist angegeben)", "opinion &amp;&amp; (model", "Unterlagen zum Vorgang", "Erkundung", "Nach der Entscheidung hinzugefügt", `<a class="kern-link" href="/x">Vertragsplan</a>`} {
			_, rest, found := strings.Cut(text, want)
			if !found {
				t.Errorf("status %d: the page does not say %q, in this order", status, want)
				continue
			}
			text = rest
		}
		if now := w.show(w.paul(), id).Records[0]; now.Body != was.Body || now.Sum != was.Sum || now.Proof != "proven" || strings.Contains(now.Body, "Vertragsplan") {
			t.Errorf("the record is another one: %+v", now)
		}
		if status, paper := paul.Get("/casework/case/" + id + "/record.odt"); status != 200 || !strings.HasPrefix(paper, "PK") {
			t.Errorf("the text document: %d", status)
		}
	})
}
