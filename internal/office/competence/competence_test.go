// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/competence"
	"allmende/internal/office/governance"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
)

// A town is a city with the department of building, and a foreign city. Ada manages licences
// for the city with Bob as deputy, Cleo coordinates, Eve is a stranger.
type town struct {
	t    *testing.T
	gov  *governance.Service
	role *role.Service
	*competence.Service
	now time.Time
}

func newTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	w := &town{t: t, gov: governance.New(d), role: role.New(d), Service: competence.New(d), now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return w.now }
	if err := d.Migrate(t.Context(), "governance", w.gov.Room().Files); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context(), "role", w.role.Room().Files); err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context(), "competence", w.Room().Files); err != nil {
		t.Fatal(err)
	}
	w.Roles = func(ctx context.Context) (out []competence.Role, err error) {
		all, err := w.role.Roles(ctx)
		for _, r := range all {
			one := competence.Role{Key: r.Key, Name: competence.Text(r.Name)}
			for _, c := range r.Competences {
				one.Competences = append(one.Competences, competence.Text(c))
			}
			out = append(out, one)
		}
		return out, err
	}
	w.Holdings = func(ctx context.Context) (out []competence.Holding, err error) {
		all, err := w.role.Mandates(ctx, role.Sieve{State: "running"})
		for _, m := range all {
			out = append(out, competence.Holding{Role: m.Role, Org: m.Org, OrgName: m.OrgName, Person: m.Person, Name: m.Name, House: m.HouseName, Deputy: m.Deputy, DeputyName: m.DeputyName})
		}
		return out, err
	}
	w.Held = func(ctx context.Context, p ospo.PersonID) (out []string, err error) {
		err = w.role.Held(ctx, p, func(role string, _ ospo.OrgID, _ []string) { out = append(out, role) })
		return out, err
	}
	w.settle()
	return w
}

