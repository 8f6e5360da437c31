// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/browser/zammadtest"
	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/office/desk"
	"allmende/internal/office/governance"
	"allmende/internal/office/ticket"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
)

// A hall is a city with a department, a Zammad, and a foreign city. Cora coordinates, Dora of the
// school asks.
type hall struct {
	t   *testing.T
	d   *db.DB
	now time.Time
	q   *job.Queue
	z   *zammadtest.Office
	c   *casework.Service
	k   *desk.Service
	*ticket.Service
	mux *http.ServeMux

	caseID string
}

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	gov, q := governance.New(d), job.New(d)
	h := &hall{t: t, d: d, q: q, now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC), z: zammadtest.Start(t), c: casework.New(d), Service: ticket.New(d, q), mux: http.NewServeMux()}
	d.Now = func() time.Time { return h.now }
	h.k = desk.New(d, blob.Folder(t.TempDir()), q)
	for _, room := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"job", job.Files}, {"approval", approval.Files}, {"casework", h.c.Room().Files}, {"ticket", h.Room().Files}, {"desk", h.k.Room().Files}} {
		if err := d.Migrate(t.Context(), room.name, room.files); err != nil {
			t.Fatal(room.name, err)
		}
	}
	h.c.RoleNames = func(context.Context) (map[string]string, error) { return nil, nil }
	h.c.Held = func(context.Context, ospo.PersonID) ([]casework.Holding, error) { return nil, nil }
	h.c.Filled = func(context.Context, ospo.OrgID) ([]casework.Holding, error) { return nil, nil }
	matter := func(c casework.Case) ticket.Matter {
		return ticket.Matter{ID: c.ID, Org: c.Org, Number: c.Number(), Title: c.Title, Type: c.Type, State: c.State, Outcome: c.Outcome}
	}
	h.Matter = func(ctx context.Context, id string) (ticket.Matter, error) {
		c, err := h.c.Case(ctx, id)
		return matter(c), err
	}
	h.Overhear = func(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string, by ticket.Voice, text string) error {
		return h.c.Overhear(ctx, tx, org, id, casework.Voice(by), text)
	}
	h.k.Matter = func(ctx context.Context, id string) (desk.Matter, error) {
		c, err := h.c.Case(ctx, id)
		return desk.Matter{ID: c.ID, Org: c.Org, Number: c.Number(), Title: c.Title}, err
	}
	h.k.Part = h.k.Matter
	h.k.Held = func(context.Context, string) (bool, error) { return true, nil }
	h.Files = ticket.Files{Most: func() int64 { return h.k.Most },
		Receive: func(ctx context.Context, p ticket.Delivery, taken func(context.Context, *db.Tx) error) (string, error) {
			m, err := h.k.Matter(h.as("system", string(p.Org)), p.Matter)
			h.must(err)
			return h.k.Receive(ctx, desk.Parcel{Matter: m, By: "system", Source: p.Who, Name: p.Name, Data: p.Data, Spare: p.Spare, Tongue: p.Tongue}, taken)
		},
		Of: func(ctx context.Context, id string) (out []ticket.Kept, err error) {
			all, err := h.k.Files(ctx, id)
			for _, f := range all {
				out = append(out, ticket.Kept{ID: f.ID, Name: f.Name, Size: f.Size, Ready: f.Ready()})
			}
			return out, err
		},
		Content: func(ctx context.Context, org ospo.OrgID, id, file string) (ticket.File, error) {
			f, data, err := h.k.Content(h.as("system", string(org)), id, file)
			if fault.Of(err) == fault.Conflict {
				err = fault.Because(err, fault.Invalid, "ticket.fault.file")
			}
			return ticket.File{Name: f.Name, Type: f.Media, Data: data}, err
		}}
	h.Types = func(context.Context) ([]ticket.Kind, error) { return []ticket.Kind{{ID: "advice"}, {ID: "idea"}}, nil }
	h.c.Listen(func(ctx context.Context, tx *db.Tx, c casework.Case, e casework.Event) error {
		return h.Happened(ctx, tx, matter(c), ticket.Event{N: e.N, What: e.What, At: e.At, Text: e.Text, Says: func(tongue string) []string {
			v := door.From(ctx)
			v.Lang = tongue
			return h.c.Words(door.With(ctx, v), c, e)
		}})
	})
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range [][3]string{{"city", "", "city"}, {"school", "city", "department"}, {"foreign", "", "city"}} {
		if _, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o[0]), Parent: ospo.OrgID(o[1]), Name: "Amt " + o[0], Kind: o[2]}); err != nil {
			t.Fatal(err)
		}
	}
	h.Home = "https://allmende.musterstadt.example"
	h.use(ticket.System{ID: "zammad", Label: "Zammad", Kind: "zammad", URL: h.z.URL + "/", Org: "city", Token: zammadtest.Token, Secret: zammadtest.Secret})
	for _, f := range h.Room().Foreign {
		h.mux.Handle(f.Pattern, f)
	}
	return h
}

