// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office/casework"
	"allmende/internal/office/desk"
	"allmende/internal/office/governance"
	"allmende/internal/office/role"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/clam"
	"allmende/internal/platform/clam/clamtest"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/web/webtest"
)

// A house is a city with a department and a foreign city. Dora of the department asks, Paul works
// on cases, Rita only reads, Eve is a stranger.
type house struct {
	t     testing.TB
	d     *db.DB
	now   time.Time
	cases *casework.Service
	jobs  *job.Queue
	blobs blob.Folder
	held  map[string]bool // contents that others point to
	*desk.Service
}

func newHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	gov, roles := governance.New(d), role.New(d)
	h := &house{t: t, d: d, now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC), cases: casework.New(d), jobs: job.New(d), blobs: blob.Folder(t.TempDir()), held: map[string]bool{}}
	h.Service = desk.New(d, h.blobs, h.jobs)
	d.Now = func() time.Time { return h.now }
	for _, room := range []struct {
		name  string
		files fs.FS
	}{{"governance", gov.Room().Files}, {"job", job.Files}, {"role", roles.Room().Files}, {"casework", h.cases.Room().Files}, {"desk", h.Room().Files}} {
		if err := d.Migrate(t.Context(), room.name, room.files); err != nil {
			t.Fatal(room.name, err)
		}
	}
	h.meet()
	act := ospo.Act{Org: governance.System, Person: "operator", Door: "test"}
	for _, o := range [][3]string{{"city", "", "city"}, {"school", "city", "department"}, {"foreign", "", "city"}} {
		if _, err := gov.AddOrg(t.Context(), act, governance.Org{ID: ospo.OrgID(o[0]), Parent: ospo.OrgID(o[1]), Name: "Amt " + o[0], Kind: o[2]}); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range [][2]string{{"dora", "school"}, {"paul", "city"}, {"rita", "city"}, {"eve", "foreign"}} {
		if _, err := gov.AddPerson(t.Context(), act, governance.Person{ID: ospo.PersonID(p[0]), Org: ospo.OrgID(p[1]), Name: strings.ToUpper(p[0][:1]) + p[0][1:], Login: p[0] + "@stadt.example", Level: "none"}); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// meet lets the rooms know each other, as the program does.
func (h *house) meet() {
	c := h.cases
	c.RoleNames = func(context.Context) (map[string]string, error) { return nil, nil }
	c.Held = func(context.Context, ospo.PersonID) ([]casework.Holding, error) { return nil, nil }
	c.Filled = func(context.Context, ospo.OrgID) ([]casework.Holding, error) { return nil, nil }
	matter := func(c casework.Case, err error) (desk.Matter, error) {
		return desk.Matter{ID: c.ID, Org: c.Org, OrgName: c.OrgName, Number: c.Number(), Title: c.Title, Asker: c.Asker, AskerName: c.AskerName, Open: c.Open(), Mute: c.Asker == casework.Mailed}, err
	}
	h.Matter = func(ctx context.Context, id string) (desk.Matter, error) { return matter(c.Case(ctx, id)) }
	h.Part = func(ctx context.Context, id string) (desk.Matter, error) { return matter(c.Part(ctx, id)) }
	h.Find = func(ctx context.Context, text string, most int) (out []desk.Matter, err error) {
		all, _, err := c.Cases(ctx, casework.Sieve{Text: text, Desc: true, Size: most})
		for _, one := range all {
			m, _ := matter(one, nil)
			out = append(out, m)
		}
		return out, err
	}
	h.Comment = c.Comment
	c.Commented = append(c.Commented, func(ctx context.Context, tx *db.Tx, one casework.Case, n int, text string) error {
		m, _ := matter(one, nil)
		return h.Heard(ctx, tx, m, n, text)
	})
	people := map[string]desk.Person{"dora@stadt.example": {ID: "dora", Login: "dora@stadt.example", Name: "Dora"}, "paul@stadt.example": {ID: "paul", Login: "paul@stadt.example", Name: "Paul"},
		"eve@stadt.example": {ID: "eve", Login: "eve@stadt.example", Name: "Eve"}, "rita@stadt.example": {ID: "rita", Login: "rita@stadt.example", Name: "Rita"}}
	h.People = func(context.Context, desk.Matter) ([]desk.Person, error) {
		return []desk.Person{people["dora@stadt.example"], people["paul@stadt.example"]}, nil
	}
	h.Knows = func(_ context.Context, login string) (desk.Person, error) {
		if p, ok := people[login]; ok {
			return p, nil
		}
		return desk.Person{}, fault.New(fault.NotFound, "fault.not_found")
	}
	h.Sees = func(_ context.Context, p ospo.PersonID, _ desk.Matter) (bool, error) { return p != "eve", nil }
	things := map[string]string{"s1": "LimeSurvey", "s2": "LimeTools", "CVE-2021-44228": "CVE-2021-44228"}
	h.Thing = func(ctx context.Context, kind, id string) (string, string, error) {
		if things[id] == "" || door.From(ctx).Org == "foreign" {
			return "", "", nil
		}
		return things[id], "/" + kind + "/" + id, nil
	}
	h.Software = func(_ context.Context, name string) (out []desk.Thing, err error) {
		for _, id := range []string{"s1", "s2"} {
			if strings.Contains(strings.ToLower(things[id]), strings.ToLower(name)) {
				out = append(out, desk.Thing{ID: id, Name: things[id]})
			}
		}
		return out, nil
	}
	h.Dues = func(ctx context.Context, from, until string, most int) (out []desk.Due, err error) {
		all, err := c.Dues(ctx, from, until, most)
		for _, w := range all {
			out = append(out, desk.Due{ID: w.ID, Day: w.Due, Name: w.Name, Number: w.Number(), Title: w.Title, Link: "/casework/case/" + w.Task.Case, Late: w.IsLate})
		}
		return out, err
	}
	h.Held = func(_ context.Context, sum string) (bool, error) { return h.held[sum], nil }
}

func (h *house) as(person, org string, grants ...string) context.Context {
	return door.With(h.t.Context(), door.Viewer{Org: ospo.OrgID(org), Person: ospo.PersonID(person), Name: strings.ToUpper(person[:1]) + person[1:], Grants: grants, Lang: "de", Door: "web"})
}

func (h *house) dora() context.Context {
	return h.as("dora", "school", "casework.read", "casework.ask")
}
func (h *house) paul() context.Context { return h.as("paul", "city", "casework.*") }
func (h *house) rita() context.Context { return h.as("rita", "city", "casework.read") }
func (h *house) eve() context.Context  { return h.as("eve", "foreign", "*") }

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// open lets Dora ask for advice.
func (h *house) open(title string) string {
	h.t.Helper()
	id, err := h.cases.Open(h.dora(), casework.Input{Type: "advice", Title: title, Facts: map[string]string{"question": "Dürfen wir das?"}})
	h.must(err)
	return id
}

func (h *house) attach(ctx context.Context, id, name, content string) desk.File {
	h.t.Helper()
	f, err := h.Attach(ctx, id, name, strings.NewReader(content))
	h.must(err)
	return f
}

// drain does what waits; a scanner that does not answer lets its task fail, and is asked again later.
func (h *house) drain() {
	h.t.Helper()
	h.must(h.d.Write(h.t.Context(), db.System("job.enqueue", "desk.scan"), func(tx *db.Tx) error {
		_, err := h.jobs.Enqueue(h.t.Context(), tx, "desk.scan", nil, "desk.scan")
		return err
	}))
	h.must(h.jobs.Drain(h.t.Context()))
}

func says(err error, key string) bool {
	return err != nil && slices.ContainsFunc(fault.Say(err), func(e *fault.Error) bool { return e.Key == key })
}

// Dora lays an offer beside her case. Whoever may see the case may have it, as what it is and
// not as what it says it is; who only reads lays nothing there; a stranger finds nothing. What
// is removed leaves name, sum and reason.
func TestAFileBelongsToACase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id := h.open("Umfragen")
		f := h.attach(h.dora(), id, "C:\\x\\Ange\u202ebot.txt", "%PDF-1.7 Angebot")
		if f.Name != "Angebot.txt" || f.Media != "application/pdf" || f.Sum != blob.Sum([]byte("%PDF-1.7 Angebot")) || f.Scan != "none" {
			t.Errorf("got %+v", f)
		}
		for who, ctx := range map[string]context.Context{"Paul": h.paul(), "Rita": h.rita()} {
			if got, data, err := h.Content(ctx, id, f.ID); err != nil || string(data) != "%PDF-1.7 Angebot" || got.Name != f.Name {
				t.Errorf("%s: %q %v", who, data, err)
			}
		}
		if _, err := h.Attach(h.rita(), id, "a.txt", strings.NewReader("a")); fault.Of(err) != fault.Forbidden {
			t.Errorf("who only reads lays something there: %v", err)
		}
		if _, err := h.Attach(h.paul(), id, "noch.pdf", strings.NewReader("%PDF-1.7 Angebot")); !says(err, "desk.file.twice") {
			t.Errorf("the same once more: %v", err)
		}
		_, all := h.Files(h.eve(), id)
		_, _, content := h.Content(h.eve(), id, f.ID)
		_, attached := h.Attach(h.eve(), id, "a.txt", strings.NewReader("a"))
		for _, err := range []error{all, content, attached, h.Remove(h.eve(), id, f.ID, "so")} {
			if fault.Of(err) != fault.NotFound || err == nil {
				t.Errorf("a stranger: %v", err)
			}
		}
		other := h.open("Etwas anderes")
		if _, _, err := h.Content(h.dora(), other, f.ID); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("beside another case: %v", err)
		}
		if err := h.Remove(h.dora(), id, f.ID, " "); !says(err, "fault.missing") {
			t.Errorf("without a reason: %v", err)
		}
		h.Rest = -time.Hour
		h.must(h.Remove(h.dora(), id, f.ID, "Falsche Fassung"))
		h.drain()
		left, err := h.Files(h.paul(), id)
		if err != nil || len(left) != 1 || left[0].Sum != f.Sum || left[0].Reason != "Falsche Fassung" || left[0].RemoverName() != "Dora" || left[0].Ready() {
			t.Errorf("left is %+v, %v", left, err)
		}
		if _, err := h.blobs.Get(f.Sum); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the content is still there: %v", err)
		}
		if _, _, err := h.Content(h.dora(), id, f.ID); !says(err, "desk.file.removed") {
			t.Errorf("it is handed out: %v", err)
		}
		again := h.attach(h.dora(), id, "neu.pdf", "%PDF-1.7 Angebot")
		h.held[again.Sum] = true
		h.must(h.Remove(h.paul(), id, again.ID, "Doppelt"))
		h.drain()
		if _, err := h.blobs.Get(f.Sum); err != nil {
			t.Errorf("what somebody else points to is gone: %v", err)
		}
	})
}

