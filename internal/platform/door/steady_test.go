// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package door_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"allmende/internal/platform/door"
)

// An upload that stalls is given up; one that comes slowly is not.
func TestAStalledUploadIsGivenUp(t *testing.T) {
	heard := make(chan error, 1)
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		door.Steady(w, r, time.Second)
		_, err := io.ReadAll(r.Body)
		heard <- err
	}))
	defer far.Close()
	send := func(pause time.Duration, times int) error {
		r, w := io.Pipe()
		go func() {
			for range times {
				w.Write([]byte("x"))
				time.Sleep(pause)
			}
			w.Close()
		}()
		if answer, err := http.Post(far.URL, "application/octet-stream", r); err == nil {
			answer.Body.Close()
		}
		r.Close()
		return <-heard
	}
	if err := send(300*time.Millisecond, 5); err != nil {
		t.Errorf("slowly: %v", err)
	}
	if err := send(10*time.Second, 2); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("nothing comes: %v", err)
	}
}
