// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// A Server is the SMTP server that takes our letters.
type Server struct {
	Host     string
	Port     int    // 0: 587, or 465 with TLS from the start
	TLS      string // "starttls" (demanded, the default), "tls" from the start, or "none"
	User     string // empty: no authentication
	Password string
	From     string      // sender's address
	Config   *tls.Config // nil: the machine's own certificates
}

// Check returns what is wrong with the settings; home is the address of this instance.
func (s Server) Check(home string) error {
	if s.Host == "" {
		return nil
	}
	if !IsAddress(s.From) {
		return fmt.Errorf("mail-from %q: want a mail address such as allmende@stadt.example", s.From)
	}
	if s.TLS != "" && s.TLS != "starttls" && s.TLS != "tls" && s.TLS != "none" {
		return fmt.Errorf("mail-tls %q: want starttls, tls or none", s.TLS)
	}
	if u, err := url.Parse(home); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("url %q: want the address under which people reach this server, such as https://allmende.stadt.example: links in mails need it", home)
	}
	return nil
}

// Address is host and port.
func (s Server) Address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.port())) }

func (s Server) port() int {
	switch {
	case s.Port != 0:
		return s.Port
	case s.TLS == "tls":
		return 465
	}
	return 587
}

// most is how long one letter may take.
const most = 30 * time.Second

func (s Server) client() (*gomail.Client, error) {
	_, domain, _ := strings.Cut(s.From, "@")
	options := []gomail.Option{gomail.WithPort(s.port()), gomail.WithTimeout(most / 2), gomail.WithHELO(domain)}
	switch s.TLS {
	case "tls":
		options = append(options, gomail.WithSSL())
	case "none":
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.Config != nil {
		c := s.Config.Clone()
		c.ServerName = s.Host
		options = append(options, gomail.WithTLSConfig(c))
	}
	if s.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, options...)
}

// Probe says hello to the server, with TLS and authentication as they are set, and sends nothing.
func (s Server) Probe(ctx context.Context) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	if err := c.DialWithContext(ctx); err != nil {
		return err
	}
	return c.Close()
}

// send hands one letter to the server.
func (o *Outbox) send(ctx context.Context, l Letter) error {
	t, err := o.render(l.Lang, o.Home, l.Content)
	if err != nil {
		return err
	}
	m := gomail.NewMsg()
	if err := errors.Join(m.From(o.Server.From), m.To(l.To)); err != nil {
		return fmt.Errorf("%w: %w", errAddress, err)
	}
	m.Subject(t.Subject)
	m.SetMessageIDWithValue(o.Ident(l.ID)) // the same at each attempt, so that a reader's server can tell
	m.SetDateWithValue(o.store.db.Now())
	if err := threaded(m, l.Content.Thread); err != nil {
		return err
	}
	if l.Content.Leave != "" {
		m.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+o.Home+l.Content.Leave+">")
		m.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click") // RFC 8058
	}
	m.SetBodyString(gomail.TypeTextPlain, t.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, t.HTML)
	for _, f := range l.Content.Files {
		if err := m.AttachReader(f.Name, bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return err
		}
	}
	c, err := o.Server.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	return c.DialAndSendWithContext(ctx, m)
}

// threaded says to what a letter is an answer; without a thread that no person has written it.
func threaded(m *gomail.Msg, t *Thread) error {
	if t == nil {
		m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's holiday answers this
		return nil
	}
	var refs []string
	for _, id := range t.Refs[max(0, len(t.Refs)-mostRefs):] {
		refs = append(refs, "<"+id+">")
	}
	if len(refs) > 0 {
		m.SetGenHeader(gomail.HeaderInReplyTo, refs[len(refs)-1])
		m.SetGenHeader(gomail.HeaderReferences, strings.Join(refs, " "))
	}
	return m.ReplyTo(t.Back)
}

// mostRefs bounds a header that grows with each answer.
const mostRefs = 20

var (
	errOff     = errors.New("no mail server is set")
	errAddress = errors.New("not an address")
)

// why returns the text key for a failure, and whether trying again is pointless: the other
// side has refused for good (RFC 5321, section 4.2.1: 5yz).
func why(err error) (key string, final bool) {
	refused, isRefusal := errors.AsType[*gomail.SendError](err)
	switch {
	case errors.Is(err, errOff):
		return "mail.fault.off", true
	case errors.Is(err, errAddress):
		return "mail.fault.address", true
	case isRefusal && refused.ErrorCode() >= 500:
		return "mail.fault.refused", true
	case isRefusal && refused.ErrorCode() >= 400:
		return "mail.fault.later", false
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return "mail.fault.unreachable", false
	}
	return "mail.fault.broken", false
}

const longestDetail = 300 // characters

// detail is what the other side said, fit for a page.
func detail(err error) string {
	text := []rune(strings.Join(strings.FieldsFunc(strings.ToValidUTF8(err.Error(), "?"), unicode.IsControl), " "))
	return string(text[:min(len(text), longestDetail)])
}
