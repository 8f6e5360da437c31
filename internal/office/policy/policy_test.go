// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy_test

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"testing"

	engine "allmende/internal/engine/judge"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"

	"allmende/internal/office/policy"
)

// A release is judged by its licences: what is denied, unknown, ambiguous or to choose from is
// named with its reason; the list and the record say the same.
func TestARelease(t *testing.T) {
	each(t, func(s *stage) {
		bad := s.take("city", "Archiv", [2]string{"a@1", "MIT"}, [2]string{"b@1", "SSPL-1.0"}, [2]string{"c@1", ""}, [2]string{"d@1", "GPL"}, [2]string{"e@1", "(MIT OR SSPL-1.0)"})
		good := s.take("city", "Bote", [2]string{"a@1", "MIT"}, [2]string{"f@1", "Apache-2.0"})
		j, err := s.Judge(s.lena(), bad)
		s.ok(err)
		if j.Verdict.Verdict != engine.Deny || told(j.Tally) != "2 0 2 1" || j.Profile != "opencode" || j.Version != "1.7" || !j.Document {
			t.Errorf("%+v", j.Verdict)
		}
		if l := j.Lines[0]; l.Licence != "SSPL-1.0" || l.Finding.Steps[0].Rule != "not-approved" || l.Context != ospo.Internal {
			t.Errorf("the worst comes first: %+v", l)
		}
		if got := s.verdict(s.lena(), good); got != "allow" {
			t.Errorf("MIT and Apache-2.0 are %s", got)
		}
		for _, r := range []ospo.ReleaseID{bad, good} {
			j, err := s.Judge(s.lena(), r)
			s.ok(err)
			if row := s.row(s.lena(), r); row.Verdict != j.Verdict.Verdict || row.Tally != j.Tally {
				t.Errorf("the list says %s %v, the record %s %v", row.Verdict, row.Tally, j.Verdict.Verdict, j.Tally)
			}
		}
		if row := s.row(s.lena(), bad); !slices.Equal(row.Worst, []string{"SSPL-1.0"}) {
			t.Errorf("what decides: %v", row.Worst)
		}
	})
}

// The list is narrowed by verdict, context and licence, sorted, and paged.
func TestTheListIsNarrowedAndPaged(t *testing.T) {
	each(t, func(s *stage) {
		a := s.take("city", "Alpha", [2]string{"a@1", "MIT"})
		b := s.take("dept", "Beta", [2]string{"b@1", "SSPL-1.0"})
		c := s.take("city", "Gamma", [2]string{"c@1", "AGPL-3.0-only"})
		s.done(s.SetContext(s.lena(), c, []ospo.Context{ospo.Hosted}, "Wird den Gemeinden angeboten"))
		for _, tt := range []struct {
			f    policy.Filter
			want []ospo.ReleaseID
		}{
			{policy.Filter{}, []ospo.ReleaseID{b, a, c}},
			{policy.Filter{Sort: "name", Desc: true}, []ospo.ReleaseID{c, b, a}},
			{policy.Filter{Verdict: "deny"}, []ospo.ReleaseID{b}},
			{policy.Filter{Licence: "agpl"}, []ospo.ReleaseID{c}},
			{policy.Filter{Context: "service"}, []ospo.ReleaseID{c}},
			{policy.Filter{Text: "alp"}, []ospo.ReleaseID{a}},
		} {
			all, n, _, err := s.Releases(s.lena(), tt.f)
			s.ok(err)
			var got []ospo.ReleaseID
			for _, r := range all {
				got = append(got, r.Release)
			}
			if !slices.Equal(got, tt.want) || n != len(tt.want) {
				t.Errorf("%+v: %v, want %v", tt.f, got, tt.want)
			}
		}
		first, n, next, err := s.Releases(s.lena(), policy.Filter{Sort: "name", Size: 2})
		s.ok(err)
		rest, _, end, err := s.Releases(s.lena(), policy.Filter{Sort: "name", Size: 2, After: next})
		s.ok(err)
		if len(first) != 2 || n != 3 || len(rest) != 1 || rest[0].Release != c || end != "" {
			t.Errorf("pages of %d and %d of %d", len(first), len(rest), n)
		}
	})
}

