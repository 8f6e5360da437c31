// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit_test

import (
	"archive/zip"
	"bytes"
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/audit"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// people of the stage: who audits, who answers, who only reads.
func who(person string, grants ...string) door.Viewer {
	return door.Viewer{Org: "musterstadt", OrgName: "Stadt Musterstadt", Person: ospo.PersonID(person), Grants: append(grants, "audit.read"), Lang: "de", Door: "web"}
}

var (
	auditor = who("rita", "audit.find")
	mayor   = who("mia", "audit.answer")
	reader  = who("leo")
)

// From the finding to its verification: who does what, and what is refused on the way.
func TestAFindingFromRaisedToVerified(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		a, m, l := s.site.As(auditor), s.site.As(mayor), s.site.As(reader)
		form := url.Values{"title": {"Lizenzen ohne Prüfung"}, "fact": {"Drei Programme ohne Entscheidung."}, "org": {"bauamt"}, "weight": {"high"}, "head": {string(s.ada)}, "due": {"2026-12-31"}}
		if status, _ := m.Post("/audit/finding/new", form); status != 403 {
			t.Errorf("who answers raises: %d", status)
		}
		if status, body := a.Post("/audit/finding/new", url.Values{"title": {"Nur ein Titel"}, "due": {"bald"}}); status != 422 || !strings.Contains(body, "Nur ein Titel") || !strings.Contains(body, "Diese Angabe fehlt") || !strings.Contains(body, "„bald“") {
			t.Errorf("an unfinished form: %d", status)
		}
		status, path := a.Post("/audit/finding/new", form)
		if status != 303 {
			t.Fatalf("raising: %d %.500s", status, path)
		}
		form.Set("fact", "Vier Programme ohne Entscheidung.")
		if status, to := a.Post(path+"/edit", form); status != 303 {
			t.Errorf("revising: %d %.500s", status, to)
		}
		for _, step := range []struct {
			by   string
			form url.Values
			want int
		}{
			{"l", url.Values{"state": {"accepted"}}, 403}, {"a", url.Values{"state": {"accepted"}}, 403}, {"m", url.Values{"state": {"done"}, "evidence": {"x"}}, 422},
			{"m", url.Values{"state": {"accepted"}, "note": {"Das stimmt."}}, 303}, {"m", url.Values{"state": {"planned"}}, 422},
			{"m", url.Values{"state": {"planned"}, "measure": {"Entscheiden"}, "due": {"2027-01-31"}}, 303}, {"m", url.Values{"state": {"done"}}, 422},
			{"m", url.Values{"state": {"done"}, "evidence": {"Einträge 41 bis 44"}}, 303}, {"m", url.Values{"state": {"verified"}}, 403},
			{"a", url.Values{"state": {"planned"}}, 422}, {"a", url.Values{"state": {"planned"}, "note": {"44 fehlt"}}, 303},
			{"m", url.Values{"state": {"done"}, "evidence": {"Einträge 41 bis 45"}}, 303}, {"a", url.Values{"state": {"verified"}}, 303}, {"a", url.Values{"state": {"planned"}, "note": {"x"}}, 422},
		} {
			if status, body := map[string]func(string, url.Values) (int, string){"a": a.Post, "m": m.Post, "l": l.Post}[step.by](path, step.form); status != step.want {
				t.Errorf("%s %v: %d, want %d: %.300s", step.by, step.form, status, step.want, body)
			}
		}
		_, body := l.Get(path)
		for _, want := range []string{"bestätigt", "Vier Programme", "Einträge 41 bis 45", "44 fehlt", "Ada Amt", "Das stimmt."} {
			if !strings.Contains(body, want) {
				t.Errorf("the record does not say %q", want)
			}
		}
		if status, body := a.Post(path+"/edit", form); status != 409 {
			t.Errorf("a verified finding was revised: %d %.300s", status, body)
		}
		log, err := s.Entries(operator(t), audit.Filter{What: "audit.finding"}, 50)
		if err != nil || len(log) != 8 || !strings.Contains(string(log[0].Diff), `["done","verified"]`) {
			t.Errorf("the log has %d entries about it, %v", len(log), err)
		}
	})
}

