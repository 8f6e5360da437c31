// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/contract"
	"allmende/internal/office/estate"
	"allmende/internal/office/governance"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/keyset"
	"allmende/internal/platform/web/webtest"
)

// A town is a city with a department and a foreign city; it runs one product.
type town struct {
	t *testing.T
	*contract.Service
	d   *db.DB
	now time.Time
}

func newTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	w := &town{t: t, Service: contract.New(d), d: d, now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return w.now }
	gov := governance.New(d)
	q := job.New(d)
	est := estate.New(d, q, blob.Folder(t.TempDir()))
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(d.Migrate(t.Context(), "governance", gov.Room().Files))
	check(d.Migrate(t.Context(), "job", job.Files))
	check(d.Migrate(t.Context(), "estate", est.Room().Files))
	check(d.Migrate(t.Context(), "contract", w.Room().Files))
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range [][3]string{{"city", "", "city"}, {"building", "city", "department"}, {"foreign", "", "city"}} {
		_, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o[0]), Parent: ospo.OrgID(o[1]), Name: "Amt " + o[0], Kind: o[2]})
		check(err)
	}
	_, err := gov.AddPerson(t.Context(), act, governance.Person{ID: "ada", Org: "city", Name: "Ada", Login: "ada@city.example", Level: "none"})
	check(err)
	_, err = est.Add(w.as("city"), estate.SoftwareInput{Name: "Fachakte", Kind: "proprietary"})
	check(err)
	return w
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
	return strings.Join(out, ", ")
}

func each(t *testing.T, f func(*testing.T, *town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newTown(t, d)) })
}

