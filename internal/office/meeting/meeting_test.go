// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/governance"
	"allmende/internal/office/meeting"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/mail"
	"allmende/internal/platform/web/webtest"
)

// A town is a city and a foreign one. Ada is its strategist with Bob as deputy, Cleo
// coordinates and chairs, Dora is of the house and holds nothing, Eve is a stranger.
type town struct {
	t    *testing.T
	d    *db.DB
	role *role.Service
	*meeting.Service
	now     time.Time
	matters []meeting.Matter
}

func newTown(t *testing.T, d *db.DB) *town {
	t.Helper()
	gov := governance.New(d)
	w := &town{t: t, d: d, role: role.New(d), Service: meeting.New(d), now: time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)}
	d.Now = func() time.Time { return w.now }
	for _, room := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"mail", mail.Files}, {"role", w.role.Room().Files}, {"meeting", w.Room().Files}} {
		if err := d.Migrate(t.Context(), room.name, room.files); err != nil {
			t.Fatal(room.name, err)
		}
	}
	w.Holders, w.RoleNames = w.holders, w.role.Names
	w.Open = append(w.Open, func(context.Context, ospo.OrgID) ([]meeting.Matter, error) { return w.matters, nil })
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range []string{"city", "foreign"} {
		if _, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o), Name: "Stadt " + o, Kind: "city"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range [][2]string{{"ada", "city"}, {"bob", "city"}, {"cleo", "city"}, {"dora", "city"}, {"eve", "foreign"}} {
		if _, err := gov.AddPerson(t.Context(), act, governance.Person{ID: ospo.PersonID(p[0]), Org: ospo.OrgID(p[1]), Name: strings.ToUpper(p[0][:1]) + p[0][1:], Login: p[0] + "@" + p[1] + ".example", Level: "none"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range []role.Grant{{Role: "strategist", Person: "ada", Org: "city", Deputy: "bob", Since: "2026-11-01"}, {Role: "coordinator", Person: "cleo", Org: "city", Since: "2026-11-01"}} {
		g.Decision = "Amtsleitung"
		if _, err := w.role.Grant(w.as("cleo", "city", "*"), g); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *town) holders(ctx context.Context, org ospo.OrgID, day string) (out []meeting.Holder, err error) {
	ctx = door.With(ctx, door.Viewer{Org: org, Person: "test"})
	away := map[ospo.PersonID]bool{}
	absent, err := w.role.Absences(ctx)
	for _, a := range absent {
		away[a.Person] = a.Since <= day && day <= a.Until
	}
	if err != nil {
		return nil, err
	}
	all, err := w.role.Mandates(ctx, role.Sieve{State: "running"})
	for _, m := range all {
		out = append(out, meeting.Holder{Role: m.Role, Person: m.Person, Name: m.Name, Deputy: m.Deputy, DeputyName: m.DeputyName, Away: away[m.Person]})
	}
	return out, err
}

func (w *town) as(person, org string, grants ...string) context.Context {
	return door.With(w.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: ospo.PersonID(person), Grants: grants, Lang: "de", Door: "web"})
}

// attends is who may look into their own teams, and no more.
func (w *town) attends(person, org string) context.Context {
	return w.as(person, org, "meeting.attend")
}

func (w *town) must(id string, err error) string {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return id
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

var office = meeting.TeamInput{Name: "Programmbüro", Roles: []string{"strategist", "coordinator"}, Chair: "cleo", Weeks: 2, Since: "2026-12-01", At: "10:00"}

func (w *town) team() string {
	return w.must(w.AddTeam(w.as("cleo", "city", "meeting.*"), office))
}

func (w *town) minutes(ctx context.Context, id string) meeting.Minutes {
	w.t.Helper()
	m, err := w.Minutes(ctx, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func agenda(m meeting.Minutes) string {
	var out []string
	for _, i := range m.Items {
		out = append(out, i.Kind+" "+i.Title+" "+i.Result)
	}
	return strings.Join(out, "; ")
}

// Ada is away: Bob is invited for her. The chair takes a matter over, adds an item, and orders
// them; one is decided, one is a task, one is left. After the minutes are closed nothing
// changes; what was left and the task are on the next agenda.
func TestAMeetingFromInvitationToTheNextOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		cleo := w.attends("cleo", "city")
		if _, err := w.role.Leave(w.as("ada", "city"), "", "2026-12-01", "2026-12-05"); err != nil {
			t.Fatal(err)
		}
		team := w.team()
		id := w.must(w.Plan(cleo, team, meeting.SessionInput{Day: "2026-12-01"}))
		var guests []string
		for _, g := range w.minutes(cleo, id).Guests {
			guests = append(guests, fmt.Sprint(g.Name, " ", g.Role, " ", g.For, " ", g.Presence))
		}
		if got := strings.Join(guests, "; "); got != "Ada strategist  excused; Bob strategist Ada invited; Cleo coordinator  invited" {
			t.Error(got)
		}
		w.matters = []meeting.Matter{{Kind: "audit", Key: "7", Title: "Feststellung 7", Link: "/audit/finding/7"}, {Kind: "approval", Key: "1", Title: "Freigabe 1", Link: "/approval/1", Due: "2026-12-02"}}
		all, err := w.Matters(cleo, id)
		if err != nil || len(all) != 2 || all[0].Key != "1" {
			t.Fatalf("%+v %v", all, err)
		}
		if _, err := w.Take(cleo, id, []string{"magic:1"}); key(err) != "take meeting.nothing_taken" {
			t.Error(err)
		}
		taken, err := w.Take(cleo, id, []string{"audit:7"})
		if err != nil {
			t.Fatal(err)
		}
		if all, _ := w.Matters(cleo, id); len(all) != 1 {
			t.Errorf("a matter on the agenda is offered again: %+v", all)
		}
		plan, site := w.must(w.AddItem(cleo, id, "Ziele 2027")), w.must(w.AddItem(cleo, id, "Auftritt im Netz"))
		if err := w.Shift(cleo, plan, -1); err != nil {
			t.Fatal(err)
		}
		if got := agenda(w.minutes(cleo, id)); got != "own Ziele 2027 ; audit Feststellung 7 ; own Auftritt im Netz " {
			t.Error(got)
		}
		good := meeting.DecisionInput{Text: "Wir veröffentlichen zuerst intern.", Reason: "Erprobung", Responsible: "bob", Due: "2026-12-20"}
		if _, err := w.Decide(cleo, plan, good); key(err) != "meeting.nobody_present" {
			t.Errorf("decided by nobody: %v", err)
		}
		if err := w.Close(cleo, id); key(err) != "meeting.nobody_present" {
			t.Errorf("closed with nobody: %v", err)
		}
		if err := w.Attend(cleo, id, map[ospo.PersonID]string{"bob": meeting.Present, "cleo": meeting.Present}); err != nil {
			t.Fatal(err)
		}
		one, three := 1, 3
		for want, spoil := range map[string]func(*meeting.DecisionInput){
			"text fault.missing":               func(in *meeting.DecisionInput) { in.Text = " " },
			"reason fault.missing":             func(in *meeting.DecisionInput) { in.Reason = "" },
			"yes meeting.votes_many":             func(in *meeting.DecisionInput) { in.Yes = &three },
			"responsible meeting.person_unknown": func(in *meeting.DecisionInput) { in.Responsible = "eve" },
			"due meeting.day_bad":                func(in *meeting.DecisionInput) { in.Due = "bald" },
			"corrects meeting.corrects_bad":      func(in *meeting.DecisionInput) { in.Corrects = "nichts" },
		} {
			in := good
			spoil(&in)
			if _, err := w.Decide(cleo, plan, in); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		good.Yes = &one
		decision := w.must(w.Decide(cleo, plan, good))
		good.Text = "Wir veröffentlichen ab Januar."
		if err := w.Revise(cleo, decision, good); err != nil {
			t.Fatal(err)
		}
		if err := w.Settle(cleo, site, meeting.ItemInput{Result: "decided"}); key(err) != "result meeting.result_undecided" {
			t.Errorf("decided without a decision: %v", err)
		}
		if err := w.Settle(cleo, site, meeting.ItemInput{Note: "Texte fehlen.", Result: "task", Responsible: "cleo", Due: "2026-12-10"}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(cleo, id); err != nil {
			t.Fatal(err)
		}
		m := w.minutes(cleo, id)
		if got := agenda(m); got != "own Ziele 2027 decided; audit Feststellung 7 postponed; own Auftritt im Netz task" || !m.Intact() || len(m.Session.Sum) != 64 {
			t.Errorf("%s, intact %v", got, m.Intact())
		}
		for name, err := range map[string]error{"revise": w.Revise(cleo, decision, good), "note": w.Settle(cleo, site, meeting.ItemInput{}), "attend": w.Attend(cleo, id, map[ospo.PersonID]string{"bob": "absent"}),
			"close": w.Close(cleo, id), "cancel": w.Cancel(cleo, id), "remove": w.Remove(cleo, taken[0])} {
			if key(err) != "meeting.closed" {
				t.Errorf("%s in closed minutes: %v", name, err)
			}
		}
		logged, err := db.Texts(t.Context(), d.Read(), `SELECT diff FROM log_entry_view WHERE what = 'meeting.close'`)
		if err != nil || len(logged) != 1 || !strings.Contains(logged[0], m.Session.Sum) {
			t.Errorf("the sum is not in the log: %q %v", logged, err)
		}
		w.now = w.now.AddDate(0, 0, 9)
		second := w.must(w.Plan(cleo, team, meeting.SessionInput{Day: "2026-12-15"}))
		if got := agenda(w.minutes(cleo, second)); got != "decision Wir veröffentlichen ab Januar. ; postponed Feststellung 7 ; task Auftritt im Netz " {
			t.Error(got)
		}
		if err := w.Finish(w.attends("ada", "city"), "item", site); fault.Of(err) != fault.Forbidden {
			t.Errorf("Ada finishes Cleo's task: %v", err)
		}
		if err := w.Finish(cleo, "item", site); err != nil {
			t.Fatal(err)
		}
		if tasks, err := w.Tasks(cleo, team); err != nil || len(tasks) != 1 || tasks[0].Kind != "decision" || tasks[0].Name != "Bob" {
			t.Errorf("%+v %v", tasks, err)
		}
		if err := w.Cancel(cleo, second); err != nil {
			t.Fatal(err)
		}
		third := w.must(w.Plan(cleo, team, meeting.SessionInput{Day: "2026-12-29"}))
		if got := agenda(w.minutes(cleo, third)); got != "decision Wir veröffentlichen ab Januar. ; postponed Feststellung 7 " {
			t.Error(got)
		}
		if err := w.Close(cleo, third); key(err) != "meeting.too_early" {
			t.Errorf("closed before it was: %v", err)
		}
		if _, err := d.Read().QueryContext(t.Context(), `UPDATE meeting_decision SET text = 'anders'`); err == nil {
			t.Error("the read handle writes")
		}
	})
}

// A decision in closed minutes is corrected by a new one, once; numbers go on by year; whoever
// changes the table behind the program's back is told of.
func TestCorrectingADecision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		cleo := w.attends("cleo", "city")
		team := w.team()
		hold := func(day, corrects string) (session, decision string) {
			w.now, _ = time.Parse(time.DateOnly, day)
			session = w.must(w.Plan(cleo, team, meeting.SessionInput{Day: day}))
			item := w.must(w.AddItem(cleo, session, "Punkt"))
			if err := w.Attend(cleo, session, map[ospo.PersonID]string{"cleo": meeting.Present}); err != nil {
				t.Fatal(err)
			}
			decision = w.must(w.Decide(cleo, item, meeting.DecisionInput{Text: "Beschluss vom " + day, Reason: "Grund", Corrects: corrects}))
			if err := w.Close(cleo, session); err != nil {
				t.Fatal(err)
			}
			return session, decision
		}
		first, old := hold("2026-12-01", "")
		_, _ = hold("2026-12-15", "")
		_, now := hold("2027-01-12", old)
		d1, _, err := w.Decision(cleo, old)
		if err != nil || d1.Number != "2026-01" || d1.Corrected != now || d1.Text != "Beschluss vom 2026-12-01" || fmt.Sprint(d1.Present) != "[Cleo]" || d1.State != "final" {
			t.Errorf("%+v %v", d1, err)
		}
		all, err := w.Decisions(cleo, meeting.DecisionSieve{})
		if err != nil || len(all) != 3 || all[0].Number != "2027-01" || all[1].Number != "2026-02" {
			t.Errorf("%+v %v", all, err)
		}
		for text, want := range map[string]int{"2026-02": 1, "VOM 2027": 1, "nirgends": 0, "%": 3, "": 3} {
			if found, err := w.Decisions(cleo, meeting.DecisionSieve{Text: text, Team: team}); err != nil || len(found) != want {
				t.Errorf("%q finds %d, %v, want %d", text, len(found), err, want)
			}
		}
		session := w.must(w.Plan(cleo, team, meeting.SessionInput{Day: "2027-01-12"}))
		item := w.must(w.AddItem(cleo, session, "Noch einmal"))
		if err := w.Attend(cleo, session, map[ospo.PersonID]string{"cleo": meeting.Present}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Decide(cleo, item, meeting.DecisionInput{Text: "x", Reason: "x", Corrects: old}); key(err) != "corrects meeting.corrected_already" {
			t.Errorf("corrected twice: %v", err)
		}
		err = d.Keep(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), `UPDATE meeting_decision SET text = 'etwas anderes' WHERE id = $1`, old)
			return err
		})
		if m := w.minutes(cleo, first); err != nil || m.Intact() {
			t.Errorf("minutes that were changed pass for unchanged: %v", err)
		}
	})
}