// Forty megabytes, an upload that breaks off, a program, macros: each gets its sentence, and
// nothing is left of it, neither in the table nor among the contents.
func TestWhatIsNotTakenLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id := h.open("Umfragen")
		big := bytes.NewReader(append([]byte("%PDF-1.7"), make([]byte, 40<<20-8)...))
		_, err := h.Attach(h.dora(), id, "gross.pdf", big)
		if !says(err, "desk.file.large") || fault.Say(err)[0].Args[0] != 40.0 || fault.Say(err)[0].Args[1] != 25.0 {
			t.Errorf("40 MB: %v", err)
		}
		if big.Len() != 0 {
			t.Errorf("%d bytes were not read: the sender hears no answer", big.Len())
		}
		cut := iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("%PDF-1.7 und noch mehr")))
		if _, err := h.Attach(h.dora(), id, "halb.pdf", cut); !says(err, "desk.file.cut") {
			t.Errorf("it breaks off: %v", err)
		}
		for content, key := range map[string]string{"": "desk.file.empty", "MZ\x90": "desk.refused.program", "#!/bin/sh": "desk.refused.script", "PK\x03\x04": "desk.refused.broken", "Rar!\x1a\x07": "desk.refused.archive"} {
			if _, err := h.Attach(h.dora(), id, "brief.txt", strings.NewReader(content)); !says(err, key) {
				t.Errorf("%q: %v, want %s", content, err, key)
			}
		}
		left, err := h.Files(h.dora(), id)
		if err != nil || len(left) > 0 {
			t.Errorf("left is %+v, %v", left, err)
		}
		n := 0
		h.must(fs.WalkDir(os.DirFS(string(h.blobs)), ".", func(_ string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				n++
			}
			return err
		}))
		if n > 0 {
			t.Errorf("%d contents are left", n)
		}
	})
}

