// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy_test

import (
	"slices"
	"strings"
	"testing"

	engine "allmende/internal/engine/judge"
	"allmende/internal/office/estate"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"

	"allmende/internal/office/policy"
)

// packageID is the number of a package by its name.
func (s *stage) packageID(name string) ospo.PackageID {
	s.Helper()
	id, err := db.One(s.Context(), s.db.Read(), func(id *ospo.PackageID) []any { return []any{id} }, `SELECT id FROM sbom_package_view WHERE name = $1`, name)
	s.ok(err)
	return id
}

// house puts a profile of the city into force, by which MPL-2.0 is denied in services.
func (s *stage) house() {
	s.Helper()
	rule := engine.Rule{ID: "no-mpl", Verdict: engine.Deny, Contexts: []ospo.Context{ospo.Hosted}, Licences: []string{"MPL-2.0"}}
	o, err := s.Change(s.lena(), "opencode", policy.ProfileChange{As: "haus", Title: "Haus", Reason: "Vorsicht", Change: engine.Change{Put: []engine.Rule{rule}}})
	s.ok(err)
	s.agree(o)
	s.ok(adopt(s, "haus"))
}

// Who says that a release is used otherwise, and takes a denial away by that, needs a second
// person; who makes a verdict stricter, or only clearer, does not. What was agreed to must still
// be what was read.
func TestTheUseOfAReleaseSoftensByTwo(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"a@1", "MPL-2.0"}, [2]string{"b@1", ""})
		s.house()
		s.done(s.SetContext(s.lena(), r, []ospo.Context{ospo.Hosted}, "Wird den Gemeinden angeboten"))
		if got := s.verdict(s.lena(), r); got != "deny" {
			t.Fatalf("as a service it is %s", got)
		}
		for name, set := range map[string][]ospo.Context{"set otherwise": {ospo.Internal}, "taken back": nil} {
			o, err := s.SetContext(s.lena(), r, set, "Nur im Haus")
			s.ok(err)
			if o.Proposal == "" || s.verdict(s.lena(), r) != "deny" {
				t.Fatalf("%s, one person takes the denial away: %+v, %s", name, o, s.verdict(s.lena(), r))
			}
			p, err := s.desk.Proposal(s.max(), o.Proposal)
			if i := slices.IndexFunc(p.Facts, func(f approval.Fact) bool { return f.Key == "policy.second.softer" }); err != nil || i < 0 || p.Facts[i].Value != "MPL-2.0" {
				t.Errorf("the second person reads %+v, %v", p.Facts, err)
			}
			s.ok(s.desk.Refuse(s.max(), o.Proposal, "Doch ein Dienst"))
		}
		o, err := s.SetContext(s.lena(), r, []ospo.Context{ospo.Internal}, "Nur im Haus")
		s.ok(err)
		s.done(s.SetContext(s.lena(), r, []ospo.Context{ospo.Hosted, ospo.Linked}, "Beides"))
		if err := s.desk.Approve(s.max(), o.Proposal, ""); key(err) != "policy.usage_changed" {
			t.Errorf("what was read is no longer so: %v", err)
		}
		s.ok(s.desk.Refuse(s.max(), o.Proposal, "überholt"))
		if o, err = s.SetContext(s.lena(), r, []ospo.Context{ospo.Internal}, "Nur im Haus"); err != nil {
			t.Fatal(err)
		}
		s.agree(o)
		if u, err := s.Usage(s.lena(), r); err != nil || s.verdict(s.lena(), r) != "unknown" || u.Maker != "Lena" || u.Reason != "Nur im Haus" {
			t.Errorf("after both agreed: %s, %+v %v", s.verdict(s.lena(), r), u, err)
		}
	})
}

// A recorded choice that frees a component from a denial needs two; one that makes it stricter,
// one.
func TestAChoiceSoftensByTwo(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"two@1.0.0", "(MIT OR SSPL-1.0)"})
		choice := policy.Choice{Component: "pkg:npm/two", Licence: "(MIT OR SSPL-1.0)", Chosen: "SSPL-1.0", Reason: "Vertrag"}
		s.done(s.Choose(s.lena(), choice))
		choice.Chosen = "MIT"
		o, err := s.Choose(s.lena(), choice)
		s.ok(err)
		if o.Proposal == "" || s.verdict(s.lena(), r) != "deny" {
			t.Fatalf("one person takes the denial away: %+v", o)
		}
		s.agree(o)
		if s.verdict(s.lena(), r) != "allow" {
			t.Errorf("after both agreed it is %s", s.verdict(s.lena(), r))
		}
	})
}