// Whoever may do both may still not be both sides of one finding.
func TestNobodyIsBothSides(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		boss, other := door.With(t.Context(), who("boss", "*")), door.With(t.Context(), who("other", "*"))
		id, err := s.Raise(boss, audit.FindingInput{Title: "t", Fact: "f"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Step(boss, id, audit.StepInput{State: "accepted"}); err == nil {
			t.Error("the raiser answered")
		}
		for _, in := range []audit.StepInput{{State: "accepted"}, {State: "planned", Measure: "m", Due: "2026-12-01"}, {State: "done", Evidence: "e"}} {
			if err := s.Step(other, id, in); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Step(other, id, audit.StepInput{State: "verified"}); err == nil {
			t.Error("who answered verified")
		}
		if err := s.Step(boss, id, audit.StepInput{State: "verified"}); err != nil {
			t.Error(err)
		}
	})
}

// A token is no other side either: what it does counts as done by who made it.
func TestAnOwnTokenIsNotTheOtherSide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		token := func(person string) door.Viewer {
			v := who("token:of-"+person, "*")
			v.Behind, v.Door = ospo.PersonID(person), "api"
			return v
		}
		refused := func(what string, v door.Viewer, id string, in audit.StepInput, want string) {
			t.Helper()
			err := s.Step(door.With(t.Context(), v), id, in)
			if all := fault.Say(err); err == nil || all[0].Key != want {
				t.Errorf("%s: %v, want %s", what, err, want)
			}
		}
		walk := func(v door.Viewer, id string, states ...string) {
			t.Helper()
			for _, state := range states {
				if err := s.Step(door.With(t.Context(), v), id, audit.StepInput{State: state, Measure: "m", Due: "2026-12-01", Evidence: "e"}); err != nil {
					t.Fatal(state, err)
				}
			}
		}
		boss, other := who("boss", "*"), who("other", "*")
		mine, err := s.Raise(door.With(t.Context(), boss), audit.FindingInput{Title: "t", Fact: "f"})
		if err != nil {
			t.Fatal(err)
		}
		refused("her token answers what she raised", token("boss"), mine, audit.StepInput{State: "accepted"}, "audit.finding.own_raise")
		walk(token("other"), mine, "accepted", "planned", "done")
		refused("he verifies what his token answered", other, mine, audit.StepInput{State: "verified"}, "audit.finding.own_answer")
		refused("another token of his does", door.Viewer{Org: "musterstadt", Person: "token:second", Behind: "other", Grants: []string{"*"}, Door: "api"}, mine, audit.StepInput{State: "verified"}, "audit.finding.own_answer")
		walk(token("boss"), mine, "verified")

		byToken, err := s.Raise(door.With(t.Context(), token("boss")), audit.FindingInput{Title: "t", Fact: "f"})
		if err != nil {
			t.Fatal(err)
		}
		refused("she answers what her token raised", boss, byToken, audit.StepInput{State: "accepted"}, "audit.finding.own_raise")
		if f, course, err := s.Finding(operator(t), byToken); err != nil || f.Raiser != "boss" || course[0].Person != "boss" {
			t.Errorf("raised by %s, %v; want whoever made the token", f.Raiser, err)
		}
	})
}

func TestAStrangerFindsNoFinding(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		id, err := s.Raise(door.With(t.Context(), auditor), audit.FindingInput{Title: "geheim", Fact: "f", Org: "bauamt"})
		if err != nil {
			t.Fatal(err)
		}
		for _, org := range []ospo.OrgID{"anderstadt", "standesamt"} {
			eve := s.site.As(door.Viewer{Org: org, Person: "eve", Grants: []string{"*"}})
			for _, path := range []string{"/audit/finding", "/audit/report", "/api/v1/audit/findings"} {
				if status, body := eve.Get(path); status != 200 || strings.Contains(body, "geheim") {
					t.Errorf("%s tells %s: %d", path, org, status)
				}
			}
			for _, path := range []string{"/audit/finding/" + id, "/audit/finding/" + id + "/edit", "/api/v1/audit/findings/" + id} {
				if status, body := eve.Get(path); status != 404 || strings.Contains(body, "geheim") {
					t.Errorf("%s tells %s: %d", path, org, status)
				}
			}
			if status, _ := eve.Post("/audit/finding/"+id, url.Values{"state": {"accepted"}}); status != 404 {
				t.Errorf("%s answered: %d", org, status)
			}
			if _, err := s.Raise(door.With(t.Context(), door.Viewer{Org: org, Person: "eve", Grants: []string{"*"}}), audit.FindingInput{Title: "t", Fact: "f", Org: "bauamt"}); err == nil {
				t.Errorf("%s raised a finding about another's department", org)
			}
		}
	})
}

// Whoever is addressed is told once, in good time, and again when the day is set anew.
func TestSomebodyIsRemindedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		now := time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)
		d.Now = func() time.Time { return now }
		var told []string
		s.Remembered = func(_ context.Context, _ *db.Tx, f audit.Finding) error { told = append(told, f.Title); return nil }
		for title, due := range map[string]string{"near": "2026-12-05", "far": "2027-05-01", "none": ""} {
			if _, err := s.Raise(door.With(t.Context(), auditor), audit.FindingInput{Title: title, Fact: "f", Due: due, Head: s.ada}); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if _, err := s.Remind(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Join(told, " ") != "near" {
			t.Errorf("told of %v", told)
		}
		now = now.AddDate(0, 0, 10)
		_, page := s.site.As(reader).Get("/audit/finding?state=open")
		if strings.Count(page, "überfällig") != 1 {
			t.Error("the list does not say that one is overdue")
		}
	})
}

func TestTheReportIsADocument(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := set(t, d)
		if _, err := s.Raise(door.With(t.Context(), auditor), audit.FindingInput{Title: "Lizenzen <ohne> Prüfung", Fact: "Drei & mehr", Head: s.ada}); err != nil {
			t.Fatal(err)
		}
		if _, body := s.site.As(reader).Get("/audit/report"); !strings.Contains(body, "Lizenzen &lt;ohne&gt; Prüfung") || !strings.Contains(body, "Stand des Protokolls") {
			t.Error("the page of the report")
		}
		status, body := s.site.As(reader).Get("/audit/report.odt")
		z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
		if status != 200 || err != nil {
			t.Fatalf("%d, %v", status, err)
		}
		f, err := z.Open("content.xml")
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		text.ReadFrom(f)
		for _, want := range []string{"Lizenzen &lt;ohne&gt; Prüfung", "Drei &amp; mehr", "Ada Amt", "getroffen"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("the document does not say %q", want)
			}
		}
	})
}
