// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget_test

import (
	"context"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/budget"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web/webtest"
)

// A town is a city with a department, and a foreign city.
type town struct {
	t *testing.T
	*budget.Service
	now time.Time
}

func each(t *testing.T, f func(*testing.T, *town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &town{t, budget.New(d), time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
		d.Now = func() time.Time { return w.now }
		gov := governance.New(d)
		w.must(d.Migrate(t.Context(), "governance", gov.Room().Files))
		w.must(d.Migrate(t.Context(), "budget", w.Room().Files))
		act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
		for _, o := range [][3]string{{"city", "", "city"}, {"building", "city", "department"}, {"foreign", "", "city"}} {
			_, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o[0]), Parent: ospo.OrgID(o[1]), Name: "Amt " + o[0], Kind: o[2]})
			w.must(err)
		}
		f(t, w)
	})
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) as(org string) context.Context {
	return door.With(w.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: "ada", Grants: []string{"*"}, Lang: "de", Door: "web"})
}

func key(err error) string {
	if err == nil {
		return ""
	}
	var out []string
	for _, e := range fault.Say(err) {
		out = append(out, strings.TrimSpace(e.Field+" "+e.Key))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func (w *town) site(grants ...string) webtest.Caller {
	return webtest.New(w.t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.Viewer{Org: "city", Person: "ada", Grants: grants, Lang: "de"})
}

// plan makes a pot with a measure.
func (w *town) plan(org, planned string) (pot, measure string) {
	w.t.Helper()
	pot, err := w.AddPot(w.as(org), budget.PotInput{Name: "Haushalt", Kind: "budget", Amount: "1000"})
	w.must(err)
	measure, err = w.AddMeasure(w.as(org), pot, budget.MeasureInput{Title: "Funktion", Planned: planned})
	w.must(err)
	return pot, measure
}

func (w *town) book(measure string, in budget.BookingInput) string {
	w.t.Helper()
	if in.Day == "" {
		in.Day = "2026-11-01"
	}
	if in.Kind == "" {
		in.Kind = "feature"
	}
	in.Text = "Buchung"
	id, err := w.Book(w.as("city"), measure, in)
	w.must(err)
	return id
}

// sum writes what is committed, spent and left of a plan.
func (w *town) sum(measure, planned string) string {
	w.t.Helper()
	all, err := w.Bookings(w.as("city"), "", measure)
	w.must(err)
	total := budget.Total(all)
	left, known := budget.Left(planned, total.Used())
	if !known {
		return total.Committed.String() + " " + total.Spent.String() + " unknown"
	}
	return total.Committed.String() + " " + total.Spent.String() + " " + left.String()
}

// Money is committed, paid against the commitment in parts, more than was planned, and taken
// back; sums are exact at each step, and no booking is changed.
func TestSumsFollowTheBookings(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, m := w.plan("city", "100")
		step := func(want string) {
			t.Helper()
			if got := w.sum(m, "100"); got != want {
				t.Errorf("%s; want %s", got, want)
			}
		}
		step("0 0 100")
		order := w.book(m, budget.BookingInput{State: "committed", Amount: "60.10"})
		step("60.1 0 39.9")
		w.book(m, budget.BookingInput{State: "spent", Amount: "20.05", Against: order})
		step("40.05 20.05 39.9")
		w.book(m, budget.BookingInput{State: "spent", Amount: "50.05", Against: order}) // ten more than ordered
		step("0 70.1 29.9")
		extra := w.book(m, budget.BookingInput{State: "spent", Amount: "30"})
		step("0 100.1 -0.1")

		back, err := w.Reverse(w.as("city"), extra, "Doppelt gebucht")
		w.must(err)
		step("0 70.1 29.9")
		for _, id := range []string{extra, back} {
			if _, err := w.Reverse(w.as("city"), id, "noch einmal"); key(err) != "budget.reversed" {
				t.Errorf("taken back again: %v", err)
			}
		}
		all, err := w.Bookings(w.as("city"), "", m)
		w.must(err)
		if len(all) != 5 || all[3].Amount != "30" || !all[3].Reversed || all[4].Amount != "-30" || all[4].Day != "2026-11-28" {
			t.Errorf("%+v", all)
		}
		if got := w.sum(m, ""); got != "0 70.1 unknown" {
			t.Errorf("without a plan: %s", got)
		}
	})
}