func (h *hall) use(all ...ticket.System) {
	h.t.Helper()
	if err := h.Use(all); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) as(person, org string) context.Context {
	return door.With(h.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: ospo.PersonID(person), Grants: []string{"*"}, Lang: "de", Door: "web"})
}

func (h *hall) cora() context.Context { return h.as("cora", "city") }
func (h *hall) dora() context.Context { return h.as("dora", "school") }
func (h *hall) eve() context.Context  { return h.as("eve", "foreign") }

func (h *hall) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// usual is a connection as a city would fill it in.
func usual() ticket.Connection {
	return ticket.Connection{System: "zammad", State: "on", Place: "OSPO", Customer: "ospo@musterstadt.example", Tongue: "de",
		Push: map[string]string{"open": "open", "done": "closed", "refused": "closed", "withdrawn": "closed"}}
}

func (h *hall) connect() { h.t.Helper(); h.must(h.Connect(h.cora(), usual())) }

// asks opens a case of Dora's.
func (h *hall) asks(title string) string {
	h.t.Helper()
	id, err := h.c.Open(h.dora(), casework.Input{Type: "advice", Title: title, Facts: map[string]string{"question": "Dürfen wir das?"}})
	h.must(err)
	return id
}

func (h *hall) drain() { h.t.Helper(); h.must(h.q.Drain(h.t.Context())) }

// later lets time go by and does what is due then.
func (h *hall) later(d time.Duration) { h.t.Helper(); h.now = h.now.Add(d); h.drain() }

// opened connects, opens a case and has its ticket made.
func (h *hall) opened() (id string, t zammadtest.Ticket) {
	h.t.Helper()
	h.connect()
	id = h.asks("Planungswerkzeug")
	h.drain()
	return id, h.z.One()
}

// sends delivers requests of Zammad and returns the statuses.
func (h *hall) sends(hooks ...zammadtest.Hook) (out []int) {
	for _, k := range hooks {
		r := httptest.NewRequest("POST", "/ticket/hook/zammad", bytes.NewReader(k.Body))
		r.Header.Set("X-Hub-Signature", k.Signature)
		r.Header.Set("X-Zammad-Delivery", k.Delivery)
		r.Header.Set("X-Zammad-Trigger", "Allmende")
		if k.From != "" {
			r.RemoteAddr = k.From
		}
		w := httptest.NewRecorder()
		h.mux.ServeHTTP(w, r)
		out = append(out, w.Code)
	}
	return out
}

// hears delivers all requests that wait, and does what follows from them.
func (h *hall) hears() {
	h.t.Helper()
	for _, status := range h.sends(h.z.Held()...) {
		if status != 204 {
			h.t.Errorf("a request of Zammad is answered %d", status)
		}
	}
	h.drain()
}

// outside are the things that came into a case from outside.
func (h *hall) outside(id string) (out []casework.Event) {
	h.t.Helper()
	o, err := h.c.Show(h.cora(), id)
	h.must(err)
	for _, e := range o.Events {
		if e.What == "outside" {
			out = append(out, e)
		}
	}
	return out
}

func (h *hall) standing(id string) ticket.Standing {
	h.t.Helper()
	_, all, _, err := h.Standings(h.cora(), id)
	h.must(err)
	if len(all) != 1 {
		h.t.Fatalf("%d tickets of the case, want one", len(all))
	}
	return all[0]
}

// messages are the kinds and states of the outbox, the oldest first.
func (h *hall) messages() (out []string) {
	h.t.Helper()
	for m, err := range db.Each(h.t.Context(), h.d.Read(), func(s *string) []any { return []any{s} }, "SELECT kind || ' ' || state || ' ' || fault FROM ticket_message ORDER BY id") {
		h.must(err)
		out = append(out, strings.TrimSpace(m))
	}
	return out
}

func TestACaseHasATicketThatFollowsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		id, made := h.opened()
		if made.Title != "Planungswerkzeug (Vorgang 2026-0001)" || made.Group != "OSPO" || made.State != "new" {
			t.Errorf("the ticket is %+v", made)
		}
		if tags := h.z.Tags[made.ID]; !slices.Equal(tags, []string{"2026-0001"}) {
			t.Errorf("its tags are %q", tags)
		}
		h.must(h.c.Comment(h.dora(), id, "Wir brauchen es im März."))
		_, err := h.c.Move(h.cora(), id, "refer", "Das ist eine Beschaffung.", 0)
		h.must(err)
		h.drain()
		all := strings.Join(h.z.Bodies(), "\n---\n")
		for _, want := range []string{"Dürfen wir das?", "https://allmende.musterstadt.example/casework/case/" + id, "Wir brauchen es im März.", "Das ist eine Beschaffung."} {
			if strings.Count(all, want) == 0 {
				t.Errorf("the ticket does not say %q:\n%s", want, all)
			}
		}
		for _, a := range h.z.One().Articles {
			if a["internal"] != true || a["type"] != "note" {
				t.Errorf("an article that a customer would see: %v", a)
			}
		}
		if s := h.z.One().State; s != "closed" {
			t.Errorf("the case has ended, the ticket is %s", s)
		}
		// What we wrote comes back as requests, and not as news.
		h.hears()
		if n := len(h.outside(id)); n != 0 {
			t.Errorf("%d of our own articles came back as news", n)
		}
		if st := h.standing(id); st.State != "closed" || st.Clash || st.Waiting+st.Failed != 0 || st.Number != made.Number || st.Synced == "" {
			t.Errorf("in step: %+v", st)
		}
		_, err = h.c.Reopen(h.cora(), id, "Doch eine Frage.")
		h.must(err)
		h.drain()
		if s := h.z.One().State; s != "open" {
			t.Errorf("the case goes on, the ticket is %s", s)
		}
	})
}

func TestWhatPeopleWriteInTheTicketComesInOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		id, made := h.opened()
		ours := h.z.Bodies()[0]
		h.hears()
		h.z.Writes(made.Number, "Customer", "\"Kim Kundin\" <kim@schule.example>", "text/html", "<p>Bis <b>März</b>?</p><script>alert(1)</script><img src=\"https://fremd.example/x.png\">", false, "plan.pdf")
		h.z.Writes(made.Number, "Agent", "Ali Agent", "text/plain", "Nur für uns.", true)
		h.z.Writes(made.Number, "System", "Zammad", "text/plain", "Ihre Anfrage ist eingegangen.", false)
		h.z.Writes(made.Number, "Customer", "Kim Kundin", "text/plain", "Zu Ihrem Text:\n> "+strings.ReplaceAll(ours, "\n", "\n> "), false)
		hooks := h.z.Held()
		slices.Reverse(hooks) // the order is not promised
		h.sends(append(hooks, hooks...)...)
		h.drain()
		h.sends(hooks...)
		h.drain()
		got := h.outside(id)
		if len(got) != 3 {
			t.Fatalf("%d articles came in, want 3: %+v", len(got), got)
		}
		if got[0].Text != "Bis März?\nAnlagen im Ticket: plan.pdf" || !strings.Contains(string(got[0].Body), "Kim Kundin") || strings.Contains(string(got[0].Body), "kim@") {
			t.Errorf("the customer said %q, %s", got[0].Text, got[0].Body)
		}
		if got[1].Text != "(interne Notiz)\nNur für uns." || !strings.HasPrefix(got[2].Text, "Zu Ihrem Text:") {
			t.Errorf("%q, %q", got[1].Text, got[2].Text)
		}
		for _, e := range got {
			if strings.Contains(e.Text, "believed") {
				t.Error("what the request said was believed")
			}
		}
		h.drain()
		if n := len(h.z.One().Articles); n != 7 { // three of ours, four of theirs
			t.Errorf("%d articles: what came in went out again", n)
		}
	})
}

func TestARequestWithoutProofIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		id, made := h.opened()
		h.z.Held()
		h.z.Writes(made.Number, "Customer", "Kim", "text/plain", "Hallo", false)
		good := h.z.Held()[0]
		forged := good
		forged.Signature = zammadtest.Sign("geraten", good.Body)
		changed := good
		changed.Body = bytes.Replace(good.Body, []byte("Planung"), []byte("PLanung"), 1)
		bare, odd, none := good, good, good
		bare.Signature, odd.Signature, none.Signature = strings.TrimPrefix(good.Signature, "sha1="), "sha256="+good.Signature[5:], ""
		if got := h.sends(forged, changed, bare, odd, none); slices.ContainsFunc(got, func(s int) bool { return s != 401 }) {
			t.Errorf("without proof: %v", got)
		}
		sign := func(body string) zammadtest.Hook {
			return zammadtest.Hook{Delivery: "x", Signature: zammadtest.Sign(zammadtest.Secret, []byte(body)), Body: []byte(body)}
		}
		if got := h.sends(sign("{"), sign("{}"), sign(`{"ticket":{"id":"1"}}`), sign(`{"ticket":{"id":99999}}`)); !slices.Equal(got, []int{422, 422, 422, 204}) {
			t.Errorf("without a ticket of ours: %v", got)
		}
		large := sign(`{"ticket":{"id":1},"x":"` + strings.Repeat("x", 5<<20) + `"}`)
		if got := h.sends(large); got[0] != 413 {
			t.Errorf("five megabytes: %v", got)
		}
		w := httptest.NewRecorder()
		h.mux.ServeHTTP(w, httptest.NewRequest("POST", "/ticket/hook/other", strings.NewReader("{}")))
		if w.Code != 404 {
			t.Errorf("a system that is none: %d", w.Code)
		}
		h.drain()
		if n := len(h.outside(id)); n != 0 {
			t.Errorf("%d articles came in without proof", n)
		}
		// However many a stranger forges, the system itself is heard.
		forged.From = "198.51.100.7:4711"
		for range 600 {
			h.sends(forged)
		}
		if got := h.sends(forged, sign(`{"ticket":{"id":99999}}`)); !slices.Equal(got, []int{429, 204}) {
			t.Errorf("after six hundred forged requests of another address: %v", got)
		}
		if h.sends(good); len(h.outside(id)) != 0 {
			t.Error("the request itself was taken for the article")
		}
		h.drain()
		if n := len(h.outside(id)); n != 1 {
			t.Errorf("with proof %d articles came in, want one", n)
		}
	})
}

