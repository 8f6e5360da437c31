// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/mail"
)

func (c caller) status(path string) int { c.t.Helper(); s, _ := c.get(path); return s }

// Without its database the process lives and is not ready.
func TestSignsOfLife(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		nobody := caller{t: t, app: a}
		if live, ready := nobody.status("/livez"), nobody.status("/readyz"); live != 200 || ready != 200 {
			t.Errorf("livez %d, readyz %d, want 200", live, ready)
		}
		a.DB.Close()
		if live, ready := nobody.status("/livez"), nobody.status("/readyz"); live != 200 || ready != 503 {
			t.Errorf("without database: livez %d, want 200; readyz %d, want 503", live, ready)
		}
	})
}

// The way to PostgreSQL breaks, in both ways in which networks do, and is mended.
func TestReadyFollowsTheDatabase(t *testing.T) {
	base := os.Getenv("ALLMENDE_TEST_PG")
	if base == "" {
		t.Skip("set ALLMENDE_TEST_PG: it takes a database behind a network")
	}
	w := newWire(t, dbtest.Schema(t, base))
	nobody := caller{t: t, app: open(t, w.address)}
	for _, tt := range []struct {
		how  string
		do   func()
		want int
	}{
		{"as it should be", func() {}, 200},
		{"the line is cut", w.cut, 503},
		{"the line works again", w.mend, 200},
		{"nothing comes back", w.swallow, 503},
		{"the line works again", w.mend, 200},
	} {
		tt.do()
		if got := nobody.status("/readyz"); got != tt.want {
			t.Errorf("%s: readyz %d, want %d", tt.how, got, tt.want)
		}
		if got := nobody.status("/livez"); got != 200 {
			t.Errorf("%s: livez %d, want 200", tt.how, got)
		}
	}
}

// A wire leads to a database, and can be cut.
type wire struct {
	address string // of the database, through the wire
	to      string
	mu      sync.Mutex
	dead    bool
	mute    bool
	open    []net.Conn
}

func newWire(t *testing.T, address string) *wire {
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{to: u.Host}
	t.Cleanup(func() { l.Close(); w.cut() })
	u.Host = l.Addr().String()
	w.address = u.String()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			w.lay(c)
		}
	}()
	return w
}

// lay connects c with the database, unless the wire is dead.
func (w *wire) lay(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d, err := net.Dial("tcp", w.to)
	if err != nil || w.dead {
		c.Close()
		return
	}
	w.open = append(w.open, c, d)
	go w.carry(c, d)
	go w.carry(d, c)
}

