// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"allmende/internal/app"
	"allmende/internal/app/scan"
)

func runScan(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("licence")
	format := fs.String("format", "text", "text, json, spdx or cyclonedx")
	out := fs.String("out", "", "file to write to; standard output where empty")
	hosts := fs.String("hosts", "", "hosts that a repository may be fetched from, by comma")
	strict := fs.Bool("strict", false, "end with 3 where a person has to look")
	var l scan.Limits
	fs.IntVar(&l.Files, "max-files", scan.Defaults.Files, "files looked at")
	fs.IntVar(&l.Depth, "max-depth", scan.Defaults.Depth, "folders within folders")
	mib := fs.Int64("max-mib", scan.Defaults.Bytes>>20, "MiB of all files, unpacked")
	fs.DurationVar(&l.Time, "max-time", scan.Defaults.Time, "longest time")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if *s.json {
		*format = "json"
	}
	if len(rest) != 1 || !slices.Contains([]string{"text", "json", "spdx", "cyclonedx"}, *format) {
		fmt.Fprintln(c.err, c.say("usage: allmende licence scan FOLDER|ARCHIVE|https://…|file://… [--format text|json|spdx|cyclonedx]", "Aufruf: allmende licence scan ORDNER|ARCHIV|https://…|file://… [--format text|json|spdx|cyclonedx]"))
		return errUsage
	}
	l.Bytes, l.Tongue = *mib<<20, c.lang
	t, err := c.scan(ctx, rest[0], strings.FieldsFunc(*hosts, func(r rune) bool { return r == ',' || r == ' ' }), l)
	if err != nil {
		return err
	}
	if err := c.report(t, *format, *out); err != nil {
		return err
	}
	if *strict && (len(t.Problems) > 0 || t.Cut != "") {
		return errRefused
	}
	return nil
}

func (c *console) scan(ctx context.Context, where string, hosts []string, l scan.Limits) (t app.Tree, err error) {
	bar := c.bar(2)
	progress := func(done, known int) { bar.show(done, known, where) }
	if scan.IsRepository(where) {
		t, err = scan.Repository(ctx, where, hosts, l, progress)
	} else {
		t, err = scan.Path(ctx, where, l, progress)
	}
	bar.end()
	if errors.Is(err, scan.ErrRefused) || errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		fmt.Fprintf(c.err, "allmende licence scan: %s\n", plain(scan.Why(err, where, c.lang)))
		return t, errRefused
	}
	return t, err
}

// report writes a scan in a format, to a file or to standard output.
func (c *console) report(t app.Tree, format, file string) (err error) {
	w := c.out
	if file != "" {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		w = f
	}
	switch format {
	case "json":
		inner := *c
		inner.out = w
		return inner.write(t)
	case "text":
		return c.legibly(w, t)
	}
	doc, err := app.ScanDocument(t, format, time.Now())
	if err != nil {
		return err
	}
	_, err = w.Write(append(doc, '\n'))
	return err
}

// problems are the words for what a person should look at.
var problems = map[string][2]string{
	"changed": {"text with changed words", "Lizenztext mit geänderten Wörtern"}, "extra": {"words follow the licence text", "nach dem Lizenztext folgt weiterer Text"},
	"differ": {"declared and found differ", "angegeben und gefunden unterscheiden sich"}, "untexted": {"declared, without a text", "angegeben, ohne Lizenztext"},
	"undeclared": {"a text, and nothing declared", "Lizenztext, aber nichts angegeben"}, "unread": {"not looked at", "nicht angesehen"}, "absent": {"used, not in LICENSES/", "verwendet, fehlt in LICENSES/"},
	"unused": {"in LICENSES/, not used", "in LICENSES/, nicht verwendet"}, "unlisted": {"no SPDX expression", "kein SPDX-Ausdruck"},
	"bounded": {"says more than is read", "sagt mehr, als gelesen wird"},
}

// legibly writes a scan for people.
func (c *console) legibly(out io.Writer, t app.Tree) error {
	fmt.Fprintf(out, c.say("%s: %d files, %d with something about licences, %d text files without\n", "%s: %d Dateien, %d mit Angaben zu Lizenzen, %d Textdateien ohne\n"), t.Name, t.Looked, len(t.Files), t.Without)
	if t.Cut != "" {
		fmt.Fprintf(out, c.say("NOT ALL WAS LOOKED AT: %s\n", "NICHT ALLES WURDE ANGESEHEN: %s\n"), t.Cut)
	}
	w := tabwriter.NewWriter(out, 2, 8, 2, ' ', 0)
	fmt.Fprintln(w, c.say("\nLicences found\tfiles", "\nGefundene Lizenzen\tDateien"))
	for _, l := range t.Licences {
		fmt.Fprintf(w, "%s\t%d\n", plain(l.Licence), l.Files)
	}
	if len(t.Packages) > 0 {
		fmt.Fprintln(w, c.say("\nManifest\tdeclared\ttexts found\t", "\nManifest\tangegeben\tgefundene Texte\t"))
		for _, p := range t.Packages {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", plain(p.Path), plain(orDash(p.Licence)), plain(orDash(strings.Join(p.Detected, ", "))), c.stand(p.Stand))
		}
	}
	if len(t.Problems) > 0 {
		fmt.Fprintf(w, c.say("\nFor a person to look at (%d)\t\t\n", "\nZum Ansehen (%d)\t\t\n"), len(t.Problems))
		for _, p := range t.Problems[:min(len(t.Problems), 200)] {
			fmt.Fprintf(w, "%s\t%s\t%s\n", plain(p.Path), c.say(problems[p.Key][0], problems[p.Key][1]), plain(p.Detail))
		}
	}
	if n := len(t.Problems) - 200; n > 0 {
		fmt.Fprintf(w, c.say("and %d more: --format json has all\t\t\n", "und %d weitere: --format json nennt alle\t\t\n"), n)
	}
	return w.Flush()
}

func (c *console) stand(s string) string {
	switch s {
	case "agree":
		return c.say("agree", "stimmt überein")
	case "unknown":
		return c.say("unknown", "unbekannt")
	}
	return c.say(problems[s][0], problems[s][1])
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// plain keeps what foreign files say from steering the terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '·'
		}
		return r
	}, s)
}