func TestAStormOfRequestsIsOneReading(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		id, made := h.opened()
		h.hears()
		h.z.Writes(made.Number, "Customer", "Kim", "text/plain", "Hallo", false)
		one := h.z.Held()[0]
		before := h.z.Times("GET /tickets")
		taken, slowed := 0, 0
		for i := range 400 {
			one.Delivery = "storm-" + string(rune('a'+i%26)) + strings.Repeat("x", i/26)
			switch status := h.sends(one)[0]; status {
			case 204:
				taken++
			case 429:
				slowed++
			default:
				t.Fatalf("answered %d", status)
			}
		}
		if taken < 100 || slowed < 100 {
			t.Errorf("%d taken, %d told to wait", taken, slowed)
		}
		n, err := db.Count(t.Context(), d.Read(), "SELECT count(*) FROM job_task WHERE kind = 'ticket.read' AND state = 'queued'")
		if err != nil || n != 1 {
			t.Errorf("%d readings wait, want one, %v", n, err)
		}
		h.drain()
		if n := h.z.Times("GET /tickets") - before; n != 1 || len(h.outside(id)) != 1 {
			t.Errorf("the ticket was read %d times, and %d articles came in", n, len(h.outside(id)))
		}
	})
}

func TestAnOutageLosesNothingAndDoublesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.connect()
		down := func(r *http.Request) int { return 503 }
		h.z.Set(func() { h.z.Fail = down })
		id := h.asks("Planungswerkzeug")
		h.must(h.c.Comment(h.dora(), id, "Erstens."))
		h.drain()
		if got := h.messages(); got[0] != "create queued ticket.fault.later" || got[1] != "tag queued" {
			t.Errorf("while it is down: %q", got)
		}
		// It is there again, but answers are lost: the ticket is made, and we do not hear of it.
		lost := 0
		h.z.Set(func() {
			h.z.Fail = nil
			h.z.Lose = func(r *http.Request) bool { lost++; return r.Method == "POST" && lost <= 3 }
		})
		for range 8 {
			h.later(time.Hour)
		}
		if lost < 3 {
			t.Fatalf("only %d answers were asked for", lost)
		}
		if n := len(h.z.Tickets); n != 1 {
			t.Fatalf("%d tickets were made", n)
		}
		if all := strings.Join(h.z.Bodies(), "\n"); strings.Count(all, "Erstens.") != 1 {
			t.Errorf("the comment is there %d times", strings.Count(all, "Erstens."))
		}
		h.z.Set(func() {
			lost = 0
			h.z.Lose = func(r *http.Request) bool { lost++; return r.Method == "POST" && lost == 1 }
		})
		h.must(h.c.Comment(h.dora(), id, "Zweitens."))
		h.must(h.c.Comment(h.dora(), id, "Drittens."))
		for range 3 {
			h.later(time.Hour)
		}
		all := strings.Join(h.z.Bodies(), "\n")
		if strings.Count(all, "Zweitens.") != 1 || strings.Count(all, "Drittens.") != 1 || strings.Index(all, "Zweitens.") > strings.Index(all, "Drittens.") {
			t.Errorf("after answers were lost:\n%s", all)
		}
		h.hears()
		if n := len(h.outside(id)); n != 0 {
			t.Errorf("%d of our own articles came back", n)
		}
		if slices.ContainsFunc(h.messages(), func(m string) bool { return !strings.HasSuffix(m, " sent") }) {
			t.Errorf("the outbox: %q", h.messages())
		}
		if n, err := db.Count(t.Context(), d.Read(), "SELECT count(*) FROM ticket_message WHERE body <> ''"); err != nil || n != 0 {
			t.Errorf("%d messages that are there are kept with their words, %v", n, err)
		}
	})
}

