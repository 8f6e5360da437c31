// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package serve

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestAPanicIsAnsweredCountedAndNotContagious(t *testing.T) {
	f := &Figures{Version: "1"}
	h := Around(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/bad" {
			panic("oh")
		}
		io.WriteString(w, r.Header.Get("X-Request-Id"))
	}), f)
	ask := func(path, id string) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
		r.Header.Set("X-Request-Id", id)
		h.ServeHTTP(w, r)
		return w
	}
	if w := ask("/api/v1/bad", ""); w.Code != 500 {
		t.Errorf("a panic was answered %d", w.Code)
	}
	if w := ask("/", "known-id-1234"); w.Body.String() != "known-id-1234" {
		t.Errorf("the caller's id became %q", w.Body)
	}
	if w := ask("/", "x\" injected=\"y"); strings.Contains(w.Body.String(), "injected") || len(w.Body.String()) != 36 {
		t.Errorf("a strange id was taken over: %q", w.Body)
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{`allmende_requests_total{door="api",status="500"} 1`, `allmende_requests_total{door="web",status="200"} 2`, `allmende_request_seconds_count{door="web"} 2`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, w.Body)
		}
	}
}

func TestStoppingLetsARequestFinish(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	began, ended := make(chan bool), make(chan error, 1)
	go func() {
		ended <- Listen(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began <- true
			time.Sleep(50 * time.Millisecond)
			io.WriteString(w, "whole")
		}))
	}()
	answer := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		answer <- string(b)
	}()
	<-began
	stop()
	if got := <-answer; got != "whole" {
		t.Errorf("the request in flight got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("the server ended with %v", err)
	}
}
