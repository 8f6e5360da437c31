// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/bomwrite"
	"allmende/internal/engine/inventory"
	"allmende/internal/engine/obligation"
	"allmende/internal/engine/purl"
	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// What the neighbours publish, as far as this room reads it: a city with a department and a
// stranger, and a product in two versions; a third release has no bill of materials.
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
CREATE TABLE n_person (
  id TEXT NOT NULL, org TEXT NOT NULL, name TEXT NOT NULL
);
INSERT INTO n_person VALUES ('p', 'city', 'Mira Yilmaz');
CREATE VIEW governance_person_view AS SELECT * FROM n_person;
CREATE TABLE n_software (
  id TEXT NOT NULL, name TEXT NOT NULL, folded TEXT NOT NULL
);
INSERT INTO n_software VALUES ('w1', 'Bürgerportal', 'bürgerportal');
CREATE VIEW estate_software_view AS SELECT * FROM n_software;
CREATE TABLE n_release (
  id TEXT NOT NULL, org TEXT NOT NULL, software TEXT NOT NULL, version TEXT NOT NULL
);
INSERT INTO n_release VALUES ('r1', 'city', 'w1', '1.2.3'), ('r2', 'city', 'w1', '1.3.0'), ('r3', 'city', 'w1', '0.9');
CREATE VIEW estate_release_view AS SELECT * FROM n_release;
CREATE VIEW estate_visible_view AS SELECT s.root AS root, r.id AS release FROM n_release r JOIN n_scope s ON s.root IN ('city', 'archive') AND s.org = 'archive';
CREATE TABLE n_package (
  id BIGINT NOT NULL, purl TEXT NOT NULL, type TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL
);
INSERT INTO n_package VALUES (1, 'pkg:npm/a@1.0', 'npm', '', 'a', '1.0'), (2, 'pkg:npm/a@2.0', 'npm', '', 'a', '2.0'), (3, 'pkg:maven/g/lib@1', 'maven', 'g', 'lib', '1'),
  (4, 'pkg:maven/g/lib@2', 'maven', 'g', 'lib', '2'), (5, '', '', '', 'Karte', '3'), (6, 'pkg:npm/new@1.0', 'npm', '', 'new', '1.0');