func (w *town) settle() {
	w.t.Helper()
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range [][3]string{{"city", "", "city"}, {"building", "city", "department"}, {"foreign", "", "city"}} {
		if _, err := w.gov.AddOrg(w.t.Context(), act, governance.Org{ID: ospo.OrgID(o[0]), Parent: ospo.OrgID(o[1]), Name: "Amt " + o[0], Kind: o[2]}); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, p := range [][2]string{{"ada", "city"}, {"bob", "building"}, {"cleo", "city"}, {"eve", "foreign"}} {
		if _, err := w.gov.AddPerson(w.t.Context(), act, governance.Person{ID: ospo.PersonID(p[0]), Org: ospo.OrgID(p[1]), Name: strings.ToUpper(p[0][:1]) + p[0][1:], Login: p[0] + "@" + p[1] + ".example", Level: "none"}); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, g := range []role.Grant{{Role: "licence_manager", Person: "ada", Org: "city", Deputy: "bob"}, {Role: "coordinator", Person: "cleo", Org: "city"},
		{Role: "security_manager", Person: "eve@foreign.example", Org: "city"}} {
		g.Decision = "Amtsleitung"
		if _, err := w.role.Grant(w.as("cleo", "city", "*"), g); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *town) as(person, org string, grants ...string) context.Context {
	return door.With(w.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: ospo.PersonID(person), Grants: grants, Lang: "de", Door: "web"})
}

func (w *town) own(person, org string) context.Context { return w.as(person, org, "competence.own") }

func key(err error) string {
	if err == nil {
		return ""
	}
	var out []string
	for _, e := range fault.Say(err) {
		out = append(out, strings.TrimSpace(e.Field+" "+e.Key))
	}
	return strings.Join(out, ", ")
}

// lines writes a gap as people with their states: "Ada licence_law short 1/3".
func lines(all []competence.Line) string {
	var out []string
	for _, l := range all {
		if l.Outside {
			out = append(out, l.Name+" outside")
		}
		for _, st := range l.Standings {
			level := "?"
			if st.Level != nil {
				level = fmt.Sprint(*st.Level)
			}
			out = append(out, fmt.Sprintf("%s %s %s %s/%d", l.Name, st.Competence, st.State, level, st.Needed))
		}
	}
	return strings.Join(out, "; ")
}

// Ada manages licences. Nobody knows what she can: unknown, not nothing. She assesses
// herself, Cleo corrects one value with a reason and confirms; both values stay. Three years
// later the confirmation is old and her own word counts again.
func TestAGapFromUnknownToConfirmedAndBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		lead := w.as("cleo", "city", "competence.*")
		see := func(want string) competence.Gap {
			t.Helper()
			g, err := w.Gap(lead, "licence_manager")
			if got := lines(g.Lines); err != nil || got != want {
				t.Errorf("\n%s, %v, want\n%s", got, err, want)
			}
			return g
		}
		g := see("Ada licence_law unknown ?/3; Ada sbom unknown ?/2")
		if lines(g.Standins) != "Bob licence_law unknown ?/3; Bob sbom unknown ?/2" || g.Tally.All != 2 || g.Tally.Unknown != 2 || g.Deputies.Unknown != 2 || len(g.Nobody) != 2 {
			t.Errorf("%+v", g)
		}
		if n, err := w.Assess(w.own("ada", "city"), map[string]int{"licence_law": 0, "sbom": 3}, "Lehrgang 2025"); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		g = see("Ada licence_law short 0/3; Ada sbom claimed 3/2")
		if fmt.Sprint(g.Nobody) != "[licence_law]" || g.Tally.Short != 1 || g.Tally.Claimed != 1 {
			t.Errorf("%+v", g)
		}
		if _, err := w.Confirm(w.as("ada", "city", "competence.*"), "ada", map[string]int{"sbom": 3}, "selbst"); fault.Of(err) != fault.Forbidden {
			t.Errorf("Ada confirms herself: %v", err)
		}
		if _, err := w.Confirm(lead, "ada", map[string]int{"licence_law": 3}, ""); key(err) != "note competence.note_needed" {
			t.Errorf("a correction without a reason: %v", err)
		}
		if _, err := w.Confirm(lead, "ada", map[string]int{"licence_law": 3, "sbom": 3}, "Prüfung gesehen"); err != nil {
			t.Fatal(err)
		}
		see("Ada licence_law met 3/3; Ada sbom met 3/2")
		p, err := w.Profile(lead, "ada")
		if err != nil || p.Standings[0].Self.Level != 0 || p.Standings[0].Confirmed.Level != 3 || p.Standings[0].Confirmed.MakerName != "Cleo" || p.Standings[0].Confirmed.Until != "2029-11-20" {
			t.Errorf("%+v %v", p.Standings[0], err)
		}
		w.now = time.Date(2029, 11, 21, 9, 0, 0, 0, time.UTC)
		see("Ada licence_law short 0/3; Ada sbom claimed 3/2")
		p, _ = w.Mine(w.own("ada", "city"))
		if !p.Standings[0].Expired || p.Standings[0].Confirmed == nil {
			t.Errorf("the old confirmation is gone: %+v", p.Standings[0])
		}
	})
}