// After a weekend the queue of tasks has given up: the hourly round takes up what waits.
func TestAWeekendWithoutTheOtherSide(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		h.connect()
		h.z.Set(func() { h.z.Fail = func(*http.Request) int { return 502 } })
		h.asks("Planungswerkzeug")
		for range 12 {
			h.later(6 * time.Hour)
		}
		if got := h.messages()[0]; got != "create queued ticket.fault.later" {
			t.Errorf("on Monday: %q", got)
		}
		h.z.Set(func() { h.z.Fail = nil })
		h.resume()
		if h.z.One().Number == "" || !strings.HasSuffix(h.messages()[0], "sent") {
			t.Errorf("%q", h.messages())
		}
		// A request was lost: a day later the ticket is read all the same.
		h.z.Writes(h.z.One().Number, "Customer", "Kim", "text/plain", "Hört mich jemand?", false)
		h.z.Held()
		h.now = h.now.Add(25 * time.Hour)
		h.resume()
		n, err := db.Count(t.Context(), d.Read(), "SELECT count(*) FROM casework_event WHERE what = 'outside'")
		if err != nil || n != 1 {
			t.Errorf("%d articles came in, want one, %v", n, err)
		}
	})
}

// resume does the hourly round.
func (h *hall) resume() {
	h.t.Helper()
	h.must(h.d.Write(h.t.Context(), db.System("job.enqueue", "ticket.resume"), func(tx *db.Tx) error {
		_, err := h.q.Enqueue(h.t.Context(), tx, "ticket.resume", struct{}{}, "")
		return err
	}))
	h.drain()
}

func TestWhatIsRefusedIsShownAndTriedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		c := usual()
		for place, want := range map[string]string{"Personalamt": "create failed ticket.fault.forbidden", "Gibt es nicht": "create failed ticket.fault.refused"} {
			c.Place = place
			h.must(h.Connect(h.cora(), c))
			id := h.asks("Frage an " + place)
			h.must(h.c.Comment(h.dora(), id, "Noch etwas."))
			h.drain()
			if got := h.messages(); !slices.Contains(got, want) {
				t.Errorf("%s: %q", place, got)
			}
		}
		h.use(ticket.System{ID: "zammad", Kind: "zammad", URL: h.z.URL, Org: "city", Token: "veraltet", Secret: zammadtest.Secret})
		h.connect()
		h.asks("Mit altem Token")
		h.drain()
		if got := h.messages(); !slices.Contains(got, "create failed ticket.fault.token") || len(h.z.Tickets) != 0 {
			t.Errorf("%q", got)
		}
		if _, err := h.Probe(h.cora(), "zammad"); fault.Of(err) != fault.Invalid {
			t.Errorf("the access is looked at: %v", err)
		}
		// The right is given, the token renewed; what names a group that there is none of stays refused.
		h.use(ticket.System{ID: "zammad", Kind: "zammad", URL: h.z.URL, Org: "city", Token: zammadtest.Token, Secret: zammadtest.Secret})
		if login, err := h.Probe(h.cora(), "zammad"); err != nil || login != "allmende@musterstadt.example" {
			t.Errorf("%q, %v", login, err)
		}
		h.z.Set(func() { h.z.Groups["Personalamt"] = true })
		if err := h.Again(h.eve(), ""); err != nil || len(h.z.Tickets) != 0 {
			t.Errorf("a stranger tries again: %v", err)
		}
		h.must(h.Again(h.cora(), ""))
		h.drain()
		if n := len(h.z.Tickets); n != 2 {
			t.Errorf("%d tickets, want two: %q", n, h.messages())
		}
		var left string
		for m, err := range db.Each(t.Context(), d.Read(), func(s *string) []any { return []any{s} }, "SELECT id FROM ticket_message WHERE state = 'failed'") {
			h.must(err)
			left = m
		}
		if err := h.Discard(h.eve(), left); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger discards: %v", err)
		}
		h.must(h.Discard(h.cora(), left))
		if got := h.messages(); slices.ContainsFunc(got, func(m string) bool { return !strings.HasSuffix(m, "sent") }) {
			t.Errorf("afterwards %q", got)
		}
	})
}

