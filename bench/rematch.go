// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"allmende/bench/feed"
	"allmende/internal/app"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// measureRematch matches the whole estate again: with everything right already, and from
// nothing. It works on the database alone, through the same code as the server's task.
func measureRematch(ctx context.Context, b *bench) (err error) {
	if err := b.filled(ctx); err != nil {
		return err
	}
	if err := b.halt(); err != nil {
		return err
	}
	a, err := app.New(ctx, app.Options{Database: b.db, Blobs: b.blobs()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := b.checkMatches(ctx, a.DB); err != nil {
		return err
	}
	if err := b.again(ctx, a, "re-match, nothing changed", 3, func() error { return nil }); err != nil {
		return err
	}
	if err := b.again(ctx, a, "re-match from nothing", 2, func() error { return forget(ctx, a.DB) }); err != nil {
		return err
	}
	if err := b.checkMatches(ctx, a.DB); err != nil {
		return err
	}
	return b.oneMore(ctx, a)
}

// again repeats a full match, each time after before.
func (b *bench) again(ctx context.Context, a *app.App, name string, n int, before func() error) error {
	var all times
	packages := 0
	for range n {
		if err := before(); err != nil {
			return err
		}
		begun := time.Now()
		var err error
		if packages, err = a.Vulnerability.Rematch(ctx, act, silent{}); err != nil {
			return err
		}
		all = append(all, time.Since(begun))
	}
	f := all.median(name)
	f.Note += fmt.Sprintf("; %d advisories, %d package versions looked at, %d matches, %d findings", b.known.Records, packages, b.known.Matches, b.known.Findings)
	limit := 5.0
	if b.known.Records > 100_000 {
		limit = 20
	}
	b.figure(f.under(limit))
	return nil
}

// act is in whose name the bench works: nobody's, for the whole instance.
var act = ospo.Act{Door: "bench", What: "bench.measure"}

// silent follows work without a word.
type silent struct{}

func (silent) Progress(context.Context, int, int, string) error             { return nil }
func (silent) Report(context.Context, string, string, string, ...any) error { return nil }

// forget removes all matches and what was counted from them.
func forget(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, act, func(tx *db.Tx) error {
		for _, statement := range []string{`DELETE FROM vulnerability_match`, `DELETE FROM vulnerability_exposure`, `DELETE FROM vulnerability_tally`} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// checkMatches compares what is stored with what the advisories come to.
func (b *bench) checkMatches(ctx context.Context, d *db.DB) error {
	n, err := db.Count(ctx, d.Read(), `SELECT count(*) FROM vulnerability_match`)
	if err != nil {
		return err
	}
	if n < b.known.Matches {
		return fmt.Errorf("%d matches are stored, the advisories come to %d", n, b.known.Matches)
	}
	b.say("   %d matches stored, %d from the town's own documents foreseen", n, b.known.Matches)
	return nil
}

// oneMore takes in advisories one by one, each new, about a package in many products.
func (b *bench) oneMore(ctx context.Context, a *app.App) error {
	var all times
	for n := range 9 {
		r := feed.Fresh()
		r.ID, r.Aliases = fmt.Sprintf("BENCH-%d-%d", time.Now().UnixMilli(), n), nil // a database that is measured again does not know it
		file := filepath.Join(b.dir, r.ID+".json")
		data, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			return err
		}
		begun := time.Now()
		res, err := a.Vulnerability.ImportPath(ctx, act, silent{}, file)
		if err != nil {
			return err
		}
		if res.Taken != 1 {
			return fmt.Errorf("one more advisory: %+v", res)
		}
		all = append(all, time.Since(begun))
	}
	f := all.p99("one advisory more")
	f.Name, f.Value = "one advisory more", ms(all.at(.5))
	f.Note = fmt.Sprintf("median; %s; beside %d advisories", f.Note, b.known.Records)
	b.figure(f.under(200))
	return nil
}

// loadMore takes more advisories in, beside the filled estate.
func loadMore(ctx context.Context, b *bench) error {
	if err := b.filled(ctx); err != nil {
		return err
	}
	before := b.known
	took, err := b.load(ctx, feed.Plan{Records: b.more - before.Records, Findings: int(float64(b.moreFindings)*b.factor) - before.Findings, Seed: uint64(b.more)})
	if err != nil {
		return err
	}
	b.figure(figure{Name: "load advisories into the filled estate", Value: float64(b.known.Records-before.Records) / took.Seconds(), Unit: "records/s",
		Note: fmt.Sprintf("%d records in %.1f s, %d matches more; unpacked, read, stored and matched", b.known.Records-before.Records, took.Seconds(), b.known.Matches-before.Matches)})
	return nil
}
