// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Guessers at the same time, and how often somebody asks for the page of sign-in meanwhile.
const guessers, pageViews = 50, 400

// measureSignIn has many guess at passwords, each in a login of its own so that no brake
// spares the server the work, while the page of sign-in is asked for at a steady pace.
func measureSignIn(ctx context.Context, b *bench) (err error) {
	if err := b.build(ctx); err != nil {
		return err
	}
	one := &bench{options: &options{}, report: b.report, factor: 1, dir: b.dir, program: b.program, db: filepath.Join(b.dir, "signin.db")}
	if _, err = one.command(ctx, "token", "create", "--name", "bench"); err != nil {
		return err
	}
	one.server, err = launch(ctx, b.program, []string{"serve", "--db", one.db, "--blobs", one.blobs(), "--listen", "127.0.0.1:0", "--rate", "0", "--trust-proxy"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, one.halt()) }()
	for _, n := range []int{0, guessers} {
		all, guesses, err := one.watchSignIn(ctx, n)
		if err != nil {
			return err
		}
		f := all.p99(fmt.Sprintf("page of sign-in while %d guess at passwords", n))
		f.Note += fmt.Sprintf("; %d guesses were looked at", guesses)
		one.figure(f.under(100))
	}
	return nil
}

// watchSignIn asks for the page while n guess, and returns how long each view took and how
// many guesses cost a look at a password.
func (b *bench) watchSignIn(ctx context.Context, n int) (all times, guesses int, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var group sync.WaitGroup
	var mu sync.Mutex
	for g := range n {
		group.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if b.guess(ctx, g, i) == http.StatusUnprocessableEntity {
					mu.Lock()
					guesses++
					mu.Unlock()
				}
			}
		})
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range pageViews {
		select {
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		case <-tick.C:
		}
		begun := time.Now()
		status := b.view(ctx)
		if status != http.StatusOK {
			return nil, 0, fmt.Errorf("GET /sign-in: %d", status)
		}
		all = append(all, time.Since(begun))
	}
	stop()
	group.Wait()
	return all, guesses, nil
}

func (b *bench) view(ctx context.Context) int {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.server.url+"/sign-in", nil)
	if err != nil {
		return 0
	}
	return status(r)
}

// guess tries a password from an address of its own, as a guesser with many machines does.
func (b *bench) guess(ctx context.Context, guesser, n int) int {
	form := url.Values{"login": {fmt.Sprintf("erfunden-%d-%d", guesser, n)}, "password": {"geraten und falsch"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.server.url+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", guesser, n/250%250, n%250))
	return status(r)
}

func status(r *http.Request) int {
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	a.Body.Close()
	return a.StatusCode
}