func TestStatesThatContradictEachOtherAreDecided(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		id, made := h.opened()
		h.z.Sets(made.Number, "closed")
		h.hears()
		if st := h.standing(id); !st.Clash || st.State != "closed" || st.Means != "ended" || st.Ours != "open" {
			t.Errorf("closed there, open here: %+v", st)
		}
		if err := h.Push(h.eve(), id, "zammad"); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger decides: %v", err)
		}
		h.must(h.Push(h.cora(), id, "zammad"))
		if st := h.standing(id); st.Clash || st.Waiting != 1 {
			t.Errorf("on its way: %+v", st)
		}
		h.drain()
		if st := h.standing(id); st.Clash || st.State != "open" || h.z.One().State != "open" {
			t.Errorf("ours counted: %+v", st)
		}
		h.z.Sets(made.Number, "merged")
		h.hears()
		h.must(h.Heed(h.cora(), id, "zammad"))
		if st := h.standing(id); st.Clash || !st.Known {
			t.Errorf("noted: %+v", st)
		}
		h.hears()
		if st := h.standing(id); !st.Known {
			t.Errorf("read again, and noted no more: %+v", st)
		}
		for state, want := range map[string]string{"pending close": "either", "wartet auf Gremium": "unknown", "pending reminder": "open"} {
			h.z.Sets(made.Number, state)
			h.hears()
			if st := h.standing(id); st.Means != want || st.Clash || st.Known {
				t.Errorf("%s: %+v", state, st)
			}
		}
		c := usual()
		c.Ended = []string{"wartet auf gremium"}
		h.must(h.Connect(h.cora(), c))
		h.z.Sets(made.Number, "wartet auf Gremium")
		h.hears()
		if st := h.standing(id); st.Means != "ended" || !st.Clash {
			t.Errorf("a state of their own: %+v", st)
		}
		h.z.Set(func() { h.z.Tickets = nil })
		h.now = h.now.Add(25 * time.Hour)
		h.resume()
		if st := h.standing(id); st.Gone == "" {
			t.Errorf("the ticket was removed: %+v", st)
		}
	})
}

func TestWhoseConnectionCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		early := h.asks("Vor der Verbindung")
		h.must(h.c.Comment(h.dora(), early, "Noch ohne Ticket."))
		if len(h.messages()) != 0 {
			t.Errorf("nobody is connected: %q", h.messages())
		}
		if err := h.Connect(h.eve(), usual()); fault.Of(err) != fault.NotFound {
			t.Errorf("a foreign city connects with ours: %v", err)
		}
		c := usual()
		c.Types = []string{"idea"}
		h.must(h.Connect(h.cora(), c))
		h.asks("Eine andere Art")
		if len(h.messages()) != 0 {
			t.Errorf("not of the chosen types: %q", h.messages())
		}
		h.connect()
		off := usual()
		off.State = "off"
		h.must(h.Connect(h.dora(), off)) // the school does not want to
		h.asks("Ohne die Schule")
		if len(h.messages()) != 0 {
			t.Errorf("the school's own setting: %q", h.messages())
		}
		h.must(h.Connect(h.dora(), usual()))
		h.must(h.c.Comment(h.dora(), early, "Immer noch ohne Ticket."))
		if len(h.messages()) != 0 {
			t.Errorf("a case from before: %q", h.messages())
		}
		if err := h.CatchUp(h.eve(), early, "zammad"); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger begins: %v", err)
		}
		h.must(h.CatchUp(h.cora(), early, "zammad"))
		if st := h.standing(early); st.Ticket != 0 || st.Waiting != 2 || st.Clash {
			t.Errorf("a ticket that is being made: %+v", st)
		}
		if err := h.CatchUp(h.cora(), early, "zammad"); fault.Of(err) != fault.NotFound {
			t.Errorf("twice: %v", err)
		}
		h.drain()
		if !strings.Contains(h.z.One().Title, "Vor der Verbindung") {
			t.Errorf("%+v", h.z.One())
		}
		for field, spoil := range map[string]func(*ticket.Connection){
			"place": func(c *ticket.Connection) { c.Place = " " }, "customer": func(c *ticket.Connection) { c.Customer = "niemand" },
			"types": func(c *ticket.Connection) { c.Types = []string{"x"} }, "push-done": func(c *ticket.Connection) { c.Push["done"] = strings.Repeat("x", 300) },
			"opened": func(c *ticket.Connection) { c.Ended, c.Opened = []string{"a"}, []string{"a"} }} {
			bad := usual()
			spoil(&bad)
			if err := h.Connect(h.cora(), bad); err == nil || fault.Say(err)[0].Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
}

// beside are the files of a case, as "name: who brought it".
func (h *hall) beside(id string) (out []string) {
	h.t.Helper()
	all, err := h.k.Files(h.cora(), id)
	h.must(err)
	for _, f := range all {
		out = append(out, f.Name+": "+f.Source)
	}
	return out
}