func (w *town) add(in contract.Input) string {
	w.t.Helper()
	if in.Supplier == "" {
		in.Supplier = "Haus"
	}
	if in.Kind == "" {
		in.Kind = "support"
	}
	id, err := w.Add(w.as("city"), in)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// What is wrong is told in sentences, at the field, all at once; nothing is kept.
func TestBadContractsAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		good := contract.Input{Title: "Pflege", Supplier: "Haus", Kind: "support", Amount: "1200.50", Software: "fachakte"}
		for _, c := range []struct {
			change func(*contract.Input)
			want   string
		}{
			{func(in *contract.Input) { in.Title, in.Supplier = " ", "" }, "title fault.missing, supplier fault.missing"},
			{func(in *contract.Input) { in.Amount = "-1" }, "amount contract.amount.negative"},
			{func(in *contract.Input) { in.Amount = "1.234,50" }, "amount contract.amount.plain"},
			{func(in *contract.Input) { in.Amount = "1/3" }, "amount contract.amount.cents"},
			{func(in *contract.Input) { in.Since, in.Until = "2026-02-30", "bald" }, "since contract.day_bad, until contract.day_bad"},
			{func(in *contract.Input) { in.Since, in.Until = "1899-12-31", "3000-01-01" }, "since contract.day_far, until contract.day_far"},
			{func(in *contract.Input) { in.Since, in.Until = "1800-01-01", "2999-01-01" }, "since contract.day_far, until contract.day_far"},
			{func(in *contract.Input) { in.Since, in.Until = "1946-11-27", "2076-11-29" }, "since contract.day_far, until contract.day_far"},
			{func(in *contract.Input) { in.Since, in.Until = "2026-12-01", "2026-11-01" }, "until contract.until_first"},
			{func(in *contract.Input) { in.Units, in.UnitPrice, in.Reaction = -1, "-2", "4h" }, "unit_price contract.amount.negative, reaction contract.hours_bad, units contract.range"},
			{func(in *contract.Input) { in.Upstream, in.Restore = "vielleicht", "0.333" }, "upstream contract.choice_bad, restore contract.hours_bad"},
			{func(in *contract.Input) { in.Notice, in.Renews = -1, 9999 }, "notice contract.range, renews contract.range"},
			{func(in *contract.Input) { in.Software = "Unbekannt" }, "software contract.software_unknown"},
			{func(in *contract.Input) { in.Kind, in.Per = "gift", "day" }, "kind contract.choice_bad, per contract.choice_bad"},
			{func(in *contract.Input) { in.Type = "evb" }, "type contract.type_bad"},
			{func(in *contract.Input) { in.Note = "a\x00" }, "note fault.bytes"},
		} {
			in := good
			c.change(&in)
			if _, err := w.Add(w.as("city"), in); key(err) != c.want {
				t.Errorf("%s; want %s", key(err), c.want)
			}
		}
		if all, _, err := w.Contracts(w.as("city"), contract.Sieve{}); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
		w.add(good)
		all, _, err := w.Contracts(w.as("city"), contract.Sieve{Text: "FACHAKTE"})
		if err != nil || len(all) != 1 || all[0].Software != "Fachakte" || all[0].SoftwareID == "" || all[0].Amount != "1200.5" || all[0].Proprietary != "unknown" {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

// A contract is seen by its organisation and those above, and found by nobody else.
func TestContractsAreTheirs(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		id, err := w.Add(w.as("building"), contract.Input{Title: "Pflege", Supplier: "Haus", Kind: "once"})
		if err != nil {
			t.Fatal(err)
		}
		owed, err := w.Owe(w.as("city"), id, "Schlüssel übergeben", "2026-12-01")
		if err != nil {
			t.Fatal(err)
		}
		far := w.as("foreign")
		for what, err := range map[string]error{"read": second(w.Contract(far, id)), "change": w.Change(far, id, "", contract.Input{Title: "x", Supplier: "y", Kind: "once"}), "answer": w.Answer(far, id, "", nil),
			"choose": w.Choose(far, id, "", contract.Choice{}), "owe": second(w.Owe(far, id, "x", "2026-12-01")), "settle": w.Settle(far, owed, contract.Settlement{State: contract.Fulfilled, Evidence: "x"})} {
			if fault.Of(err) != fault.NotFound {
				t.Errorf("%s: %v, want not found", what, err)
			}
		}
		if all, err := w.Owed(far, "", "", ""); err != nil || len(all) != 0 {
			t.Errorf("a stranger sees %v, %v", all, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

// told writes what is owed of a contract: "C03 2026-07-31 open".
func (w *town) told(id string) string {
	w.t.Helper()
	all, err := w.Owed(w.as("city"), id, "", "")
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, o := range all {
		out = append(out, strings.TrimSpace(fmt.Sprint(o.Topic, " ", o.Due, " ", o.State)))
	}
	return strings.Join(out, ", ")
}

// The story of a contract: answers propose, somebody chooses, each topic makes something owed;
// it is fulfilled with evidence, owed anew, moved along with the end, or not owed with a reason.
func TestTopicsBecomeWhatIsOwed(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ctx := w.as("city")
		id := w.add(contract.Input{Title: "Entwicklung", Since: "2026-07-01", Until: "2027-06-30"})
		if err := w.Answer(ctx, id, "", map[string]string{"frame": "single", "subject": "perhaps"}); key(err) != "q-subject contract.answer_bad" {
			t.Error(err)
		}
		if err := w.Answer(ctx, id, "", map[string]string{"frame": "single", "subject": "creation", "results": "yes", "basis": ""}); err != nil {
			t.Fatal(err)
		}
		p, err := w.Plan(ctx, id)
		if err != nil || p.Advice.Type != "erstellung" || len(p.Answers) != 3 || p.Type != "" {
			t.Fatalf("%+v, %v; a hint sets no type", p, err)
		}
		if err := w.Choose(ctx, id, "", contract.Choice{Topics: []string{"C03", "C99"}, From: "2025-01-01"}); key(err) != "topics contract.topic_bad" {
			t.Error(err)
		}
		if err := w.Choose(ctx, id, "", contract.Choice{Topics: []string{"C02", "C03"}, From: "2025-01-01"}); err != nil {
			t.Fatal(err)
		}
		if got, want := w.told(id), "C03 2026-07-31 open, C02 2027-07-30 open"; got != want {
			t.Fatalf("%s; want %s", got, want)
		}

		late, err := w.Owed(ctx, "", contract.Open, "2026-11-28")
		if err != nil || len(late) != 1 || !late[0].Late("2026-11-28") || late[0].What("de") != "Stückliste (SBOM) erhalten" {
			t.Fatalf("%+v, %v", late, err)
		}
		for _, c := range []struct {
			in   contract.Settlement
			want string
		}{{contract.Settlement{State: "fulfilled"}, "evidence contract.evidence_missing"}, {contract.Settlement{State: "waived", Evidence: "x"}, "reason contract.reason_missing"},
			{contract.Settlement{State: "open"}, "state contract.choice_bad"}, {contract.Settlement{State: "fulfilled", Link: "javascript:alert(1)"}, "link contract.link_bad"}} {
			if err := w.Settle(ctx, late[0].ID, c.in); key(err) != c.want {
				t.Errorf("%s, want %s", key(err), c.want)
			}
		}
		if err := w.Settle(ctx, late[0].ID, contract.Settlement{State: "fulfilled", Link: "https://stadt.example/sbom.json"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Settle(ctx, late[0].ID, contract.Settlement{State: "waived", Reason: "x"}); key(err) != "contract.settled" {
			t.Errorf("twice: %v", err)
		}
		if got, want := w.told(id), "C03 2027-01-31 open, C02 2027-07-30 open, C03 2026-07-31 fulfilled"; got != want {
			t.Fatalf("after settling: %s; want %s", got, want)
		}

		c, err := w.Contract(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		c.Input.Until = "2026-12-31"
		if err := w.Change(ctx, id, "", c.Input); err != nil {
			t.Fatal(err)
		}
		if got, want := w.told(id), "C02 2027-01-30 open, C03 2027-01-31 open, C03 2026-07-31 fulfilled"; got != want {
			t.Errorf("with another end: %s; want %s", got, want)
		}
		if err := w.Choose(ctx, id, "", contract.Choice{Topics: []string{"C03"}, From: "2025-01-01"}); err != nil {
			t.Fatal(err)
		}
		if got, want := w.told(id), "C03 2027-01-31 open, C03 2026-07-31 fulfilled, C02 2027-01-30 waived"; got != want {
			t.Errorf("without C02: %s; want %s", got, want)
		}
	})
}

// A contract that renews itself goes on, and so does what is owed again and again; what is owed
// at the end counts from the end that lies ahead.
func TestWhatIsOwedGoesOnWithARenewedContract(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ctx := w.as("city")
		id := w.add(contract.Input{Title: "Pflege", Since: "2025-01-01", Until: "2025-12-31", Renews: 12, Notice: 1})
		if err := w.Choose(ctx, id, "", contract.Choice{Topics: []string{"C02", "C03"}, From: "2025-01-01"}); err != nil {
			t.Fatal(err)
		}
		settle := func(want string) {
			t.Helper()
			all, err := w.Owed(ctx, id, contract.Open, "")
			if err == nil {
				err = w.Settle(ctx, all[0].ID, contract.Settlement{State: "fulfilled", Evidence: "Mail"})
			}
			if got := w.told(id); err != nil || got != want {
				t.Errorf("%s %v; want %s", got, err, want)
			}
		}
		if got, want := w.told(id), "C03 2025-01-31 open, C02 2027-01-30 open"; got != want {
			t.Errorf("%s; want %s", got, want)
		}
		if all, err := w.Owed(ctx, id, contract.Open, "2026-11-28"); err != nil || len(all) != 1 {
			t.Errorf("%+v %v: the end is not here yet", all, err)
		}
		settle("C03 2025-07-31 open, C02 2027-01-30 open, C03 2025-01-31 fulfilled")
		settle("C03 2026-01-31 open, C02 2027-01-30 open, C03 2025-01-31 fulfilled, C03 2025-07-31 fulfilled")
		w.now = w.now.AddDate(0, 0, 10) // the day of notice has passed
		if got, want := w.told(id), "C03 2026-01-31 open, C02 2028-01-30 open, C03 2025-01-31 fulfilled, C03 2025-07-31 fulfilled"; got != want {
			t.Errorf("%s; want %s", got, want)
		}
		c, err := w.Contract(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		c.Input.Since = "2025-02-15"
		if err := w.Change(ctx, id, "", c.Input); err != nil {
			t.Fatal(err)
		}
		if got, want := w.told(id), "C03 2026-03-17 open, C02 2028-01-30 open, C03 2025-01-31 fulfilled, C03 2025-07-31 fulfilled"; got != want {
			t.Errorf("with another start: %s; want %s", got, want)
		}
	})
}

// Whoever changes a contract as it was before somebody else changed it is told what stands there
// and what they sent; what others wrote stays until they send theirs once more.
func TestAnOldFormChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		id := w.add(contract.Input{Title: "Pflege"})
		c, err := w.Contract(w.as("city"), id)
		if err != nil {
			t.Fatal(err)
		}
		site := w.site("contract.*")
		status, page := site.Get("/contract/entry/" + id + "/edit")
		if status != 200 || !strings.Contains(page, `name="seen" value="`+c.Changed+`"`) {
			t.Fatalf("%d %s", status, page)
		}
		send := func(seen, title, amount string) (int, string) {
			return site.Post("/contract/entry/"+id+"/edit", url.Values{"title": {title}, "amount": {amount}, "supplier": {"Haus"}, "kind": {"support"}, "seen": {seen}})
		}
		w.now = w.now.Add(time.Minute)
		if got, _ := send(c.Changed, "Pflege", "10"); got != 303 {
			t.Error(got)
		}
		w.now = w.now.Add(time.Minute)
		got, page := send(c.Changed, "Wartung", "12")
		if got != 409 || !strings.Contains(page, "Betrag: jetzt „10“, von Ihnen „12“; Gegenstand: jetzt „Pflege“, von Ihnen „Wartung“") || !strings.Contains(page, `value="Wartung"`) {
			t.Errorf("%d %s", got, page)
		}
		now, err := w.Contract(w.as("city"), id)
		if err != nil || now.Amount != "10" || now.Title != "Pflege" {
			t.Errorf("%+v %v", now.Input, err)
		}
		if !strings.Contains(page, `name="seen" value="`+now.Changed+`"`) {
			t.Error("who has read it cannot send theirs")
		}
		if got, _ := send(now.Changed, "Wartung", "12"); got != 303 {
			t.Error(got)
		}

		// By the API writing needs what was seen.
		call := func(path, body string) (int, string) {
			return site.Send("/api/v1/contract/contracts/"+id+path, "application/json", strings.NewReader(body))
		}
		const rest = `"title":"Neu","supplier":"Haus","kind":"support"`
		if status, answer := call("", `{`+rest+`}`); status != 422 {
			t.Errorf("without seen: %d %s", status, answer)
		}
		if status, answer := call("", `{"seen":"`+c.Changed+`",`+rest+`}`); status != 409 || !strings.Contains(answer, "Wartung") || !strings.Contains(answer, "Neu") {
			t.Errorf("with an old seen: %d %s", status, answer)
		}
		if status, answer := call("/topics", `{"seen":"`+c.Changed+`","topics":["C01"]}`); status != 409 || !strings.Contains(answer, "C01") {
			t.Errorf("topics with an old seen: %d %s", status, answer)
		}
		if status, answer := call("/answers", `{"seen":"`+c.Changed+`","answers":{"frame":"single"}}`); status != 409 || !strings.Contains(answer, "Einmalige Beschaffung") {
			t.Errorf("answers with an old seen: %d %s", status, answer)
		}
		if now, err = w.Contract(w.as("city"), id); err != nil {
			t.Fatal(err)
		}
		if status, answer := call("", `{"seen":"`+now.Changed+`",`+rest+`}`); status != 201 {
			t.Errorf("%d %s", status, answer)
		}
	})
}

// A contract entered years after it began shows no duties of years long gone as overdue: what is
// owed again and again begins after the day of entry, what was owed once is marked, and is
// settled in one step with a reason.
func TestAnOldContractOwesFromTheDayItIsEntered(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ctx := w.as("city")
		id := w.add(contract.Input{Title: "Altvertrag", Since: "2011-07-01", Until: "2028-06-30"})
		if err := w.Choose(ctx, id, "", contract.Choice{Topics: []string{"C03", "C07"}}); err != nil {
			t.Fatal(err)
		}
		c, err := w.Contract(ctx, id)
		if err != nil || c.Counted != "2026-11-28" {
			t.Fatalf("%q, %v", c.Counted, err)
		}
		all, err := w.Owed(ctx, id, contract.Open, "")
		if err != nil {
			t.Fatal(err)
		}
		before := 0
		for _, o := range all {
			if o.Late("2026-11-28") || o.Topic == "C03" && o.Due != "2027-01-31" {
				t.Errorf("%+v", o)
			}
			if o.Before {
				before++
			}
		}
		if before == 0 {
			t.Fatalf("nothing was due before: %s", w.told(id))
		}
		site := w.site("contract.*")
		if _, page := site.Get("/contract/entry/" + id); !strings.Contains(page, "vor der Erfassung") || strings.Contains(page, "überfällig</") {
			t.Error(page)
		}
		if _, err := w.SettleBefore(ctx, id, " "); key(err) != "before_reason fault.missing" {
			t.Error(err)
		}
		if status, page := site.Post("/contract/entry/"+id+"/before", url.Values{"before_reason": {"Akten sind nicht mehr da."}}); status != 303 {
			t.Errorf("%d %s", status, page)
		}
		if all, err = w.Owed(ctx, id, contract.Waived, ""); err != nil || len(all) != before || !strings.Contains(all[0].Reason, "28.11.2026, ab dem die Pflichten zählen: Akten sind nicht mehr da.") {
			t.Errorf("%+v, %v", all, err)
		}
		if _, err := w.SettleBefore(ctx, id, "noch einmal"); key(err) != "contract.before.none" {
			t.Error(err)
		}
		if _, err := w.SettleBefore(w.as("foreign"), id, "x"); fault.Of(err) != fault.NotFound {
			t.Error(err)
		}
	})
}