// What a conclusion would free from a denial is named; what is unknown, or becomes stricter, is
// one person's to say.
func TestWhatAConclusionSoftens(t *testing.T) {
	each(t, func(s *stage) {
		s.take("city", "Alpha", [2]string{"bad@1", "SSPL-1.0"}, [2]string{"odd@1", ""}, [2]string{"good@1", "MIT"})
		s.take("foreign", "Fremd", [2]string{"theirs@1", "SSPL-1.0"})
		for _, tt := range []struct {
			name, licence string
			want          []string
		}{{"bad", "MIT", []string{"bad 1"}}, {"bad", "LicenseRef-unknown", []string{"bad 1"}}, {"bad", "SSPL-1.0", nil}, {"bad", "", nil}, {"odd", "MIT", nil}, {"good", "SSPL-1.0", nil}, {"theirs", "MIT", nil}} {
			got, err := s.Softens(s.lena(), map[ospo.PackageID]string{s.packageID(tt.name): tt.licence})
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%s under %q: %v %v, want %v", tt.name, tt.licence, got, err, tt.want)
			}
		}
	})
}

// An exception, or a profile, that waits is agreed to only as it was weighed: under the profile
// that applied then, in the version that was read.
func TestWhatIsAgreedToIsWhatWasRead(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"mongo@1", "SSPL-1.0"})
		j, err := s.Judge(s.lena(), r)
		s.ok(err)
		x, err := s.Except(s.lena(), policy.ExceptionInput{Licence: "SSPL-1.0", Reason: "Bis zur Ablösung", Until: "2026-12-10"})
		s.ok(err)
		late, err := s.Adopt(s.lena(), "munich", "Beschluss")
		s.ok(err)
		s.house()
		if err := s.desk.Approve(s.max(), x.Proposal, ""); key(err) != "policy.law_changed" {
			t.Errorf("another profile applies: %v", err)
		}
		if err := s.desk.Approve(s.max(), late.Proposal, ""); key(err) != "policy.law_changed" {
			t.Errorf("another profile was put into force meanwhile: %v", err)
		}
		if all, err := s.Exceptions(s.lena()); err != nil || len(all) != 0 || s.verdict(s.lena(), r) != "deny" {
			t.Errorf("%+v %v", all, err)
		}
		s.ok(s.desk.Refuse(s.max(), x.Proposal, "neu stellen"))
		if x, err = s.Except(s.lena(), policy.ExceptionInput{Licence: "SSPL-1.0", Software: j.Software, Reason: "Bis zur Ablösung", Until: "2026-12-10"}); err != nil {
			t.Fatal(err)
		}
		was := s.now
		s.now = was.AddDate(0, 0, 15)
		if err := s.desk.Approve(s.max(), x.Proposal, ""); key(err) != "policy.day_past" {
			t.Errorf("its last day has passed: %v", err)
		}
		s.now = was
		s.agree(x)
		if s.verdict(s.lena(), r) != "allow" {
			t.Error("nothing has changed, and it does not hold")
		}
		// A profile whose next version came while it waited to be put into force.
		change := func(reason string) {
			o, err := s.Change(s.lena(), "zwei", policy.ProfileChange{Reason: reason, Change: engine.Change{Put: []engine.Rule{{ID: "no-isc", Verdict: engine.Deny, Licences: []string{"ISC"}}}}})
			s.ok(err)
			s.agree(o)
		}
		o, err := s.Change(s.lena(), "opencode", policy.ProfileChange{As: "zwei", Title: "Zwei", Reason: "Versuch", Change: engine.Change{Put: []engine.Rule{{ID: "no-mit", Verdict: engine.Deny, Licences: []string{"MIT"}}}}})
		s.ok(err)
		s.agree(o)
		if o, err = s.Adopt(s.lena(), "zwei", "Beschluss"); err != nil {
			t.Fatal(err)
		}
		change("Auch ISC")
		if err := s.desk.Approve(s.max(), o.Proposal, ""); key(err) != "policy.changed_since" {
			t.Errorf("it has another version by now: %v", err)
		}
	})
}