// How a release is used follows from the register, until somebody says otherwise; the nearest
// organisation counts, and of several uses the strictest verdict.
func TestContexts(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"a@1", "GPL-3.0-only"})
		s.ok(adopt(s, "munich"))
		if u, err := s.Usage(s.lena(), r); err != nil || u.From != policy.FromNothing || !slices.Equal(u.Contexts, []ospo.Context{ospo.Internal}) || s.verdict(s.lena(), r) != "allow" {
			t.Errorf("%+v %v", u, err)
		}
		s.done(s.SetContext(s.lena(), r, []ospo.Context{ospo.Linked, ospo.Internal}, "Eigene Entwicklung"))
		u, err := s.Usage(s.as("dora", "dept"), r)
		if err == nil {
			t.Errorf("the department does not use it and sees %+v", u)
		}
		if u, err = s.Usage(s.lena(), r); err != nil || u.From != policy.FromSet || len(u.Contexts) != 2 || u.Maker != "Lena" || s.verdict(s.lena(), r) != "review" {
			t.Errorf("%+v %v", u, err)
		}
		s.done(s.SetContext(s.lena(), r, nil, ""))
		if s.verdict(s.lena(), r) != "allow" {
			t.Error("what was set is taken back")
		}
		if _, err := s.SetContext(s.lena(), r, []ospo.Context{"moon"}, "x"); key(err) != "contexts policy.context_bad" {
			t.Error(err)
		}
		if _, err := s.SetContext(s.lena(), r, []ospo.Context{ospo.Linked}, " "); key(err) != "reason fault.missing" {
			t.Error(err)
		}
	})
}

// adopt puts a profile into force, with a second person.
func adopt(s *stage, id string) error {
	o, err := s.Adopt(s.lena(), id, "Beschluss")
	if err == nil {
		s.agree(o)
	}
	return err
}

// The city makes a profile of its own: it sees what a change would do before it asks for it,
// a second person agrees, and then the verdicts change. Nobody else's do.
func TestAProfileIsChanged(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"a@1", "AGPL-3.0-only"}, [2]string{"b@1", "MIT"})
		change := policy.ProfileChange{As: "musterstadt", Title: "Musterstadt", Reason: "Vorsicht bei Diensten",
			Change: engine.Change{Put: []engine.Rule{{ID: "no-agpl", Verdict: engine.Deny, Contexts: []ospo.Context{ospo.Internal}, Licences: []string{"AGPL-3.0-only"}}}}}
		sim, err := s.Simulate(s.lena(), "opencode", change)
		s.ok(err)
		if len(sim.Shifts) != 1 || sim.Shifts[0].From != engine.Allow || sim.Shifts[0].To != engine.Deny || sim.Shifts[0].Packages != 1 || sim.Texts != 2 || sim.Touched != 1 {
			t.Errorf("%+v", sim)
		}
		if got := s.verdict(s.lena(), r); got != "allow" {
			t.Errorf("a simulation changed the verdict to %s", got)
		}
		o, err := s.Change(s.lena(), "opencode", change)
		s.ok(err)
		if err := s.desk.Approve(s.lena(), o.Proposal, ""); key(err) != "approval.self" {
			t.Errorf("one's own second person: %v", err)
		}
		if _, err := s.Profile(s.lena(), "musterstadt"); key(err) != "policy.profile_unknown" {
			t.Errorf("it is there before anybody agreed: %v", err)
		}
		s.agree(o)
		s.ok(adopt(s, "musterstadt"))
		if got := s.verdict(s.lena(), r); got != "deny" {
			t.Errorf("by the new profile it is %s", got)
		}
		p, err := s.Profile(s.as("dora", "dept"), "musterstadt")
		if err != nil || !p.Standard || p.Maker != "" || p.Org != "" {
			t.Errorf("it applies below, and does not say who stands above: %+v %v", p, err)
		}
		if _, err := s.Profile(s.as("eve", "foreign"), "musterstadt"); key(err) != "policy.profile_unknown" {
			t.Errorf("a stranger finds it: %v", err)
		}
		// The next version touches one licence more; the memo judges it again, and it alone.
		if o, err = s.Change(s.lena(), "musterstadt", policy.ProfileChange{Reason: "Auch MIT", Change: engine.Change{Remove: []string{"no-agpl"}}}); err != nil {
			t.Fatal(err)
		}
		s.agree(o)
		if got := s.verdict(s.lena(), r); got != "allow" || s.row(s.lena(), r).Verdict != "allow" {
			t.Errorf("after the rule has gone it is %s", got)
		}
		all, err := s.Versions(s.lena(), "musterstadt")
		if err != nil || len(all) != 2 || all[0].Version != "2" || all[0].Second != "Max" || all[1].Reason != "Vorsicht bei Diensten" {
			t.Errorf("%v %v", all, err)
		}
	})
}