// However many uploads stall, others are taken; one of which nothing comes any more gets its sentence.
// What was removed makes room, and nothing is put away of what is there already.
func TestASlowUploadHoldsUpNobody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id := h.open("Umfragen")
		answers := make(chan error)
		var slow []*io.PipeWriter
		for range 6 {
			r, w := io.Pipe()
			slow = append(slow, w)
			go func() {
				_, err := h.Attach(h.dora(), id, "langsam.txt", r)
				answers <- err
			}()
			w.Write([]byte("langsam")) // it is being read
		}
		ctx, cancel := context.WithTimeout(h.dora(), 30*time.Second)
		defer cancel()
		f, err := h.Attach(ctx, id, "brief.txt", strings.NewReader("schnell"))
		if err != nil {
			t.Errorf("beside six that stall: %v", err)
		}
		for _, w := range slow {
			w.CloseWithError(os.ErrDeadlineExceeded)
			if err := <-answers; !says(err, "desk.file.slow") {
				t.Errorf("who stalls is told %v", err)
			}
		}
		h.must(h.Remove(h.dora(), id, f.ID, "Falsch"))
		for i := range 199 {
			h.must(d.Keep(t.Context(), func(tx *db.Tx) error {
				_, err := tx.ExecContext(t.Context(), `INSERT INTO desk_file (id, org, matter, name, media, size, sum, blob, scan, finding, scanner, scanned, person, created, remover, removed, reason)
					SELECT id || $1, org, matter, name, media, size, 'x' || $2, 'x', scan, '', '', '', person, created, '', '', '' FROM desk_file WHERE id = $3`, strconv.Itoa(i), strconv.Itoa(i), f.ID)
				return err
			}))
		}
		h.attach(h.dora(), id, "letzte.txt", "die zweihundertste")
		if _, err := h.Attach(h.dora(), id, "mehr.txt", strings.NewReader("eine zu viel")); !says(err, "desk.file.many") {
			t.Errorf("one too many: %v", err)
		}
		if _, err := h.blobs.Get(blob.Sum([]byte("eine zu viel"))); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("of what was not taken the content is there: %v", err)
		}
	})
}