// Members, whoever was invited, and who reads for the house see minutes; a colleague without a
// role and a stranger find nothing, and neither writes.
func TestWhoSeesMinutes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		team := w.team()
		cleo := w.attends("cleo", "city")
		id := w.must(w.Plan(cleo, team, meeting.SessionInput{Day: "2026-12-01"}))
		item := w.must(w.AddItem(cleo, id, "Vertrauliches"))
		if err := w.Attend(cleo, id, map[ospo.PersonID]string{"cleo": meeting.Present}); err != nil {
			t.Fatal(err)
		}
		decision := w.must(w.Decide(cleo, item, meeting.DecisionInput{Text: "Geheim", Reason: "Grund"}))
		sees := func(who string, ctx context.Context, want bool) {
			t.Helper()
			_, err1 := w.Team(ctx, team)
			_, err2 := w.Minutes(ctx, id)
			_, _, err3 := w.Item(ctx, item)
			_, _, err4 := w.Decision(ctx, decision)
			all, err5 := w.Decisions(ctx, meeting.DecisionSieve{})
			teams, err6 := w.Teams(ctx)
			for i, err := range []error{err1, err2, err3, err4} {
				if want && err != nil || !want && fault.Of(err) != fault.NotFound {
					t.Errorf("%s, %d: %v", who, i, err)
				}
			}
			if err5 != nil || err6 != nil || (len(all) == 1) != want || (len(teams) == 1) != want {
				t.Errorf("%s: %d decisions, %d teams, %v %v", who, len(all), len(teams), err5, err6)
			}
		}
		sees("a member", w.attends("ada", "city"), true)
		sees("who reads for the house", w.as("dora", "city", "meeting.read"), true)
		sees("a colleague", w.attends("dora", "city"), false)
		sees("the deputy of who is there", w.attends("bob", "city"), false)
		sees("a stranger with all rights", w.as("eve", "foreign", "*"), false)
		for name, err := range map[string]error{"item": w.Settle(w.attends("ada", "city"), item, meeting.ItemInput{Note: "x"}), "close": w.Close(w.as("dora", "city", "meeting.read"), id)} {
			if fault.Of(err) != fault.Forbidden {
				t.Errorf("%s by who does not chair: %v", name, err)
			}
		}
		if err := w.Attend(cleo, id, map[ospo.PersonID]string{"dora": meeting.Invited}); err != nil {
			t.Fatal(err)
		}
		dora := w.attends("dora", "city")
		if _, err := w.Minutes(dora, id); err != nil {
			t.Errorf("a guest: %v", err)
		}
		if _, err := w.Team(dora, team); fault.Of(err) != fault.NotFound {
			t.Errorf("a guest of one meeting sees the team: %v", err)
		}
		if err := w.Attend(cleo, id, map[ospo.PersonID]string{"eve": meeting.Invited}); key(err) != "person meeting.person_unknown" {
			t.Errorf("a stranger is invited: %v", err)
		}
		for want, spoil := range map[string]func(*meeting.TeamInput){
			"name fault.missing":         func(in *meeting.TeamInput) { in.Name = "" },
			"roles meeting.roles_bad":      func(in *meeting.TeamInput) { in.Roles = []string{"No Role"} },
			"chair meeting.person_unknown": func(in *meeting.TeamInput) { in.Chair = "eve" },
			"org meeting.org_unknown":      func(in *meeting.TeamInput) { in.Org = "foreign" },
			"at meeting.clock_bad":         func(in *meeting.TeamInput) { in.At = "25:00" },
			"weeks meeting.weeks_bad":      func(in *meeting.TeamInput) { in.Weeks = 53 },
			"since fault.missing":        func(in *meeting.TeamInput) { in.Since = "" },
			"link meeting.link_bad":        func(in *meeting.TeamInput) { in.Link = "javascript:x" },
			"length meeting.length_bad":    func(in *meeting.TeamInput) { in.Length = 601 },
		} {
			in := office
			spoil(&in)
			if _, err := w.AddTeam(w.as("cleo", "city", "meeting.*"), in); key(err) != want {
				t.Errorf("%s: %v", want, err)
			}
		}
		if r, err := w.Record(w.as("dora", "city", "meeting.read"), "cleo"); err != nil || len(r.Meetings) != 1 || r.Meetings[0].Presence != "present" {
			t.Errorf("%+v %v", r, err)
		}
		if r, err := w.Record(w.as("eve", "foreign", "*"), "cleo"); err != nil || len(r.Meetings) != 0 {
			t.Errorf("%+v %v", r, err)
		}
	})
}

