// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"io/fs"
	"net/url"
	"strings"
	"testing"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// The licence manager looks things up.
func TestTheDoors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := staged(t, d)
		site := webtest.New(t, []fs.FS{files}, files, s.pages(), s.ops())
		manager := site.As(door.Viewer{Org: "city", OrgName: "Musterstadt", Person: "p", Grants: []string{"licence.*", "sbom.read"}})
		see := func(who webtest.Caller, path string, want ...string) {
			t.Helper()
			status, body := who.Get(path)
			for _, one := range want {
				if status != 200 || !strings.Contains(body, one) {
					t.Errorf("%s: %d, no %q in\n%s", path, status, one, body)
				}
			}
		}
		see(manager, "/licence?q=eupl", "EUPL-1.2", "European Union Public License", "freigegeben")
		see(manager, "/licence?used=yes&class=network", "AGPL-3.0-only")
		see(manager, "/licence/entry/agpl-3.0-only", "auch für Dienste gilt", "(13)", "Archivsuche 2.8", "Produkte: 1, Bestandteile: 1")
		see(manager, "/licence/entry/Zeeff", `<dd class="wrap">ftp://ftp.tin.org/`) // no link: the page would lead nowhere
		see(manager, "/licence/entry/GPL-2.0", "Veraltetes Kürzel, heute: GPL-2.0-only")
		see(manager, "/licence/entry/Classpath-exception-2.0", "Classpath exception 2.0")
		see(manager, "/licence/estate?certainty=ambiguous", "GPL-1.0-or-later | GPL-2.0-only", "Die Version fehlt")
		see(manager, "/licence/estate", "1 Eintrag widerspricht")
		see(manager, "/licence/find?q=AGPL", "Archivsuche 2.8")
		see(manager, "/licence/find?q=log4j", "steht nicht auf der Liste")
		see(manager, "/licence/clarify", "lodash 4.0.0", "mehrdeutig", "widersprüchlich")
		see(manager, "/licence/package/1", "Die Version fehlt", "Lizenz feststellen", "Ratsbote 7.1")
	})
}

// The licence manager concludes, and takes it back; who only reads sees it all and changes
// nothing; who may not read bills of materials sees the catalogue alone.
func TestConcludingInTheBrowser(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, as := staged(t, d)
		site := webtest.New(t, []fs.FS{files}, files, s.pages(), s.ops())
		manager := site.As(door.Viewer{Org: "city", OrgName: "Musterstadt", Person: "p", Grants: []string{"licence.*", "sbom.read"}})
		reader := site.As(door.Viewer{Org: "city", Person: "r", Grants: []string{"licence.read", "sbom.read"}})
		clerk := site.As(door.Viewer{Org: "city", Person: "c", Grants: []string{"licence.read"}})
		form := url.Values{"expression": {"GPL"}, "reason": {"gelesen"}}
		if status, body := manager.Post("/licence/package/1", form); status != 422 || !strings.Contains(body, "kein Ausdruck nach SPDX") || !strings.Contains(body, `value="GPL"`) {
			t.Errorf("GPL: %d\n%s", status, body)
		}
		if status, _ := reader.Post("/licence/package/1", form); status != 403 {
			t.Errorf("who only reads concludes: %d", status)
		}
		form.Set("expression", "GPL-2.0-only")
		if status, body := manager.Post("/licence/package/1", form); status != 303 {
			t.Errorf("GPL-2.0-only: %d\n%s", status, body)
		}
		status, body := reader.Get("/licence/conclusions")
		if status != 200 || !strings.Contains(body, "lodash 4.0.0") || !strings.Contains(body, "GPL-2.0-only") {
			t.Errorf("conclusions: %d\n%s", status, body)
		}
		if _, body := manager.Get("/licence/clarify"); strings.Contains(body, "lodash 4.0.0") {
			t.Error("what was concluded is still to be clarified")
		}
		for _, path := range []string{"/licence/estate", "/licence/clarify", "/licence/conclusions", "/licence/package/1", "/licence/find?q=MIT", "/api/v1/licence/estate", "/api/v1/licence/find?q=MIT"} {
			if status, _ := clerk.Get(path); status != 403 {
				t.Errorf("who may not read bills of materials is answered %d at %s", status, path)
			}
		}
		if status, body := clerk.Get("/licence/entry/MIT"); status != 200 || strings.Contains(body, "Archivsuche") {
			t.Errorf("the catalogue for who may not read bills of materials: %d", status)
		}
		all, err := s.Conclusions(as("city"), "")
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		if status, _ := manager.Post("/licence/conclusion/"+all[0].ID+"/withdraw", url.Values{"reason": {"irrig"}}); status != 303 {
			t.Errorf("withdrawing: %d", status)
		}
		own := url.Values{"id": {"LicenseRef-Haus"}, "name": {"Haus-Lizenz"}, "class": {"permissive"}, "text": {"Wortlaut"}, "reason": {"Vertrag"}}
		if status, body := manager.Post("/licence/own/add", own); status != 303 {
			t.Errorf("own licence: %d\n%s", status, body)
		}
		if status, body := manager.Get("/api/v1/licence/licences/LicenseRef-Haus"); status != 200 || !strings.Contains(body, `"kind":"own"`) {
			t.Errorf("own licence: %d\n%s", status, body)
		}
		if status, body := manager.Get("/api/v1/licence/read?text=GPLv2%2BCPE"); status != 200 || !strings.Contains(body, `"certainty":"likely"`) || !strings.Contains(body, "Classpath-exception-2.0") {
			t.Errorf("reading: %d\n%s", status, body)
		}
	})
}