// A stubborn scanner does not answer for one content.
type stubborn struct{ asked []string }

func (s *stubborn) Version(context.Context) (string, error) { return "1", nil }
func (s *stubborn) Scan(_ context.Context, data []byte) (string, error) {
	s.asked = append(s.asked, string(data))
	if string(data) == "schwierig" {
		return "", errors.New("connection reset")
	}
	return "", nil
}

// One file for which the scanner does not answer does not keep the others from their turn.
func TestOneDifficultFileIsPutOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id := h.open("Umfragen")
		scanner := &stubborn{}
		h.Scanner = scanner
		first := h.attach(h.dora(), id, "a.txt", "schwierig")
		second := h.attach(h.dora(), id, "b.txt", "leicht")
		h.drain()
		for f, want := range map[string]string{first.ID: "wait", second.ID: "clean"} {
			if got, err := h.File(h.dora(), id, f); err != nil || got.Scan != want {
				t.Errorf("%+v, %v; want %s", got, err, want)
			}
		}
		told, err := db.Count(t.Context(), d.Read(), "SELECT count(*) FROM job_task WHERE kind = 'desk.scan' AND fault LIKE '%desk.scanner.failed%'")
		if err != nil || told != 1 {
			t.Errorf("%d tasks tell of what failed, %v", told, err)
		}
		h.now = h.now.Add(5 * time.Minute)
		h.drain()
		if !slices.Equal(scanner.asked, []string{"schwierig", "leicht"}) {
			t.Errorf("it was shown %q", scanner.asked)
		}
		h.now = h.now.Add(time.Hour)
		h.drain()
		if !slices.Equal(scanner.asked, []string{"schwierig", "leicht", "schwierig"}) {
			t.Errorf("an hour later it was shown %q", scanner.asked)
		}
	})
}

