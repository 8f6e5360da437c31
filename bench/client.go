// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

var client = &http.Client{
	Timeout:       10 * time.Minute,
	Transport:     &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// An answer is what the server sent, and how long it took until the last byte.
type answer struct {
	status int
	kind   string
	body   []byte
	took   time.Duration
}

// ask sends one request with the token, where there is one. header lists names and values.
func (b *bench) ask(ctx context.Context, method, path string, body io.Reader, size int64, header ...string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, b.server.url+path, body)
	if err != nil {
		return answer{}, err
	}
	if size > 0 {
		r.ContentLength = size
	}
	if b.token != "" {
		r.Header.Set("Authorization", "Bearer "+b.token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	begun := time.Now()
	w, err := client.Do(r)
	if err != nil {
		return answer{}, fmt.Errorf("%w; the server said last: %s", err, b.server.said)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	return answer{w.StatusCode, w.Header.Get("Content-Type"), text, time.Since(begun)}, err
}

// get asks for a path that has to be there.
func (b *bench) get(ctx context.Context, path string) (answer, error) {
	a, err := b.ask(ctx, http.MethodGet, path, nil, 0)
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("GET %s: %d %s", path, a.status, brief(strings.TrimSpace(string(a.body))))
	}
	return a, err
}

// api asks an operation and decodes its answer.
func (b *bench) api(ctx context.Context, path string, q url.Values, into any) (time.Duration, error) {
	a, err := b.get(ctx, "/api/v1"+path+"?"+q.Encode())
	if err != nil || into == nil {
		return a.took, err
	}
	return a.took, a.decode(into)
}

func (a answer) decode(into any) error { return json.Unmarshal(a.body, into) }
