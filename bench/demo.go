// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Users of the demo at the same time, how many pages each asks for, and how many pages
// there are to choose from.
const users, visits, mostPages = 50, 40, 400

// measureDemo starts the demo, lists its pages by following links from the first, and has
// many users ask for any of them: without pause, and pausing as people do.
func measureDemo(ctx context.Context, b *bench) (err error) {
	if err := b.build(ctx); err != nil {
		return err
	}
	demo := &bench{options: &options{}, report: b.report, factor: 1, dir: b.dir, program: b.program, db: filepath.Join(b.dir, "demo.db")}
	demo.server, err = launch(ctx, b.program, []string{"demo", "--db", demo.db, "--blobs", demo.blobs(), "--listen", "127.0.0.1:0"})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, demo.halt()) }()
	if demo.token, err = demo.command(ctx, "token", "create", "--name", "bench"); err != nil {
		return err
	}
	pages, err := demo.crawl(ctx)
	if err != nil {
		return err
	}
	for _, pause := range []time.Duration{0, time.Second} {
		all, slow, err := demo.visit(ctx, pages, pause)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("any page of the demo, %d users", users)
		if pause > 0 {
			name += fmt.Sprintf(" who pause for %s on average", pause)
		} else {
			name += " who never pause"
		}
		f := all.p99(name)
		f.Note += fmt.Sprintf("; %d pages; slowest: %s", len(pages), slow)
		demo.figure(f.under(150))
	}
	return nil
}

var link = regexp.MustCompile(`<a [^>]*href="(/[^"#]*)`)

// crawl lists the pages that links lead to, breadth first, at most mostPages.
func (b *bench) crawl(ctx context.Context) (pages []string, err error) {
	seen := map[string]bool{"/": true}
	for todo := []string{"/"}; len(todo) > 0 && len(pages) < mostPages; todo = todo[1:] {
		a, err := b.ask(ctx, "GET", todo[0], nil, 0)
		if err != nil {
			return nil, err
		}
		if a.status >= 500 {
			return nil, fmt.Errorf("GET %s: %d", todo[0], a.status)
		}
		if a.status != 200 || !strings.HasPrefix(a.kind, "text/html") {
			continue
		}
		pages = append(pages, todo[0])
		for _, m := range link.FindAllSubmatch(a.body, -1) {
			to := html.UnescapeString(string(m[1]))
			if !seen[to] && worth(to) {
				seen[to] = true
				todo = append(todo, to)
			}
		}
	}
	if len(pages) < 10 {
		return nil, fmt.Errorf("only %d pages were found: %v", len(pages), pages)
	}
	return pages, nil
}

// worth leaves out files, and what ends a session.
func worth(path string) bool {
	u, err := url.Parse(path)
	return err == nil && !strings.HasPrefix(u.Path, "/static/") && !strings.Contains(u.Path, "sign-out") &&
		!strings.HasPrefix(u.Path, "/api/v1") && !strings.HasPrefix(u.Path, "/openapi") && filepath.Ext(u.Path) == ""
}

// visit has all users ask for pages at random. slow names the page with the worst median.
func (b *bench) visit(ctx context.Context, pages []string, pause time.Duration) (all times, slow string, err error) {
	var mu sync.Mutex
	by := map[string]times{}
	err = inParallel(ctx, users, users, func(user int) error {
		r := rand.New(rand.NewPCG(uint64(user), 9))
		for range visits {
			page := pages[r.IntN(len(pages))]
			if pause > 0 {
				select {
				case <-time.After(time.Duration(r.ExpFloat64() * float64(pause))):
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			a, err := b.get(ctx, page)
			if err != nil {
				return err
			}
			mu.Lock()
			all, by[page] = append(all, a.took), append(by[page], a.took)
			mu.Unlock()
		}
		return nil
	})
	return all, slowest(by), err
}

func slowest(by map[string]times) string {
	names := make([]string, 0, len(by))
	for name := range by {
		names = append(names, name)
	}
	slices.Sort(names)
	worst := slices.MaxFunc(names, func(a, b string) int { return int(by[a].at(.5) - by[b].at(.5)) })
	return fmt.Sprintf("%s %s ms", worst, amount(ms(by[worst].at(.5))))
}
