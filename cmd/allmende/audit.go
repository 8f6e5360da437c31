// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"allmende/internal/app"
)

// auditFlags are those of audit's own.
type auditFlags struct {
	key, checkpoints, out, entry *string
	fresh                        *bool
}

func runAudit(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("audit")
	f := auditFlags{
		key:         fs.String("key", "", "public key, or its file"),
		checkpoints: fs.String("checkpoint", "", "files or folders of checkpoints, with commas between"),
		out:         fs.String("out", "", "file to write; standard output where empty"),
		entry:       fs.String("entry", "", "number or id of an entry"),
		fresh:       fs.Bool("new", false, "with key: sign with a new key from now on"),
	}
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return c.auditUsage()
	}
	switch word := rest[0]; {
	case word == "verify" && len(rest) <= 2:
		return c.verify(ctx, fs, s, f, rest[1:])
	case word == "export" && len(rest) == 1:
		return c.auditWrite(ctx, s, f, func(ctx context.Context, a *app.App, w io.Writer) error { return a.Audit.WriteWhole(ctx, w) })
	case word == "proof" && len(rest) == 1 && *f.entry != "":
		return c.auditWrite(ctx, s, f, func(ctx context.Context, a *app.App, w io.Writer) error {
			p, err := a.Audit.Prove(ctx, *f.entry)
			if err != nil {
				return err
			}
			text, err := p.JSON()
			if err != nil {
				return err
			}
			_, err = w.Write(text)
			return err
		})
	case word == "checkpoint" && len(rest) == 1:
		return c.auditWrite(ctx, s, f, func(ctx context.Context, a *app.App, w io.Writer) error {
			note, err := a.Audit.Checkpoint(ctx)
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, note)
			return err
		})
	case word == "key" && len(rest) == 1:
		return c.auditWrite(ctx, s, f, func(ctx context.Context, a *app.App, w io.Writer) error {
			ask := a.Audit.PublicKey
			if *f.fresh {
				ask = a.Audit.Rotate
			}
			key, err := ask(ctx)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(w, key)
			return err
		})
	}
	return c.auditUsage()
}

func (c *console) auditUsage() error {
	fmt.Fprintln(c.err, c.say("usage: allmende audit verify [FILE] | export | proof --entry NUMBER | checkpoint | key [--new]", "Aufruf: allmende audit verify [DATEI] | export | proof --entry NUMMER | checkpoint | key [--new]"))
	return errUsage
}

// auditWrite opens the database and writes what f says to --out, all of it or nothing.
func (c *console) auditWrite(ctx context.Context, s *settings, f auditFlags, do func(context.Context, *app.App, io.Writer) error) (err error) {
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	if *f.out == "" {
		return do(ctx, a, c.out)
	}
	part := *f.out + ".part"
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(do(ctx, a, file), file.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, *f.out)
}

// verify verifies a file, or the database where none is named. Exit code 3 says that
// something is wrong.
func (c *console) verify(ctx context.Context, fs *flag.FlagSet, s *settings, f auditFlags, file []string) error {
	trust, err := app.ReadTrust(*f.key, list(*f.checkpoints))
	texts = app.SayOf
	if err != nil {
		return err
	}
	var r app.LogFileReport
	if len(file) == 1 {
		r, err = app.VerifyLogFile(file[0], trust)
	} else {
		if err := there(*s.db); err != nil {
			return err
		}
		r.Kind = "log"
		r.Report, err = app.VerifyLog(ctx, *s.db, trust)
	}
	if err != nil {
		return err
	}
	if *s.json {
		err = c.write(r)
	} else {
		c.verified(r)
	}
	if err == nil && !r.Good() {
		err = errRefused
	}
	return err
}

// verified tells people what a verification found.
func (c *console) verified(r app.LogFileReport) {
	for _, f := range r.Flaws {
		say := app.SayFlaw
		if r.Kind == "proof" {
			say = app.SayProof
		}
		fmt.Fprintln(c.out, "✗ "+say(c.lang, f))
	}
	if more := r.All - len(r.Flaws); more > 0 {
		fmt.Fprintf(c.out, c.say("✗ and %s more\n", "✗ und noch %s\n"), c.flaws(more))
	}
	fmt.Fprintf(c.out, c.say("Log %s\n", "Protokoll %s\n"), r.Origin)
	if r.Entry != nil {
		fmt.Fprintf(c.out, c.say("Entry %d: %s, %s, by %s for %s on %q\n", "Eintrag %d: %s, %s, von %s für %s an „%s“\n"), r.Entry.N, r.Entry.At, r.Entry.What,
			named(r.Names["person"], r.Entry.Person), named(r.Names["org"], r.Entry.Org), named(r.Names["thing"], r.Entry.Thing))
	}
	if !r.Time.IsZero() {
		fmt.Fprintf(c.out, c.say("Checkpoint of %s, number of entries: %d\n", "Prüfpunkt vom %s, Zahl der Einträge: %d\n"), r.Time.UTC().Format(time.RFC3339), r.Size)
	}
	c.verdict(r)
}

func named(name, id string) string {
	if name == "" || name == id {
		return id
	}
	return name + " (" + id + ")"
}

func (c *console) verdict(r app.LogFileReport) {
	if r.Kind == "log" {
		seconds := r.Took.Seconds()
		fmt.Fprintf(c.out, c.say("%d entries, %d of them as leaves alone, %d checkpoints; %.2f s, %.0f entries/s\nRoot %s\n", "%d Einträge, davon %d nur als Blatt, %d Prüfpunkte; %.2f s, %.0f Einträge/s\nWurzel %s\n"),
			r.Size, r.Withheld, r.Checkpoints, seconds, float64(r.Size)/max(seconds, 1e-9), r.Root)
		fmt.Fprintf(c.out, c.say("Proved by a signed checkpoint, number of entries from the first on: %d\n", "Durch einen unterschriebenen Prüfpunkt belegt, Zahl der Einträge vom ersten an: %d\n"), r.Held)
	}
	for _, k := range r.Keys {
		fmt.Fprintf(c.out, c.say("Key %s\n", "Schlüssel %s\n"), k)
	}
	if r.OwnKeys {
		fmt.Fprintln(c.out, c.say("The key came with the log itself. Compare it with the one that you were given in another way, or name that one with --key.",
			"Der Schlüssel stammt aus dem Protokoll selbst. Vergleichen Sie ihn mit dem, den Sie auf anderem Weg erhalten haben, oder nennen Sie diesen mit --key."))
	}
	if r.Good() {
		fmt.Fprintln(c.out, c.say("✓ Nothing is wrong.", "✓ Nichts ist auszusetzen."))
	} else {
		fmt.Fprintf(c.out, "✗ %s.\n", c.flaws(r.All))
	}
}

func (c *console) flaws(n int) string {
	if n == 1 {
		return c.say("1 flaw", "1 Mangel")
	}
	return fmt.Sprintf(c.say("%d flaws", "%d Mängel"), n)
}