// With a scanner nothing is handed out before it has looked. What it recognises stays under lock,
// with the name; what it does not answer for waits and is shown to it again; what came before there
// was one is looked at, too.
func TestTheScannerLooksFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id := h.open("Umfragen")
		early := h.attach(h.dora(), id, "alt.txt", "schon da")
		server := clamtest.Start(t, "tcp")
		h.Use(clam.Client{Address: "127.0.0.1:1", Patience: time.Second}) // nobody listens there
		harmless := h.attach(h.dora(), id, "brief.txt", "harmlos")
		evil := h.attach(h.dora(), id, "eicar.txt", string(clamtest.EICAR))
		h.drain()
		for _, f := range []desk.File{harmless, evil} {
			if _, _, err := h.Content(h.dora(), id, f.ID); !says(err, "desk.file.waits") {
				t.Errorf("%s before the scanner looked: %v", f.Name, err)
			}
		}
		if _, _, err := h.Content(h.dora(), id, early.ID); err != nil {
			t.Errorf("what came before there was one: %v", err)
		}
		h.now = h.now.Add(time.Hour)
		h.Use(clam.Client{Address: server.Address})
		h.drain()
		got := map[string]desk.File{}
		all, err := h.Files(h.dora(), id)
		h.must(err)
		for _, f := range all {
			got[f.Name] = f
		}
		for _, name := range []string{"alt.txt", "brief.txt"} {
			if f := got[name]; f.Scan != "clean" || f.Scanner != clamtest.Version || !f.Ready() {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if f := got["eicar.txt"]; f.Scan != "found" || f.Finding != "Eicar-Test-Signature" || f.Ready() {
			t.Errorf("%+v", f)
		}
		if _, _, err := h.Content(h.paul(), id, evil.ID); !says(err, "desk.file.found") {
			t.Errorf("it is handed out: %v", err)
		}
		seen := server.Scans.Load()
		server.Max = 3
		small := h.attach(h.dora(), id, "lang.txt", "zu lang für ihn")
		h.drain()
		if f, err := h.File(h.dora(), id, small.ID); err != nil || f.Scan != "wait" || !strings.Contains(f.Finding, "size limit") || f.Ready() {
			t.Errorf("what the scanner would not take: %+v, %v", f, err)
		}
		if server.Scans.Load() != seen {
			t.Error("what was judged was judged again")
		}
	})
}

