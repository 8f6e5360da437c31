// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package mailtest is a real SMTP server for tests, which keeps what it is sent.
package mailtest

import (
	"crypto/tls"
	"errors"
	"io"
	"mime/quotedprintable"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// An Office takes letters.
type Office struct {
	Deny error // what is answered to a recipient; nil takes everything
	Auth bool  // wants "allmende" with the password "geheim"

	t   testing.TB
	mu  sync.Mutex
	got []string
}

// Open listens on a free port until the test ends, with TLS where c says how.
func (o *Office) Open(t testing.TB, c *tls.Config) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.t = t
	s := smtp.NewServer(o)
	s.Domain, s.TLSConfig, s.AllowInsecureAuth = "localhost", c, true
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l.Addr().(*net.TCPAddr).Port
}

// Denies changes what is answered to a recipient.
func (o *Office) Denies(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.Deny = err
}

// Letters returns what has arrived, headers first, with its lines whole again.
func (o *Office) Letters() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := make([]string, len(o.got))
	for i, l := range o.got {
		plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(l)))
		if err != nil {
			o.t.Fatal(err)
		}
		out[i] = string(plain)
	}
	return out
}

// NewSession lets a sender in.
func (o *Office) NewSession(*smtp.Conn) (smtp.Session, error) { return &visit{Office: o}, nil }

type visit struct {
	*Office
	known bool
}

func (v *visit) AuthMechanisms() []string { return []string{sasl.Plain} }

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "allmende" || password != "geheim" {
			return errors.New("no")
		}
		v.known = true
		return nil
	}), nil
}

func (v *visit) Mail(string, *smtp.MailOptions) error {
	if v.Office.Auth && !v.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (v *visit) Rcpt(string, *smtp.RcptOptions) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.Deny
}

func (v *visit) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.got = append(v.got, string(b))
	return err
}

func (v *visit) Reset()        {}
func (v *visit) Logout() error { return nil }
