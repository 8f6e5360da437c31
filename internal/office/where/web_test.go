// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"io/fs"
	"strconv"
	"strings"
	"testing"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// Of many products without a bill of materials a page lists the most critical, says how many
// there are, and leads to all of them.
func TestThePageListsTheMostCriticalUnknownFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		exec(t, d, `
			INSERT INTO n_release
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
			SELECT 'u' || i, 'city', 'w2', '8.' || i FROM n`)
		exec(t, d, `INSERT INTO n_use VALUES ('city', 'u59', 'user', '', 'very_high')`)
		caller := webtest.New(t, []fs.FS{files}, files, s.pages(), nil).As(door.From(as("city")))
		links := func(path string) (n int, body string) {
			t.Helper()
			status, body := caller.Get(path)
			if status != 200 {
				t.Fatalf("GET %s: %d", path, status)
			}
			return strings.Count(body, `href="/sbom/upload?release=`), body
		}
		exec(t, d, `INSERT INTO n_document VALUES (11, 'u1', true, 4)`)
		s.Shelf.(shelf)[11] = listing([5]int64{1}, [5]int64{2}, [5]int64{4})
		if _, page := links("/where?q=log4j-core"); !strings.Contains(page, "Betroffen: 2 Programmversionen") || !strings.Contains(page, "Enthalten, ohne Befund: 1 Programmversion<") {
			t.Errorf("a release with two versions counts once, by the worse:\n%s", page)
		}
		exec(t, d, `DELETE FROM n_document WHERE id = 11`)
		n, page := links("/where?q=log4j-core")
		if n != mostUnknown || !strings.Contains(page, "61 Programmversionen") || !strings.Contains(page, `release=u59"`) ||
			!strings.Contains(page, `href="/where?q=log4j-core&amp;unknown=all#unknown"`) {
			t.Errorf("%d listed of 61, want %d with the most critical, the number of all and the way to them:\n%s", n, mostUnknown, page)
		}
		if n, page := links("/where?q=log4j-core&unknown=all"); n != 61 || strings.Contains(page, "unknown=all#unknown") {
			t.Errorf("%d listed, want all 61 and no way to more", n)
		}
	})
}

// A page lists so many products that hold it, says that there are more, and leads to all.
func TestThePageListsSoManyAndLeadsToAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		const more = mostListed + 5
		exec(t, d, `
			INSERT INTO n_release
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `+strconv.Itoa(more)+`)
			SELECT 'm' || i, 'city', 'w2', '9.' || i FROM n`)
		exec(t, d, `
			INSERT INTO n_document
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `+strconv.Itoa(more)+`)
			SELECT 1000 + i, 'm' || i, true, 1 FROM n`)
		for i := range more {
			s.Shelf.(shelf)[ospo.DocumentID(1001+i)] = listing([5]int64{2})
		}
		caller := webtest.New(t, []fs.FS{files}, files, s.pages(), nil).As(door.From(as("city")))
		_, page := caller.Get("/where?q=log4j-core")
		if n := strings.Count(page, `href="/estate/release/m`); n > mostListed || !strings.Contains(page, `href="/where?products=all&amp;q=log4j-core"`) {
			t.Errorf("%d listed, want at most %d and the way to all", n, mostListed)
		}
		_, page = caller.Get("/where?q=log4j-core&products=all")
		if n := strings.Count(page, `href="/estate/release/m`); n != more || strings.Contains(page, "Alle auflisten") {
			t.Errorf("%d listed, want all %d and no way to more", n, more)
		}
	})
}
