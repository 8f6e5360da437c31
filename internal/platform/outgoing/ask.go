// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package outgoing

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// A Question is one request with headers of its own, such as another kind of token.
type Question struct {
	Method, Address string
	Header          map[string]string
	Body            []byte
	Most            int64 // bytes that the answer may have
}

// A LongError says that an answer has more bytes than were asked for.
type LongError struct {
	Address string
	Most    int64
}

func (e *LongError) Error() string {
	return fmt.Sprintf("%s answers with more than %d bytes", e.Address, e.Most)
}

// Ask returns status and answer, whatever they are. It waits for half a minute at most and
// follows no redirect: that would carry what stands in the headers elsewhere. An answer that is too
// long is an error, for half of one would be misread.
func (c *Client) Ask(ctx context.Context, q Question) (status int, answer []byte, err error) {
	u, err := url.Parse(q.Address)
	if err != nil {
		return 0, nil, fmt.Errorf("%q is no address: %w", q.Address, err)
	}
	if err := c.allowed(u); err != nil {
		return 0, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, q.Method, q.Address, bytes.NewReader(q.Body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("User-Agent", "Allmende")
	if len(q.Body) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range q.Header {
		r.Header.Set(name, value)
	}
	once := c.http
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a, err := once.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer a.Body.Close()
	if answer, err = io.ReadAll(io.LimitReader(a.Body, q.Most+1)); err == nil && int64(len(answer)) > q.Most {
		err = &LongError{q.Address, q.Most}
	}
	return a.StatusCode, answer, err
}