// A subscription says how many of what at which price, support when somebody reacts and who is
// paid; what nobody knows is told as unknown, on the page and in the file.
func TestSubscriptionsAndSupportAreWhatTheyAre(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.CaseOf = func(_ context.Context, _ ospo.OrgID, number string) (string, string, error) {
			if number == "2026-0007" {
				return "Terminvergabe", "/casework/case/x", nil
			}
			return "", "", nil
		}
		id := w.add(contract.Input{Title: "Büro", Kind: "subscription", Per: "month", Proprietary: "no", Case: "2026-0007", Terms: contract.Terms{Units: 250, UnitName: "Arbeitsplätze", UnitPrice: "4.20",
			Reaction: "4", Service: "Mo–Fr 8–17 Uhr", Upstream: "yes", Paid: "Kernentwickler"}})
		c, err := w.Contract(w.as("city"), id)
		if err != nil || c.Amount != "1050" {
			t.Errorf("%q, %v", c.Amount, err)
		}
		site := w.site("contract.read")
		_, page := site.Get("/contract/entry/" + id)
		for _, want := range []string{"250 Arbeitsplätze", "4,20 €", "1.050,00 €", "Mo–Fr 8–17 Uhr", "Kernentwickler", `href="/casework/case/x"`, "Terminvergabe", "<dt>Wiederherstellung in Stunden</dt><dd>unbekannt</dd>"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %s", want)
			}
		}
		if status, file := site.Get("/contract/register.csv?q=b%C3%BCro"); status != 200 || !strings.Contains(file, "250;Arbeitsplätze;4,20;4;unbekannt;") {
			t.Errorf("%d %s", status, file)
		}
		if _, file := site.Get("/contract/register.csv?q=anderes"); strings.Contains(file, "Büro") {
			t.Error("the file is not narrowed")
		}
	})
}

