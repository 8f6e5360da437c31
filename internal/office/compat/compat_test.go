// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// What the neighbours publish, as far as this room reads it: a city with an archive below it,
// and another city. The city's release has a GPL library, one with a choice, and one of which
// somebody found out the licence.
var neighbours = fstest.MapFS{"migrations/0001.sql": {Data: []byte(`
CREATE TABLE n_org (
  id TEXT NOT NULL, name TEXT NOT NULL
);
INSERT INTO n_org VALUES ('city', 'Musterstadt'), ('archive', 'Archiv'), ('other', 'Nachbarstadt');
CREATE VIEW governance_org_view AS SELECT * FROM n_org;
CREATE TABLE n_scope (
  root TEXT NOT NULL, org TEXT NOT NULL
);
INSERT INTO n_scope VALUES ('city', 'city'), ('city', 'archive'), ('archive', 'archive'), ('other', 'other');
CREATE VIEW governance_scope_view AS SELECT * FROM n_scope;
CREATE VIEW governance_person_view AS SELECT 'p' AS id, 'city' AS org, 'Petra Licht' AS name;
CREATE TABLE n_software (
  id TEXT NOT NULL, org TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL
);
INSERT INTO n_software VALUES ('s1', 'city', 'Ratsbote', 'ratsbote'), ('s2', 'city', 'Leer', 'leer');
CREATE VIEW estate_software_view AS SELECT * FROM n_software;
CREATE VIEW estate_release_view AS SELECT 'r' || substr(id, 2) AS id, org, id AS software, '1.0' AS version FROM n_software;
CREATE VIEW estate_visible_view AS SELECT 'city' AS root, 'r1' AS release UNION SELECT 'city', 'r2';
CREATE VIEW sbom_document_view AS SELECT CAST(10 AS BIGINT) AS id, 'r1' AS release, CAST(1 = 1 AS BOOLEAN) AS current UNION SELECT 20, 'r2', CAST(1 = 1 AS BOOLEAN);
CREATE TABLE n_term (
  id BIGINT NOT NULL, text TEXT NOT NULL
);
INSERT INTO n_term VALUES (1, 'MIT'), (2, 'GPL-3.0-only'), (3, 'MIT OR GPL-2.0-only'), (4, 'NOASSERTION');
CREATE VIEW sbom_term_view AS SELECT * FROM n_term;
CREATE TABLE n_mix (
  document BIGINT NOT NULL, declared BIGINT NOT NULL, concluded BIGINT NOT NULL, packages BIGINT NOT NULL
);
INSERT INTO n_mix VALUES (10, 1, 0, 40), (10, 2, 0, 1), (10, 3, 0, 2), (10, 2, 1, 3), (10, 1, 4, 5), (10, 0, 0, 7);
CREATE VIEW licence_mix_view AS SELECT * FROM n_mix;
`)}}

const tiny = `{"EUPL-1.2": {"MIT": "Yes", "GPL-3.0-only": "Yes", "EUPL-1.2": "Same"}, "MIT": {"MIT": "Same", "GPL-3.0-only": "No"}, "GPL-3.0-only": {"MIT": "Perhaps"}}`

func staged(t *testing.T, d *db.DB) (*Service, func(org ospo.OrgID) context.Context) {
	t.Helper()
	for _, m := range []struct {
		room  string
		files fstest.MapFS
	}{{"n", neighbours}} {
		if err := d.Migrate(t.Context(), m.room, m.files); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Migrate(t.Context(), "compat", files); err != nil {
		t.Fatal(err)
	}
	return New(d), func(org ospo.OrgID) context.Context {
		return door.With(t.Context(), door.Viewer{Org: org, OrgName: string(org), Person: "p", Grants: []string{"*"}, Lang: "de", Door: "test"})
	}
}

func find(t *testing.T, a Answer, text string) Line {
	t.Helper()
	i := slices.IndexFunc(a.Lines, func(l Line) bool { return l.Text == text })
	if i < 0 {
		t.Fatalf("%q is not in %+v", text, a.Lines)
	}
	return a.Lines[i]
}

// Somebody wants to publish under the EUPL and uses a GPL library: it may not go in, the
// clause says why, and a separate program or another licence of the own work helps.
func TestPublishingUnderTheEUPL(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		a, err := s.Ask(as("city"), Question{Licence: "eupl-1.2", Parts: []string{"MIT", "GPL-3.0-or-later", "Apache License 2.0", "GPL", "Hausmarke", "MIT"}})
		if err != nil {
			t.Fatal(err)
		}
		gpl := find(t, a, "GPL-3.0-or-later")
		if a.Answer != "no" || gpl.Answer != "no" || gpl.Reasons[0].Clause != "GPL-3.0 §5(c)" || !strings.Contains(gpl.Reasons[0].Text, "EUPL-1.2") || len(gpl.Helps) != 1 || gpl.Helps[0].Way != "separate" {
			t.Errorf("%s, %+v", a.Answer, gpl)
		}
		if a.Lines[0].Text != "GPL-3.0-or-later" || len(a.Lines) != 5 || a.Licence != "EUPL-1.2" || a.Way != "static" {
			t.Errorf("the worst does not come first, once each: %+v", a)
		}
		if l := find(t, a, "Apache License 2.0"); l.Answer != "yes" || l.Expression != "Apache-2.0" || l.Certainty != "likely" {
			t.Errorf("%+v", l)
		}
		if l := find(t, a, "GPL"); l.Answer != "no" || l.Certainty != "ambiguous" || len(l.Reasons) != 1 || len(l.Reasons[0].Also) < 4 {
			t.Errorf("whichever version is meant, it may not: %+v", l)
		}
		if r := gpl.Reasons[0]; r.Certainty != "text" || r.Source != "" {
			t.Errorf("what the rule rests on: %+v", r)
		}
		if l := find(t, a, "Hausmarke"); l.Answer != "unknown" || l.Theirs != nil {
			t.Errorf("%+v", l)
		}
		only, err := s.Ask(as("city"), Question{Licence: "EUPL-1.2", Parts: []string{"GPL-3.0-or-later", "MIT"}})
		if err != nil || !slices.Equal(only.Yes, []string{"GPL-3.0-only", "GPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later"}) {
			t.Errorf("%v %v", only.Yes, err)
		}
		for use, want := range map[[2]string]string{{"separate", "given"}: "yes", {"static", "service"}: "yes", {"merged", "internal"}: "yes", {"dynamic", "given"}: "no"} {
			a, err := s.Ask(as("city"), Question{Licence: "EUPL-1.2", Parts: []string{"GPL-3.0-only"}, Way: use[0], Reach: use[1]})
			if err != nil || a.Answer != want {
				t.Errorf("%v: %s, %v; want %s", use, a.Answer, err, want)
			}
		}
	})
}

