// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"slices"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/odt"
)

// In the fictional city a case leads from need to award in one dossier: what the other rooms keep
// is in it for who may see it, named as not seen for others, and not there for a stranger.
func TestTheDossierOfACase(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db") // one database: the rooms' own tests ask both
	if _, _, err := a.Demo(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	as := func(grants ...string) door.Viewer {
		return door.Viewer{Org: "musterstadt", Person: "p", Grants: grants, Lang: "de", Door: "web"}
	}
	all := door.With(t.Context(), as("*"))
	papers, _, err := a.Procurement.Papers(all, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, p := range papers {
		if p.Case == "" {
			continue
		}
		d, err := a.Procurement.Dossier(all, p.Case)
		if err != nil || d.Parts[0].Kind != "need" || d.Number == "" || len(d.Unseen) > 0 {
			t.Fatalf("%+v, %v", d, err)
		}
		for _, part := range d.Parts {
			kinds[part.Kind] = true
			if err := part.Write(&odt.Document{Lang: "de"}); err != nil {
				t.Errorf("%s: %v", part.Kind, err)
			}
		}
		few, err := a.Procurement.Dossier(door.With(t.Context(), as("procurement.read", "casework.read")), p.Case)
		if err != nil || !slices.Equal(few.Unseen, []string{"round", "plan", "contract"}) {
			t.Errorf("who may see no rounds and contracts: %+v, %v", few.Unseen, err)
		}
		if _, err := a.Procurement.Dossier(door.With(t.Context(), as("procurement.read")), p.Case); fault.Of(err) != fault.Forbidden {
			t.Errorf("who may see no cases: %v", err)
		}
		stranger := as("*")
		stranger.Org = "elsewhere"
		if _, err := a.Procurement.Dossier(door.With(t.Context(), stranger), p.Case); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger: %v", err)
		}
	}
	for _, kind := range []string{"need", "survey", "description", "award", "trial", "round"} {
		if !kinds[kind] {
			t.Errorf("no dossier has a %s: %v", kind, kinds)
		}
	}
}