// Who may not read assessments sees counts, and none that tells of fewer than five people;
// a stranger finds nobody; somebody of another house is not seen at all.
func TestOthersSeeNothingOfOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		if _, err := w.Assess(w.own("ada", "city"), map[string]int{"licence_law": 1}, "heimlich"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Assess(w.own("eve", "foreign"), map[string]int{"information_security": 4}, ""); err != nil {
			t.Fatal(err)
		}
		g, err := w.Gap(w.own("bob", "city"), "licence_manager")
		if err != nil || g.Lines != nil || g.Standins != nil || g.Nobody != nil || !g.Tally.Few || g.Tally.Short+g.Tally.Unknown+g.Tally.All != 0 || g.Holders != 1 {
			t.Errorf("%+v %v", g, err)
		}
		o, err := w.Overview(w.own("bob", "city"), "")
		if err != nil || !o.Total.Few || o.Total.All != 0 || len(o.Gaps) != 12 {
			t.Errorf("%+v %v", o.Total, err)
		}
		if sp, err := w.Spread(w.own("bob", "city"), "licence_law"); err != nil || !sp.Few || sp.Levels != nil {
			t.Errorf("%+v %v", sp, err)
		}
		reader := w.as("cleo", "city", "competence.read")
		if sp, err := w.Spread(reader, "licence_law"); err != nil || sp.Levels[1].Count != 1 || sp.Levels[1].People[0].Name != "Ada" {
			t.Errorf("%+v %v", sp, err)
		}
		if g, err := w.Gap(reader, "security_manager"); err != nil || lines(g.Lines) != "Eve outside" || g.Tally.People != 0 {
			t.Errorf("%s %v", lines(g.Lines), err)
		}
		for _, ctx := range []context.Context{w.as("eve", "foreign", "*"), w.as("bob", "building", "*")} {
			if _, err := w.Profile(ctx, "ada"); fault.Of(err) != fault.NotFound {
				t.Errorf("%v reads Ada: %v", door.From(ctx).Person, err)
			}
			if _, err := w.Confirm(ctx, "ada", map[string]int{"licence_law": 3}, "x"); fault.Of(err) != fault.NotFound {
				t.Errorf("%v confirms Ada: %v", door.From(ctx).Person, err)
			}
		}
		if _, err := w.Overview(reader, "foreign"); fault.Of(err) != fault.NotFound {
			t.Errorf("a foreign organisation is looked at: %v", err)
		}
		if r, err := w.Record(w.as("eve", "foreign", "*"), "ada"); err != nil || len(r.Assessments) != 0 {
			t.Errorf("%+v %v", r, err)
		}
		if r, err := w.Record(reader, "ada"); err != nil || len(r.Assessments) != 1 {
			t.Errorf("%+v %v", r, err)
		}
		log, err := db.Texts(t.Context(), d.Read(), `SELECT diff FROM log_entry_view WHERE what = 'competence.assess'`)
		if err != nil || len(log) != 2 || strings.Join(log, "") != "" {
			t.Errorf("the log tells more than who assessed whom: %q %v", log, err)
		}
		err = d.Write(t.Context(), ospo.Act{Org: "city", Person: "operator", What: "competence.test", Door: "test"}, func(tx *db.Tx) error { return w.Forget(t.Context(), tx, "ada", nil) })
		if r, _ := w.Record(reader, "ada"); err != nil || len(r.Assessments) != 0 {
			t.Errorf("forgotten, and still there: %+v %v", r, err)
		}
	})
}