// Whoever changes a pot or a measure as it was before somebody else changed it is told so.
func TestAnOldFormChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		pot, m := w.plan("city", "100")
		site := w.site("budget.*")
		for at, form := range map[string]url.Values{"/budget/pot/" + pot + "/edit": {"name": {"Haushalt"}, "kind": {"budget"}}, "/budget/measure/" + m + "/edit": {"title": {"Funktion"}}} {
			status, page := site.Get(at)
			_, seen, ok := strings.Cut(page, `name="seen" value="`)
			if status != 200 || !ok {
				t.Fatalf("%d %s", status, page)
			}
			seen, _, _ = strings.Cut(seen, `"`)
			form.Set("seen", seen)
			w.now = w.now.Add(time.Minute)
			if got, said := site.Post(at, form); got != 303 {
				t.Error(got, said)
			}
			for _, field := range []string{"name", "title"} {
				if form.Get(field) != "" {
					form.Set(field, "Anders")
				}
			}
			if got, said := site.Post(at, form); got != 409 || !strings.Contains(said, "von Ihnen „Anders“") || !strings.Contains(said, `value="Anders"`) {
				t.Error(got, said)
			}
		}
		for at, body := range map[string]string{"pots/" + pot: `"name":"Neu","kind":"programme"`, "measures/" + m: `"title":"Neu"`} {
			old, err := w.Pot(w.as("city"), pot)
			w.must(err)
			one, err := w.Measure(w.as("city"), m)
			w.must(err)
			seen := map[bool]string{true: old.Changed, false: one.Changed}[strings.HasPrefix(at, "pots")]
			for seen, want := range map[string]int{"": 422, `"seen":"2026-01-01T00:00:00.000Z",`: 409} {
				if got, said := site.Send("/api/v1/budget/"+at, "application/json", strings.NewReader(`{`+seen+body+`}`)); got != want || want == 409 && !strings.Contains(said, "von Ihnen „Neu“") {
					t.Errorf("%s %s: %d %s", at, seen, got, said)
				}
			}
			if got, said := site.Send("/api/v1/budget/"+at, "application/json", strings.NewReader(`{"seen":"`+seen+`",`+body+`}`)); got != 201 {
				t.Errorf("%s: %d %s", at, got, said)
			}
		}
	})
}

// Ten times ten cents are one euro: floats would not say so.
func TestSumsAreExact(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, m := w.plan("city", "1")
		for range 10 {
			w.book(m, budget.BookingInput{State: "spent", Amount: "0.10"})
		}
		if got := w.sum(m, "1"); got != "0 1 0" {
			t.Error(got)
		}
	})
}

// Hours count at a rate that has a day and a source; without, they are refused.
func TestHoursNeedADatedRate(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, m := w.plan("city", "5000")
		in := budget.BookingInput{Day: "2026-11-01", State: "spent", Kind: "hours", Text: "Beitrag", Hours: "10.5", Rate: "68.33", Amount: "1"}
		if _, err := w.Book(w.as("city"), m, in); key(err) != "rate_day budget.rate_missing, rate_source budget.rate_missing" {
			t.Error(key(err))
		}
		in.RateDay, in.RateSource = "2026-01-01", "Kämmerei"
		if _, err := w.Book(w.as("city"), m, in); key(err) != "amount budget.hours.amount" { // hours times rate are another
			t.Error(key(err))
		}
		in.Amount = ""
		_, err := w.Book(w.as("city"), m, in)
		w.must(err)
		all, err := w.Bookings(w.as("city"), "", m)
		w.must(err)
		if got := budget.Total(all).Hours.String(); got != "717.47" { // 717.465, half away from zero
			t.Error(got)
		}
		if got := w.sum(m, "5000"); got != "0 0 5000" { // they pay nothing out of the pot
			t.Error(got)
		}
		in.Hours, in.Rate, in.Amount = "0.333", "60", "19.98" // twenty minutes
		_, err = w.Book(w.as("city"), m, in)
		w.must(err)
		in.Hours = "0.3333"
		if _, err := w.Book(w.as("city"), m, in); key(err) != "hours budget.hours.places" {
			t.Error(key(err))
		}
	})
}

func TestBadBookingsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, m := w.plan("city", "")
		_, other := w.plan("city", "")
		elsewhere := w.book(other, budget.BookingInput{State: "committed", Amount: "5"})
		good := budget.BookingInput{Day: "2026-11-01", State: "spent", Kind: "support", Amount: "5", Text: "Rechnung"}
		for _, c := range []struct {
			change func(*budget.BookingInput)
			want   string
		}{
			{func(in *budget.BookingInput) { in.Day = "0026-11-01" }, "day budget.day_far"},
			{func(in *budget.BookingInput) { in.Day = "2999-01-01" }, "day budget.day_far"},
			{func(in *budget.BookingInput) { in.Amount = "-5" }, "amount budget.amount.negative"},
			{func(in *budget.BookingInput) { in.Amount = "5,00" }, "amount budget.amount.plain"},
			{func(in *budget.BookingInput) { in.Amount = "0.001" }, "amount budget.amount.cents"},
			{func(in *budget.BookingInput) { in.Amount = "" }, "amount fault.missing"},
			{func(in *budget.BookingInput) { in.Day, in.Text = "", "" }, "day fault.missing, text fault.missing"},
			{func(in *budget.BookingInput) { in.State, in.Kind = "paid", "gift" }, "kind budget.choice_bad, state budget.choice_bad"},
			{func(in *budget.BookingInput) { in.Against = elsewhere }, "against budget.against_bad"},
			{func(in *budget.BookingInput) { in.State, in.Against = "committed", elsewhere }, "against budget.against_spent"},
		} {
			in := good
			c.change(&in)
			if _, err := w.Book(w.as("city"), m, in); key(err) != c.want {
				t.Errorf("%s; want %s", key(err), c.want)
			}
		}
		if got := w.sum(m, ""); got != "0 0 unknown" {
			t.Errorf("something was kept: %s", got)
		}
	})
}

// A condition waits for its day, is settled once with evidence, and is late until then.
func TestConditionsAreSettledOnce(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		pot, _ := w.plan("city", "")
		id, err := w.AddCondition(w.as("city"), pot, budget.ConditionInput{What: "Ergebnisse veröffentlichen", Kind: "publication", Due: "2026-11-27"})
		w.must(err)
		if c, err := w.Condition(w.as("city"), id); err != nil || !c.Late("2026-11-28") || c.Late("2026-11-27") {
			t.Errorf("%+v, %v", c, err)
		}
		if err := w.Settle(w.as("city"), id, "fulfilled", " ", ""); key(err) != "evidence fault.missing" {
			t.Error(err)
		}
		if err := w.Settle(w.as("city"), id, "fulfilled", "steht auf openCode", "javascript:x"); key(err) != "link budget.link_bad" {
			t.Error(err)
		}
		site := w.site("budget.*")
		if _, page := site.Get("/budget"); !strings.Contains(page, "1 offen, 0 erledigt") || !strings.Contains(page, "1 Auflage überfällig") {
			t.Error(page)
		}
		w.must(w.Settle(w.as("city"), id, "fulfilled", "steht auf openCode", "https://gitlab.opencode.de/stadt"))
		if _, page := site.Get("/budget"); !strings.Contains(page, "0 offen, 1 erledigt") {
			t.Error(page)
		}
		if _, page := site.Get("/budget/pot/" + pot); !strings.Contains(page, "Veröffentlichung</small>") || !strings.Contains(page, `href="https://gitlab.opencode.de/stadt"`) {
			t.Error(page)
		}
		if err := w.Settle(w.as("city"), id, "waived", "doch nicht", ""); key(err) != "budget.settled" {
			t.Error(err)
		}
	})
}