// What cannot be: a profile of the program, one above, an unknown rule, nothing at all.
func TestWhatAProfileRefuses(t *testing.T) {
	each(t, func(s *stage) {
		put := engine.Change{Put: []engine.Rule{{ID: "x", Verdict: engine.Deny, Licences: []string{"MIT"}}}}
		for want, c := range map[string]policy.ProfileChange{
			"as policy.profile_fixed":   {Change: put, Reason: "x"},
			"as policy.profile_taken":   {Change: put, Reason: "x", As: "munich"},
			"reason fault.missing":      {Change: put, As: "own"},
			"rules policy.form.id":      {Change: put, Reason: "x", As: "Own One"},
			"rules policy.form.no_rule": {Change: engine.Change{Remove: []string{"none"}}, Reason: "x", As: "own"},
			"rules policy.form.licence": {Change: engine.Change{Put: []engine.Rule{{ID: "x", Verdict: engine.Deny, Licences: []string{"MIT OR ISC"}}}}, Reason: "x", As: "own"},
			"rules policy.form.verdict": {Change: engine.Change{Put: []engine.Rule{{ID: "x", Verdict: "perhaps", Licences: []string{"MIT"}}}}, Reason: "x", As: "own"},
		} {
			if _, err := s.Change(s.lena(), "opencode", c); key(err) != want {
				t.Errorf("%+v: %s, want %s", c, key(err), want)
			}
		}
		if _, err := s.Adopt(s.lena(), "opencode", "x"); key(err) != "profile policy.profile_standard" {
			t.Error(err)
		}
	})
}

// An exception allows what the profile does not, for its product and until its day.
func TestExceptions(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"mongo@1", "SSPL-1.0"})
		other := s.take("city", "Beta", [2]string{"mongo@1", "SSPL-1.0"})
		j, err := s.Judge(s.lena(), r)
		s.ok(err)
		o, err := s.Except(s.lena(), policy.ExceptionInput{Licence: "SSPL-1.0", Contexts: []ospo.Context{ospo.Internal}, Software: j.Software, Until: "2027-01-31", Reason: "Bis zur Ablösung"})
		s.ok(err)
		if s.verdict(s.lena(), r) != "deny" {
			t.Error("it holds before anybody agreed")
		}
		s.agree(o)
		if s.verdict(s.lena(), r) != "allow" || s.verdict(s.lena(), other) != "deny" || s.row(s.lena(), r).Verdict != "allow" || s.row(s.lena(), other).Verdict != "deny" {
			t.Error("it holds for its product, and for no other")
		}
		rep, err := s.Report(s.lena(), r)
		s.ok(err)
		if i := rep.Items[0]; i.Basis != "exception" || !strings.Contains(i.Decided, "Lena") || !strings.Contains(i.Decided, "Max") || !strings.Contains(i.Decided, "28.11.2026") {
			t.Errorf("%+v", i)
		}
		var b bytes.Buffer
		if s.ok(rep.Write(s.lena())(&b)); !bytes.HasPrefix(b.Bytes(), []byte("PK")) || b.Len() < 2000 {
			t.Errorf("%d bytes are no document", b.Len())
		}
		was := s.now
		s.now = was.AddDate(0, 0, 70) // after the last day
		if s.verdict(s.lena(), r) != "deny" {
			t.Error("it holds after its day")
		}
		s.now = was
		all, err := s.Exceptions(s.lena())
		s.ok(err)
		s.ok(s.EndException(s.lena(), all[0].ID))
		if s.verdict(s.lena(), r) != "deny" || s.row(s.lena(), r).Verdict != "deny" {
			t.Error("it holds after it was ended")
		}
		if err := s.EndException(s.lena(), all[0].ID); key(err) != "policy.exception.over" {
			t.Error(err)
		}
		if err := s.EndException(s.as("eve", "foreign"), all[0].ID); key(err) != "fault.not_found" {
			t.Error(err)
		}
	})
}