func (w *wire) carry(from, to net.Conn) {
	defer to.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		w.mu.Lock()
		mute := w.mute
		w.mu.Unlock()
		if n > 0 && !mute {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (w *wire) set(dead, mute bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead, w.mute = dead, mute
	if !mute {
		for _, c := range w.open {
			c.Close()
		}
		w.open = nil
	}
}

func (w *wire) cut()     { w.set(true, false) }
func (w *wire) swallow() { w.set(false, true) }
func (w *wire) mend()    { w.set(false, false) }

// What Prometheus reads, as its text format (version 0.0.4) is described.
var (
	sample = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$`)
	label  = regexp.MustCompile(`^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)`)
	suffix = regexp.MustCompile(`_(bucket|sum|count)$`)
)

// A family is what one metric says: its type, and its samples in their order.
type family struct {
	kind, help string
	samples    []figure
}

type figure struct {
	name   string
	labels map[string]string
	value  float64
}

// scrape reads the text format, and says in which line it is not that.
func scrape(r io.Reader) (map[string]*family, error) {
	all := map[string]*family{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if err := scrapeLine(all, lines.Text()); err != nil {
			return all, fmt.Errorf("line %d, %q: %w", n, lines.Text(), err)
		}
	}
	return all, lines.Err()
}

func scrapeLine(all map[string]*family, line string) error {
	if words := strings.SplitN(line, " ", 4); len(words) == 4 && words[0] == "#" {
		f := all[words[2]]
		switch {
		case words[1] == "HELP" && f == nil:
			all[words[2]] = &family{help: words[3]}
		case words[1] == "TYPE" && f != nil && f.kind == "" && slices.Contains([]string{"counter", "gauge", "histogram"}, words[3]):
			f.kind = words[3]
		default:
			return fmt.Errorf("want HELP once, and after it TYPE")
		}
		return nil
	}
	m := sample.FindStringSubmatch(line)
	if m == nil {
		return fmt.Errorf("want name{labels} value")
	}
	fig := figure{name: m[1], labels: map[string]string{}}
	f := all[m[1]]
	if f == nil {
		f = all[suffix.ReplaceAllString(m[1], "")]
	}
	if f == nil || f.kind == "" {
		return fmt.Errorf("a sample before its TYPE")
	}
	for rest := m[2]; rest != ""; {
		l := label.FindStringSubmatch(rest)
		if l == nil {
			return fmt.Errorf("labels %q", rest)
		}
		fig.labels[l[1]], rest = l[2], rest[len(l[0]):]
	}
	var err error
	fig.value, err = strconv.ParseFloat(m[3], 64)
	f.samples = append(f.samples, fig)
	return err
}

// Who runs the instance learns at /metrics what waits, what failed and how old advisories
// are; "never read" is older than any bound.
func TestFiguresOfTheInstance(t *testing.T) {
	each(t, func(t *testing.T, a *App) {
		nobody := caller{t: t, app: a}
		figures := func() map[string]float64 {
			t.Helper()
			_, text := nobody.get("/metrics")
			all, err := scrape(strings.NewReader(text))
			if err != nil {
				t.Fatalf("%v in\n%s", err, text)
			}
			out := map[string]float64{}
			for name, f := range all {
				for _, s := range f.samples {
					if f.kind == "gauge" {
						out[strings.TrimSuffix(name+" "+s.labels["state"], " ")] = s.value
					}
				}
			}
			return out
		}
		want := func(when string, all map[string]float64) {
			t.Helper()
			got := figures()
			for name, n := range all {
				if v, ok := got[name]; !ok || v != n {
					t.Errorf("%s: %s is %v (there: %v), want %v", when, name, v, ok, n)
				}
			}
			if got["allmende_database_bytes"] < 100_000 {
				t.Errorf("%s: the database takes %v bytes", when, got["allmende_database_bytes"])
			}
		}
		if err := a.Jobs.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		want("at first", map[string]float64{"allmende_jobs queued": 0, "allmende_jobs running": 0, "allmende_jobs failed": 0,
			"allmende_letters queued": 0, "allmende_letters failed": 0, "allmende_documents": 0, "allmende_advisories_age_seconds": math.Inf(1)})

		_, city := join(t, a, "", "Musterstadt")
		for _, version := range []string{"2.14.1", "2.14.1", "2.17.1"} {
			if status, body := city.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(log4j("Verfahren", version, version))); status >= 300 {
				t.Fatalf("%d %s", status, body)
			}
		}
		feed := t.TempDir()
		if err := os.WriteFile(filepath.Join(feed, "a.json"), []byte(log4shell), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Vulnerability.ImportPath(t.Context(), db.System("vulnerability.import", feed), quiet{}, feed); err != nil {
			t.Fatal(err)
		}
		err := a.DB.Write(t.Context(), db.System("app.test", ""), func(tx *db.Tx) error {
			if _, err := a.Jobs.Enqueue(t.Context(), tx, "app.nobody", struct{}{}, ""); err != nil {
				return err
			}
			return a.Mail.Enqueue(t.Context(), tx, mail.Letter{Org: "musterstadt", To: "a@example.org", Kind: "governance.invite", Lang: "de"})
		})
		if err != nil {
			t.Fatal(err)
		}
		now := a.DB.Now
		a.DB.Now = func() time.Time { return now().Add(time.Hour) }
		got := figures()
		if age := got["allmende_advisories_age_seconds"]; age < 3600 || age > 3700 {
			t.Errorf("an hour later advisories are %v seconds old", age)
		}
		if got["allmende_documents"] != 2 || got["allmende_jobs queued"] < 1 || got["allmende_letters queued"] != 1 {
			t.Errorf("got %v, want two documents, a task and a letter that wait", got)
		}
	})
}

func TestFiguresAreWhatPrometheusReads(t *testing.T) {
	a := open(t, t.TempDir()+"/a.db")
	nobody := caller{t: t, app: a}
	for _, path := range []string{"/", "/sign-in", "/nowhere", "/api/v1/where?q=x", "/static/icon.svg"} {
		nobody.get(path)
	}
	_, text := nobody.get("/metrics")
	all, err := scrape(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	requests, seconds := all["allmende_requests_total"], all["allmende_request_seconds"]
	if all["allmende_build_info"] == nil || requests == nil || requests.kind != "counter" || seconds == nil || seconds.kind != "histogram" {
		t.Fatalf("not all is told, only %q", slices.Sorted(maps.Keys(all)))
	}
	counted := map[string]float64{}
	for _, s := range requests.samples {
		counted[s.labels["door"]] += s.value
	}
	if counted["web"] != 3 || counted["api"] != 1 || counted["static"] != 1 {
		t.Errorf("requests by door: %v", counted)
	}
	for door, n := range counted {
		last, most := 0.0, 0.0
		for _, s := range seconds.samples {
			switch {
			case s.labels["door"] != door:
			case strings.HasSuffix(s.name, "_bucket"):
				if s.value < last {
					t.Errorf("%s: the bucket up to %s holds less than the one before", door, s.labels["le"])
				}
				last = s.value
			case strings.HasSuffix(s.name, "_count"):
				most = s.value
			}
		}
		if last != n || most != n {
			t.Errorf("%s: %v requests, %v in the last bucket, %v counted", door, n, last, most)
		}
	}
}
