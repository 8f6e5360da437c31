// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package clam_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"allmende/internal/platform/clam"
	"allmende/internal/platform/clam/clamtest"
)

// Over TCP and over a socket the scanner says who it is, passes what is harmless, and names what
// it recognises, also where that lies behind the first chunk.
func TestTheScannerIsAsked(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		c := clam.Client{Address: clamtest.Start(t, network).Address}
		if v, err := c.Version(t.Context()); err != nil || v != clamtest.Version {
			t.Errorf("%s: version %q, %v", network, v, err)
		}
		long := bytes.Repeat([]byte("a"), 200_000)
		for _, q := range []struct {
			data []byte
			want string
		}{{nil, ""}, {long, ""}, {clamtest.EICAR, "Eicar-Test-Signature"}, {append(long, clamtest.EICAR...), "Eicar-Test-Signature"}} {
			if found, err := c.Scan(t.Context(), q.data); err != nil || found != q.want {
				t.Errorf("%s: %d bytes: %q, %v; want %q", network, len(q.data), found, err, q.want)
			}
		}
	}
}

// A scanner that takes less says so and hangs up in the middle: that is a refusal, and no clean
// bill. One that is not there, or says nothing, is an error of another kind.
func TestNoAnswerIsNoCleanBill(t *testing.T) {
	s := clamtest.Start(t, "tcp")
	s.Max = 1000
	_, err := clam.Client{Address: s.Address}.Scan(t.Context(), make([]byte, 5000))
	if !errors.Is(err, clam.ErrRefused) {
		t.Errorf("too large: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (clam.Client{Address: l.Addr().String(), Patience: 50 * time.Millisecond}).Scan(t.Context(), []byte("a")); err == nil || errors.Is(err, clam.ErrRefused) {
		t.Errorf("it says nothing: %v", err)
	}
	l.Close()
	if _, err := (clam.Client{Address: l.Addr().String()}).Scan(t.Context(), []byte("a")); err == nil || errors.Is(err, clam.ErrRefused) {
		t.Errorf("it is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (clam.Client{Address: s.Address}).Version(ctx); err == nil {
		t.Error("nobody waits any more, and it answers")
	}
}