// In the browser: the chair decides by the form, loses nothing on an error, and gets the minutes
// as a document and the invitation as a file; letters go to each in their language.
func TestPagesDocumentsAndLetters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		box := mail.New(d)
		w.UseMail(box)
		team := w.team()
		room := w.Room()
		site := webtest.New(t, []fs.FS{room.Files, role.New(d).Room().Files}, room.Files, room.Pages, room.Ops)
		cleo := site.As(door.From(w.attends("cleo", "city")))
		status, to := cleo.Post("/meeting/team/"+team, url.Values{"day": {"2026-12-01"}, "at": {"10:00"}, "length": {"60"}, "place": {"Rathaus"}})
		if status != 303 {
			t.Fatal(status, to)
		}
		id := strings.TrimPrefix(to, "/meeting/at/")
		cleo.Post(to+"/items", url.Values{"title": {"Ziele <b>"}})
		cleo.Post(to+"/guests", url.Values{"p-cleo": {"present"}})
		item := w.minutes(w.attends("cleo", "city"), id).Items[0].ID
		if status, body := cleo.Post("/meeting/item/"+item+"/decide", url.Values{"text": {"Wir fangen an."}, "yes": {"viele"}}); status != 422 || !strings.Contains(body, "Wir fangen an.") || !strings.Contains(body, `href="#f-yes"`) {
			t.Errorf("%d\n%s", status, body)
		}
		if status, to := cleo.Post("/meeting/item/"+item+"/decide", url.Values{"text": {"Wir fangen an."}, "reason": {"Es ist Zeit."}, "yes": {"1"}, "evidence": {"https://rat.example/7\nAz. 4711"}}); status != 303 || !strings.HasPrefix(to, "/meeting/decision/") {
			t.Fatal(status, to)
		}
		if _, err := w.Send(w.attends("cleo", "city"), id); key(err) != "meeting.mail_off" {
			t.Errorf("sent without a server: %v", err)
		}
		box.Server.Host, box.Home = "mail.example", "https://allmende.example"
		if n, err := w.Send(w.attends("cleo", "city"), id); err != nil || n != 2 {
			t.Errorf("%d letters, %v", n, err)
		}
		if status, to := cleo.Post("/meeting/at/"+id+"/close", nil); status != 303 {
			t.Fatal(status, to)
		}
		for path, want := range map[string]string{"/meeting": "Programmbüro", to: "Ziele &lt;b&gt;", to + "/minutes": "unverändert", "/meeting/decisions?q=fangen": "2026-01", "/meeting/team/" + team: "Strategie",
			to + "/invitation.ics": "SUMMARY:Programmbüro\r\n", "/api/v1/meeting/decisions": `"number":"2026-01"`, "/api/v1/meeting/meetings/" + id: `"sum":`} {
			if status, body := cleo.Get(path); status != 200 || !strings.Contains(body, want) || strings.Contains(body, "[meeting.") {
				t.Errorf("%s: %d lacks %q:\n%s", path, status, want, body)
			}
		}
		if status, body := cleo.Get(to + "/minutes.odt"); status != 200 || !bytes.HasPrefix([]byte(body), []byte("PK")) || !strings.Contains(body, "opendocument.text") {
			t.Errorf("%d, %d bytes are no document", status, len(body))
		}
		letters, err := db.Texts(t.Context(), d.Read(), `SELECT kind FROM mail_letter ORDER BY id`)
		if err != nil || len(letters) != 2 || letters[0] != "meeting.invitation" {
			t.Errorf("%v %v", letters, err)
		}
		eve := site.As(door.From(w.as("eve", "foreign", "*")))
		for _, path := range []string{to, to + "/minutes", to + "/minutes.odt", to + "/invitation.ics", "/meeting/item/" + item} {
			if status, body := eve.Get(path); status != 404 || strings.Contains(body, "Programmbüro") {
				t.Errorf("a stranger is answered %d at %s", status, path)
			}
		}
	})
}