// Paul names Dora in a comment, by the part of her login before the at sign, and somebody who may
// not see the case, and a package. Dora alone is told, until she has taken note. Her own comment
// she can take back: that there was one stays.
func TestWhoIsNamedIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id := h.open("Umfragen")
		h.must(h.Comment(h.paul(), id, "@dora, bitte ansehen (auch @rita@stadt.example). @eve@stadt.example, @angular/core, paul@stadt.example und @paul nicht."))
		for who, want := range map[string]int{"dora": 1, "rita": 1, "paul": 0, "eve": 0} {
			ctx := map[string]context.Context{"dora": h.dora(), "rita": h.rita(), "paul": h.paul(), "eve": h.eve()}[who]
			got, err := h.Mentions(ctx, true)
			if err != nil || len(got) != want || want > 0 && (got[0].Matter.Title != "Umfragen" || got[0].AuthorName != "Paul") {
				t.Errorf("%s: %+v, %v", who, got, err)
			}
		}
		h.must(h.Seen(h.dora()))
		if got, err := h.Mentions(h.dora(), true); err != nil || len(got) > 0 {
			t.Errorf("she took note, and is told again: %+v, %v", got, err)
		}
		if got, err := h.Mentions(h.dora(), false); err != nil || len(got) != 1 || got[0].Seen == "" {
			t.Errorf("it is forgotten: %+v, %v", got, err)
		}
		h.must(h.Comment(h.dora(), id, "Das war vertraulich."))
		o, err := h.cases.Show(h.dora(), id)
		h.must(err)
		n := o.Events[len(o.Events)-1].N
		if err := h.cases.Retract(h.paul(), id, n); fault.Of(err) != fault.Forbidden {
			t.Errorf("Paul takes back what Dora said: %v", err)
		}
		if err := h.cases.Retract(h.eve(), id, n); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("a stranger: %v", err)
		}
		h.must(h.cases.Retract(h.dora(), id, n))
		if err := h.cases.Retract(h.dora(), id, n); fault.Of(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		o, err = h.cases.Show(h.paul(), id)
		h.must(err)
		if e := o.Events[len(o.Events)-2]; e.What != "comment" || e.Text != "" || o.Events[len(o.Events)-1].What != "retracted" {
			t.Errorf("what is left: %+v", o.Events)
		}
	})
}

// Whoever only wrote a mail is shown no comment: the page does not offer it, and a form that asks for it
// all the same is refused, with nothing lost and nothing kept. A guest has a page.
func TestNobodyIsShownACommentWhoOnlyWroteAMail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.Tell = h.cases.Tell
		site := webtest.New(t, []fs.FS{h.Room().Files, h.cases.Room().Files}, h.Room().Files, h.Room().Pages, h.Room().Ops).As(door.From(h.paul()))
		for asker, status := range map[ospo.PersonID]int{casework.Guest: 303, casework.Mailed: 422} {
			var id string
			h.must(d.Write(t.Context(), ospo.Act{Org: "city", Person: asker, What: "intake.ask", Door: "web"}, func(tx *db.Tx) error {
				c, err := h.cases.Admit(t.Context(), tx, casework.Input{Type: "advice", Org: "city", Title: "Umfragen", Facts: map[string]string{"question": "Dürfen wir das?"}}, "Gesa, gesa@aldorf.example")
				id = c.ID
				return err
			}))
			got, page := site.Post("/desk/case/"+id+"/comment", url.Values{"text": {"Gern, bis Montag."}, "told": {"yes"}})
			if got != status || status == 422 && (!strings.Contains(page, "hat eine E-Mail geschrieben und keine Seite hier") || !strings.Contains(page, "Gern, bis Montag.")) {
				t.Errorf("%s: %d %s", asker, got, page)
			}
			o, err := h.cases.Show(h.paul(), id)
			h.must(err)
			if said := o.Events[len(o.Events)-1].Text == "Gern, bis Montag."; said != (status == 303) {
				t.Errorf("%s: the timeline ends with %+v", asker, o.Events[len(o.Events)-1])
			}
			if got, _ := site.Post("/desk/case/"+id+"/comment", url.Values{"text": {"Nur für uns."}}); got != 303 {
				t.Errorf("%s: a comment within the office: %d", asker, got)
			}
		}
	})
}

