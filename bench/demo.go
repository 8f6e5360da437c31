// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// Users of the demo at the same time, how many pages each asks for, after how many that are not
// counted (connections of the database come about as they are needed), and how many pages
// there are to choose from.
const users, visits, warm, mostPages = 50, 40, 4, 400

// measureDemo starts the demo, lists its pages by following links from the first, and has
// many users ask for any of them: without pause, and pausing as people do.
func measureDemo(ctx context.Context, b *bench) (err error) {
	if err := b.build(ctx); err != nil {
		return err
	}
	demo := &bench{options: &options{postgres: b.postgres}, report: b.report, factor: 1, dir: filepath.Join(b.dir, "demo"), program: b.program}
	if err := os.MkdirAll(demo.dir, 0o750); err != nil {
		return err
	}
	if err := demo.createDatabase(ctx); err != nil {
		return err
	}
	if demo.drop != nil {
		defer func() { err = errors.Join(err, demo.drop()) }()
	}
	if demo.server, err = launch(ctx, b.program, []string{"demo", "--db", demo.db, "--blobs", demo.blobs(), "--listen", "127.0.0.1:0"}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, demo.halt()) }()
	if demo.token, err = demo.command(ctx, "token", "create", "--name", "bench"); err != nil {
		return err
	}
	if b.profile != "" { // the same database, served by a program that writes the profile
		demo.profile = b.profile
		if err := demo.halt(); err != nil {
			return err
		}
		if demo.server, err = demo.start(ctx); err != nil {
			return err
		}
	}
	pages, err := demo.crawl(ctx)
	if err != nil {
		return err
	}
	begun := demo.server.processor()
	alone, slow, err := demo.one(ctx, pages)
	if err != nil {
		return err
	}
	demo.figure(figure{Name: "processor time of the server for a page of the demo", Value: ms(demo.server.processor()-begun) / float64(len(alone)), Unit: "ms"})
	f := alone.p99("any page of the demo, one user")
	f.Note += fmt.Sprintf("; %d pages; slowest: %s", len(pages), slow)
	demo.figure(f)
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

// one asks for each page three times, one after the other.
func (b *bench) one(ctx context.Context, pages []string) (all times, slow string, err error) {
	by := map[string]times{}
	for range 3 {
		for _, page := range pages {
			a, err := b.get(ctx, page)
			if err != nil {
				return nil, "", err
			}
			all, by[page] = append(all, a.took), append(by[page], a.took)
		}
	}
	return all, slowest(by), nil
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

// visit has all users ask for pages at random. slow names the pages with the worst medians.
func (b *bench) visit(ctx context.Context, pages []string, pause time.Duration) (all times, slow string, err error) {
	var mu sync.Mutex
	by := map[string]times{}
	err = inParallel(ctx, users, users, func(user int) error {
		r := rand.New(rand.NewPCG(uint64(user), 9))
		for n := range warm + visits {
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
			if n < warm {
				continue
			}
			mu.Lock()
			all, by[page] = append(all, a.took), append(by[page], a.took)
			mu.Unlock()
		}
		return nil
	})
	return all, slowest(by), err
}

// slowest names the three with the worst medians.
func slowest(by map[string]times) string {
	names := slices.SortedFunc(maps.Keys(by), func(a, b string) int {
		return cmp.Or(cmp.Compare(by[b].at(.5), by[a].at(.5)), strings.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %s ms", name, amount(ms(by[name].at(.5))))
	}
	return strings.Join(names[:min(3, len(names))], ", ")
}
