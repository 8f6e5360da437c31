// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework_test

import (
	"io/fs"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// All that is wrong in a form is told at once, by the names of the fields, in a summary that leads
// to each of them and beside each of them.
func TestAFormTellsAllThatIsWrong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newDesk(t, d)
		site := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops)
		status, body := site.As(door.From(w.dora())).Post("/casework/new/buying", webtest.Pairs("title", " ", "x-need", " ", "x-users", "viele", "x-kind", "", "shown", "need users kind"))
		if status != 422 {
			t.Fatalf("%d", status)
		}
		for _, want := range []string{`href="#f-title"`, `href="#f-x-need">„Bedarf“ wird gebraucht`, `href="#f-x-users">Nutzende: „viele“ ist keine Zahl`, `href="#f-x-kind">„Art“ wird gebraucht`,
			`<strong>„Art“ wird gebraucht`, `<strong>Nutzende: „viele“`} {
			if !strings.Contains(body, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if n := strings.Count(body, `aria-invalid="true"`); n != 4 {
			t.Errorf("%d fields are marked, want 4", n)
		}
		id := w.open()
		status, body = site.As(door.From(w.paul())).Post("/casework/case/"+id+"/task/"+w.task(id, "market"), webtest.Pairs("x-model", "", "x-price", "viel", "shown", "model price"))
		if status != 422 || !strings.Contains(body, `href="#f-x-model">„Lizenzmodell“ wird gebraucht`) || !strings.Contains(body, `href="#f-x-price">Preis: „viel“ ist keine Zahl`) {
			t.Errorf("a task: %d", status)
		}
		if o := w.show(w.paul(), id); len(o.Case.Facts) != 3 {
			t.Errorf("something was kept: %v", o.Case.Facts)
		}
		_, err := w.Open(w.dora(), casework.Input{Type: "buying", Facts: map[string]string{"users": "viele"}})
		if all := fault.Say(err); len(all) != 4 { // title, users, need, kind
			t.Errorf("a program is told %d things, want 4: %v", len(all), err)
		}
	})
}
