// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"allmende/internal/app"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// measureAudit fills the log, verifies it in the database and as a file, and measures what
// an entry costs beside taking a bill of materials in.
func measureAudit(ctx context.Context, b *bench) (err error) {
	if b.db == "" {
		if err := b.createDatabase(ctx); err != nil {
			return err
		}
	}
	a, err := app.New(ctx, app.Options{Database: b.db, Blobs: b.blobs(), AuditKey: b.folder("audit-key")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if ctx, err = a.Operator(ctx, "Musterstadt", "en"); err != nil {
		return err
	}
	if err := b.costOfEntries(ctx, a); err != nil {
		return err
	}
	if err := b.fillLog(ctx, a); err != nil {
		return err
	}
	if _, err := a.Audit.Checkpoint(ctx); err != nil {
		return err
	}
	if err := b.verifyDatabase(ctx); err != nil {
		return err
	}
	return b.verifyFile(ctx, a)
}

// note is an act as it stands in the log after a change of a record.
func note(n int) ospo.Act {
	return ospo.Act{Org: "bauamt", Person: "0193fd0e-1b7c-7000-8000-000000000001", Role: "licence_manager", What: "bench.measure",
		On: fmt.Sprintf("0193fd0e-1b7c-7000-8000-%012d", n), Door: "web", Request: "0193fd0e1b7c", Diff: `{"purpose_de":["Anträge","Anträge und Bescheide"],"licence":["","EUPL-1.2"]}`}
}

// fillLog writes entries, 500 in a transaction.
func (b *bench) fillLog(ctx context.Context, a *app.App) error {
	begun := time.Now()
	for n := 0; n < b.entries; n += 500 {
		if err := a.DB.Write(ctx, note(n), func(tx *db.Tx) error {
			for k := 1; k < 500; k++ {
				if err := tx.Note(ctx, note(n+k)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	took := time.Since(begun)
	b.figure(figure{Name: "entries written", Value: float64(b.entries) / took.Seconds(), Unit: "/s", Note: fmt.Sprintf("%d, 500 in a transaction", b.entries)})
	return nil
}

// costOfEntries compares a transaction of 32 entries, as the ingest has them, with the time
// that 32 bills of materials take.
func (b *bench) costOfEntries(ctx context.Context, a *app.App) error {
	const batch, rounds = 32, 50
	var with, without times
	for range rounds {
		begun := time.Now()
		if err := a.DB.Write(ctx, note(0), func(tx *db.Tx) error {
			for k := 1; k < batch; k++ {
				if err := tx.Note(ctx, note(k)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		with = append(with, time.Since(begun))
		begun = time.Now()
		if err := a.DB.Keep(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE log_head SET one = 1 WHERE one = 1`)
			return err
		}); err != nil {
			return err
		}
		without = append(without, time.Since(begun))
	}
	begun := time.Now()
	for n := range batch {
		if _, err := a.Take(ctx, "", "", fmt.Sprintf("%d.json", n), b.town.Document(n%b.town.Products)); err != nil {
			return err
		}
	}
	took := time.Since(begun)
	entry := max(with.median("").Value-without.median("").Value, 0)
	f := figure{Name: "log of 32 bills of materials", Value: 100 * entry / took.Seconds(), Unit: "% of taking them in",
		Note: fmt.Sprintf("%.2f ms beside %.2f s for %d documents of %d components", entry*1000, took.Seconds(), batch, b.components)}
	b.figure(f.under(5))
	return nil
}

func (b *bench) verifyDatabase(ctx context.Context) error {
	best := time.Duration(0)
	size := int64(0)
	spent := processor()
	for range 3 {
		r, err := app.VerifyLog(ctx, b.db, app.LogTrust{})
		if err != nil {
			return err
		}
		if !r.Good() {
			return fmt.Errorf("the log has flaws: %+v", r.Flaws)
		}
		if size = r.Size; best == 0 || r.Took < best {
			best = r.Took
		}
	}
	b.figure(figure{Name: "audit verify, database", Value: float64(size) / best.Seconds(), Unit: "entries/s", Note: fmt.Sprintf("%d entries in %.2f s, best of 3; %.1f µs of processor each", size, best.Seconds(), perEntry(spent, 3*size))}.over(200_000))
	return nil
}

func (b *bench) verifyFile(ctx context.Context, a *app.App) error {
	path := b.folder("log.jsonl")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	begun := time.Now()
	if err := errors.Join(a.Audit.WriteWhole(ctx, f), f.Close()); err != nil {
		return err
	}
	exported := time.Since(begun)
	best := time.Duration(0)
	size := int64(0)
	spent := processor()
	for range 3 {
		r, err := app.VerifyLogFile(path, app.LogTrust{})
		if err != nil {
			return err
		}
		if !r.Good() {
			return fmt.Errorf("the exported log has flaws: %+v", r.Flaws)
		}
		if size = r.Size; best == 0 || r.Took < best {
			best = r.Took
		}
	}
	cost := perEntry(spent, 3*size)
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	b.figure(figure{Name: "audit verify, file", Value: float64(size) / best.Seconds(), Unit: "entries/s",
		Note: fmt.Sprintf("%d entries, %.0f MB, in %.2f s, best of 3; %.1f µs of processor each; exported in %.2f s", size, float64(st.Size())/1e6, best.Seconds(), cost, exported.Seconds())}.over(200_000))
	return nil
}

// processor is the time of the processor that this process has used.
func processor() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// perEntry is the time of the processor since, in microseconds, for each of n things.
func perEntry(since time.Duration, n int64) float64 {
	return float64((processor() - since).Microseconds()) / float64(n)
}