// Without start and end nobody knows the day: that is unknown, not never.
func TestWithoutDaysTheDayIsUnknown(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		id := w.add(contract.Input{Title: "Entwicklung"})
		if err := w.Choose(w.as("city"), id, "", contract.Choice{Topics: []string{"C02"}}); err != nil {
			t.Fatal(err)
		}
		if got, want := w.told(id), "C02  open"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if err := w.Change(w.as("city"), id, "", contract.Input{Title: "Entwicklung", Supplier: "Haus", Kind: "once", Until: "2027-01-01"}); err != nil {
			t.Fatal(err)
		}
		if got, want := w.told(id), "C02 2027-01-31 open"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

func TestDaysOfNoticeComeInOrder(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.add(contract.Input{Title: "A später", Until: "2027-03-31", Notice: 1})
		w.add(contract.Input{Title: "B bald", Until: "2026-12-31", Notice: 2, NoticeUnit: "weeks"})
		w.add(contract.Input{Title: "C verlängert", Until: "2026-12-31", Notice: 3, Renews: 12}) // passed: 2027-09-30 is next
		w.add(contract.Input{Title: "D vorbei", Until: "2026-10-31", Notice: 1})
		w.add(contract.Input{Title: "E offen"})
		all, err := w.Leaving(w.as("city"), "2027-10-01")
		var got []string
		for _, l := range all {
			got = append(got, l.Title+" "+l.By)
		}
		if want := "B bald 2026-12-17, A später 2027-02-28, C verlängert 2027-09-30"; strings.Join(got, ", ") != want || err != nil {
			t.Errorf("%v, %v; want %s", got, err, want)
		}
		if all[2].Missed != "2026-09-30" {
			t.Errorf("missed %q", all[2].Missed)
		}
	})
}

