// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package door

import (
	"io"
	"net/http"
	"time"
)

// Within is how long an upload may take in all, Pause how long nothing of it may come.
const (
	Within = 10 * time.Minute
	Pause  = 30 * time.Second
)

// Steady lets the body of a request fail with [os.ErrDeadlineExceeded] where nothing of it comes for a
// while: who sends it is gone, or holds on to what others need.
func Steady(w http.ResponseWriter, r *http.Request, pause time.Duration) {
	r.Body = steady{r.Body, http.NewResponseController(w), pause, time.Now().Add(Within)}
}

type steady struct {
	io.ReadCloser
	conn  *http.ResponseController
	pause time.Duration
	until time.Time
}

func (s steady) Read(p []byte) (int, error) {
	next := time.Now().Add(s.pause)
	if next.After(s.until) {
		next = s.until
	}
	s.conn.SetReadDeadline(next) // where a connection knows none, the server's own time counts
	n, err := s.ReadCloser.Read(p)
	if err == io.EOF {
		s.conn.SetReadDeadline(time.Time{}) // the server listens on for whether the caller is still there
	}
	return n, err
}