// The components come from the bill of materials of a release: what somebody found out counts
// before what was declared, and what nobody said is unknown.
func TestAskingAboutARelease(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		a, err := s.Ask(as("city"), Question{Licence: "EUPL-1.2", Release: "r1"})
		if err != nil {
			t.Fatal(err)
		}
		if a.Title != "Ratsbote 1.0" || a.Counts != (Counts{Yes: 50, Unknown: 7, No: 1}) || a.Answer != "no" {
			t.Errorf("%s: %s %+v", a.Title, a.Answer, a.Counts)
		}
		if l := find(t, a, "MIT"); l.Packages != 48 {
			t.Errorf("%+v", l)
		}
		if l := find(t, a, "MIT OR GPL-2.0-only"); l.Chosen != "MIT" || l.Answer != "yes" {
			t.Errorf("%+v", l)
		}
		if l := find(t, a, "NOASSERTION"); l.Answer != "unknown" || l.Packages != 7 {
			t.Errorf("%+v", l)
		}
		if _, err := s.Ask(as("city"), Question{Licence: "EUPL-1.2", Release: "r2"}); fault.Of(err) != fault.Invalid {
			t.Errorf("an empty bill of materials: %v", err)
		}
		if _, err := s.Ask(as("other"), Question{Licence: "EUPL-1.2", Release: "r1"}); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger asks: %v", err)
		}
	})
}

