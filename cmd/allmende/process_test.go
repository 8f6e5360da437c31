// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"allmende/internal/app"
	"allmende/internal/engine/inventory"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// asProgram makes this test's own binary be the program: the same code, with the race
// detector where the test has it, in a process that can be killed.
const asProgram = "ALLMENDE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Unsetenv(asProgram)
		main()
	}
	os.Exit(m.Run())
}

// A process is "allmende serve" as the operating system runs it.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	said   *syncBuffer
	url    string
	token  string
	exited chan error
}

var listening = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// boot starts the program on a database and returns once it is ready. It is killed when
// the test ends, if it still runs.
func boot(t *testing.T, where, blobs, token string) *process {
	t.Helper()
	p := &process{t: t, said: &syncBuffer{}, token: token, exited: make(chan error, 1)}
	p.cmd = exec.Command(os.Args[0], "serve", "--db", where, "--blobs", blobs, "--listen", "127.0.0.1:0")
	p.cmd.Env = append(os.Environ(), asProgram+"=1", "ALLMENDE_LANG=en")
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.exited <- p.cmd.Wait() }()
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.kill()
		}
	})
	until(t, 20*time.Second, "the server says where it listens", func() bool {
		p.url = listening.FindString(p.said.String())
		return p.url != ""
	})
	ready(t, p.url+"/readyz")
	return p
}

// until waits for something to become true.
func until(t *testing.T, most time.Duration, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(most); !is(); time.Sleep(40 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %v it is still not so that %s", most, what)
		}
	}
}

// kill ends the process as a power cut would, without a word.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	<-p.exited
}

// stop asks the process to end and expects it to end well.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	p.gone()
}

// gone waits until the process has ended, with exit code 0.
func (p *process) gone() {
	p.t.Helper()
	select {
	case err := <-p.exited:
		if err != nil {
			p.t.Errorf("the server ended with %v\n%s", err, p.said)
		}
	case <-time.After(25 * time.Second):
		p.t.Fatalf("the server does not end\n%s", p.said)
	}
}

// do sends a request with the token. A redirect is answered with its target.
func (p *process) do(method, path, kind string, body io.Reader) (status int, answer string, err error) {
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, body)
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.Header.Set("Content-Type", kind)
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, "", err
	}
	defer a.Body.Close()
	if to := a.Header.Get("Location"); to != "" {
		return a.StatusCode, to, nil
	}
	text, err := io.ReadAll(a.Body)
	return a.StatusCode, string(text), err
}

// ask is do for what has to be answered.
func (p *process) ask(path string, into any) {
	p.t.Helper()
	status, text, err := p.do("GET", path, "", nil)
	if err == nil && status == http.StatusOK {
		err = json.Unmarshal([]byte(text), into)
	}
	if err != nil || status != http.StatusOK {
		p.t.Fatalf("%s: %d %v %s", path, status, err, text)
	}
}

// records looks into a database that no server works on, as the doors do not show it.
type records struct {
	*testing.T
	app *app.App
}

func look(t *testing.T, where, blobs string) records {
	t.Helper()
	a, err := app.New(t.Context(), app.Options{Database: where, Blobs: blobs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return records{t, a}
}

func (r records) count(query string, args ...any) int {
	r.Helper()
	n, err := db.Count(r.Context(), r.app.DB.Read(), query, args...)
	if err != nil {
		r.Fatal(err)
	}
	return n
}

func (r records) want(n int, what, query string, args ...any) {
	r.Helper()
	if got := r.count(query, args...); got != n {
		r.Errorf("%s: %d, want %d", what, got, n)
	}
}

// inventories are what documents list.
func (r records) inventories() map[ospo.DocumentID]inventory.Inventory {
	r.Helper()
	ids, err := db.All(r.Context(), r.app.DB.Read(), func(id *ospo.DocumentID) []any { return []any{id} }, `
		SELECT i.document FROM sbom_inventory AS i JOIN sbom_document AS d ON d.id = i.document WHERE d.current`)
	if err != nil {
		r.Fatal(err)
	}
	all, err := r.app.SBOM.Inventories(r.Context(), r.app.DB.Read(), ids)
	if err != nil || len(all) != len(ids) {
		r.Fatalf("%d inventories of %d documents: %v", len(all), len(ids), err)
	}
	return all
}

// items checks how many packages all documents list together.
func (r records) items(want int) {
	r.Helper()
	n := 0
	for _, v := range r.inventories() {
		n += v.Len()
	}
	if n != want {
		r.Errorf("%d items, want %d", n, want)
	}
}

// whole checks that each document has all its items and its raw bytes, and that nothing
// is left of one that is not there.
func (r records) whole() {
	r.Helper()
	for id, v := range r.inventories() {
		r.want(1, "present documents with just so many packages", `SELECT count(*) FROM sbom_document WHERE current AND id = $1 AND packages = $2`, id, v.Len())
		for i, p := range v.Packages {
			r.want(1, "packages of that number", `SELECT count(*) FROM sbom_package WHERE id = $1`, p)
			if v.Declared[i] != 0 {
				r.want(1, "terms of that number", `SELECT count(*) FROM sbom_term WHERE id = $1`, v.Declared[i])
			}
			if i == 10 {
				break // one write makes them all or none
			}
		}
	}
	r.want(0, "present documents of which nobody knows what they list", `
		SELECT count(*) FROM sbom_document AS d LEFT JOIN sbom_inventory AS i ON i.document = d.id WHERE d.current AND i.document IS NULL`)
	r.want(0, "present documents that their release does not know", `
		SELECT count(*) FROM sbom_document AS d LEFT JOIN sbom_latest AS l ON l.release = d.release AND l.document = d.id WHERE d.current AND l.release IS NULL`)
	r.want(0, "documents without an entry in the log", `
		SELECT count(*) FROM sbom_document AS d WHERE NOT EXISTS (SELECT 1 FROM log_entry AS e WHERE e.thing = d.release AND e.what = 'sbom.take' AND e.org = d.org)`)
	sums, err := db.Texts(r.Context(), r.app.DB.Read(), `SELECT sum FROM sbom_document`)
	if err != nil {
		r.Fatal(err)
	}
	for _, sum := range sums {
		if raw, err := r.app.Blobs.Get(sum); err != nil || !bytes.Contains(raw, []byte("CycloneDX")) {
			r.Errorf("the raw document %s: %d bytes, %v", sum, len(raw), err)
		}
	}
}

// invent writes the bill of materials of product n, which shares most of its components
// with the others.
func invent(n, components int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"application","bom-ref":"p","name":"Fachverfahren %04d","version":"1.%d"}},"components":[`, n, n)
	for i := range components {
		if i > 0 {
			b.WriteByte(',')
		}
		name := fmt.Sprintf("baustein-%d", (n*7+i*3)%2500)
		fmt.Fprintf(&b, `{"type":"library","bom-ref":"c%d","name":%q,"version":"1.%d","purl":"pkg:npm/%s@1.%d","licenses":[{"license":{"id":"MIT"}}]}`, i, name, n%3, name, n%3)
	}
	b.WriteString(`],"dependencies":[{"ref":"p","dependsOn":["c0"]}]}`)
	return []byte(b.String())
}

// failures checks that no task has failed.
func (r records) failures() {
	r.Helper()
	all, err := db.Texts(r.Context(), r.app.DB.Read(), `SELECT kind || ': ' || fault FROM job_task WHERE state = 'failed'`)
	if err != nil || len(all) > 0 {
		r.Errorf("tasks that failed: %v, %v", all, err)
	}
}
