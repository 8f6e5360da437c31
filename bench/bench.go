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
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"allmende/bench/feed"
	"allmende/bench/town"
)

// A bench is a town of one size with the program that is measured on it.
type bench struct {
	*options
	report *report
	factor float64
	dir    string // removed at the end
	starts int    // of the server, each with a profile of its own
	town   *town.Town
	census func() map[town.Part]int

	program string
	db      string
	drop    func() error // of the PostgreSQL database
	server  *server
	token   string
	known   feed.Answer // what advisories in the database come to
	serials int         // of vulnerabilities made so far
	loaded  bool        // the town is in
}

func newBench(o *options, r *report, factor float64) (*bench, error) {
	dir, err := os.MkdirTemp("", "allmende-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{options: o, report: r, factor: factor, dir: dir}
	b.town = town.New(town.Plan{Products: int(float64(o.products) * factor), Components: o.components, Seed: 1})
	b.census = sync.OnceValue(b.town.Census)
	return b, nil
}

// close stops what runs and removes what was made.
func (b *bench) close() (err error) {
	if b.server != nil {
		err = b.server.stop()
	}
	if b.drop != nil {
		err = errors.Join(err, b.drop())
	}
	return errors.Join(err, os.RemoveAll(b.dir))
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}

// kind names the database in figures.
func (b *bench) kind() string {
	if b.postgres != "" {
		return "PostgreSQL"
	}
	return "SQLite"
}

// figure notes what was measured, for this database and size.
func (b *bench) figure(f figure) {
	f.Database, f.Scale = b.kind(), b.factor
	b.report.add(f)
	b.say("   %s: %s %s", f.Name, f.text(), f.Note)
}

// build builds the program as it is released, once.
func (b *bench) build(ctx context.Context) error {
	if b.program != "" {
		return nil
	}
	b.program = filepath.Join(b.dir, "allmende")
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", b.program, "./cmd/allmende")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return nil
}

// serve starts the program on a new database, with a token to ask it by.
func (b *bench) serve(ctx context.Context) (err error) {
	if b.server != nil {
		return nil
	}
	if err := b.build(ctx); err != nil {
		return err
	}
	if b.db == "" {
		if err := b.createDatabase(ctx); err != nil {
			return err
		}
	}
	if b.token == "" {
		if b.token, err = b.command(ctx, "token", "create", "--org", "Musterstadt", "--name", "bench"); err != nil {
			return err
		}
	}
	b.server, err = b.start(ctx)
	return err
}

func (b *bench) createDatabase(ctx context.Context) error {
	if b.postgres == "" {
		b.db = b.folder("bench.db")
		return nil
	}
	name := fmt.Sprintf("bench_%d_%d", os.Getpid(), time.Now().UnixMilli())
	if err := psql(ctx, b.postgres, "CREATE DATABASE "+name); err != nil {
		return err
	}
	b.drop = func() error {
		return psql(context.WithoutCancel(ctx), b.postgres, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	}
	b.db = withDatabase(b.postgres, name)
	return nil
}

// advise loads the first advisories, before any document comes.
func (b *bench) advise(ctx context.Context) error {
	if b.known.Records > 0 || b.records == 0 {
		return nil
	}
	if err := b.serve(ctx); err != nil {
		return err
	}
	_, err := b.load(ctx, b.firstFeed())
	return err
}

// firstFeed are the advisories that are there before any document.
func (b *bench) firstFeed() feed.Plan {
	return feed.Plan{Records: b.records, Findings: int(float64(b.findings) * b.factor), Seed: 1}
}

// load writes advisories and has the program import them. It returns how long that took.
func (b *bench) load(ctx context.Context, p feed.Plan) (took time.Duration, err error) {
	p.First = b.serials
	b.serials += p.Records
	dir := filepath.Join(b.dir, fmt.Sprintf("advisories-%d", p.First))
	f := feed.New(b.town, b.census(), p)
	if err := f.Write(dir); err != nil {
		return 0, err
	}
	lists, err := f.WriteExploited(b.dir)
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	out, err := b.command(ctx, "advisories", "import", dir, "--json")
	took = time.Since(begun)
	b.known.Records += f.Answer.Records
	b.known.Matches += f.Answer.Matches
	b.known.Findings += f.Answer.Findings
	b.say("   %d advisories in %.1f s: %s", f.Answer.Records, took.Seconds(), brief(out))
	if err != nil {
		return took, err
	}
	_, err = b.command(ctx, "advisories", "import", lists[0], lists[1])
	return took, err
}

func brief(s string) string {
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}

// folder is where documents, advisories and the database are kept.
func (b *bench) folder(name string) string {
	if b.keep != "" {
		return filepath.Join(b.keep, name)
	}
	return filepath.Join(b.dir, name)
}

func writeJSON(file string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}
