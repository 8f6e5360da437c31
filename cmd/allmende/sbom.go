// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"allmende/internal/app"
)

func runSBOM(ctx context.Context, c *console, args []string) error {
	if len(args) > 0 && args[0] == "upload" {
		return c.upload(ctx, args[1:])
	}
	if len(args) > 0 && args[0] == "inspect" {
		return c.inspect(args[1:])
	}
	if len(args) > 0 && args[0] == "export" {
		return c.exportSBOM(ctx, args[1:])
	}
	fmt.Fprintln(c.err, c.say("usage: allmende sbom upload FILE… | inspect FILE | export; see allmende help sbom", "Aufruf: allmende sbom upload DATEI… | inspect DATEI | export; siehe allmende help sbom"))
	return errUsage
}

// limitFlags declares the bounds of one document and returns what was set.
func limitFlags(fs *flag.FlagSet) func() app.Limits {
	var mib, components bound
	fs.Var(&mib, "max-sbom-mib", "largest document in MiB")
	fs.Var(&components, "max-components", "most components in one document")
	return func() app.Limits { return app.Limits{Bytes: int64(mib) << 20, Components: int(components)} }
}

// A bound is a limit that is set: without one, the program's own holds.
type bound int

func (b *bound) String() string { return strconv.Itoa(int(*b)) }

func (b *bound) Set(s string) error {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 1 {
		return errors.New("want a whole number from 1 on")
	}
	*b = bound(n)
	return nil
}

// A result is what became of one file.
type result struct {
	File    string `json:"file"`
	Receipt any    `json:"receipt,omitempty"`
	Error   string `json:"error,omitempty"`
}

func (c *console) upload(ctx context.Context, args []string) error {
	fs, s := c.flags("sbom")
	s.remote(fs)
	software := fs.String("software", "", "name of the product")
	release := fs.String("release", "", "version of the product")
	s.limits = limitFlags(fs)
	files, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		fmt.Fprintln(c.err, c.say("usage: allmende sbom upload FILE…", "Aufruf: allmende sbom upload DATEI…"))
		return errUsage
	}
	take, end, err := c.taker(ctx, s, *software, *release)
	if err != nil {
		return err
	}
	defer end()
	return c.takeAll(files, *s.json, take)
}

// takeAll takes the files in one after the other; one that is refused does not stop the others.
func (c *console) takeAll(files []string, asJSON bool, take func(file string, data []byte) (any, string, error)) error {
	var results []result
	var last error
	bar := c.bar(len(files))
	for _, f := range files {
		r := result{File: f}
		data, err := c.read(f)
		line := ""
		if err == nil {
			r.Receipt, line, err = take(f, data)
		}
		if err != nil {
			r.Error, last = sentence(c, err), told{err}
			fmt.Fprintf(c.err, "%s: %s\n", f, r.Error)
		} else if !asJSON {
			fmt.Fprintf(c.out, "%s: %s\n", f, line)
		}
		results = append(results, r)
		bar.step(f)
	}
	bar.end()
	if asJSON {
		if err := c.write(results); err != nil {
			return err
		}
	}
	return last
}

// told is an error of which the reader knows already.
type told struct{ error }

func (t told) Unwrap() error { return t.error }

func (c *console) read(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(c.in)
	}
	return os.ReadFile(file)
}

// taker returns what takes one document in: the server's API, or the database here.
func (c *console) taker(ctx context.Context, s *settings, software, release string) (take func(file string, data []byte) (any, string, error), end func(), err error) {
	cl, err := c.ask(s)
	if err != nil {
		return nil, nil, err
	}
	if cl != nil {
		q := url.Values{}
		for k, v := range map[string]string{"software": software, "release": release, "org": *s.org} {
			if v != "" {
				q.Set(k, v)
			}
		}
		return func(file string, data []byte) (any, string, error) {
			body, err := cl.Send(ctx, "/sbom/documents", q, "application/octet-stream", data)
			if err != nil {
				return nil, "", err
			}
			var r app.Receipt
			err = json.Unmarshal(body, &r)
			return json.RawMessage(body), c.line(r), err
		}, func() {}, nil
	}
	s.fresh = true
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	return func(file string, data []byte) (any, string, error) {
		r, err := a.Take(ctx, software, release, file, data)
		return r, c.line(r), err
	}, func() { a.Close() }, nil
}

// line sums a receipt up for people.
func (c *console) line(r app.Receipt) string {
	line := fmt.Sprintf(c.say("%s %s: %s %s, %d components, %d without purl, %d without licence, %d warnings; vulnerabilities: ",
		"%s %s: %s %s, %d Bestandteile, %d ohne purl, %d ohne Lizenz, %d Hinweise; Schwachstellen: "),
		r.Software, r.Version, r.Format, r.FormatVersion, r.Components, r.WithoutPURL, r.WithoutLicence, r.WarningCount)
	if l := r.Licences; l != nil {
		licences := fmt.Sprintf(c.say("licences: %s (%d denied, %d unknown, %d to review, %d allowed by %s %s); ", "Lizenzen: %s (%d abgelehnt, %d unbekannt, %d zu prüfen, %d erlaubt nach %s %s); "),
			c.ruling(l.Verdict), l.Deny, l.Unknown, l.Review, l.Allow, l.Profile, l.Version)
		line = strings.Replace(line, c.say("vulnerabilities: ", "Schwachstellen: "), licences+c.say("vulnerabilities: ", "Schwachstellen: "), 1)
	}
	switch r.State {
	case "recognised":
		line = c.say("known already, nothing changed: ", "schon bekannt, nichts geändert: ") + line
	case "restored":
		line = c.say("known from before, and counts again: ", "von früher bekannt, gilt wieder: ") + line
	}
	f := r.Findings
	if f == nil {
		return line + c.say("unknown", "unbekannt")
	}
	return line + fmt.Sprintf(c.say("%d critical, %d high, %d medium, %d low, %d unrated; %d components could not be checked",
		"%d kritisch, %d hoch, %d mittel, %d niedrig, %d ohne Bewertung; %d Bestandteile konnten nicht geprüft werden"),
		f.Critical, f.High, f.Medium, f.Low, f.Unknown, f.Unchecked)
}

func (c *console) inspect(args []string) error {
	fs, s := c.flags("sbom")
	limits := limitFlags(fs)
	files, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(files) != 1 {
		fmt.Fprintln(c.err, c.say("usage: allmende sbom inspect FILE", "Aufruf: allmende sbom inspect DATEI"))
		return errUsage
	}
	data, err := c.read(files[0])
	if err != nil {
		return err
	}
	i, err := app.Inspect(data, limits(), c.lang)
	if err != nil {
		return c.unreadable(s, err)
	}
	if *s.json {
		return c.write(i)
	}
	fmt.Fprintf(c.out, c.say("%s %s (%s): %d components, %d without purl, %d without licence, %d warnings\n", "%s %s (%s): %d Bestandteile, %d ohne purl, %d ohne Lizenz, %d Hinweise\n"),
		i.Format, i.FormatVersion, i.Encoding, i.Components, i.WithoutPURL, i.WithoutLicence, i.WarningCount)
	for _, w := range i.Warnings {
		fmt.Fprintf(c.out, "  %s: %s\n", w.Path, w.Text)
	}
	return nil
}

// unreadable answers a document that cannot be read, in JSON where JSON was asked for.
func (c *console) unreadable(s *settings, err error) error {
	say := app.Unread(c.lang, err)
	if *s.json {
		if werr := c.write(map[string]string{"error": say}); werr != nil {
			return werr
		}
	}
	texts = func(string, error) string { return say }
	return err
}
