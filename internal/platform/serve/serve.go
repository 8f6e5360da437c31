// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package serve is what stands around the handler of every request: an id for the log, a
// line in it, figures for Prometheus, signs of life, and an end that lets requests finish.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"allmende/internal/platform/db"
)

// Grace is how long requests may take to finish once the server is told to stop.
const Grace = 20 * time.Second

// Listen serves h on l until ctx ends, then lets requests finish.
func Listen(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ReadTimeout: 10 * time.Minute, WriteTimeout: 10 * time.Minute, MaxHeaderBytes: 64 << 10}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), Grace)
	defer cancel()
	if err := s.Shutdown(end); err != nil {
		return err
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Around adds to h what every request gets: an id, a recovered panic, a log line, figures.
func Around(h http.Handler, figures *Figures) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := r.Header.Get("X-Request-Id")
		if len(id) < 8 || len(id) > 64 || strings.ContainsFunc(id, odd) {
			id = db.NewID()
			r.Header.Set("X-Request-Id", id)
		}
		w.Header().Set("X-Request-Id", id)
		t := &tap{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				slog.ErrorContext(r.Context(), "a handler panicked", "request", id, "path", plain(r.URL.Path), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if !t.wrote {
					http.Error(t, "500", http.StatusInternalServerError)
				}
			}
			took := time.Since(start)
			figures.request(r, t.status, took)
			slog.DebugContext(r.Context(), "request", "id", id, "method", r.Method, "path", plain(r.URL.Path), "status", t.status, "bytes", t.bytes, "ms", took.Milliseconds())
		}()
		h.ServeHTTP(t, r)
		if t.status >= 400 {
			hearOut(r)
		}
	})
}

// patience is how much of a refused body is still read, in bytes.
const patience = 512 << 20

// hearOut reads what the sender of a refused request has still to say. A browser that
// cannot send to the end shows that the connection broke instead of the answer. Who asks
// beforehand whether to send at all is told by the answer.
func hearOut(r *http.Request) {
	if r.ContentLength != 0 && r.Header.Get("Expect") == "" {
		io.CopyN(io.Discard, r.Body, patience)
	}
}

// plain is a path without the secret of a one-time link.
func plain(path string) string {
	if strings.HasPrefix(path, "/welcome/") {
		return "/welcome/…"
	}
	return path
}

func odd(r rune) bool {
	return !(r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
}

// tap notes what is answered.
type tap struct {
	http.ResponseWriter
	status int
	bytes  int
	wrote  bool
}

func (t *tap) WriteHeader(status int) {
	if !t.wrote {
		t.status, t.wrote = status, true
	}
	t.ResponseWriter.WriteHeader(status)
}

func (t *tap) Write(b []byte) (int, error) {
	t.wrote = true
	n, err := t.ResponseWriter.Write(b)
	t.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController through.
func (t *tap) Unwrap() http.ResponseWriter { return t.ResponseWriter }
