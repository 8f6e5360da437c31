// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package outgoing asks other hosts, and only those that the operator has named. Answers
// are bounded by time, and what has not changed is not fetched again.
package outgoing

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Patience is how long one answer may take, from the first byte asked to the last read.
const Patience = 15 * time.Minute

// A Client asks the hosts on its list, "osv.example.org" or "localhost:8081".
type Client struct {
	hosts []string
	http  http.Client
}

// New returns a client for hosts.
func New(hosts ...string) *Client {
	c := &Client{hosts: hosts}
	c.http.Timeout = Patience
	c.http.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return fmt.Errorf("%s leads on and on", via[0].URL)
		}
		return c.allowed(r.URL)
	}
	return c
}

// A HostError says that a host is not on the list.
type HostError struct{ Host string }

func (e *HostError) Error() string {
	return fmt.Sprintf("the host %q is not among those that may be asked", e.Host)
}

// A StatusError is an answer other than the one wanted.
type StatusError struct {
	Address string
	Status  int
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s answers %d %s", e.Address, e.Status, http.StatusText(e.Status))
}

// Is reports whether an address is one that a client can ask.
func Is(address string) bool {
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
}

// An Answer is what a host sent. Tag and Since go into the next question for the same.
type Answer struct {
	Body       io.ReadCloser // nil where Same
	Tag, Since string
	Same       bool // nothing changed since
}

// Get asks for an address; tag and since are those of the last answer, or empty. The
// caller closes the body.
func (c *Client) Get(ctx context.Context, address, tag, since string) (Answer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Answer{}, fmt.Errorf("%q is no address: %w", address, err)
	}
	if err := c.allowed(u); err != nil {
		return Answer{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Answer{}, err
	}
	r.Header.Set("User-Agent", "Allmende")
	for name, value := range map[string]string{"If-None-Match": tag, "If-Modified-Since": since} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	a, err := c.http.Do(r)
	if err != nil {
		return Answer{}, err
	}
	if a.StatusCode == http.StatusOK {
		return Answer{Body: a.Body, Tag: a.Header.Get("ETag"), Since: a.Header.Get("Last-Modified")}, nil
	}
	a.Body.Close()
	if a.StatusCode == http.StatusNotModified {
		return Answer{Same: true, Tag: tag, Since: since}, nil
	}
	return Answer{}, &StatusError{address, a.StatusCode}
}

// longestAnswer bounds what Send reads of an answer.
const longestAnswer = 1 << 20

// Send asks with a method, a bearer token (or none) and a JSON body (or none), and returns
// status and answer, whatever they are. It waits for half a minute at most.
func (c *Client) Send(ctx context.Context, method, address, token string, body []byte) (status int, answer []byte, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return 0, nil, fmt.Errorf("%q is no address: %w", address, err)
	}
	if err := c.allowed(u); err != nil {
		return 0, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("User-Agent", "Allmende")
	if len(body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer a.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(a.Body, longestAnswer))
	return a.StatusCode, answer, err
}

func (c *Client) allowed(u *url.URL) error {
	if !Is(u.String()) || !slices.Contains(c.hosts, u.Host) && !slices.Contains(c.hosts, u.Hostname()) {
		return &HostError{u.Host}
	}
	return nil
}

// Small returns a plain client for short answers of hosts: for libraries that bring a
// protocol of their own. It follows no redirect, waits at most wait, and reads no more than
// most bytes of an answer.
func Small(wait time.Duration, most int64, hosts ...string) *http.Client {
	c := &Client{hosts: hosts}
	return &http.Client{Timeout: wait, Transport: short{c, most, http.DefaultTransport},
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			return fmt.Errorf("%s leads on to %s", r.Response.Request.URL.Redacted(), r.URL.Redacted())
		}}
}

// short asks only the hosts of a client and bounds what they answer.
type short struct {
	*Client
	most int64
	next http.RoundTripper
}

func (s short) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := s.allowed(r.URL); err != nil {
		return nil, err
	}
	a, err := s.next.RoundTrip(r)
	if err == nil {
		a.Body = &bounded{a.Body, s.most}
	}
	return a, err
}

// bounded is a body that breaks off with an error, rather than quietly, once it is too long.
type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("the answer is too long")
	}
	return n, err
}