// The report for the council: what has no reason comes first; a reason may stand in a case; what
// has ended, and what nobody knows to be proprietary, is not in it.
func TestExceptionsWithoutAReasonComeFirst(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		w.Approvals = func(context.Context) ([]contract.Approval, bool, error) {
			return []contract.Approval{{Number: "2026-0001", Title: "Freigabe mit Vertrag", Reason: "kein offener Kandidat", Link: "/x"}, {Number: "2026-0002", Title: "Allein", Reason: "Gesetz", Name: "AutoCAD LT", Amount: "1200.50", Per: "year", Again: "2027-11-30"}, {Number: "2026-0003", Title: "Stumm"}}, true, nil
		}
		w.add(contract.Input{Title: "Begründet", Proprietary: "yes", Reason: "nur dieser Hersteller"})
		w.add(contract.Input{Title: "Verweist", Proprietary: "yes", Case: "2026-0001"})
		w.add(contract.Input{Title: "Ohne", Proprietary: "yes", Case: "1999-0001"})
		w.add(contract.Input{Title: "Vorbei", Proprietary: "yes", Until: "2026-01-01"})
		w.add(contract.Input{Title: "Fraglich"})
		w.add(contract.Input{Title: "Offen", Proprietary: "no"})
		r, err := w.Report(w.as("city"))
		var got []string
		for _, e := range r.All {
			got = append(got, strings.TrimSpace(e.Title+": "+e.Reason))
		}
		want := "Ohne: | Stumm: | Allein: Gesetz | Begründet: nur dieser Hersteller | Verweist: kein offener Kandidat"
		if s := strings.Join(got, " | "); s != want || err != nil || r.Without != 2 || r.Unknown != 1 || r.Blind {
			t.Errorf("%s, %d, %d, %v", s, r.Without, r.Unknown, err)
		}
		// What stands in the case is said; what does not is unknown, and no dash.
		site := webtest.New(t, []fs.FS{w.Room().Files}, w.Room().Files, w.Room().Pages, w.Room().Ops).As(door.From(w.as("city")))
		_, page := site.Get("/contract/exceptions")
		for _, want := range []string{"AutoCAD LT", "1.200,50 €", "im Jahr", "Überprüfung oder Ende am 30.11.2027"} {
			if !strings.Contains(page, want) {
				t.Errorf("the report lacks %q", want)
			}
		}
		if _, row, _ := strings.Cut(page, "Stumm"); !strings.Contains(row[:min(len(row), 1600)], "unbekannt") {
			t.Error("what nobody knows of an approval is not called unknown")
		}
		if r, err := w.Report(w.as("foreign")); err != nil || len(r.All) != 2+1 { // approvals come from the room that keeps them
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestListsGoOnByPages(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		for _, title := range []string{"b", "A", "c", "ä"} {
			w.add(contract.Input{Title: title})
		}
		var got []string
		after := ""
		for range 5 {
			page, next, err := w.Contracts(w.as("city"), contract.Sieve{After: after, Size: 3})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page {
				got = append(got, c.Title)
			}
			if next == nil {
				break
			}
			after = keyset.Cursor(next...)
		}
		if len(got) != 4 {
			t.Errorf("%v", got)
		}
	})
}

// A case leads to the contracts of its house that name it, however many others there are of houses
// that count theirs by themselves.
func TestACaseLeadsToTheContractsOfItsHouse(t *testing.T) {
	each(t, func(t *testing.T, w *town) {
		ours := w.add(contract.Input{Title: "Pflege", Case: "2026-1000"})
		w.add(contract.Input{Title: "Betrieb", Case: "2026-10001"})
		for i := range 51 {
			_, err := w.Add(w.as("building"), contract.Input{Title: fmt.Sprint("Fremd ", i), Supplier: "Haus", Kind: "support", Case: "2026-1000"})
			if err != nil {
				t.Fatal(err)
			}
		}
		all, err := w.OfCase(w.as("city"), []ospo.OrgID{"city"}, "2026-1000")
		if err != nil || len(all) != 1 || all[0].ID != ours {
			t.Errorf("%+v, %v", all, err)
		}
		if all, err := w.OfCase(w.as("foreign"), []ospo.OrgID{"city"}, "2026-1000"); err != nil || len(all) != 0 {
			t.Errorf("a stranger is led to %+v, %v", all, err)
		}
	})
}