// A component is excepted, and a licence is chosen for one that offers two: both by package
// URL, for all versions. The list counts these packages by themselves.
func TestComponentsThatSomethingNames(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"slash@3.0.0", "SSPL-1.0"}, [2]string{"two@1.0.0", "(MIT OR SSPL-1.0)"}, [2]string{"a@1", "MIT"})
		o, err := s.Except(s.lena(), policy.ExceptionInput{Component: "pkg:npm/slash", Reason: "Falsche Angabe im Paket, geprüft"})
		s.ok(err)
		s.agree(o)
		if s.verdict(s.lena(), r) != "allow" || s.row(s.lena(), r).Verdict != "allow" {
			t.Errorf("%s, in the list %s", s.verdict(s.lena(), r), s.row(s.lena(), r).Verdict)
		}
		s.done(s.Choose(s.lena(), policy.Choice{Component: "pkg:npm/two@1.0.0", Licence: "(MIT OR SSPL-1.0)", Chosen: "SSPL-1.0", Reason: "Nur diese kommt mit dem Vertrag"}))
		if s.verdict(s.lena(), r) != "deny" || told(s.row(s.lena(), r).Tally) != "2 0 0 1" {
			t.Errorf("chosen, it is %s, in the list %v", s.verdict(s.lena(), r), s.row(s.lena(), r).Tally)
		}
		j, err := s.Judge(s.lena(), r)
		s.ok(err)
		if l := j.Lines[0]; l.Choice == nil || l.Choice.Maker != "Lena" || l.Component != "pkg:npm/two@1.0.0" {
			t.Errorf("%+v", l)
		}
		if _, err := s.Choose(s.lena(), policy.Choice{Component: "pkg:npm/two", Licence: "(MIT OR SSPL-1.0)", Chosen: "ISC", Reason: "x"}); key(err) != "chosen policy.choice.bad" {
			t.Error(err)
		}
	})
}

// What the organisation concluded itself counts in place of what the document says, and for
// nobody else.
func TestConclusionsCount(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"odd@1.0.0", "SSPL-1.0"}, [2]string{"a@1", "MIT"})
		s.ok(s.db.Write(s.lena(), door.From(s.lena()).Act("licence.conclude", "odd"), func(tx *db.Tx) error {
			_, err := tx.ExecContext(s.lena(), `INSERT INTO licence_concluded (org, package, expression) SELECT 'city', id, 'Apache-2.0' FROM sbom_package_view WHERE name = 'odd'`)
			return err
		}))
		j, err := s.Judge(s.lena(), r)
		s.ok(err)
		if j.Verdict.Verdict != engine.Allow || s.row(s.lena(), r).Tally != j.Tally {
			t.Errorf("%+v, in the list %v", j.Verdict, s.row(s.lena(), r).Tally)
		}
		i := slices.IndexFunc(j.Lines, func(l policy.Line) bool { return l.Stated != "" })
		if i < 0 || j.Lines[i].Licence != "Apache-2.0" || j.Lines[i].Stated != "SSPL-1.0" {
			t.Errorf("%+v", j.Lines)
		}
	})
}