// Links are found by number, name, key, page and address, and show on both sides; a duplicate
// has one original; what somebody may not see is not told.
func TestWhatACaseHasToDoWith(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		first, second, third := h.open("Umfragen mit LimeSurvey"), h.open("Umfragen mit LimeSurvey im Amt"), h.open("Drucker")
		m, err := h.Matter(h.dora(), first)
		h.must(err)
		join := func(id, to string, duplicate bool) error {
			_, err := h.Join(h.dora(), id, desk.LinkInput{To: to, Duplicate: duplicate})
			return err
		}
		for _, to := range []string{"limesurvey", "CVE-2021-44228", "https://lists.example/thread?id=1", "/estate/software/s2"} {
			h.must(join(second, to, false))
		}
		for to, key := range map[string]string{"lime": "desk.link.several", "Excel": "desk.link.unknown", "2026-9999": "desk.link.unknown", "javascript://x/%0aalert(1)": "desk.link.address",
			"https://ada:geheim@a.example/": "desk.link.address", "LimeSurvey": "desk.link.twice", "": "fault.missing", "/casework/case/" + second: "desk.link.self"} {
			if err := join(second, to, false); !says(err, key) {
				t.Errorf("%q: %v, want %s", to, err, key)
			}
		}
		likely, err := h.Likely(h.dora(), m, nil)
		if err != nil || len(likely) != 1 || likely[0].ID != second {
			t.Errorf("likely duplicates: %+v, %v", likely, err)
		}
		if err := join(second, "LimeSurvey", true); !says(err, "desk.link.duplicate_case") {
			t.Errorf("a duplicate of a software: %v", err)
		}
		h.must(join(second, m.Number, true))
		if err := join(third, "/casework/case/"+second, true); !says(err, "desk.link.chain") {
			t.Errorf("a duplicate of a duplicate: %v", err)
		}
		if err := join(first, "/casework/case/"+third, true); !says(err, "desk.link.chain") {
			t.Errorf("an original becomes a duplicate: %v", err)
		}
		back, err := h.Links(h.dora(), first)
		if err != nil || len(back) != 1 || !back[0].Back || back[0].Kind != "duplicate" || back[0].Href != "/casework/case/"+second {
			t.Errorf("the original shows %+v, %v", back, err)
		}
		if of, err := h.CasesOf(h.paul(), []string{"software"}, []string{"s1"}); err != nil || len(of) != 1 || of[0].ID != second {
			t.Errorf("the software shows %+v, %v", of, err)
		}
		if of, err := h.CasesOf(h.eve(), []string{"software"}, []string{"s1"}); err != nil || len(of) > 0 {
			t.Errorf("a stranger sees %+v, %v", of, err)
		}
		citys, err := h.cases.Open(h.paul(), casework.Input{Type: "advice", Title: "Geheimes der Stadt", Facts: map[string]string{"question": "x"}})
		h.must(err)
		_, err = h.Join(h.paul(), third, desk.LinkInput{To: "/casework/case/" + citys})
		h.must(err)
		got, err := h.Links(h.dora(), third)
		if err != nil || len(got) != 1 || !got[0].Hidden || got[0].Label+got[0].Target+got[0].Href != "" {
			t.Errorf("Dora is told of what she may not see: %+v, %v", got, err)
		}
		if _, err := h.Links(h.eve(), third); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("a stranger: %v", err)
		}
		h.must(h.Unlink(h.dora(), third, got[0].ID))
		if got, err := h.Links(h.paul(), third); err != nil || len(got) > 0 {
			t.Errorf("it is still there: %+v, %v", got, err)
		}
		if err := h.Unlink(h.dora(), third, back[0].ID); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("the link of another case: %v", err)
		}
	})
}

