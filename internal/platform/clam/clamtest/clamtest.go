// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package clamtest is a virus scanner for tests: it speaks what clamd(8) documents of its
// protocol (commands that begin with z and end with a zero, VERSION, INSTREAM with chunks,
// StreamMaxLength) and recognises the test file of EICAR.
package clamtest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// EICAR is the file that every scanner recognises and that harms nobody (eicar.org). It is put
// together here, so that no scanner takes this source for one.
var EICAR = []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}` + `$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!` + `$H+H*`)

// Version is what it says it is.
const Version = "ClamAV 1.4.1/27480/Fri Nov 27 09:41:02 2026"

// A Server is one that runs until the test ends.
type Server struct {
	Address string
	Max     int          // bytes of a stream: StreamMaxLength
	Scans   atomic.Int64 // streams that it looked at
}

// Start lets one listen on a socket, or over TCP.
func Start(t testing.TB, network string) *Server {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = filepath.Join(t.TempDir(), "clamd")
	}
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &Server{Address: l.Addr().String(), Max: 25 << 20}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c)
		}
	}()
	return s
}

func (s *Server) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	command, err := r.ReadString(0)
	switch {
	case err != nil:
	case command == "zVERSION\x00":
		fmt.Fprintf(c, "%s\x00", Version)
	case command == "zINSTREAM\x00":
		fmt.Fprintf(c, "%s\x00", s.stream(r))
	default:
		fmt.Fprint(c, "UNKNOWN COMMAND\x00")
	}
	io.Copy(io.Discard, r) // a connection closed on what was not read would take the answer with it
}

// stream reads chunks up to an empty one.
func (s *Server) stream(r io.Reader) string {
	var all bytes.Buffer
	for {
		var n uint32
		if err := binary.Read(r, binary.BigEndian, &n); err != nil {
			return "INSTREAM: Error reading. ERROR"
		}
		if n == 0 {
			break
		}
		if all.Len()+int(n) > s.Max {
			return "INSTREAM size limit exceeded. ERROR"
		}
		if _, err := io.CopyN(&all, r, int64(n)); err != nil {
			return "INSTREAM: Error reading. ERROR"
		}
	}
	s.Scans.Add(1)
	if bytes.Contains(all.Bytes(), EICAR) {
		return "stream: Eicar-Test-Signature FOUND"
	}
	return "stream: OK"
}
