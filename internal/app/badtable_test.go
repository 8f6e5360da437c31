// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"allmende/internal/platform/lang"
)

// register is a table of n lines, of which the given one is broken.
func register(n, broken int, line string) string {
	var b strings.Builder
	b.WriteString("Software;Version;Rolle\r\n")
	for i := 2; i <= n; i++ {
		if i == broken {
			b.WriteString(line + "\r\n")
			continue
		}
		fmt.Fprintf(&b, "Verfahren %d;1.%d;Nutzer\r\n", i, i)
	}
	return b.String()
}

// A table with one broken line is refused as a whole: which line, and why.
func TestBadTablesAreRefusedAtEveryDoor(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		_, city := join(t, a, "", "Musterstadt")
		before := everything(t, a)
		for _, tt := range []struct{ name, data, de, en string }{
			{"too few cells", register(6000, 4711, "Verfahren 4711;1"), "Zeile 4.711: Die Zeile hat 2 Felder, die Überschrift hat 3", "Line 4,711: the line has 2 cells, the heading has 3"},
			{"a quotation mark", register(6000, 4711, `Verfahren "4711;1;Nutzer`), "Zeile 4.711: Ein Anführungszeichen", "Line 4,711: a quotation mark"},
			{"a NUL", register(6000, 4711, "Verfahren\x00;1;Nutzer"), "Zeile 4.711: Das Feld 1 enthält ein NUL", "Line 4,711: cell 1 contains a NUL"},
			{"an unknown role", register(6000, 4711, "Verfahren 4711;1;Gaukler"), "Gaukler", "Gaukler"},
			{"no name", register(6000, 4711, ";1;Nutzer"), "Zeile 4.711: Der Name", "Line 4,711: the name"},
			{"a cell of 100 kB", register(20, 7, strings.Repeat("x", 100_000)+";1;Nutzer"), "Zeile 7: Ein Feld ist", "Line 7: a cell is"},
			{"empty", " \r\n ", "keine Tabelle", "no table"},
			{"no column for the name", "a;b\r\n1;2\r\n", "a, b", "a, b"},
			{"an old Excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "alten Format", "old format"},
			{"a zip that is no workbook", string(zipped(member{name: "a.txt", text: "a"})), "XLSX", "XLSX"},
			{"a workbook cut short", string(zipped(member{name: "xl/workbook.xml", text: "<workbook>"})[:60]), "XLSX", "XLSX"},
			{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "", ""},
		} {
			for _, tongue := range lang.Tongues {
				want := map[string]string{"de": tt.de, "en": tt.en}[tongue]
				status, answer := city.ask(tongue, "POST", "/api/v1/estate/import", "text/csv", strings.NewReader(tt.data))
				if status < 400 || status >= 500 || !strings.Contains(answer, want) || !strings.Contains(answer, `"detail":"`) {
					t.Errorf("%s (%s): %d, want 4xx and %q in\n%.800s", tt.name, tongue, status, want, answer)
				}
			}
		}
		unchanged(t, a, "bad tables", before)
		for _, tongue := range lang.Tongues {
			want := map[string]string{"de": "Zeile 4.711: Die Zeile hat 2 Felder", "en": "Line 4,711: the line has 2 cells"}[tongue]
			kind, body := form("liste.csv", []byte(register(6000, 4711, "Verfahren 4711;1")))
			status, to := city.ask(tongue, "POST", "/estate/import", kind, body)
			if status != 303 {
				t.Fatalf("a table with a broken line does not come to its preview: %d %.500s", status, to)
			}
			if status, page := city.ask(tongue, "GET", to, "", nil); status != 200 || !strings.Contains(html.UnescapeString(page), want) {
				t.Errorf("the preview does not say %q: %d %.3000s", want, status, page)
			}
		}
		if n := everything(t, a)["estate_software"]; n != before["estate_software"] {
			t.Errorf("%d software are registered", n-before["estate_software"])
		}
		if status, answer := city.ask("de", "POST", "/api/v1/estate/import", "text/csv", strings.NewReader(register(200, 0, ""))); status != 201 || !strings.Contains(answer, `"new":199`) {
			t.Errorf("after all that a good table is answered %d %.500s", status, answer)
		}
	})
}
