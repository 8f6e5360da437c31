// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"allmende/internal/app"
)

// runCombine asks whether components may go into a work: by the rules alone, or with --server
// beside the matrix that was brought in there.
func runCombine(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("licence")
	s.remote(fs)
	var q app.CombineQuestion
	fs.StringVar(&q.Licence, "into", "", "licence that the work is published under")
	fs.StringVar(&q.Way, "way", "static", "merged, static, dynamic or separate")
	fs.StringVar(&q.Reach, "reach", "given", "given, service or internal")
	fs.BoolVar(&q.Modified, "modified", false, "components are changed")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if q.Parts = rest; q.Licence == "" || len(rest) == 0 {
		fmt.Fprintln(c.err, c.say("usage: allmende licence combine LICENCE… --into LICENCE", "Aufruf: allmende licence combine LIZENZ… --into LIZENZ"))
		return errUsage
	}
	a, err := c.combine(ctx, s, q)
	if err != nil {
		return err
	}
	if *s.json {
		err = c.write(a)
	} else {
		err = c.combined(a)
	}
	if err == nil && a.Answer != "yes" {
		return errRefused
	}
	return err
}

func (c *console) combine(ctx context.Context, s *settings, q app.CombineQuestion) (a app.CombineAnswer, err error) {
	cl, err := c.ask(s)
	if err != nil {
		return a, err
	}
	if cl == nil {
		a, err := app.Combine(q, c.lang)
		words, werr := app.Words()
		if werr != nil {
			return a, werr
		}
		texts = words.Say
		return a, err
	}
	v := url.Values{"licence": {q.Licence}, "component": q.Parts, "way": {q.Way}, "reach": {q.Reach}}
	if q.Modified {
		v.Set("modified", "true")
	}
	body, err := cl.Get(ctx, "/compat/answer", v)
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(body, &a)
}

func (c *console) combined(a app.CombineAnswer) error {
	word := map[string]string{"yes": c.say("yes", "ja"), "no": c.say("no", "nein"), "depends": c.say("depends", "kommt darauf an"), "unknown": c.say("unknown", "unbekannt")}
	w := tabwriter.NewWriter(c.out, 2, 8, 2, ' ', 0)
	for _, l := range a.Lines {
		theirs := ""
		if l.Theirs != nil {
			theirs = "OSADL: " + word[l.Theirs.Answer]
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", plain(l.Text), word[l.Answer], l.Reasons[0].Clause, theirs)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, l := range a.Lines {
		for _, r := range l.Reasons {
			if r.Answer != "yes" {
				fmt.Fprintf(c.out, "\n%s (%s, %s %s): %s\n", plain(l.Text), r.Clause, c.say("rule", "Regel"), r.Rule, r.Text)
			}
		}
	}
	fmt.Fprintf(c.out, c.say("\nA work with all of these may be published under: %s\nRules %s, reviewed on %s; a person has to decide.\n", "\nMit allen diesen darf ein Werk veröffentlicht werden unter: %s\nRegelwerk %s, durchgesehen am %s; entscheiden muss ein Mensch.\n"),
		orDash(strings.Join(a.Yes, ", ")), a.Rules, a.Reviewed)
	return nil
}

// runMatrix brings a matrix of OSADL in.
func runMatrix(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("licence")
	s.remote(fs)
	date := fs.String("date", "", "day of the edition, YYYY-MM-DD, where the file gives none")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		fmt.Fprintln(c.err, c.say("usage: allmende licence matrix FILE [--date DAY]", "Aufruf: allmende licence matrix DATEI [--date TAG]"))
		return errUsage
	}
	data, err := c.read(rest[0])
	if err != nil {
		return err
	}
	m, err := c.bringMatrix(ctx, s, filepath.Base(rest[0]), *date, data)
	if err != nil {
		return err
	}
	if *s.json {
		return c.write(m)
	}
	fmt.Fprintf(c.out, c.say("%s of %s: %d licences, %d answers, %d rows and cells missing or strange (unknown). © OSADL, CC-BY-4.0\n",
		"%s vom %s: %d Lizenzen, %d Antworten, %d Zeilen und Felder fehlen oder sind seltsam (unbekannt). © OSADL, CC-BY-4.0\n"), m.Name, m.Date, m.Licences, m.Cells, m.Flaws)
	return nil
}

func (c *console) bringMatrix(ctx context.Context, s *settings, name, date string, data []byte) (m app.OSADLMatrix, err error) {
	cl, err := c.ask(s)
	if err != nil {
		return m, err
	}
	if cl != nil {
		body, err := cl.Send(ctx, "/compat/matrices", url.Values{"name": {name}, "date": {date}}, "application/json", data)
		if err != nil {
			return m, err
		}
		return m, json.Unmarshal(body, &m)
	}
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return m, err
	}
	defer a.Close()
	return a.Compat.Import(ctx, name, date, data)
}
