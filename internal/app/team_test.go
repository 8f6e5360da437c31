// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"testing"

	"allmende/internal/platform/door"
)

// Each role that the program ships needs what it names, at a level, and no more: the two files
// of data say the same.
func TestRolesAndCompetencesAgree(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: both are files of the program
	ctx := door.With(t.Context(), door.Viewer{Org: "nowhere", Person: "operator", Grants: []string{"*"}})
	b, err := a.Competence.Book(ctx)
	if err != nil {
		t.Fatal(err)
	}
	roles, err := a.rolesInUse(ctx)
	if err != nil || len(roles) < 11 {
		t.Fatal(len(roles), err)
	}
	for _, r := range roles {
		if missing := b.Unlisted(r); len(missing) > 0 {
			t.Errorf("%s names %v, which the catalogue lacks", r.Key, missing)
		}
		if n := len(b.Needs(r.Key)); n != len(r.Competences) {
			t.Errorf("%s names %d competences and needs %d", r.Key, len(r.Competences), n)
		}
	}
}
