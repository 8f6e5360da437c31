// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"allmende/internal/app"
	"allmende/internal/platform/door"
)

func runAdvisories(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("advisories")
	s.mirrors = fs.String("mirrors", "", "hosts that advisories may be fetched from, with commas between")
	limit := fs.Int("limit", 50, "advisories listed at most")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) == 0 || rest[0] == "import" && len(rest) < 2 || rest[0] == "show" && len(rest) != 2 || rest[0] == "list" && len(rest) != 1 {
		fmt.Fprintln(c.err, c.say("usage: allmende advisories import PATH… | list | show ID", "Aufruf: allmende advisories import PFAD… | list | show KENNUNG"))
		return errUsage
	}
	s.fresh = rest[0] == "import"
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	a.Vulnerability.Mirrors = list(*s.mirrors)
	switch rest[0] {
	case "import":
		return c.load(ctx, a, s, rest[1:])
	case "list":
		return c.advisories(ctx, a, s, *limit)
	case "show":
		return c.advisory(ctx, a, s, rest[1])
	}
	fmt.Fprintf(c.err, "allmende advisories %q: %s\n", rest[0], c.say("want import, list or show", "gemeint ist import, list oder show"))
	return errUsage
}

// load takes in each path; one that cannot be read does not stop the others.
func (c *console) load(ctx context.Context, a *app.App, s *settings, paths []string) error {
	var last error
	results, bad := map[string]any{}, 0
	for _, p := range paths {
		w := &watch{c: c, a: a, bar: &bar{out: c.err}, path: p}
		r, err := a.Vulnerability.ImportPath(ctx, door.From(ctx).Act("vulnerability.import", p), w, p)
		w.end()
		if err != nil {
			fmt.Fprintf(c.err, "%s: %s\n", p, sentence(c, err))
			last = err
			continue
		}
		results[p], bad = r, bad+r.Refused
		if *s.json {
			continue
		}
		fmt.Fprintf(c.out, c.say("%s: %d records, %d taken in, %d unchanged, %d refused, %d with flaws\n", "%s: %d Meldungen, %d übernommen, %d unverändert, %d abgelehnt, %d mit Mängeln\n"),
			p, r.Records, r.Taken, r.Unchanged, r.Refused, r.Flawed)
		if r.Foreign > 0 {
			fmt.Fprintf(c.out, c.say("%s: %d files passed over, they are no OSV records (no \"modified\" in them)\n", "%s: %d Dateien übergangen, sie sind keine OSV-Meldungen (kein „modified“ darin)\n"), p, r.Foreign)
		}
	}
	err := a.Jobs.Drain(ctx)
	if bad > 0 && last == nil {
		last = errRefused
	}
	if *s.json {
		err = errors.Join(err, c.write(results))
	}
	return errors.Join(last, err)
}

// A watch shows the progress of an import on a terminal, and what it could not read.
type watch struct {
	c     *console
	a     *app.App
	bar   *bar
	path  string
	shown bool
}

func (w *watch) Progress(ctx context.Context, done, total int, note string) error {
	if w.c.terminal {
		w.shown = true
		w.bar.show(done, total, w.path)
	}
	return ctx.Err()
}

func (w *watch) Report(_ context.Context, level, place, key string, args ...any) error {
	if level != "ok" {
		_, err := fmt.Fprintf(w.c.err, "%s: %s\n", place, w.a.Texts.T(w.c.lang, key, args...))
		return err
	}
	return nil
}

func (w *watch) end() {
	if w.shown {
		w.bar.end()
	}
}

func (c *console) advisories(ctx context.Context, a *app.App, s *settings, limit int) error {
	all, err := a.Vulnerability.Advisories(ctx, app.AdvisoryFilter{Size: limit})
	if err != nil || *s.json {
		return errors.Join(err, c.write(all.Items))
	}
	w := tabwriter.NewWriter(c.out, 2, 8, 2, ' ', 0)
	for _, v := range all.Items {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", v.ID, v.Level, v.Modified, v.Summary)
	}
	return w.Flush()
}

func (c *console) advisory(ctx context.Context, a *app.App, s *settings, id string) error {
	v, err := a.Vulnerability.Advisory(ctx, id)
	if err != nil {
		return err
	}
	return c.write(v)
}
