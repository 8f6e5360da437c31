// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing"
	"time"

	"allmende/internal/platform/db/dbtest"
)

// half sends the first half of an upload and returns once the server has begun to read
// it; rest sends the other half and returns the answer.
func (p *process) half(body string) (rest func() (status int, text string)) {
	p.t.Helper()
	type answer struct {
		status int
		text   string
	}
	pr, pw := io.Pipe()
	reading, answered := make(chan struct{}), make(chan answer, 1)
	r, err := http.NewRequest("POST", p.url+"/api/v1/sbom/documents", pr)
	if err != nil {
		p.t.Fatal(err)
	}
	r = r.WithContext(httptrace.WithClientTrace(p.t.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(reading) }}))
	r.Header.Set("Expect", "100-continue") // the server says "continue" when somebody begins to read
	r.Header.Set("Authorization", "Bearer "+p.token)
	r.ContentLength = int64(len(body))
	go func() {
		own := &http.Transport{ExpectContinueTimeout: time.Minute}
		defer own.CloseIdleConnections()
		a, err := own.RoundTrip(r)
		if err != nil {
			answered <- answer{text: err.Error()}
			return
		}
		defer a.Body.Close()
		text, _ := io.ReadAll(a.Body)
		answered <- answer{a.StatusCode, string(text)}
	}()
	select {
	case <-reading:
	case a := <-answered:
		p.t.Fatalf("the upload ended before it began: %d %s", a.status, a.text)
	case <-time.After(20 * time.Second):
		p.t.Fatal("the server does not begin to read")
	}
	io.WriteString(pw, body[:len(body)/2])
	return func() (int, string) {
		io.WriteString(pw, body[len(body)/2:])
		pw.Close()
		a := <-answered
		return a.status, a.text
	}
}

// The server is told to stop in the middle of an upload: it lets nobody new in, takes the
// document to its end, and then ends well.
func TestStoppingLetsAnUploadFinish(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir()}}
		token := strings.TrimSpace(s.must("token", "create", "--db", where, "--org", "stadt", "--name", "ci"))
		p := boot(t, where, s.env["ALLMENDE_BLOBS"], token)
		rest := p.half(string(invent(1, 200)))
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		until(t, 10*time.Second, "nobody new is let in", func() bool {
			c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
			if err == nil {
				c.Close()
			}
			return err != nil
		})
		if status, text := rest(); status != 201 || !strings.Contains(text, `"components":200`) {
			t.Errorf("the upload was answered %d %s", status, text)
		}
		p.gone()
		r := look(t, where, s.env["ALLMENDE_BLOBS"])
		r.whole()
		r.want(1, "documents", `SELECT count(*) FROM sbom_document WHERE current`)
		r.items(200)
	})
}

// The process is killed in the middle of an upload: nothing of it is there, and the next
// process takes the document as if nothing had been.
func TestAKillDuringAnUploadLeavesNothing(t *testing.T) {
	dbtest.EachAddress(t, func(t *testing.T, where string) {
		s := shell{t, map[string]string{"ALLMENDE_BLOBS": t.TempDir()}}
		token := strings.TrimSpace(s.must("token", "create", "--db", where, "--org", "stadt", "--name", "ci"))
		p := boot(t, where, s.env["ALLMENDE_BLOBS"], token)
		rest := p.half(string(invent(1, 200)))
		p.kill()
		if status, text := rest(); status != 0 {
			t.Errorf("a killed server answered %d %s", status, text)
		}
		p = boot(t, where, s.env["ALLMENDE_BLOBS"], token)
		status, text, err := p.do("POST", "/api/v1/sbom/documents", "application/json", strings.NewReader(string(invent(1, 200))))
		if err != nil || status != 201 || !strings.Contains(text, `"state":"created"`) {
			t.Errorf("after the kill the document is answered %d %s %v", status, text, err)
		}
		p.stop()
		r := look(t, where, s.env["ALLMENDE_BLOBS"])
		r.whole()
		r.want(1, "documents", `SELECT count(*) FROM sbom_document`)
	})
}
