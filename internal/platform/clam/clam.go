// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package clam asks a virus scanner that speaks ClamAV's protocol (clamd(8), command
// INSTREAM): over TCP or a socket of this machine, one connection a question.
package clam

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// A Client knows where the scanner listens: "127.0.0.1:3310", or the path of a socket.
type Client struct {
	Address  string
	Patience time.Duration // for one question; zero is a minute
}

// ErrRefused says that the scanner answered and would not look, for example since the file
// is larger than it takes (StreamMaxLength).
var ErrRefused = errors.New("the scanner refused")

const (
	patience = time.Minute
	chunk    = 64 << 10
	longest  = 4 << 10 // bytes of an answer
)

// Version says which scanner with which signatures answers: "ClamAV 1.4.1/27480/…".
func (c Client) Version(ctx context.Context) (string, error) {
	return c.ask(ctx, "VERSION", nil)
}

// Scan lets the scanner look at data. found is the name of what it recognised; empty for
// nothing.
func (c Client) Scan(ctx context.Context, data []byte) (found string, err error) {
	answer, err := c.ask(ctx, "INSTREAM", func(w io.Writer) error { return stream(w, data) })
	if err != nil {
		return "", err
	}
	rest, ok := strings.CutPrefix(answer, "stream: ")
	if name, bad := strings.CutSuffix(rest, " FOUND"); ok && bad {
		return name, nil
	}
	if ok && rest == "OK" {
		return "", nil
	}
	return "", fmt.Errorf("%w: %q", ErrRefused, answer)
}

// stream sends data in chunks, each with its length, and an empty one.
func stream(w io.Writer, data []byte) error {
	for len(data) > 0 {
		n := min(len(data), chunk)
		if _, err := w.Write(binary.BigEndian.AppendUint32(nil, uint32(n))); err != nil {
			return err
		}
		if _, err := w.Write(data[:n]); err != nil {
			return err
		}
		data = data[n:]
	}
	_, err := w.Write([]byte{0, 0, 0, 0})
	return err
}

// ask sends a command in the form that ends with a zero and reads the answer. A scanner that
// has had enough answers and hangs up before all is sent: then the answer counts.
func (c Client) ask(ctx context.Context, command string, more func(io.Writer) error) (string, error) {
	wait := c.Patience
	if wait == 0 {
		wait = patience
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	network := "tcp"
	if strings.HasPrefix(c.Address, "/") || strings.HasPrefix(c.Address, "@") {
		network = "unix"
	}
	conn, err := new(net.Dialer).DialContext(ctx, network, c.Address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	w := bufio.NewWriterSize(conn, chunk)
	_, sent := io.WriteString(w, "z"+command+"\x00")
	if sent == nil && more != nil {
		sent = more(w)
	}
	sent = errors.Join(sent, w.Flush())
	answer, err := bufio.NewReader(io.LimitReader(conn, longest)).ReadString(0)
	if answer == "" || err != nil && err != io.EOF {
		return "", errors.Join(sent, err)
	}
	return strings.TrimSpace(strings.TrimSuffix(answer, "\x00")), nil
}