// Whether own developments are assets is asked of the treasurer, with what we know and how
// surely; the answer is kept once with what it rests on.
func TestTheTreasurerIsAsked(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, m := w.plan("city", "")
		site := w.site("budget.*")
		at := "/budget/measure/" + m
		if _, page := site.Get(at); !strings.Contains(page, "schleswig-holstein.de") || !strings.Contains(page, "die Verordnung selbst nicht") || !strings.Contains(page, "Noch ist keine Frage festgehalten") {
			t.Error(page)
		}
		if status, _ := site.Post(at+"/question", url.Values{"asked": {" "}}); status != 422 {
			t.Error(status)
		}
		if status, page := site.Post(at+"/question", url.Values{"asked": {"Ist das Vermögen?"}}); status != 303 {
			t.Error(status, page)
		}
		all, err := w.Questions(w.as("city"), m)
		w.must(err)
		if len(all) != 1 || !all[0].Open() || all[0].Note != budget.NoteEdition {
			t.Fatalf("%+v", all)
		}
		if err := w.Answer(w.as("city"), all[0].ID, "Nein.", ""); key(err) != "basis fault.missing" {
			t.Error(err)
		}
		if err := w.Answer(w.as("foreign"), all[0].ID, "Ja.", "x"); fault.Of(err) != fault.NotFound {
			t.Error(err)
		}
		if status, page := site.Post("/budget/question/"+all[0].ID, url.Values{"answer": {"Nein, Aufwand."}, "basis": {"Schreiben der Kämmerei vom 2. Dezember"}}); status != 303 {
			t.Error(status, page)
		}
		if err := w.Answer(w.as("city"), all[0].ID, "Doch.", "x"); key(err) != "budget.answered" {
			t.Error(err)
		}
		if _, page := site.Get(at); !strings.Contains(page, "Nein, Aufwand.") || !strings.Contains(page, "Schreiben der Kämmerei") || !strings.Contains(page, "beantwortet") {
			t.Error(page)
		}
		if status, said := site.Get("/api/v1/budget/measures/" + m); status != 200 || !strings.Contains(said, `"answer":"Nein, Aufwand."`) {
			t.Error(status, said)
		}
	})
}

// All bookings leave as a file, and all purposes stand on one page with what was committed and
// spent.
func TestMoneyByPurposeAndAsAFile(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		pot, m := w.plan("city", "100")
		_, other := w.plan("city", "")
		order := w.book(m, budget.BookingInput{State: "committed", Kind: "exit", Amount: "60.10"})
		w.book(m, budget.BookingInput{State: "spent", Kind: "exit", Amount: "20", Against: order})
		w.book(other, budget.BookingInput{State: "spent", Kind: "sponsoring", Amount: "5"})
		site := w.site("budget.read")
		_, page := site.Get("/budget")
		for _, want := range []string{"Ausstieg", "40,10 €", "20,00 €", "60,10 €", "Förderung eines Projekts", "<svg"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %s", want)
			}
		}
		if status, file := site.Get("/budget/bookings.csv"); status != 200 || strings.Count(file, "Buchung;") != 3 || !strings.Contains(file, ";gebunden;Ausstieg;60,10;") {
			t.Errorf("%d %s", status, file)
		}
		if _, file := site.Get("/budget/bookings.csv?pot=" + pot); strings.Count(file, "Buchung;") != 2 {
			t.Error(file)
		}
	})
}

