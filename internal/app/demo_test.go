// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"testing"

	"allmende/internal/engine/judge"
	"allmende/internal/office/estate"
	"allmende/internal/office/policy"
	"allmende/internal/office/where"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Verdicts on licences are not all the same: what the licence manager found out and what the
// city decided makes a difference. One database: what is judged does not depend on it.
func TestTheDemoShowsEachVerdict(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	if _, _, err := a.Demo(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	ctx := door.With(t.Context(), door.Viewer{Org: "musterstadt", Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "test"})
	all, _, _, err := a.Policy.Releases(ctx, policy.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	n, of := map[judge.Verdict]int{}, map[string]judge.Verdict{}
	for _, r := range all {
		of[r.Title()] = r.Verdict
		if r.Document {
			n[r.Verdict]++
		}
	}
	if n[judge.Allow] < 8 || n[judge.Review] < 1 || n[judge.Deny] < 1 || n[judge.Unknown] < 5 {
		t.Errorf("verdicts on releases with a bill of materials: %v", n)
	}
	for title, want := range map[string]judge.Verdict{"Newman 5.3.2": judge.Deny, "Docusaurus 2.0.1": judge.Review, "Node-RED 4.0.2": judge.Allow, "Swagger UI 5.17.14": judge.Allow, "Apache Tomcat 10.1.60": judge.Unknown} {
		if of[title] != want {
			t.Errorf("%s: %q, want %s", title, of[title], want)
		}
	}
}

// The city shows what the office is for: by which way log4j comes into its products, and
// what nobody knows of others. One database: the rooms' own tests look at both.
func TestTheDemoShowsWaysAndGaps(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	if _, _, err := a.Demo(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	ctx := door.With(t.Context(), door.Viewer{Org: "kitm", Person: "operator", Grants: []string{"*"}, Lang: "de", Door: "test"})
	answer, err := a.Where.Where(ctx, "log4j-core", 100, 0)
	if err != nil || answer.Counts.Affected < 3 {
		t.Fatalf("%+v, %v", answer.Counts, err)
	}
	for _, p := range answer.Products {
		if p.State == where.Affected && (!p.PathKnown || len(p.Path) != 2) {
			t.Errorf("%s %s: the way to log4j-core is %q, want it from the product itself", p.Software, p.Release, p.Path)
		}
	}
	for name, want := range map[string][2]string{"389 Directory Server": {"yes", "no"}, "Apache Tomcat": {"some", "some"}} {
		rows, _, err := a.Estate.List(ctx, estate.Filter{Text: name}, estate.Order{Sort: "name", Size: 1})
		if err != nil || len(rows) != 1 {
			t.Fatalf("%s: %v, %v", name, rows, err)
		}
		if r := rows[0]; r.SBOM != want[0] || r.Hit.Checked() != want[1] {
			t.Errorf("%s: bill of materials %q, checked %q of %+v, want %q", name, r.SBOM, r.Hit.Checked(), r.Hit, want)
		}
	}
}

// unsaid are acts whose entries in the log have no difference, with the reason.
var unsaid = map[string]string{
	"audit.checkpoint": "the checkpoint itself is kept, signed, beside the log", "audit.key.add": "the key is kept beside the log",
	"audit.finding.remind": "names the finding; nothing of it changes", "governance.link.add": "all there is to say is a secret",
	"competence.assess": "what somebody can do is for those who may read it, and the log is read by more", "competence.confirm": "likewise",
	"competence.seat": "names the person; where they were counted is in the mandate", "job.enqueue": "names the kind of task",
	"meeting.done": "names the meeting", "meeting.presence": "who was there stands in the minutes, for those who may read them",
	"sbom.take": "names product and release; the document is kept under its SHA-256", "vulnerability.import": "names the source; the task has its report",
	"vulnerability.survey": "counts anew; nobody decides anything",
}

// Whoever decides something leaves in the log what they decided, not only that they did.
func TestTheLogSaysWhatWasDecided(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	if _, _, err := a.Demo(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	acts, err := db.Texts(t.Context(), a.DB.Read(), `
		SELECT what FROM log_entry_view WHERE what NOT LIKE '%.migrate' GROUP BY what HAVING count(*) = sum(CASE WHEN diff = '' THEN 1 ELSE 0 END)`)
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range acts {
		if unsaid[what] == "" {
			t.Errorf("no entry of %s says what changed", what)
		}
	}
	if n, err := db.Count(t.Context(), a.DB.Read(), `SELECT count(DISTINCT what) FROM log_entry_view WHERE diff <> ''`); err != nil || n < 30 {
		t.Errorf("only %d kinds of acts have a difference (%v)", n, err)
	}
}