// A department asks, the system adds what it knows, the licence manager writes an opinion and
// decides with an exception, a second person agrees: then the verdict follows the answer.
func TestAQuestionFromDepartmentToDecision(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("dept", "Suche", [2]string{"elastic@8", "SSPL-1.0"})
		dora := s.as("dora", "dept", "policy.read", "policy.ask")
		id, err := s.Ask(dora, policy.QuestionInput{Release: r, Licence: "SSPL-1.0", Context: ospo.Internal, Text: "Dürfen wir die Suche im Haus weiter nutzen?"})
		s.ok(err)
		q, err := s.Question(dora, id)
		s.ok(err)
		if q.Facts.Finding.Verdict != engine.Deny || q.Facts.Profile != "opencode 1.7" || q.Facts.Releases != 1 || len(q.Facts.Others) != 5 || q.AskerName != "Dora" {
			t.Errorf("%+v", q.Facts)
		}
		s.ok(s.Advise(s.lena(), id, "Reine Nutzung im Haus löst keine Pflichten aus."))
		if _, err := s.Decide(s.as("dora", "dept"), id, policy.DecisionInput{Answer: "yes", Reason: "x", Scope: "product"}); key(err) != "policy.question.own" {
			t.Error(err)
		}
		o, err := s.Decide(s.lena(), id, policy.DecisionInput{Answer: "conditions", Reason: "Nur im Haus", Scope: "organisation", Until: "2027-11-30", Except: true})
		s.ok(err)
		if q, err = s.Question(dora, id); err != nil || q.State != policy.Decided || q.Answer != "conditions" || q.DeciderName != "" || q.AdviserName != "" || q.AskerName != "Dora" || q.Opinion == "" {
			t.Errorf("the department reads the answer, and not who stands above: %+v %v", q, err)
		}
		if q, err = s.Question(s.lena(), id); err != nil || q.DeciderName != "Lena" || q.AskerName != "Dora" {
			t.Errorf("the city reads both: %+v %v", q, err)
		}
		if s.verdict(dora, r) != "deny" {
			t.Error("the exception holds before anybody agreed")
		}
		s.agree(o)
		if s.verdict(dora, r) != "allow" || s.verdict(s.lena(), r) != "allow" {
			t.Error("the verdict does not follow the answer")
		}
		x, err := s.Exceptions(s.lena())
		if err != nil || len(x) != 1 || x[0].Question != id || x[0].Second != "Max" {
			t.Errorf("%+v %v", x, err)
		}
		if _, err := s.Decide(s.lena(), id, policy.DecisionInput{Answer: "no", Reason: "x", Scope: "organisation"}); key(err) != "policy.question.over" {
			t.Error(err)
		}
	})
}

// A stranger finds nothing of it, on no page and by no operation.
func TestAStrangerFindsNothing(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"a@1", "SSPL-1.0"})
		id, err := s.Ask(s.lena(), policy.QuestionInput{Release: r, Licence: "SSPL-1.0", Context: ospo.Internal, Text: "Geheim"})
		s.ok(err)
		eve := s.as("eve", "foreign")
		if _, err := s.Judge(eve, r); key(err) != "fault.not_found" {
			t.Error(err)
		}
		if _, err := s.Question(eve, id); key(err) != "fault.not_found" {
			t.Error(err)
		}
		if all, n, _, err := s.Releases(eve, policy.Filter{}); err != nil || len(all)+n > 0 {
			t.Error(all, err)
		}
		if _, err := s.SetContext(eve, r, []ospo.Context{ospo.Linked}, "x"); key(err) != "fault.not_found" {
			t.Error(err)
		}
		if _, err := s.Ask(eve, policy.QuestionInput{Release: r, Licence: "MIT", Context: ospo.Internal, Text: "?"}); key(err) != "release policy.question.release_bad" {
			t.Error(err)
		}
		site := s.site.As(door.Viewer{Org: "foreign", Person: "eve", Grants: []string{"*"}, Lang: "de", Door: "web"})
		for _, path := range []string{"/policy/release/" + string(r), "/policy/release/" + string(r) + "/report", "/policy/question/" + id} {
			if status, body := site.Get(path); status != 404 || strings.Contains(body, "Alpha") {
				t.Errorf("%s is answered %d", path, status)
			}
		}
	})
}

