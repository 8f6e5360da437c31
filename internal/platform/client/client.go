// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package client talks to an Allmende server's API, for the command line.
package client

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Client is a server and the token to ask it with.
type Client struct {
	Server, Token string
	Lang          string
	http          http.Client
}

// New returns a client of the server at an http(s) address.
func New(server, token, lang string) (*Client, error) {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("--server %q is not an http or https address", server)
	}
	return &Client{Server: strings.TrimSuffix(server, "/"), Token: token, Lang: lang, http: http.Client{Timeout: 10 * time.Minute}}, nil
}

// A Problem is what the server had to say against a request (RFC 9457).
type Problem struct {
	Status        int
	Title, Detail string
}

func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	return fmt.Sprintf("the server answered %d %s", p.Status, p.Title)
}

// Get asks for a path below /api/v1 and returns the JSON.
func (c *Client) Get(ctx context.Context, path string, q url.Values) (json.RawMessage, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Server+"/api/v1"+path+"?"+q.Encode(), nil)
	if err != nil {
		return nil, err
	}
	return c.do(r)
}

// Send posts a document, packed with gzip, and returns the JSON of the answer.
func (c *Client) Send(ctx context.Context, path string, q url.Values, kind string, body []byte) (json.RawMessage, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(body)
	if err := z.Close(); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Server+"/api/v1"+path+"?"+q.Encode(), &b)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Content-Encoding", "gzip")
	return c.do(r)
}

func (c *Client) do(r *http.Request) (json.RawMessage, error) {
	r.Header.Set("Accept-Language", c.Lang)
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	w, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer w.Body.Close()
	body, err := io.ReadAll(io.LimitReader(w.Body, 256<<20))
	if err != nil {
		return nil, err
	}
	if w.StatusCode >= 300 {
		p := &Problem{Status: w.StatusCode, Title: http.StatusText(w.StatusCode)}
		json.Unmarshal(body, p) // a server that is none of ours has no details to tell
		p.Status = w.StatusCode
		return nil, p
	}
	return body, nil
}
