// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"allmende/internal/engine/spdx"
)

// measureLicences asks which products hold a licence or a family, and for the list of all
// licences in the estate, one question at a time.
func measureLicences(ctx context.Context, b *bench) error {
	if err := b.filled(ctx); err != nil {
		return err
	}
	if err := b.server.rest(ctx); err != nil {
		return err
	}
	asked := []string{"AGPL", "GPL", "LGPL-2.1", "MIT", "Apache-2.0", "BSD"}
	var all times
	held := 0
	for i := range b.rounds {
		var f struct {
			Products int
			Looked   int
		}
		took, err := b.api(ctx, "/licence/find", url.Values{"q": {asked[i%len(asked)]}}, &f)
		if err != nil {
			return err
		}
		if f.Looked < b.town.Products {
			return fmt.Errorf("licences: %d of %d documents were looked through", f.Looked, b.town.Products)
		}
		held += f.Products
		all = append(all, took)
	}
	if held == 0 {
		return errors.New("licences: no product holds any licence")
	}
	f := all.p99("which products hold a licence")
	f.Note += fmt.Sprintf("; %d products an answer", held/b.rounds)
	b.figure(f.under(200))
	for _, one := range []struct{ name, path string }{{"all licences in the estate", "/licence/estate"}, {"the catalogue with where each is used", "/licence/licences"}} {
		var all times
		for range b.rounds {
			took, err := b.api(ctx, one.path, url.Values{}, nil)
			if err != nil {
				return err
			}
			all = append(all, took)
		}
		b.figure(all.p99(one.name).under(200))
	}
	return b.askedByLicence(ctx)
}

// askedByLicence asks the question of the search box.
func (b *bench) askedByLicence(ctx context.Context) error {
	var all times
	for range b.rounds {
		took, err := b.api(ctx, "/where", url.Values{"q": {"licence:AGPL"}}, nil)
		if err != nil {
			return err
		}
		all = append(all, took)
	}
	b.figure(all.p99("where, licence:AGPL").under(200))
	return nil
}

// measureExpressions reads licence expressions, on one core, without a server.
func measureExpressions(_ context.Context, b *bench) error {
	for _, one := range []struct{ name, text string }{
		{"one id", "MIT"}, {"two by choice", "MIT OR Apache-2.0"}, {"three with brackets and an exception", "(MIT OR Apache-2.0) AND GPL-2.0-only WITH Classpath-exception-2.0"},
	} {
		const n = 500_000
		start := time.Now()
		for range n {
			if _, err := spdx.Parse(one.text); err != nil {
				return err
			}
		}
		b.figure(figure{Name: "licence expressions, " + one.name, Value: n / time.Since(start).Seconds() / 1e6, Unit: "M/s", Note: one.text}.over(1))
	}
	return nil
}
