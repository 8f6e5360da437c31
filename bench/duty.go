// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"net/url"
)

// measureDuties asks for the duties over all products of the town: once when nothing is
// remembered, then a page, and one that is filtered.
func measureDuties(ctx context.Context, b *bench) error {
	if err := b.filled(ctx); err != nil {
		return err
	}
	if err := b.server.rest(ctx); err != nil {
		return err
	}
	var list struct{ Items []struct{ Components int } }
	took, err := b.api(ctx, "/duty/duties", url.Values{"size": {"50"}}, &list)
	if err != nil {
		return err
	}
	if len(list.Items) != 50 || list.Items[0].Components == 0 {
		return errors.New("duties: the licences of the town oblige to nothing")
	}
	b.figure(figure{Name: "duties over all products, first time", Value: 1000 * took.Seconds(), Unit: "ms", Note: "nothing remembered"})
	for _, one := range []struct {
		name string
		ask  url.Values
	}{
		{"a page", url.Values{"size": {"50"}}},
		{"a page, with a word and prohibitions", url.Values{"size": {"50"}, "q": {"GPL"}, "forbid": {"true"}}},
	} {
		var all times
		for range b.rounds {
			took, err := b.api(ctx, "/duty/duties", one.ask, nil)
			if err != nil {
				return err
			}
			all = append(all, took)
		}
		b.figure(all.p99("duties over all products, " + one.name).under(200))
	}
	return nil
}