// Somebody chooses files of the case, and they go with an article.
func TestFilesGoWithAnArticle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		attach := func(name, text string) string {
			f, err := h.k.Attach(h.cora(), h.caseID, name, strings.NewReader(text))
			h.must(err)
			return f.ID
		}
		h.caseID, _ = h.opened()
		one, other := attach("gutachten.txt", "Inhalt"), attach("zweites.txt", "Mehr")
		h.must(h.Attach(h.cora(), h.caseID, "Gutachten anbei.", []string{one}))
		h.drain()
		all := h.z.One().Articles
		last := all[len(all)-1]
		if sent := h.z.Files[last["attachments"].([]map[string]any)[0]["id"].(int64)]; string(sent) != "Inhalt" || !strings.Contains(last["body"].(string), "Gutachten anbei.") || last["internal"] != true {
			t.Errorf("the article is %v with %q", last, sent)
		}
		// What we sent does not come back as news.
		h.hears()
		if got := h.beside(h.caseID); len(got) != 2 {
			t.Errorf("%q", got)
		}
		// One that is removed before it is sent does not go; the outbox says why.
		h.must(h.Attach(h.cora(), h.caseID, "", []string{other}))
		h.must(h.k.Remove(h.cora(), h.caseID, other, "Irrtum"))
		h.drain()
		if got := h.messages(); got[len(got)-1] != "article failed ticket.fault.file" {
			t.Errorf("%q", got)
		}
		var many []string
		for i := range 3 {
			many = append(many, attach(fmt.Sprintf("gross%d.txt", i), strings.Repeat(fmt.Sprintf("viel %d ", i), 4<<20/7)))
		}
		for name, chosen := range map[string][]string{"none": nil, "another's": {"00000000-0000-0000-0000-000000000000"}, "removed": {other}} {
			if err := h.Attach(h.cora(), h.caseID, "", chosen); fault.Of(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := h.Attach(h.cora(), h.caseID, "", many); fault.Of(err) != fault.Invalid || fault.Say(err)[0].Key != "ticket.files_too_large" {
			t.Errorf("twelve megabytes: %v", err)
		}
		if err := h.Attach(h.eve(), h.caseID, "", []string{one}); fault.Of(err) != fault.NotFound {
			t.Errorf("a stranger: %v", err)
		}
	})
}

// What comes with an article comes to the files of the case, once. What is refused is named with the reason and stays there.
func TestFilesOfAnArticleComeIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		id, made := h.opened()
		h.hears()
		h.k.Most = 1 << 20
		busy := true
		h.z.Set(func() {
			h.z.Fail = func(r *http.Request) int {
				if busy && strings.Contains(r.URL.Path, "/ticket_attachment/") {
					return 503
				}
				return 0
			}
		})
		var macros bytes.Buffer
		z := zip.NewWriter(&macros)
		for _, name := range []string{"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"} {
			w, err := z.Create(name)
			h.must(err)
			_, err = w.Write([]byte("<x/>"))
			h.must(err)
		}
		h.must(z.Close())
		h.z.Put("mak\u202eros.docm", macros.Bytes())
		h.z.Put("gross.txt", []byte(strings.Repeat("Zeile um Zeile\n", 40<<20/15)))
		h.z.Put("message.html", []byte("<p>Anbei</p>"))
		h.z.Writes(made.Number, "Customer", "Kim Kundin <kim@schule.example>", "text/plain", "Anbei.", false, "plan.txt", "mak\u202eros.docm", "gross.txt", "message.html", "plan.txt", "")
		hooks := h.z.Held()
		h.sends(append(hooks, hooks...)...)
		h.drain()
		if got := h.beside(id); len(got) != 0 {
			t.Errorf("while Zammad does not answer: %q", got)
		}
		busy = false
		h.later(time.Hour)
		if got := h.beside(id); !slices.Equal(got, []string{"plan.txt: Zammad, Kim Kundin", "-: Zammad, Kim Kundin"}) {
			t.Errorf("%q", got)
		}
		all := h.outside(id)
		if len(all) != 3 { // what is too large is said while Zammad does not answer
			t.Fatalf("%+v", all)
		}
		note := all[1].Text + "\n" + all[2].Text
		if !strings.HasPrefix(all[0].Text, "Anbei.\nAnlagen im Ticket: plan.txt, makros.docm") || !strings.Contains(note, "makros.docm: ") || !strings.Contains(note, "Makros") || !strings.Contains(note, "gross.txt: ") || strings.Contains(note, "plan.txt") {
			t.Errorf("%d: %q, %q", len(all), all[0].Text, note)
		}
		if n := h.z.Times("GET /ticket_attachment"); n < 3 {
			t.Errorf("asked %d times", n)
		}
		// Told again, and read again after a day: nothing comes twice.
		h.sends(hooks...)
		h.later(25 * time.Hour)
		if got := h.beside(id); len(got) != 2 || len(h.outside(id)) != 3 {
			t.Errorf("told again: %q", got)
		}
		// A larger one than Zammad says is cut off while it is read.
		h.z.Lies = true
		h.z.Writes(made.Number, "Customer", "Kim", "text/plain", "Noch eins.", false, "gross.txt")
		h.hears()
		if all := h.outside(id); !strings.Contains(all[len(all)-1].Text, "gross.txt: ") {
			t.Errorf("%q", all[len(all)-1].Text)
		}
	})
}