// The city decides otherwise than the program proposes, for itself and below, with a reason,
// and adds a competence of its own.
func TestACityChangesWhatIsNeeded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx := w.as("cleo", "city", "competence.*")
		for want, e := range map[string]competence.Edit{
			"key competence.key_form":    {Key: "No Good", Name: competence.Text{DE: "x"}, Reason: "x"},
			"key competence.taken":       {Key: "sbom", Name: competence.Text{DE: "x"}, Reason: "x"},
			"name_de fault.missing": {Key: "geo", Reason: "x"},
			"name_de fault.long":    {Key: "geo", Name: competence.Text{DE: strings.Repeat("ä", 201)}, Reason: "x"},
			"reason fault.missing":  {Key: "geo", Name: competence.Text{DE: "x"}, Reason: " "},
			"years competence.years_bad": {Key: "geo", Name: competence.Text{DE: "x"}, Reason: "x", Years: 11},
			"about_de fault.bytes":       {Key: "geo", Name: competence.Text{DE: "x"}, About: competence.Text{DE: "a\x00"}, Reason: "x"},
		} {
			if err := w.Change(ctx, e, true); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		if err := w.Change(ctx, competence.Edit{Key: "geo", Name: competence.Text{DE: "Geodaten"}, Years: 1, Reason: "Bedarf im Bauamt"}, true); err != nil {
			t.Fatal(err)
		}
		if n, err := w.Require(ctx, "licence_manager", map[string]int{"geo": 2, "sbom": 3, "licence_law": 3}, "Dienstanweisung"); err != nil || n != 2 {
			t.Error(n, err)
		}
		if _, err := w.Require(ctx, "licence_manager", map[string]int{"sbom": 3}, "noch einmal"); key(err) != "competence.nothing" {
			t.Error(err)
		}
		if _, err := w.Require(ctx, "licence_manager", map[string]int{"sbom": 5}, "x"); key(err) != "c-sbom competence.level_bad" {
			t.Error(err)
		}
		if _, err := w.Require(ctx, "wizard", map[string]int{"sbom": 3}, "x"); fault.Of(err) != fault.NotFound {
			t.Error(err)
		}
		needs := func(person, org string) (out []string) {
			b, err := w.Book(w.own(person, org))
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range b.Needs("licence_manager") {
				out = append(out, fmt.Sprintf("%s%d%v", n.Competence, n.Level, n.Proposal))
			}
			return out
		}
		for org, want := range map[string]string{"city": "[licence_law3true sbom3false geo2false]", "building": "[licence_law3true sbom3false geo2false]", "foreign": "[licence_law3true sbom2true]"} {
			if got := fmt.Sprint(needs("cleo", org)); got != want {
				t.Errorf("%s: %s, want %s", org, got, want)
			}
		}
		if _, err := w.Require(ctx, "licence_manager", map[string]int{"geo": 0}, "doch nicht"); err != nil {
			t.Error(err)
		}
		if _, err := w.Require(ctx, "licence_manager", map[string]int{"geo": 1}, "nun doch"); err != nil {
			t.Error(err)
		}
		if got := fmt.Sprint(needs("cleo", "city")); got != "[licence_law3true sbom3false geo1false]" {
			t.Error(got)
		}
		if _, err := w.Versions(w.as("eve", "foreign", "*"), "geo"); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger sees the city's own competence: %v", err)
		}
		all, err := w.Versions(w.own("bob", "building"), "geo")
		if err != nil || all[0].Org != "above" || all[0].Maker+all[0].OrgName != "" {
			t.Errorf("the department is told who stands above: %+v %v", all, err)
		}
	})
}