// What is saved goes from low to high, by a method; unknown stays unknown.
func TestSavingsSayHowAndHowUncertain(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, m := w.plan("city", "")
		for _, c := range []struct {
			in   budget.SavingInput
			want string
		}{{budget.SavingInput{Low: "5", High: "3", Method: "x"}, "high budget.high_low"}, {budget.SavingInput{Low: "5"}, "method fault.missing"}} {
			if _, err := w.State(w.as("city"), m, c.in); key(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
		_, err := w.State(w.as("city"), m, budget.SavingInput{Low: "100", Method: "Vergleich mit der alten Lizenz"})
		w.must(err)
		all, err := w.Savings(w.as("city"), m)
		if err != nil || len(all) != 1 || all[0].High != "" || all[0].Low != "100" || all[0].Per != "year" {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// Money is seen by its organisation and those above, and found by nobody else.
func TestMoneyIsTheirs(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		pot, m := w.plan("building", "")
		booking, err := w.Book(w.as("city"), m, budget.BookingInput{Day: "2026-11-01", State: "spent", Kind: "support", Amount: "5", Text: "Rechnung"})
		w.must(err)
		condition, err := w.AddCondition(w.as("city"), pot, budget.ConditionInput{What: "Bericht"})
		w.must(err)
		far := w.as("foreign")
		second := func(_ any, err error) error { return err }
		for what, err := range map[string]error{"pot": second(w.Pot(far, pot)), "change": w.ChangePot(far, pot, "", budget.PotInput{Name: "x", Kind: "budget"}), "measure": second(w.Measure(far, m)),
			"plan": second(w.AddMeasure(far, pot, budget.MeasureInput{Title: "x"})), "change measure": w.ChangeMeasure(far, m, "", budget.MeasureInput{Title: "x"}), "book": second(w.Book(far, m, budget.BookingInput{})),
			"reverse": second(w.Reverse(far, booking, "x")), "condition": second(w.AddCondition(far, pot, budget.ConditionInput{What: "x"})), "settle": w.Settle(far, condition, "waived", "x", ""), "saving": second(w.State(far, m, budget.SavingInput{Method: "x"}))} {
			if fault.Of(err) != fault.NotFound {
				t.Errorf("%s: %v, want not found", what, err)
			}
		}
		if all, err := w.Bookings(far, "", ""); err != nil || len(all) != 0 {
			t.Errorf("a stranger sees %v, %v", all, err)
		}
		if all, err := w.Pots(far); err != nil || len(all) != 0 {
			t.Errorf("a stranger sees %v, %v", all, err)
		}
	})
}

// An open question stands before all who can write its answer down, until somebody does; nobody
// else is told.
func TestAnOpenQuestionIsShown(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		_, m := w.plan("building", "")
		id, err := w.Ask(w.as("building"), m, "Ist das Vermögen?")
		w.must(err)
		if _, page := w.site("budget.*").Get("/budget"); !strings.Contains(page, "/budget/question/"+id) {
			t.Error("who answers in the city does not see it")
		}
		if _, page := w.site("budget.read").Get("/budget"); strings.Contains(page, "Ist das Vermögen?") {
			t.Error("who only reads is asked")
		}
		w.must(w.Answer(w.as("city"), id, "Nein.", "Brief"))
		if all, err := w.Asked(w.as("city")); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
	})
}

// A case leads to the measures of its house in which its number stands by itself, in their words or
// in those of a booking, however many others there are.
func TestACaseLeadsToTheMeasuresThatNameIt(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		add := func(org, title, about, said string) string {
			pot, err := w.AddPot(w.as(org), budget.PotInput{Name: "Haushalt", Kind: "budget", Amount: "1000"})
			w.must(err)
			id, err := w.AddMeasure(w.as(org), pot, budget.MeasureInput{Title: title, About: about})
			w.must(err)
			for range 2 {
				_, err = w.Book(w.as(org), id, budget.BookingInput{Day: "2026-11-01", Kind: "feature", State: "spent", Amount: "1", Text: said})
				w.must(err)
			}
			return id
		}
		want := []string{
			add("city", "Zu Vorgang 2026-1000", "Nach 2026-10001", "Buchung 2026-1000"),
			add("city", "Funktion", "2026-10001, 2026-1000.", "Buchung"),
			add("city", "Funktion", "", "(2026-1000)"),
		}
		add("city", "Zu Vorgang 2026-10001", "12026-1000", "2026-10009")
		for range 51 {
			add("building", "Zu Vorgang 2026-1000", "", "Buchung")
		}
		led := func(org string) (out []string) {
			all, err := w.Naming(w.as(org), []ospo.OrgID{"city"}, "2026-1000")
			w.must(err)
			for _, m := range all {
				out = append(out, m.ID)
			}
			slices.Reverse(out)
			return out
		}
		if got := led("city"); !slices.Equal(got, want) {
			t.Errorf("%q; want %q", got, want)
		}
		if got := led("foreign"); len(got) != 0 {
			t.Errorf("a stranger is led to %q", got)
		}
	})
}