CREATE VIEW sbom_package_view AS SELECT * FROM n_package;
CREATE TABLE n_document (
  id BIGINT NOT NULL, release TEXT NOT NULL, current BOOLEAN NOT NULL
);
INSERT INTO n_document VALUES (10, 'r1', true), (20, 'r2', true);
CREATE VIEW sbom_document_view AS SELECT * FROM n_document;
CREATE TABLE n_term (
  id BIGINT NOT NULL, text TEXT NOT NULL
);
CREATE VIEW sbom_term_view AS SELECT * FROM n_term;
CREATE TABLE n_mix (
  document BIGINT NOT NULL, declared BIGINT NOT NULL, concluded BIGINT NOT NULL, packages BIGINT NOT NULL
);
CREATE VIEW licence_mix_view AS SELECT * FROM n_mix;
CREATE TABLE n_conclusion (
  org TEXT NOT NULL, package BIGINT NOT NULL, expression TEXT NOT NULL
);
CREATE VIEW licence_conclusion_view AS SELECT * FROM n_conclusion;
`)}}

// A shelf is what the documents of the neighbours list.
type shelf map[ospo.DocumentID]inventory.Inventory

func (s shelf) Inventory(_ context.Context, _ db.Querier, id ospo.DocumentID) (inventory.Inventory, error) {
	return s[id], nil
}

func (s shelf) Holders(_ context.Context, _ db.Querier, packages []ospo.PackageID) (out []inventory.Place, _ error) {
	for id, v := range s {
		for _, p := range packages {
			if _, ok := v.Find(p); ok {
				out = append(out, inventory.Place{Package: p, Document: id})
			}
		}
	}
	return out, nil
}

// A listed is a package with the licence that its authors declare.
type listed struct {
	pack    int64
	licence string
}

func (l listed) term() int64 { return int64(purl.ID(l.licence)) }

// A house is the room with its neighbours.
type house struct {
	*Service
	t    *testing.T
	d    *db.DB
	uses map[ospo.ReleaseID][]ospo.Context
	docs map[ospo.ReleaseID]*bom.Document
}

func staged(t *testing.T, d *db.DB) house {
	t.Helper()
	for name, files := range map[string]fstest.MapFS{"n": neighbours} {
		if err := d.Migrate(t.Context(), name, files); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Migrate(t.Context(), "duty", files); err != nil {
		t.Fatal(err)
	}
	h := house{New(d), t, d, map[ospo.ReleaseID][]ospo.Context{"r1": {ospo.Binary}, "r2": {ospo.Binary}}, map[ospo.ReleaseID]*bom.Document{}}
	h.Contexts = func(context.Context, []ospo.ReleaseID) (map[ospo.ReleaseID][]ospo.Context, error) {
		out := map[ospo.ReleaseID][]ospo.Context{}
		for r, c := range h.uses {
			out[r] = c
		}
		return out, nil
	}
	h.RoleNames = func(context.Context) (map[string]string, error) {
		return map[string]string{"licence_manager": "Lizenzmanagement"}, nil
	}
	h.Document = func(_ context.Context, r ospo.ReleaseID) (*bom.Document, error) { return h.docs[r], nil }
	all := shelf{}
	h.Shelf = all
	h.lists(all, 10, "r1", listed{1, "Apache-2.0"}, listed{3, "MPL-2.0"}, listed{5, ""})
	h.lists(all, 20, "r2", listed{2, "Apache-2.0"}, listed{4, "MPL-2.0"}, listed{5, ""}, listed{6, "Apache-2.0"})
	return h
}

// lists puts a document onto the shelf, into the mix of licences and among the raw documents.
func (h house) lists(on shelf, id ospo.DocumentID, release ospo.ReleaseID, all ...listed) {
	h.t.Helper()
	v, doc := inventory.Empty(len(all)), &bom.Document{Root: -1}
	mix := map[int64]int{}
	for _, l := range all {
		term := int64(0)
		if l.licence != "" {
			term = l.term()
		}
		v.Add(l.pack, 0, term, 0, 0)
		mix[term]++
		p, err := h.store.packages(h.t.Context(), []int64{l.pack})
		if err != nil {
			h.t.Fatal(err)
		}
		one := p[l.pack]
		doc.Components = append(doc.Components, bom.Component{Name: one.name, Group: one.namespace, Version: one.version, PURL: one.purl, Declared: l.licence, Parent: -1})
	}
	doc.Edges = make([][]int32, len(doc.Components))
	on[id], h.docs[release] = v, doc
	err := h.d.Keep(h.t.Context(), func(tx *db.Tx) error {
		for term, n := range mix {
			if _, err := tx.ExecContext(h.t.Context(), `INSERT INTO n_mix VALUES ($1, $2, 0, $3)`, id, term, n); err != nil {
				return err
			}
		}
		for _, l := range all {
			if _, err := tx.ExecContext(h.t.Context(), `DELETE FROM n_term WHERE id = $1`, l.term()); err != nil {
				return err
			}
			if l.licence != "" {
				if _, err := tx.ExecContext(h.t.Context(), `INSERT INTO n_term VALUES ($1, $2)`, l.term(), l.licence); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h house) as(org ospo.OrgID) context.Context {
	return door.With(h.t.Context(), door.Viewer{Org: org, OrgName: string(org), Person: "p", Grants: []string{"*"}, Lang: "de", Door: "web"})
}

// says is a duty of a release: its state by component, and from where it was taken over.
func (h house) says(ctx context.Context, release ospo.ReleaseID, duty string) string {
	h.t.Helper()
	r, err := h.Report(ctx, release)
	if err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for _, i := range r.Items {
		if i.Duty == duty {
			var parts []string
			for _, p := range i.Parts {
				parts = append(parts, p.Title())
			}
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s: %s %s", i.State, strings.Join(parts, ", "), i.From)))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// A duty is open, is fulfilled with evidence, holds for the next version where the component and
// its licence are the same, is seen to be taken over, and can be revoked.
func TestADutyFromOpenToFulfilledAndIntoTheNextVersion(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := staged(t, d)
		city, other := h.as("city"), h.as("other")
		if got := h.says(city, "r1", "apache-licence"); got != "open: a 1.0" {
			t.Fatalf("at first: %s", got)
		}
		if _, err := h.Decide(city, "r1", Input{Duty: "apache-licence", State: "fulfilled"}); fault.Of(err) != fault.Invalid {
			t.Errorf("fulfilled without evidence: %v", err)
		}
		for _, bad := range []Input{{Evidence: "Handbuch", Sum: "0a"}, {Evidence: "Handbuch", Sum: strings.Repeat("g", 64)}, {Sum: strings.Repeat("0", 64)}} {
			bad.Duty, bad.State = "apache-licence", "acknowledged"
			if _, err := h.Decide(city, "r1", bad); fault.Of(err) != fault.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		id, err := h.Decide(city, "r1", Input{Duty: "apache-licence", State: "fulfilled", Evidence: "Hinweise im Handbuch, Seite 12", Sum: strings.Repeat("0A", 32), Role: "licence_manager"})
		if err != nil {
			t.Fatal(err)
		}
		if got := h.says(city, "r1", "apache-licence"); got != "fulfilled: a 1.0" {
			t.Errorf("decided: %s", got)
		}
		if got := h.says(city, "r2", "apache-licence"); got != "fulfilled: a 2.0 1.2.3; open: new 1.0" {
			t.Errorf("the next version: %s", got)
		}
		r, err := h.Report(city, "r2")
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(r.Items, func(i Item) bool { return i.Duty == "apache-licence" && i.Decision != nil })
		if d := r.Items[i].Decision; d.Name != "Mira Yilmaz" || d.Evidence != "Hinweise im Handbuch, Seite 12" || d.Sum != strings.Repeat("0a", 32) || d.Made().IsZero() {
			t.Errorf("who decided what when is lost: %+v", d)
		}
		if got := h.says(h.as("archive"), "r2", "apache-licence"); got != "fulfilled: a 2.0 1.2.3; open: new 1.0" {
			t.Errorf("the department sees %s", got)
		}
		for org, named := range map[ospo.OrgID]bool{"city": true, "archive": false} {
			if err := h.Describe(city, "r2", "no", ""); err != nil {
				t.Fatal(err)
			}
			r, err := h.Report(h.as(org), "r2")
			if err != nil {
				t.Fatal(err)
			}
			d := r.Items[slices.IndexFunc(r.Items, func(i Item) bool { return i.Duty == "apache-licence" && i.Decision != nil })].Decision
			if (d.Name != "") != named || (d.Person != "") != named || (d.Org != "") != named || (r.OrgName != "") != named || (r.Setting.Name != "") != named || (r.Setting.Person != "") != named {
				t.Errorf("%s reads who stands above: %+v, %+v, %s", org, d, r.Setting, r.OrgName)
			}
		}
		if _, err := h.Report(other, "r1"); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger reads: %v", err)
		}
		if _, err := h.Revoke(other, id, "so"); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger revokes: %v", err)
		}
		if all, sums, err := h.Rows(other, Sieve{}); err != nil || len(all) > 0 || sums != (Sums{}) {
			t.Errorf("a stranger lists %v %v %v", all, sums, err)
		}
		if _, err := h.Revoke(city, id, ""); fault.Of(err) != fault.Invalid {
			t.Errorf("revoked without a reason: %v", err)
		}
		if _, err := h.Revoke(city, id, "Handbuch zurückgezogen"); err != nil {
			t.Fatal(err)
		}
		if got := h.says(city, "r2", "apache-licence"); got != "open: a 2.0, new 1.0" {
			t.Errorf("revoked: %s", got)
		}
		if _, err := h.Revoke(city, id, "noch einmal"); fault.Of(err) != fault.Conflict {
			t.Errorf("revoked twice: %v", err)
		}
		if err := d.Write(city, ospo.Act{Org: "city", Person: "p", What: "duty.revoke"}, func(tx *db.Tx) error {
			return h.store.revoke(city, tx, Decision{ID: id, Org: "city"}, "zugleich")
		}); fault.Of(err) != fault.Conflict || err == nil {
			t.Errorf("of two who revoke at the same moment the second is told nothing: %v", err)
		}
	})
}

// A decision holds in the contexts for which it was made, and not backwards.
func TestADecisionHoldsInItsContextAndForward(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := staged(t, d)
		city := h.as("city")
		if _, err := h.Decide(city, "r2", Input{Duty: "mpl2-source", State: "deferred", Reason: "Quelltext angefragt", Due: "2026-01-31"}); err != nil {
			t.Fatal(err)
		}
		if got := h.says(city, "r1", "mpl2-source"); got != "open: g:lib 1" {
			t.Errorf("an earlier version: %s", got)
		}
		if _, err := h.Decide(city, "r1", Input{Duty: "mpl2-source", State: "fulfilled", Link: "https://musterstadt.example/quelltext"}); err != nil {
			t.Fatal(err)
		}
		h.uses["r2"] = []ospo.Context{ospo.Binary, ospo.Linked}
		if got := h.says(city, "r2", "mpl2-source"); got != "open: g:lib 2" {
			t.Errorf("in a further context: %s", got)
		}
		h.uses["r2"] = []ospo.Context{ospo.Internal}
		if got := h.says(city, "r2", "mpl2-source"); got != "" {
			t.Errorf("used within the house: %s", got)
		}
		if got := h.says(city, "r2", "clarify-licence"); got != "open: Karte 3" {
			t.Errorf("an unknown licence: %s", got)
		}
	})
}

// Whether something was changed is asked, and what depends on it stands there until it is said.
func TestWhatDependsOnAChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := staged(t, d)
		city := h.as("city")
		doubtful := func() (n int) {
			r, err := h.Report(city, "r1")
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range r.Items {
				if i.Doubt {
					n++
				}
			}
			return n
		}
		if doubtful() == 0 {
			t.Error("nobody has said whether something was changed, and nothing is doubtful")
		}
		if err := h.Describe(city, "r1", "perhaps", ""); fault.Of(err) != fault.Invalid {
			t.Errorf("%v", err)
		}
		if err := h.Describe(h.as("other"), "r1", "no", ""); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger describes: %v", err)
		}
		if err := h.Describe(city, "r1", "no", "IT-Amt, Rathausplatz 1"); err != nil {
			t.Fatal(err)
		}
		if n := doubtful(); n != 0 || h.says(city, "r1", "apache-changes") != "" {
			t.Errorf("unchanged: %d doubtful", n)
		}
		if err := h.Describe(city, "r1", "yes", ""); err != nil {
			t.Fatal(err)
		}
		if got := h.says(city, "r1", "apache-changes"); got != "open: a 1.0" {
			t.Errorf("changed: %s", got)
		}
	})
}

// The list over all releases is worked out from how often each licence occurs, and comes to the
// same as looking at each component.
func TestTheListSaysWhatEachReleaseSays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := staged(t, d)
		city := h.as("city")
		alike := func(when string) {
			all, _, err := h.Rows(city, Sieve{Forbid: true})
			if err != nil {
				t.Fatal(err)
			}
			var got, want []string
			for _, r := range all {
				got = append(got, fmt.Sprint(r.Release, r.Duty, r.State, r.Packages, r.Doubt, r.From, r.Clauses))
			}
			for _, id := range []ospo.ReleaseID{"r1", "r2"} {
				p, err := h.Report(city, id)
				if err != nil {
					t.Fatal(err)
				}
				for _, i := range p.Items {
					want = append(want, fmt.Sprint(id, i.Duty, i.State, len(i.Parts), i.Doubt, i.From, i.Clauses))
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%s:\n%s\nwant\n%s", when, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		alike("before anybody decided")
		if _, err := h.Decide(city, "r1", Input{Duty: "apache-licence", State: "escalated", Reason: "unklar", Role: "licence_manager", Due: "2026-01-01"}); err != nil {
			t.Fatal(err)
		}
		alike("after a decision")
		h.Choices = func(context.Context) ([]Choice, error) {
			return []Choice{{"pkg:maven/g/lib", "MPL-2.0", "MIT"}}, nil
		}
		alike("after a choice")
		if err := h.d.Keep(city, func(tx *db.Tx) error {
			_, err := tx.ExecContext(city, `INSERT INTO n_conclusion VALUES ('city', 5, 'EUPL-1.2')`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		alike("after a conclusion")
		if got := h.says(city, "r1", "clarify-licence") + h.says(city, "r1", "mpl2-source"); got != "" {
			t.Errorf("after a conclusion and a choice: %s", got)
		}
		if got := h.says(city, "r1", "eupl-source"); got != "open: Karte 3" {
			t.Errorf("what was concluded obliges to: %s", got)
		}
		all, sums, err := h.Rows(city, Sieve{State: "escalated"})
		if err != nil || len(all) != 2 || sums.Escalated != 2 || sums.Overdue != 2 || sums.Releases != 2 || !all[0].Overdue {
			t.Errorf("%d escalated, %+v, %v", len(all), sums, err)
		}
		waiting, err := h.Waiting(city, "2026-02-01")
		if err != nil || len(waiting) != 2 {
			t.Errorf("%d wait, %v", len(waiting), err)
		}
		first, next, err := part(all, "", 1)
		if err != nil || len(first) != 1 || next == "" {
			t.Fatalf("%d rows, next %q, %v", len(first), next, err)
		}
	})
}

// What the documents of a release say, in all their forms.
func TestNoticesSayWhatIsMissing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := staged(t, d)
		city := h.as("city")
		h.docs["r1"].Components[0].Copyright = "Copyright 2020 <b>A & B</b>"
		n, err := h.Notice(city, "r1")
		if err != nil {
			t.Fatal(err)
		}
		var gaps []string
		for _, g := range n.Missing {
			gaps = append(gaps, g.What+"="+strings.Join(g.Of, ","))
		}
		if got, want := strings.Join(gaps, "; "), "licence=Karte 3; offer=g:lib 1; notice_file=a 1.0; copyright=Karte 3,g:lib 1"; got != want {
			t.Errorf("missing: %s\nwant %s", got, want)
		}
		for _, form := range Papers {
			var b bytes.Buffer
			if err := n.Print(city, form, &b); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			if form == "odt" {
				text = content(t, b.Bytes())
			}
			for _, want := range []string{"Apache License", "Mozilla Public License", "Was fehlt", "Karte 3", "in der Stückliste nicht angegeben"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s does not say %q", form, want)
				}
			}
			if strings.Contains(text, "<b>A") != (form == "txt") {
				t.Errorf("%s: the copyright is not as it stands", form)
			}
			if strings.Count(text, "TERMS AND CONDITIONS FOR USE, REPRODUCTION") != 1 {
				t.Errorf("%s: the text of the licence is not there once", form)
			}
		}
		if err := h.Describe(city, "r1", "no", "IT-Amt, Rathausplatz 1"); err != nil {
			t.Fatal(err)
		}
		if n, err = h.Notice(city, "r1"); err != nil || n.Offer != "IT-Amt, Rathausplatz 1" || slices.ContainsFunc(n.Missing, func(g Gap) bool { return g.What == "offer" }) {
			t.Errorf("with an offer: %v %v", n.Missing, err)
		}
		if _, err := h.Notice(h.as("other"), "r1"); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger reads notices: %v", err)
		}
		if _, err := h.Notice(city, "r3"); fault.Of(err) != fault.Unreadable {
			t.Errorf("notices without a bill of materials: %v", err)
		}
	})
}

func content(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("content.xml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A licence of which there is no text is named where the text would be.
func TestANoticeWithAMissingTextSaysSo(t *testing.T) {
	d := &bom.Document{Root: -1, Components: []bom.Component{{Name: "a", Version: "1", Declared: "LicenseRef-Haus", Parent: -1}, {Name: "b", Version: "1", Declared: "GPL-2.0-only WITH Classpath-exception-2.0", Parent: -1},
		{Name: "c", Declared: "GPL", Parent: -1}, {Name: "d", Declared: "MIT OR GPL-2.0-only", Parent: -1}}}
	n := compile(d, newReader([]ospo.Context{ospo.Binary}, "", nil, nil), "")
	var gaps []string
	for _, g := range n.Missing {
		gaps = append(gaps, g.What+"="+strings.Join(g.Of, ","))
	}
	if got, want := strings.Join(gaps, "; "), "licence=c; text=LicenseRef-Haus; exception=Classpath-exception-2.0; choice=d; offer=b 1; copyright=a 1,b 1,c,d"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestSourcesToHandOver(t *testing.T) {
	d := &bom.Document{Root: -1, Components: []bom.Component{
		{Name: "a", Declared: "MIT", Parent: -1}, {Name: "b", PURL: "pkg:generic/b@1?vcs_url=git%2Bhttps://example.org/b", Declared: "GPL-2.0-only", Parent: -1},
		{Name: "c", Declared: "MPL-2.0", Location: "https://example.org/c.tar.gz", Parent: -1}, {Name: "d", Declared: "AGPL-3.0-only", Parent: -1}}}
	for context, want := range map[ospo.Context]string{
		ospo.Binary:   "b source git+https://example.org/b GPL-2.0-only §3; c source-offer https://example.org/c.tar.gz MPL-2.0 §3.2(a); d source  AGPL-3.0-only §6",
		ospo.Hosted:   "d source-offer  AGPL-3.0-only §13 (doubt)",
		ospo.Internal: "",
	} {
		var got []string
		for _, s := range compile(d, newReader([]ospo.Context{context}, "", nil, nil), "").Sources {
			line := fmt.Sprintf("%s %s %s %s", s.Name, s.Kind, s.Location, strings.Join(s.Clauses, ", "))
			if s.Doubt {
				line += " (doubt)"
			}
			got = append(got, line)
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: %s\nwant %s", context, strings.Join(got, "; "), want)
		}
	}
}

// The bill of materials goes out with what was concluded, and our own reader finds it.
func TestTheBillOfMaterialsGoesOutAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := staged(t, d)
		city := h.as("city")
		h.docs["r1"].Components[0].Declared, h.docs["r1"].Components[1].Declared = "Apache License 2.0", "MIT OR MPL-2.0"
		h.Choices = func(context.Context) ([]Choice, error) {
			return []Choice{{"pkg:maven/g/lib@0.1", "MIT OR MPL-2.0", "MPL-2.0"}, {"pkg:maven/g/lib", "MIT OR MPL-2.0", "MIT"}}, nil
		}
		for _, format := range bomwrite.Formats {
			data, err := h.Export(city, "", "Bürgerportal", "1.2.3", format)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := bom.Read(data, bom.Defaults)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, c := range doc.Components {
				got[c.Name] = c.Concluded
			}
			if got["a"] != "Apache-2.0" || got["lib"] != "MPL-2.0" || got["Karte"] != "" {
				t.Errorf("%s concludes %v", format, got)
			}
		}
		for _, bad := range []error{
			second(h.Export(city, "r1", "", "", "pdf")), second(h.Export(city, "", "", "", "spdx")),
			second(h.Export(city, "", "Bürgerportal", "7", "spdx")), second(h.Export(h.as("other"), "r1", "", "", "spdx")), second(h.Export(city, "r3", "", "", "spdx")),
		} {
			if k := fault.Of(bad); k != fault.Invalid && k != fault.NotFound && k != fault.Unreadable {
				t.Errorf("%v", bad)
			}
		}
	})
}

func second(_ []byte, err error) error { return err }

func TestWhatCannotBeDecided(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := staged(t, d)
		city := h.as("city")
		for name, in := range map[string]Input{
			"state": {State: "done"}, "reason": {State: "not_applicable"}, "due": {State: "deferred", Reason: "x"}, "role": {State: "escalated", Reason: "x"},
			"link": {State: "fulfilled", Link: "javascript:alert(1)"}, "evidence": {State: "fulfilled"},
		} {
			in.Duty = "apache-licence"
			_, err := h.Decide(city, "r1", in)
			if all := fault.Say(err); len(all) != 1 || all[0].Field != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, in := range []Input{{Duty: "apache-licence", State: "acknowledged", Due: "31.1.2026"}, {Duty: "apache-licence", State: "acknowledged", Role: "king"},
			{Duty: "apache-licence", State: "acknowledged", Reason: strings.Repeat("x", longestText+1)}, {Duty: "apache-licence", State: "acknowledged", Reason: "\xff"}} {
			if _, err := h.Decide(city, "r1", in); fault.Of(err) != fault.Invalid {
				t.Errorf("%.40v: %v", in, err)
			}
		}
		for _, duty := range []string{"gpl2-source", "nothing"} {
			if _, err := h.Decide(city, "r1", Input{Duty: duty, State: "acknowledged"}); fault.Of(err) != fault.NotFound {
				t.Errorf("%s: %v", duty, err)
			}
		}
	})
}

// Foreign words in a notice are shown and not obeyed, in every form.
func FuzzPaper(f *testing.F) {
	f.Add("a", "Copyright <script>alert(1)</script>\x1b[31m", "MIT")
	f.Add("*b*\n# c", "``` | [x](javascript:y)", "<i>")
	f.Fuzz(func(t *testing.T, name, copyright, licence string) {
		d := &bom.Document{Root: -1, Components: []bom.Component{{Name: name, Copyright: copyright, Declared: licence, Parent: -1}}}
		n := compile(d, newReader([]ospo.Context{ospo.Binary}, "", nil, nil), "")
		n.Made = time.Unix(0, 0)
		for _, form := range Papers {
			var b bytes.Buffer
			if err := n.Print(t.Context(), form, &b); err != nil {
				t.Fatal(err)
			}
			switch text := b.String(); {
			case form == "html" && strings.Contains(text, "<script"):
				t.Error("a script got into the page")
			case form == "txt" && strings.ContainsAny(text, "\x1b\x00"):
				t.Error("a control character got into the text")
			}
		}
	})
}