// One file that Zammad never hands out holds up no other; after a week of attempts it is given up, and the case says so.
func TestAFileThatCannotBeHadHoldsUpNoOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		id, made := h.opened()
		h.hears()
		bad := ""
		h.z.Set(func() {
			h.z.Fail = func(r *http.Request) int {
				if !strings.Contains(r.URL.Path, "/ticket_attachment/") || bad != "" && bad != r.URL.Path {
					return 0
				}
				bad = r.URL.Path
				return 500
			}
		})
		h.z.Writes(made.Number, "Customer", "Kim", "text/plain", "Anbei.", false, "kaputt.txt", "plan.txt")
		h.hears()
		if got := h.beside(id); !slices.Equal(got, []string{"plan.txt: Zammad, Kim"}) {
			t.Errorf("%q", got)
		}
		for range 8 {
			h.later(12 * time.Hour)
			h.resume()
		}
		if n := len(h.outside(id)); n != 1 {
			t.Errorf("given up after four days: %d", n)
		}
		for range 8 {
			h.later(12 * time.Hour)
			h.resume()
		}
		if all := h.outside(id); len(all) != 2 || !strings.Contains(all[1].Text, "kaputt.txt: „kaputt.txt“ war auch nach ") {
			t.Errorf("%+v", all)
		}
	})
}

// Any other system is told by a request that it can check.
func TestASignedRequestTellsOfEvents(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		type got struct{ at, signature, delivery, body string }
		var all []got
		status := 200
		far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			all = append(all, got{r.Header.Get("X-Allmende-Timestamp"), r.Header.Get("X-Allmende-Signature"), r.Header.Get("X-Allmende-Delivery"), string(body)})
			w.WriteHeader(status)
		}))
		defer far.Close()
		h.use(ticket.System{ID: "register", Kind: "webhook", URL: far.URL + "/events", Org: "city", Secret: zammadtest.Secret})
		h.must(h.Connect(h.cora(), ticket.Connection{System: "register", State: "on", Tongue: "en", Push: map[string]string{}}))
		status = 503
		id := h.asks("Planungswerkzeug") // is opened, its first task is done, it moves on
		h.drain()
		status = 200
		h.later(time.Hour)
		if len(all) != 4 || all[0].delivery != all[1].delivery || all[0].at == all[1].at {
			t.Fatalf("tried again: %+v", all)
		}
		one := all[1]
		if one.signature != "sha256="+ticket.Sign(zammadtest.Secret, one.at, []byte(one.body)) || one.at != "1796032800" {
			t.Errorf("the signature: %+v", one)
		}
		var told struct {
			Event string
			Case  struct{ ID, Number, Title, Outcome string }
		}
		if err := json.Unmarshal([]byte(one.body), &told); err != nil || told.Event != "opened" || told.Case.ID != id || told.Case.Number != "2026-0001" {
			t.Errorf("%s, %v", one.body, err)
		}
		status = 410
		h.must(h.c.Comment(h.dora(), id, "Noch etwas."))
		h.drain()
		if got := h.messages(); got[len(got)-1] != "event failed ticket.fault.odd" {
			t.Errorf("refused: %q", got)
		}
	})
}

func TestSystemsAreLookedAt(t *testing.T) {
	good := ticket.System{ID: "zammad", Kind: "zammad", URL: "https://zammad.example", Token: "t", Secret: zammadtest.Secret}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for want, spoil := range map[string]func(*ticket.System){
		"small letters": func(y *ticket.System) { y.ID = "Zammad/1" }, "kind": func(y *ticket.System) { y.Kind = "jira" }, "url": func(y *ticket.System) { y.URL = "ftp://x" },
		"without name and password": func(y *ticket.System) { y.URL = "https://a:b@x" }, "no token": func(y *ticket.System) { y.Token = "" }, "secret of 4 bytes": func(y *ticket.System) { y.Secret = "kurz" }} {
		bad := good
		spoil(&bad)
		if err := bad.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestPlainTextOfHTML(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "",
		"kein HTML":                          "kein HTML",
		"<p>eins</p><p>zwei<br>drei</p>":     "eins\n\nzwei\ndrei",
		"a &lt;b&gt; &amp; c":                "a <b> & c",
		"<style>p{}</style>da<!-- nicht -->": "da",
		"3 < 4 und <b>fett</b>":              "3 < 4 und fett",
		"<script>if (a<b) {}</script>x":      "x",
		"<script>ohne Ende":                  "",
		"<p title=\"a\">x</P>":               "x",
		"<":                                  "<",
		"a\x00b\xff":                         "ab",
	} {
		if got := ticket.Plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, in := range []string{"<p>a</p>", "<script>x</script>", "<!--", "<a b='>'>c", "</", "&#x0;", "<<<>>>"} {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := ticket.Plain(in)
		if strings.ContainsRune(out, 0) || strings.ToValidUTF8(out, "") != out || out != strings.TrimSpace(out) {
			t.Errorf("%q gives %q", in, out)
		}
	})
}
