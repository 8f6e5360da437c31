// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"allmende/internal/app"
	"allmende/internal/fault"
)

func runEstate(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("estate")
	dry := fs.Bool("dry-run", false, "report and change nothing")
	format := fs.String("format", "csv", "csv, xlsx or json")
	told := map[string]string{}
	fs.Func("column", "field=heading", func(pair string) error {
		field, heading, ok := strings.Cut(pair, "=")
		if told[field] = heading; !ok {
			return errors.New("want field=heading")
		}
		return nil
	})
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	imports := len(rest) == 2 && rest[0] == "import"
	if !imports && (len(rest) != 1 || rest[0] != "export") {
		fmt.Fprintln(c.err, c.say("usage: allmende estate import FILE | export; see allmende help estate", "Aufruf: allmende estate import DATEI | export; siehe allmende help estate"))
		return errUsage
	}
	s.fresh = imports
	a, ctx, err := c.act(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	if imports {
		return c.register(ctx, a, s, rest[1], told, *dry)
	}
	return a.Estate.Export(ctx, c.out, *format, app.EstateFilter{})
}

// register imports a table and writes what became of each line.
func (c *console) register(ctx context.Context, a *app.App, s *settings, file string, told map[string]string, dry bool) error {
	data, err := c.read(file)
	if err != nil {
		return err
	}
	columns, err := a.Estate.Told(data, told)
	if err != nil {
		return err
	}
	report, err := a.Estate.Import(ctx, data, columns, dry)
	if err == nil && report.Broken > 0 {
		err = errRefused // a dry run that would not be taken
	}
	if *s.json && report.Rows > 0 {
		return errors.Join(err, c.write(report))
	}
	if all := fault.Say(err); report.Broken > 0 && len(all) > 0 && !errors.Is(err, errRefused) {
		err = all[0] // the lines are told one by one
	}
	for _, l := range report.Lines {
		for _, reason := range l.Reasons {
			fmt.Fprintf(c.err, "%s: %s\n", file, reason)
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, c.say("%d lines: %d new, %d updated, %d unchanged\n", "%d Zeilen: %d neu, %d aktualisiert, %d unverändert\n"),
		report.Rows, report.New, report.Update, report.Unchanged)
	return nil
}