// A matrix is brought in for a city and all below it. It stands beside the rules; what it
// lacks is unknown, and a contradiction is shown.
func TestAMatrixWithAMissingRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		m, err := s.Import(as("city"), "matrix.json", "2024-05-25", []byte(tiny))
		if err != nil || m.Flaws != 4 || m.Licences != 3 || m.Person != "p" {
			t.Fatalf("%+v %v", m, err)
		}
		a, err := s.Ask(as("archive"), Question{Licence: "EUPL-1.2", Parts: []string{"MIT", "GPL-3.0-only", "ISC"}})
		if err != nil || a.Matrix == nil || a.Matrix.Date != "2024-05-25" || a.Counts.Contrary != 1 {
			t.Fatalf("%+v %v", a, err)
		}
		for text, want := range map[string]Theirs{"MIT": {Answer: "yes", Word: "Yes", Stand: "agree"}, "GPL-3.0-only": {Answer: "yes", Word: "Yes", Stand: "contrary"},
			"ISC": {Answer: "unknown", Missing: "component", Stand: "one-knows"}} {
			if l := find(t, a, text); *l.Theirs != want {
				t.Errorf("%s: %+v, want %+v", text, *l.Theirs, want)
			}
		}
		if a, err = s.Ask(as("city"), Question{Licence: "Apache-2.0", Parts: []string{"MIT"}}); err != nil || a.Lines[0].Theirs.Missing != "work" || a.Answer != "yes" {
			t.Errorf("a missing row: %+v %v", a.Lines, err)
		}
		if a, err = s.Ask(as("city"), Question{Licence: "EUPL-1.2", Parts: []string{"GPL-3.0-only"}, Reach: "internal"}); err != nil || a.Lines[0].Theirs.Stand != "unasked" {
			t.Errorf("a use that the matrix is not about: %+v %v", a.Lines, err)
		}
		if a, err = s.Ask(as("other"), Question{Licence: "EUPL-1.2", Parts: []string{"MIT"}}); err != nil || a.Matrix != nil {
			t.Errorf("another city is answered by our matrix: %+v %v", a.Matrix, err)
		}
		if _, _, err := s.Matrix(as("other"), m.ID); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger looks at it: %v", err)
		}
		for org, named := range map[ospo.OrgID]bool{"city": true, "archive": false} {
			if m, _, err := s.Matrix(as(org), m.ID); err != nil || (m.By != "") != named || (m.Person != "") != named || (m.OrgName != "") != named {
				t.Errorf("%s reads who stands above: %+v %v", org, m, err)
			}
		}
		if err := s.Remove(as("archive"), m.ID); fault.Of(err) != fault.Forbidden {
			t.Errorf("the archive takes the city's matrix away: %v", err)
		}
		if err := s.Remove(as("city"), m.ID); err != nil {
			t.Error(err)
		}
		if all, err := s.Matrices(as("city")); err != nil || len(all) != 0 {
			t.Errorf("%v %v", all, err)
		}
		for name, bad := range map[string][2]string{"no JSON": {"hello", "2024-05-25"}, "no date": {tiny, ""}, "no day": {tiny, "yesterday"}} {
			if _, err := s.Import(as("city"), "m.json", bad[1], []byte(bad[0])); fault.Of(err) != fault.Invalid && fault.Of(err) != fault.Unreadable {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// The licence of an own work is chosen along questions and recorded; who changes their mind
// records a version more.
func TestChoosingALicence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		in := ChoiceInput{Questions: Questions{Work: "Bürgerbüro-Termine", Kind: "application", Aim: "none", Rights: "all", Profile: "munich", Parts: []string{"MIT", ""}}, Licence: "MIT", Reason: "Stadtratsbeschluss"}
		id, err := s.Choose(as("archive"), in)
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Choice(as("city"), id)
		if err != nil || c.Recommended != "MIT" || c.Version != 1 || !c.Latest || c.Deviates() || c.By != "Petra Licht" || len(c.Parts) != 1 || c.In("en").Profile != "Munich" || c.Advice.Profile != "München" {
			t.Errorf("%+v %v", c, err)
		}
		if c, err := s.Choice(as("archive"), id); err != nil || c.By != "" || c.Person != "" {
			t.Errorf("the archive reads who of the city chose: %+v %v", c, err)
		}
		in.Work, in.Parts, in.Licence, in.Reason = "bürgerbüro-termine", []string{"GPL-3.0-only"}, "AGPL-3.0-or-later", "Ein Bestandteil unter der GPL"
		second, err := s.Choose(as("archive"), in)
		if err != nil {
			t.Fatal(err)
		}
		if c, err = s.Choice(as("city"), second); err != nil || c.Version != 2 || c.Recommended != "GPL-3.0-or-later" && c.Recommended != "AGPL-3.0-or-later" {
			t.Errorf("%+v %v", c, err)
		}
		all, err := s.Choices(as("city"), "termine")
		if err != nil || len(all) != 2 || all[0].ID != second || all[1].Latest {
			t.Errorf("%+v %v", all, err)
		}
		if _, err := s.Choice(as("other"), id); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger reads it: %v", err)
		}
		if all, err := s.Choices(as("other"), ""); err != nil || len(all) != 0 {
			t.Errorf("a stranger lists %v %v", all, err)
		}
		in.Reason, in.Licence, in.Kind = " ", "Foo", "castle"
		if _, err := s.Choose(as("city"), in); fault.Of(err) != fault.Invalid || len(fault.Say(err)) != 3 {
			t.Errorf("%v", err)
		}
	})
}

func TestBadQuestions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, as := staged(t, d)
		many := make([]string, 501)
		for i := range many {
			many[i] = strings.Repeat("x", i+1)
		}
		for name, q := range map[string]Question{
			"no licence": {Parts: []string{"MIT"}}, "a strange one": {Licence: "Foo-1", Parts: []string{"MIT"}}, "no component": {Licence: "MIT"}, "a strange way": {Licence: "MIT", Way: "beamed", Parts: []string{"MIT"}},
			"a strange reach": {Licence: "MIT", Reach: "moon", Parts: []string{"MIT"}}, "too many": {Licence: "MIT", Parts: many}, "too long": {Licence: "MIT", Parts: []string{strings.Repeat("(", 5<<20)}},
		} {
			if _, err := s.Ask(as("city"), q); fault.Of(err) != fault.Invalid {
				t.Errorf("%s: %v, want a sentence", name, err)
			}
		}
		a, err := s.Ask(as("city"), Question{Licence: "MIT", Parts: []string{strings.Repeat("(", 1000) + "MIT" + strings.Repeat(")", 900), "MIT AND", "\xff\x00"}})
		if err != nil || a.Answer != "unknown" || a.Counts.Unknown != 3 {
			t.Errorf("%+v %v", a, err)
		}
	})
}