// A decision and the exception that follows it are one: where the exception cannot be asked for,
// the question stays open.
func TestADecisionAndItsExceptionAreOne(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("dept", "Suche", [2]string{"elastic@8", "SSPL-1.0"})
		id, err := s.Ask(s.as("dora", "dept"), policy.QuestionInput{Release: r, Licence: "SSPL-1.0", Context: ospo.Internal, Text: "Dürfen wir?"})
		s.ok(err)
		x, err := s.Except(s.lena(), policy.ExceptionInput{Licence: "SSPL-1.0", Reason: "Für alle"})
		s.ok(err)
		in := policy.DecisionInput{Answer: "yes", Reason: "Nur im Haus", Scope: "organisation", Except: true}
		if _, err := s.Decide(s.lena(), id, in); key(err) != "approval.waits" {
			t.Errorf("the same exception waits already: %v", err)
		}
		if q, err := s.Question(s.lena(), id); err != nil || q.State != policy.Open || q.Answer != "" {
			t.Errorf("the question is decided without it: %+v %v", q, err)
		}
		s.ok(s.desk.Refuse(s.max(), x.Proposal, "zu weit"))
		o, err := s.Decide(s.lena(), id, in)
		s.ok(err)
		s.agree(o)
		if s.verdict(s.lena(), r) != "allow" {
			t.Error("the verdict does not follow")
		}
	})
}

// The product's own licence is judged like those of its components, and counts; what is bought
// under a contract is shown and does not. List and record say the same.
func TestTheProductsOwnLicence(t *testing.T) {
	each(t, func(s *stage) {
		for _, tt := range []struct {
			name, kind, licence, want string
			counts                    bool
		}{
			{"Ohne", "open", "", "allow", false}, {"Frei", "open", "Apache-2.0", "allow", true}, {"Unfrei", "open", "SSPL-1.0", "deny", true}, {"Unklar", "open", "GPL", "unknown", true},
			{"Gekauft", "proprietary", "Vertrag 4711", "allow", false}, {"Benannt", "proprietary", "SSPL-1.0", "deny", true},
		} {
			_, err := s.estate.Add(s.lena(), estate.SoftwareInput{Name: tt.name, Kind: tt.kind, Licence: tt.licence})
			s.ok(err)
			r := s.take("city", tt.name, [2]string{"a@1", "MIT"})
			j, err := s.Judge(s.lena(), r)
			s.ok(err)
			if row := s.row(s.lena(), r); string(j.Verdict.Verdict) != tt.want || row.Verdict != j.Verdict.Verdict || told(row.Tally) != "1 0 0 0" {
				t.Errorf("%s: %s, in the list %s %v", tt.name, j.Verdict.Verdict, row.Verdict, row.Tally)
			}
			if (j.Product != nil) != (tt.licence != "") || j.Product != nil && (j.Product.Counts != tt.counts || len(j.Product.Finding.Steps) == 0) {
				t.Errorf("%s: %+v", tt.name, j.Product)
			}
			site := s.site.As(door.Viewer{Org: "city", Person: "lena", Grants: []string{"*"}, Lang: "de", Door: "web"})
			status, body := site.Get("/policy/release/" + string(r))
			if want := map[bool]string{true: "Im Bestand steht keine", false: `<strong class="wrap">` + tt.licence + "</strong>"}[tt.licence == ""]; status != 200 || !strings.Contains(body, want) || strings.Contains(body, "zählt nicht für das Urteil") != (tt.licence != "" && !tt.counts) {
				t.Errorf("%s: %d, no %q in\n%s", tt.name, status, want, body)
			}
		}
		if all, n, _, err := s.Releases(s.lena(), policy.Filter{Licence: "sspl", Sort: "name"}); err != nil || n != 2 || all[0].Name != "Benannt" || all[1].Name != "Unfrei" {
			t.Errorf("whoever looks for SSPL finds %+v, %v", all, err)
		}
	})
}
