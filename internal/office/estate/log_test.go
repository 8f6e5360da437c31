// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate_test

import (
	"testing"

	"allmende/internal/office/estate"
	"allmende/internal/platform/db"
)

// difference returns what the newest entry of an act says that it changed.
func (s *stage) difference(what string) string {
	s.Helper()
	all, err := db.Texts(s.Context(), s.db.Read(), `SELECT diff FROM log_entry_view WHERE what = $1 ORDER BY n DESC LIMIT 1`, what)
	if err != nil || len(all) != 1 {
		s.Fatalf("no entry of %s, %v", what, err)
	}
	return all[0]
}

// The log says what changed, and nothing that did not.
func TestTheLogSaysWhatChanged(t *testing.T) {
	each(t, func(s *stage) {
		ctx := s.as(musterau)
		id, err := s.estate.Add(ctx, estate.SoftwareInput{Name: "Zammad", Kind: "open", Licence: "AGPL-3.0-only", Releases: []estate.ReleaseInput{{Version: "6.3"}}})
		if err != nil {
			t.Fatal(err)
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		wants := func(what, want string) {
			t.Helper()
			if got := s.difference(what); got != want {
				t.Errorf("%s: %s, want %s", what, got, want)
			}
		}
		wants("estate.add", `{"kind":[null,"open"],"licence":[null,"AGPL-3.0-only"],"name":[null,"Zammad"],"releases":[null,[{"version":"6.3"}]]}`)
		must(s.estate.Edit(ctx, id, "", estate.SoftwareInput{Name: "Zammad", Kind: "open", Licence: "AGPL-3.0-or-later"}))
		wants("estate.edit", `{"licence":["AGPL-3.0-only","AGPL-3.0-or-later"]}`)
		must(s.estate.Edit(ctx, id, "", estate.SoftwareInput{Name: "Zammad", Kind: "open", Licence: "AGPL-3.0-or-later"}))
		wants("estate.edit", "")
		release, err := s.estate.AddRelease(ctx, id, estate.ReleaseInput{Version: "6.4"})
		must(err)
		wants("estate.release.add", `{"version":[null,"6.4"]}`)
		must(s.estate.EditRelease(ctx, release, estate.ReleaseInput{Version: "6.4", Released: "2026-01"}))
		wants("estate.release.edit", `{"released":[null,"2026-01"]}`)
		use, err := s.estate.AddUse(ctx, release, estate.UseInput{Role: "user", Purpose: "Anfragen"})
		must(err)
		wants("estate.use.add", `{"purpose":[null,"Anfragen"],"role":[null,"user"]}`)
		must(s.estate.EditUse(ctx, use, estate.UseInput{Role: "operator", Purpose: "Anfragen"}))
		wants("estate.use.edit", `{"role":["user","operator"]}`)
		supplier, err := s.estate.AddSupplier(ctx, estate.SupplierInput{Name: "Zammad GmbH"})
		must(err)
		must(s.estate.EditSupplier(ctx, supplier, estate.SupplierInput{Name: "Zammad GmbH", Website: "https://zammad.com"}))
		wants("estate.supplier.edit", `{"website":[null,"https://zammad.com"]}`)
	})
}
