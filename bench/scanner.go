// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"allmende/bench/feed"
)

// scanned is how many documents osv-scanner gets: its time grows with documents ×
// advisories, so the whole town would take an hour.
const scanned = 100

// measureScanner has osv-scanner look through documents, offline, with the same
// advisories. It counts what it finds and how long it takes, from start to end.
func measureScanner(ctx context.Context, b *bench) error {
	if b.scanner == "" {
		return errors.New("name osv-scanner's program with -scanner")
	}
	cache := filepath.Join(b.dir, "cache")
	f := feed.New(b.town, b.census(), feed.Plan{Records: b.records, Findings: b.findings, Seed: 1})
	if err := f.Write(filepath.Join(cache, "osv-scanner")); err != nil {
		return err
	}
	for _, n := range []int{1, scanned} {
		args := []string{"scan", "source", "--offline", "--format", "json"}
		for i := range min(n, b.town.Products) {
			file := filepath.Join(b.dir, fmt.Sprintf("s%05d.cdx.json", i))
			if err := os.WriteFile(file, b.town.Document(i), 0o644); err != nil {
				return err
			}
			args = append(args, "-L", file)
		}
		if err := b.scan(ctx, n, cache, args); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) scan(ctx context.Context, n int, cache string, args []string) error {
	var all times
	var out []byte
	rounds := 3
	for range rounds {
		c := exec.CommandContext(ctx, b.scanner, args...)
		c.Env = append(os.Environ(), "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY="+cache)
		var text, errs bytes.Buffer
		c.Stdout, c.Stderr = &text, &errs
		begun := time.Now()
		err := c.Run()
		all = append(all, time.Since(begun))
		if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1) { // 1: something was found
			return fmt.Errorf("osv-scanner: %w\n%s", err, brief(errs.String()))
		}
		out = text.Bytes()
	}
	packages, findings, err := counted(out)
	if err != nil {
		return err
	}
	f := all.median(fmt.Sprintf("osv-scanner, %d documents", n))
	f.Note += fmt.Sprintf("; %d packages, %d vulnerabilities reported", packages, findings)
	b.figure(f)
	return nil
}

// counted sums up the JSON of osv-scanner: groups are vulnerabilities by alias.
func counted(out []byte) (packages, findings int, err error) {
	var r struct {
		Results []struct {
			Packages []struct {
				Groups []json.RawMessage `json:"groups"`
			} `json:"packages"`
		} `json:"results"`
	}
	if err := json.Unmarshal(out, &r); err != nil {
		return 0, 0, err
	}
	for _, s := range r.Results {
		packages += len(s.Packages)
		for _, p := range s.Packages {
			findings += len(p.Groups)
		}
	}
	return packages, findings, nil
}
