// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"

	"allmende/bench/feed"
)

// measureWhere asks in the three forms, one question at a time: half of them about what
// is planted, half about any package of the town. It waits until what a bulk load leaves to be
// done is done: people ask of a town that is there.
func measureWhere(ctx context.Context, b *bench) error {
	if err := b.filled(ctx); err != nil {
		return err
	}
	if err := b.server.rest(ctx); err != nil {
		return err
	}
	forms := []struct {
		name string
		ask  func(r *rand.Rand) string
	}{
		{"name", b.anyName}, {"purl with range", b.anyRange}, {"CVE", func(*rand.Rand) string { return feed.Log4Shell }},
	}
	for _, form := range forms {
		r := rand.New(rand.NewPCG(3, 3))
		var all times
		products := 0
		for range b.rounds {
			var f found
			q := form.ask(r)
			took, err := b.api(ctx, "/where", url.Values{"q": {q}}, &f)
			if err != nil {
				return fmt.Errorf("where %q: %w", q, err)
			}
			products += len(f.Products)
			all = append(all, took)
		}
		if products == 0 {
			return errors.New("where: no question had an answer")
		}
		f := all.p99("where, " + form.name)
		f.Note += fmt.Sprintf("; %d products an answer", products/b.rounds)
		b.figure(f.under(50))
	}
	return nil
}

var planted = []string{"pkg:maven/org.apache.logging.log4j/log4j-core@<2.17", "pkg:maven/org.apache.commons/commons-text@<1.10.0", "pkg:npm/lodash@<4.17.21", "pkg:npm/minimist@<1.2.6"}

func (b *bench) anyName(r *rand.Rand) string {
	if r.IntN(2) == 0 {
		return []string{"log4j-core", "commons-text", "lodash", "minimist"}[r.IntN(4)]
	}
	parts := b.town.Product(r.IntN(b.town.Products)).Parts
	return parts[r.IntN(len(parts))].Name
}

func (b *bench) anyRange(r *rand.Rand) string {
	if r.IntN(2) == 0 {
		return planted[r.IntN(len(planted))]
	}
	parts := b.town.Product(r.IntN(b.town.Products)).Parts
	p := parts[r.IntN(len(parts))]
	return p.Base() + "@<=" + p.Text()
}
