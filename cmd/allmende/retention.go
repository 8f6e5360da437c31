// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"

	"allmende/internal/app"
)

// runRetention applies the rules of retention to all of the instance, or to one organisation
// and all below it; or says what they would end.
func runRetention(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("retention")
	dry := fs.Bool("dry-run", false, "say what would end, and end nothing")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		fmt.Fprintln(c.err, c.say("usage: allmende retention [--dry-run] [--org ORGANISATION] [--json]", "Aufruf: allmende retention [--dry-run] [--org ORGANISATION] [--json]"))
		return errUsage
	}
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	ctx = a.Instance(ctx, c.lang)
	if *s.org != "" {
		if ctx, err = a.Operator(ctx, *s.org, c.lang); err != nil {
			return err
		}
	}
	all, err := a.ApplyRetention(ctx, *dry)
	if err != nil {
		return err
	}
	if *s.json {
		return c.write(all)
	}
	return c.tellRetention(a, all, *dry)
}

func (c *console) tellRetention(a *app.App, all []app.RetentionDue, dry bool) error {
	n := 0
	for _, d := range all {
		n += d.N
		org := d.OrgName
		if org == "" {
			org = a.Texts.T(c.lang, "retention.of_instance")
		}
		fmt.Fprintf(c.out, "%6d  %-22s %s, %s, %s\n", d.N, d.Kind, org, a.Texts.T(c.lang, "retention.end."+d.End),
			fmt.Sprintf(c.say("%d days, held %d, oldest %s", "%d Tage, zurückgehalten %d, ältester %s"), d.Days, d.Held, d.Oldest.Format("2006-01-02")))
	}
	key := "retention.ended"
	if dry {
		key = "retention.would"
	}
	_, err := fmt.Fprintln(c.out, a.Texts.N(c.lang, key, n))
	return err
}
