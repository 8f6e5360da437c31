// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package lmtp takes mails from the mail server of the house (RFC 2033). A mail is taken once
// somebody has kept it: until then it stays with the mail server, which tries again.
package lmtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// A Server takes mails for some addresses.
type Server struct {
	Most  int64                     // bytes of one mail
	Takes func(address string) bool // whether somebody here has an address
	// Keep keeps a mail; from is the return path, empty for one that nobody is to be answered to.
	Keep func(ctx context.Context, from, to string, raw []byte) error
}

// Listen opens "unix:/path/to/socket" or "127.0.0.1:2400". LMTP knows no sign-in: whoever reaches
// it can hand in mails, so other addresses than this machine's are refused.
func Listen(where string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(where, "unix:"); ok {
		return socket(path)
	}
	host, _, err := net.SplitHostPort(where)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("lmtp %q: want unix:/path or an address of this machine such as 127.0.0.1:2400", where)
	}
	return net.Listen("tcp", where)
}

// socket opens one, in place of one that a killed process has left. Everybody may write to it: who
// reaches its folder decides who hands in mails.
func socket(path string) (net.Listener, error) {
	if f, err := os.Lstat(path); err == nil && f.Mode().Type() == os.ModeSocket {
		c, err := net.Dial("unix", path)
		if err == nil {
			c.Close()
			return nil, fmt.Errorf("lmtp %s: another process takes mails there", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return l, os.Chmod(path, 0o666)
}

// Serve takes mails until ctx ends.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	m := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &visit{server: s, ctx: ctx}, nil }))
	m.LMTP, m.Domain, m.MaxMessageBytes, m.MaxRecipients = true, "localhost", s.Most, 50
	m.MaxLineLength = int(s.Most) // programs write lines longer than RFC 5322 has them; the mail is bounded as a whole
	m.ReadTimeout, m.WriteTimeout = 5*time.Minute, time.Minute
	go func() {
		<-ctx.Done()
		m.Close()
	}()
	if err := m.Serve(l); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// A visit is one mail being handed in.
type visit struct {
	server *Server
	ctx    context.Context
	from   string
	to     []string
}

func (v *visit) Mail(from string, _ *smtp.MailOptions) error {
	v.from = from
	return nil
}

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !v.server.Takes(to) {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody here has this address"}
	}
	v.to = append(v.to, to)
	return nil
}

// Data answers well only when the mail is kept for each of its readers. One that is kept twice,
// since an answer was lost, is known again by whoever keeps it.
func (v *visit) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	for _, to := range v.to {
		err = errors.Join(err, v.server.Keep(v.ctx, v.from, to, raw))
	}
	if err != nil {
		slog.ErrorContext(v.ctx, "a mail could not be kept", "err", err)
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "it could not be kept; try again later"}
	}
	return nil
}

func (v *visit) Reset()        { v.from, v.to = "", nil }
func (v *visit) Logout() error { return nil }