// Every page can be looked at, in both languages, and what forms send does what it says.
func TestPages(t *testing.T) {
	each(t, func(s *stage) {
		r := s.take("city", "Alpha", [2]string{"a@1", "SSPL-1.0"}, [2]string{"b@1", "(MIT OR SSPL-1.0)"}, [2]string{"c@1", "GPL"})
		lena := door.Viewer{Org: "city", OrgName: "Musterstadt", Person: "lena", Grants: []string{"*"}, Door: "web"}
		site := s.site.As(lena)
		status, next := site.Post("/policy/ask", url.Values{"text": {"Dürfen wir?"}, "licence": {"SSPL-1.0"}, "context": {"internal"}, "release": {string(r)}})
		if status != 303 {
			t.Fatal(status, next)
		}
		all, err := s.Questions(s.lena(), "")
		s.ok(err)
		question := "/policy/question/" + all[0].ID
		if status, body := site.Post(question+"/advise", url.Values{"opinion": {"Im Haus unbedenklich"}}); status != 303 {
			t.Error(status, body)
		}
		if status, body := site.Post("/policy/release/"+string(r), url.Values{"contexts": {"service", "internal"}, "reason": {"Angebot an Gemeinden"}}); status != 303 {
			t.Error(status, body)
		}
		if status, body := site.Post("/policy/release/"+string(r)+"/choose", url.Values{"licence": {"(MIT OR SSPL-1.0)"}, "component": {"pkg:npm/b@1"}, "chosen": {"MIT"}, "reason": {"Die freizügige"}}); status != 303 {
			t.Error(status, body)
		}
		if status, body := site.Post("/policy/simulate", url.Values{"profile": {"opencode"}, "licence": {"SSPL-1.0"}, "verdict": {"allow"}, "as": {"own"}, "title": {"Eigenes"}, "reason": {"Versuch"}}); status != 303 {
			t.Error(status, body)
		}
		if status, body := site.Post("/policy/exceptions", url.Values{"licence": {"nonsense OR"}, "reason": {"x"}}); status != 422 || !strings.Contains(body, "keine einzelne Lizenz") {
			t.Error(status, body)
		}
		if _, page := site.Get("/policy/release/" + string(r)); !strings.Contains(page, "/licence/entry/SSPL-1.0") {
			t.Error("nothing leads to the licence")
		}
		if status, page := s.site.As(door.Viewer{Org: "city", Person: "lena", Grants: []string{"policy.read"}, Lang: "de", Door: "web"}).Get("/policy/release/" + string(r)); status != 200 || strings.Contains(page, "/licence/entry/") {
			t.Errorf("%d: who may not read licences is led to one", status)
		}
		for path, want := range map[string]string{
			"/policy": "Alpha 1.0", "/policy?licence=sspl&verdict=deny&sort=-deny": "Alpha 1.0", "/policy.csv": "SSPL-1.0", "/policy.json": `"verdict"`, "/policy/release/" + string(r): "not-approved",
			"/policy/release/" + string(r) + "/report": "a 1", "/policy/profiles?one=munich&other=munich-ci": "LGPL-2.1-or-later", "/policy/profile/opencode": "not-approved",
			"/policy/simulate?profile=opencode&licence=AGPL-3.0-only&verdict=deny": "neu beurteilt|judged anew", "/policy/exceptions": "Ausnahme|xception", "/policy/questions": "SSPL-1.0", "/policy/ask?licence=MIT": "MIT", question: "Im Haus unbedenklich",
			"/policy/release/" + string(r) + "/choose?licence=%28MIT+OR+SSPL-1.0%29": "pkg:npm/b@1", "/policy/release/" + string(r) + "/report.odt": "mimetype",
		} {
			for _, tongue := range []string{"de", "en"} {
				lena.Lang = tongue
				status, body := s.site.As(lena).Get(path)
				if i := strings.Index(want, "|"); i > 0 { // German|English
					body, want = strings.ReplaceAll(body, want[:i], want), strings.TrimSpace(want)
					body = strings.ReplaceAll(body, want[i+1:], want)
				}
				if status != 200 || !strings.Contains(body, want) || strings.Contains(body, "[policy.") || strings.Contains(body, "%!") {
					t.Errorf("%s in %s: %d, want %q", path, tongue, status, want)
				}
			}
		}
	})
}