// A training closes Ada's gap: she wishes for it, is planned in, attends, and is offered to
// assess herself anew; nothing confirms her. The second seat is the last.
func TestATraining(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		ctx := w.as("cleo", "city", "competence.*")
		good := competence.TrainingInput{Title: "Lizenzen im Alltag", Since: "2026-12-01", Until: "2026-12-02", Seats: 1, Link: "https://schulung.example", Aims: map[string]int{"licence_law": 3, "sbom": 1}}
		minus := -1
		for want, spoil := range map[string]func(*competence.TrainingInput){
			"title fault.missing":         func(in *competence.TrainingInput) { in.Title = " " },
			"aims competence.aims_bad":         func(in *competence.TrainingInput) { in.Aims = nil },
			"aims competence.unknown_key":      func(in *competence.TrainingInput) { in.Aims = map[string]int{"magic": 3} },
			"aims competence.level_bad":        func(in *competence.TrainingInput) { in.Aims = map[string]int{"sbom": 0} },
			"link competence.link_bad":         func(in *competence.TrainingInput) { in.Link = "javascript:alert(1)" },
			"since competence.day_bad":         func(in *competence.TrainingInput) { in.Since = "morgen" },
			"until competence.until_first":     func(in *competence.TrainingInput) { in.Until = "2026-11-30" },
			"seats competence.seats_bad":       func(in *competence.TrainingInput) { in.Seats = -1 },
			"cost competence.cost_bad":         func(in *competence.TrainingInput) { in.Cost = &minus },
			"language competence.language_bad": func(in *competence.TrainingInput) { in.Language = "fr" },
		} {
			in := good
			spoil(&in)
			if _, err := w.AddTraining(ctx, in); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		id, err := w.AddTraining(ctx, good)
		if err != nil {
			t.Fatal(err)
		}
		found := func(f competence.TrainingSieve) int {
			all, err := w.Trainings(w.own("bob", "building"), f)
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		if found(competence.TrainingSieve{Competence: "licence_law", Level: 3, Open: true}) != 1 || found(competence.TrainingSieve{Competence: "sbom", Level: 2}) != 0 {
			t.Error("which training closes the gap is not told")
		}
		if _, err := w.Training(w.as("eve", "foreign", "*"), id); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger sees the training: %v", err)
		}
		ada, bob := w.own("ada", "city"), w.own("bob", "building")
		step := func(ctx context.Context, person ospo.PersonID, state, cert string) string {
			return key(w.Seat(ctx, id, person, state, cert))
		}
		if got := []string{step(ada, "ada", "wish", ""), step(bob, "ada", "dropped", ""), step(ada, "ada", "planned", ""), step(ctx, "ada", "attended", ""), step(ctx, "ada", "planned", ""), step(ctx, "bob", "planned", ""),
			step(ctx, "ada", "attended", ""), step(ctx, "ada", "certified", ""), step(ada, "ada", "dropped", "")}; fmt.Sprintf("%q", got) !=
			`["" "fault.not_found" "fault.forbidden" "competence.no_way" "" "competence.full" "" "certificate fault.missing" "competence.no_way"]` {
			t.Errorf("%q", got)
		}
		p, err := w.Mine(ada)
		if err != nil || len(p.Proposals) != 2 || p.Proposals[0].Level != 3 || p.Standings[0].Self != nil || p.Standings[0].Confirmed != nil {
			t.Fatalf("%+v %v", p, err)
		}
		if got := step(ctx, "ada", "certified", "Urkunde 17"); got != "" {
			t.Error(got)
		}
		if _, err := w.Assess(ada, map[string]int{"licence_law": 2}, ""); err != nil {
			t.Fatal(err)
		}
		if p, _ = w.Mine(ada); len(p.Proposals) != 1 || p.Proposals[0].Competence != "sbom" || p.Seats[0].Certificate != "Urkunde 17" {
			t.Errorf("she has answered one proposal: %+v", p.Proposals)
		}
		if seats, err := w.Seats(bob, id); err != nil || len(seats) != 0 {
			t.Errorf("Bob sees who comes: %+v %v", seats, err)
		}
		if err := w.ChangeTraining(w.as("bob", "building", "competence.*"), id, good); fault.Of(err) != fault.Forbidden {
			t.Errorf("the department changes the city's training: %v", err)
		}
		if err := w.CancelTraining(ctx, id); err != nil {
			t.Fatal(err)
		}
		if got := step(bob, "bob", "wish", ""); got != "competence.cancelled" {
			t.Error(got)
		}
	})
}

// Of values of the same kind only the latest stays once the rule says so; a confirmation does not
// take the place of one's own word.
func TestOldValuesMayEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		for _, level := range []int{1, 2, 3} {
			w.now = w.now.AddDate(0, 1, 0)
			if _, err := w.Assess(w.own("ada", "city"), map[string]int{"sbom": level}, ""); err != nil {
				t.Fatal(err)
			}
		}
		w.now = w.now.AddDate(0, 1, 0)
		if _, err := w.Confirm(w.as("cleo", "city", "competence.*"), "ada", map[string]int{"sbom": 3}, ""); err != nil {
			t.Fatal(err)
		}
		later := w.now.AddDate(9, 0, 0).Format(db.Clock)
		all, err := w.Room().Stocks[0].Tallies(t.Context(), d.Read(), later, nil)
		if err != nil || len(all) != 1 || all[0].N != 2 || all[0].Org != "city" {
			t.Errorf("%+v %v", all, err)
		}
		if held, err := w.Room().Stocks[0].Tallies(t.Context(), d.Read(), later, []string{"ada"}); err != nil || len(held) != 0 {
			t.Errorf("of somebody under a hold %+v %v", held, err)
		}
	})
}