// A text of the city is offered to its departments and nowhere else; a place that nobody knows
// is named together with those there are.
func TestAnswersBeginWithATextOfTheHouse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		id := h.open("Umfragen")
		if _, err := h.Keep(h.paul(), desk.Text{Name: "Eingang", DE: "Guten Tag {name}"}); !says(err, "desk.text.unknown") || !strings.Contains(fault.Say(err)[0].Args[1].(string), "{asker}") {
			t.Errorf("an unknown place: %v", err)
		}
		text, err := h.Keep(h.paul(), desk.Text{Name: "Eingang", DE: "Guten Tag {asker}, zu {case.number} „{case.title}“ am {date}. {me}, {org}", EN: "Hello {asker}"})
		h.must(err)
		if _, err := h.Keep(h.paul(), desk.Text{Name: "Eingang", DE: "x"}); !says(err, "desk.text.twice") {
			t.Errorf("twice: %v", err)
		}
		all, err := h.Texts(h.dora())
		if err != nil || len(all) != 1 || all[0].Mine {
			t.Errorf("the department is offered %+v, %v", all, err)
		}
		m, err := h.Matter(h.paul(), id)
		h.must(err)
		if got, want := h.Filled(h.paul(), m, all[0], "de"), "Guten Tag Dora, zu 2026-0001 „Umfragen“ am 30.11.2026. Paul, Amt school"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if got := h.Filled(h.paul(), m, all[0], "en"); got != "Hello Dora" {
			t.Errorf("%q", got)
		}
		site := webtest.New(t, []fs.FS{h.Room().Files}, h.Room().Files, h.Room().Pages, h.Room().Ops).As(door.From(h.paul()))
		for path, wants := range map[string][]string{"/desk/texts": {`<dt>Deutsch</dt><dd class="lines" lang="de">Guten Tag {asker}`, `<dt>Englisch</dt><dd class="lines" lang="en">Hello`, "Nummer des Vorgangs"}, "/desk/texts/add": {"{case.number}", "Nummer des Vorgangs"}} {
			for _, want := range wants {
				if _, page := site.Get(path); !strings.Contains(page, want) {
					t.Errorf("%s: want %s in %s", path, want, page)
				}
			}
		}
		if all, err := h.Texts(h.eve()); err != nil || len(all) > 0 {
			t.Errorf("a stranger is offered %+v, %v", all, err)
		}
		if err := h.Forget(h.eve(), text); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("a stranger: %v", err)
		}
		if err := h.Forget(h.as("dora", "school", "casework.*"), text); !says(err, "desk.text.above") {
			t.Errorf("the department: %v", err)
		}
		h.must(h.Forget(h.paul(), text))
	})
}

// What is due stands on its day; the file for calendars has the same, and a stranger's is empty.
func TestTheCalendarShowsWhatIsDue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.must(h.cases.SetLand(h.paul(), "NW"))
		id := h.open("Umfragen; viele, sehr viele")
		o, err := h.cases.Show(h.paul(), id)
		h.must(err)
		due := o.Case.Due
		if due == "" {
			t.Fatal("nothing is due")
		}
		m, err := h.Month(h.paul(), due[:7])
		h.must(err)
		on := map[string]int{}
		for _, week := range m.Weeks {
			if len(week) != 7 || week[0].Day.Weekday() != time.Monday {
				t.Errorf("a week begins on %s and has %d days", week[0].Day.Weekday(), len(week))
			}
			for _, c := range week {
				on[c.Day.Format(time.DateOnly)] += len(c.Dues)
			}
		}
		if on[due] == 0 || m.Count == 0 {
			t.Errorf("nothing on %s: %v", due, on)
		}
		file, err := h.ICal(h.paul(), "https://allmende.example")
		if err != nil || !strings.Contains(file, "DTSTART;VALUE=DATE:"+strings.ReplaceAll(due, "-", "")+"\r\n") || !strings.Contains(file, `DESCRIPTION:Umfragen\; viele\, sehr viele`+"\r\n") ||
			strings.Count(file, "BEGIN:VEVENT") != strings.Count(file, "END:VEVENT") {
			t.Errorf("%v\n%s", err, file)
		}
		if m, err := h.Month(h.eve(), due[:7]); err != nil || m.Count > 0 {
			t.Errorf("a stranger sees %d, %v", m.Count, err)
		}
		if file, err := h.ICal(h.eve(), ""); err != nil || strings.Contains(file, "VEVENT") {
			t.Errorf("a stranger's file: %v %s", err, file)
		}
		for _, odd := range []string{"", "2026-13", "gestern", "9999-99", "2026-11-30"} {
			if m, err := h.Month(h.paul(), odd); err != nil || m.This != "2026-11" {
				t.Errorf("%q is %s, %v", odd, m.This, err)
			}
		}
		if m, err := h.Month(h.paul(), "2027-02"); err != nil || len(m.Weeks) != 4 || m.Before != "2027-01" || m.After != "2027-03" {
			t.Errorf("a February that begins on a Monday: %+v, %v", m, err)
		}
	})
}