func BenchmarkNotice(b *testing.B) {
	d := &bom.Document{Root: -1}
	for i := range 1000 {
		d.Components = append(d.Components, bom.Component{Name: fmt.Sprint("component-", i), Version: "1.0", PURL: fmt.Sprintf("pkg:npm/component-%d@1.0", i), Parent: -1,
			Declared: []string{"MIT", "Apache-2.0", "GPL-2.0-only", "MIT OR Apache-2.0", "BSD-3-Clause", "Foo License"}[i%6], Copyright: "Copyright 2026 somebody"})
	}
	for _, form := range Papers {
		b.Run(form, func(b *testing.B) {
			for b.Loop() {
				n := compile(d, newReader([]ospo.Context{ospo.Binary}, "", nil, nil), "")
				if err := n.Print(b.Context(), form, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A licence that an office keeps itself obliges to what its class obliges to, and the page says
// that a class stands in; one of which nobody has said the class is to be clarified.
func TestAnOwnLicenceObligesByItsClass(t *testing.T) {
	e, err := spdx.Parse("LicenseRef-Haus")
	if err != nil {
		t.Fatal(err)
	}
	duties := func(own obligation.Own) (ids []string) {
		w := newReader([]ospo.Context{ospo.Binary}, "yes", nil, nil)
		w.own = own
		for _, due := range w.of(e.String(), e.String()).Dues {
			if !due.Standing || due.Clause != "" {
				t.Errorf("%s names a clause, or does not say that a class stands in: %+v", due.Duty.ID, due)
			}
			ids = append(ids, due.Duty.ID)
		}
		return ids
	}
	none, permissive, strong := duties(nil), duties(obligation.Own{"LicenseRef-Haus": spdx.Permissive}), duties(obligation.Own{"LicenseRef-Haus": spdx.Strong})
	if !slices.Equal(none, []string{"clarify-licence"}) || len(permissive) == 0 || slices.Contains(permissive, "clarify-licence") || len(strong) <= len(permissive) {
		t.Errorf("unknown: %v, permissive: %v, strong: %v", none, permissive, strong)
	}
}
