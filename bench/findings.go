// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
)

// Where findings are listed.
const findingsPage, findingsList = "/vulnerability", "/api/v1/vulnerability/findings"

// measureFindings asks for pages of findings, the worst first, at random places and with
// random filters, on the API and as web pages.
func measureFindings(ctx context.Context, b *bench) error {
	if err := b.filled(ctx); err != nil {
		return err
	}
	places, err := b.cursors(ctx)
	if err != nil {
		return err
	}
	for _, door := range []struct{ name, path string }{{"API", findingsList}, {"page", findingsPage}} {
		plain, filtered, slow, err := b.browse(ctx, door.path, places)
		if err != nil {
			return err
		}
		about := fmt.Sprintf("; %s findings, %s matches", amount(float64(b.known.Findings)), amount(float64(b.known.Matches)))
		f := plain.p99("findings, " + door.name + ", any page")
		f.Note += about
		b.figure(f.under(200))
		f = filtered.p99("findings, " + door.name + ", any filter")
		f.Note += about + "; slowest filter: " + slow
		b.figure(f.under(200))
	}
	return nil
}

// cursors walks through all findings, a thousand at a time, and returns places in them.
func (b *bench) cursors(ctx context.Context) (places []string, err error) {
	q := url.Values{"size": {"1000"}}
	n := 0
	for range 1000 {
		a, err := b.get(ctx, findingsList+"?"+q.Encode())
		if err != nil {
			return nil, err
		}
		var l struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"next"`
		}
		if err := a.decode(&l); err != nil {
			return nil, err
		}
		if n += len(l.Items); l.Next == "" {
			break
		}
		places = append(places, l.Next)
		q.Set("after", l.Next)
	}
	if n < b.known.Matches {
		return nil, fmt.Errorf("%d findings are listed from first to last, the advisories come to %d", n, b.known.Matches)
	}
	b.say("   %d findings listed from first to last", n)
	if len(places) == 0 {
		err = errors.New("too few findings for a second page")
	}
	return places, err
}

// browse asks for pages without filter and with each of the filters by turns.
func (b *bench) browse(ctx context.Context, path string, places []string) (plain, filtered times, slow string, err error) {
	r := rand.New(rand.NewPCG(4, 4))
	by := map[string]times{}
	filters := b.filters()
	names := slices.Sorted(maps.Keys(filters))
	for i := range b.rounds {
		q := url.Values{"after": {places[r.IntN(len(places))]}}
		if i%10 == 0 {
			q.Del("after")
		}
		a, err := b.get(ctx, path+"?"+q.Encode())
		if err != nil {
			return nil, nil, "", err
		}
		plain = append(plain, a.took)
		name := names[i%len(names)]
		q = filters[name](r)
		if r.IntN(2) == 0 { // the same filter further on; a cursor is a place in the order
			q.Set("after", places[r.IntN(len(places))])
		}
		if a, err = b.get(ctx, path+"?"+q.Encode()); err != nil {
			return nil, nil, "", err
		}
		filtered, by[name] = append(filtered, a.took), append(by[name], a.took)
	}
	return plain, filtered, slowest(by), nil
}

// filters are the questions that a list of findings is asked.
func (b *bench) filters() map[string]func(r *rand.Rand) url.Values {
	part := func(r *rand.Rand) string {
		parts := b.town.Product(r.IntN(b.town.Products)).Parts
		return parts[r.IntN(len(parts))].Name
	}
	one := func(key string, values ...string) func(r *rand.Rand) url.Values {
		return func(r *rand.Rand) url.Values { return url.Values{key: {values[r.IntN(len(values))]}} }
	}
	return map[string]func(r *rand.Rand) url.Values{
		"severity": one("severity", "critical", "high", "medium", "low", "none", "unknown"),
		"ecosystem": func(r *rand.Rand) url.Values {
			return ecosystem([]string{"Maven", "npm", "PyPI", "Go", "Packagist", "Debian", "NuGet"}[r.IntN(7)])
		},
		"kev":     one("kev", "1"),
		"fix":     one("fix", "yes", "no"),
		"name":    func(r *rand.Rand) url.Values { return url.Values{"q": {part(r)}} },
		"part":    func(r *rand.Rand) url.Values { return url.Values{"q": {strings.Split(part(r), "-")[0]}} },
		"id":      func(r *rand.Rand) url.Values { return url.Values{"q": {fmt.Sprintf("CVE-%d-", 2016+r.IntN(11))}} },
		"several": func(*rand.Rand) url.Values { return ecosystem("PyPI", "severity", "low", "fix", "no") },
		"rare":    func(*rand.Rand) url.Values { return ecosystem("Packagist", "severity", "none", "kev", "1") },
	}
}

// ecosystem filters by one, as page and API call it, and by more names with their values.
func ecosystem(name string, more ...string) url.Values {
	q := url.Values{"ecosystem": {name}, "eco": {name}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return q
}
