// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/office/casework"
	"allmende/internal/ospo"
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
		var later []casework.Exhibit
		asked, seal, gone := 0, "e1", false
		w.Enclosures = func(ctx context.Context, _ string) ([]casework.Exhibit, error) {
			asked++
			soon, done := context.WithTimeout(ctx, 5*time.Second)
			defer done()
			if err := d.Keep(soon, func(*db.Tx) error { return nil }); err != nil {
				t.Error("others cannot write while papers are read:", err)
			}
			kind := process.Text{DE: "Markt", EN: "market"}
			if door.From(ctx).Person == "dora" {
				return nil, nil // her department sees no papers
			}
			return append([]casework.Exhibit{{Title: "Verworfen", Kind: kind, SHA256: "e0", Link: "/gone", Gone: true}, {Title: "Erkundung", Kind: kind, SHA256: seal, Gone: gone, Link: "/e", Since: w.now.Add(-time.Hour).Format(db.Clock)}}, later...), nil
		}
		id := w.open()
		w.looked(id, map[string]string{"because": "Nichts Offenes kann es."})
		p, err := w.Move(w.paul(), id, "clear", "Bedarf belegt", 0)
		w.ok(err)
		asked = 0
		w.ok(w.wait.Approve(w.ada(), p, ""))
		if asked != 1 {
			t.Errorf("other rooms are asked %d times for their papers", asked)
		}
		was := w.show(w.paul(), id).Records[0]
		var lay struct {
			Evidence  []casework.Exhibit
			AskerName string
			Procedure struct{ SHA256 string }
			Decision  struct{ DeciderName, SecondName string }
			Tasks     []struct{ DoerName string }
		}
		if err := json.Unmarshal([]byte(was.Body), &lay); err != nil || len(lay.Evidence) != 1 || lay.Evidence[0].SHA256 != "e1" || lay.Evidence[0].Kind != (process.Text{DE: "Markt", EN: "market"}) {
			t.Errorf("the record names as its evidence %+v, %v", lay.Evidence, err)
		}
		if text := sha256.Sum256([]byte(buying)); lay.Procedure.SHA256 != hex.EncodeToString(text[:]) {
			t.Errorf("the record names its procedure by %+v", lay.Procedure)
		}
		if lay.AskerName != "Dora" || lay.Decision.DeciderName != "Paul" || lay.Decision.SecondName != "Ada" || len(lay.Tasks) != 2 || lay.Tasks[0].DoerName != "Paul" {
			t.Errorf("outside of the database the record names %+v", lay)
		}
		later = []casework.Exhibit{{Title: "Vertragsplan", Kind: process.Text{DE: "Plan"}, SHA256: "abc", Link: "/x", Since: w.now.Add(time.Hour).Format(db.Clock)}}
		paul := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.From(w.paul()))
		status, body := paul.Get("/casework/case/" + id + "/record")
		text := body
		for _, want := range []string{"„Lizenzurteil“ – ja", "(„Lizenzmodell“ ist „offen“ oder „Warum nicht offen“ ist angegeben)", "opinion &amp;&amp; (model", "Unterlagen, die vorlagen", "Erkundung", "e1", "Nach der Entscheidung hinzugefügt", `<a class="kern-link" href="/x">Vertragsplan</a>`} {
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
		dora := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.From(w.dora()))
		if status, page := dora.Get("/casework/case/" + id + "/record"); status != 200 || strings.Contains(page, "Erkundung") || !strings.Contains(page, "eine Unterlage, die Sie nicht sehen dürfen") {
			t.Errorf("status %d: her page names papers that she may not see", status)
		}
		if status, text := dora.Get("/casework/case/" + id + "/record.json"); status != 403 || strings.Contains(text, "Erkundung") {
			t.Errorf("status %d: the text of the record names papers that she may not see", status)
		}
		if status, text := dora.Get("/api/v1/casework/cases/" + id); status != 200 || strings.Contains(text, "Erkundung") || !strings.Contains(text, was.Sum) {
			t.Errorf("status %d: the API names papers that she may not see", status)
		}
		if status, text := paul.Get("/casework/case/" + id + "/record.json"); status != 200 || text != was.Body {
			t.Errorf("status %d: who sees all papers has the text of the record", status)
		}
		other := w.open()
		asked = 0
		_, err = w.Move(w.paul(), other, "refuse", "zu teuer", 0)
		w.ok(err)
		if asked != 1 {
			t.Errorf("for a step of one person other rooms are asked %d times for their papers", asked)
		}
		// What became of a paper since stands beside the sum of then.
		const altered, removed = "Die Unterlage hat heute eine andere Prüfsumme", "Die Unterlage liegt nicht mehr bei diesem Vorgang"
		page := func(who webtest.Caller) string { _, page := who.Get("/casework/case/" + id + "/record"); return page }
		if strings.Contains(page(paul), altered) || strings.Contains(page(paul), removed) {
			t.Error("the page tells of a change where there is none")
		}
		seal = "e2"
		for who, caller := range map[string]webtest.Caller{"paul": paul, "dora": dora} {
			if got := page(caller); !strings.Contains(got, altered) || strings.Contains(got, removed) || !strings.Contains(got, "e1") {
				t.Errorf("%s is not told that a paper was made another one", who)
			}
		}
		seal, gone = "e1", true
		if got := page(paul); !strings.Contains(got, removed) || strings.Contains(got, altered) {
			t.Error("the page does not say that a paper was taken away")
		}
		if got := page(dora); !strings.Contains(got, removed) || strings.Contains(got, "Erkundung") {
			t.Error("her page names a paper that was taken away and that she might not see")
		}
		gone = false
		// Whoever is called something else by now is still known to the record by the name of then.
		w.ok(d.Write(t.Context(), ospo.Act{Org: "city", Person: "test", What: "test.rename"}, func(tx *db.Tx) error {
			if _, err := tx.ExecContext(t.Context(), `UPDATE governance_person SET name = 'Paula' WHERE id = 'paul'`); err != nil {
				return err
			}
			former, err := w.Former(t.Context(), tx, "paul")
			if len(former) != 1 || former[0] != "Paul" {
				t.Errorf("names to be erased: %q", former)
			}
			return err
		}))
		if _, body := paul.Get("/casework/case/" + id + "/record"); !strings.Contains(body, "<dd>Paul <") {
			t.Error("the page says another name than the record")
		}
		if status, paper := paul.Get("/casework/case/" + id + "/record.odt"); status != 200 || !strings.HasPrefix(paper, "PK") {
			t.Errorf("the text document: %d", status)
		}
	})
}

// A version of a house is its date and a number, and no amount; and when something is asked stands
// on the page of a procedure in words.
func TestAProcedureReadsWell(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		own := *w.Definitions[0]
		own.Version = 2026112901
		w.Definitions = []*process.Definition{&own}
		id := w.open()
		paul := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.From(w.paul()))
		for path, want := range map[string]string{"/casework/type/buying": "Gefragt, wenn „Art“ ist „Ersatz“ <code", "/casework/types": "Fassung vom 29.11.2026, Nr. 1", "/casework/case/" + id: "Fassung vom 29.11.2026, Nr. 1", "/casework/cases.csv": "2026112901"} {
			if _, page := paul.Get(path); !strings.Contains(page, want) || strings.Contains(page, "2.026") {
				t.Errorf("%s does not say %q", path, want)
			}
		}
	})
}
