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

	"allmende/internal/engine/judge"
	"allmende/internal/ospo"
)

// judgedRows is how many rows of components are judged one by one, without remembering any.
const judgedRows = 1_000_000

// measurePolicy judges a million rows in this process, and asks the server for the verdicts on
// all products of the town: once when nothing is remembered, then by licence, then for a
// simulated change.
func measurePolicy(ctx context.Context, b *bench) error {
	p, ok := judge.Find(judge.Standard)
	if !ok {
		return errors.New("policy: the standard profile is missing")
	}
	texts := []string{"MIT", "Apache-2.0", "ISC", "BSD-3-Clause", "(MIT OR Apache-2.0)", "GPL-2.0-or-later WITH Classpath-exception-2.0", "LGPL-2.1-only", "MIT AND BSD-2-Clause", "", "Apache License, Version 2.0"}
	law, denied, begun := judge.Law{Profile: p, Context: ospo.Hosted}, 0, time.Now()
	for i := range judgedRows {
		if law.Judge(judge.Case{Licence: texts[i%len(texts)]}).Verdict == judge.Deny {
			denied++
		}
	}
	b.figure(figure{Name: "licences, 1,000,000 rows judged one by one with reasons", Value: time.Since(begun).Seconds(), Unit: "s", Note: fmt.Sprintf("%d distinct texts, none remembered; %d denied", len(texts), denied)})
	if err := b.filled(ctx); err != nil {
		return err
	}
	if err := b.server.rest(ctx); err != nil {
		return err
	}
	var list struct {
		Items []struct {
			Packages struct{ Allow, Review, Unknown, Deny int }
		}
	}
	took, err := b.api(ctx, "/policy/releases", url.Values{"size": {"1000"}}, &list)
	if err != nil {
		return err
	}
	rows := 0
	for _, r := range list.Items {
		rows += r.Packages.Allow + r.Packages.Review + r.Packages.Unknown + r.Packages.Deny
	}
	if rows == 0 {
		return errors.New("policy: no package was judged")
	}
	b.figure(figure{Name: "licences, verdicts on all products, first time", Value: took.Seconds(), Unit: "s", Note: fmt.Sprintf("%d products listed, %d packages in them", len(list.Items), rows)}.under(5))
	var all times
	for range b.rounds {
		took, err := b.api(ctx, "/policy/releases", url.Values{"licence": {"AGPL"}, "size": {"50"}}, nil)
		if err != nil {
			return err
		}
		all = append(all, took)
	}
	b.figure(all.p99("licences, which products contain AGPL").under(200))
	return nil
}
