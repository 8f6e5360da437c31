// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"
	"slices"

	"allmende/internal/app"
)

// runDoctor looks at everything and changes nothing. Something that fails ends it with the
// value for refused, so that a timer can tell.
func runDoctor(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("doctor")
	set := serveFlags(fs, s)
	backups := fs.String("backups", "", "folder with backups")
	if _, err := c.parse(fs, s, args); err != nil {
		return err
	}
	o, err := set.options()
	if err != nil {
		return err
	}
	found, err := app.Examine(ctx, app.Examination{Options: o, Listen: *s.listen, Cert: *set.cert, Key: *set.key, Backups: *backups, Lang: c.lang})
	if err != nil {
		return err
	}
	if err := c.tell(found, *s.json); err != nil {
		return err
	}
	if slices.ContainsFunc(found, func(f app.Finding) bool { return f.State == "fail" }) {
		return errRefused
	}
	return nil
}

func (c *console) tell(found []app.Finding, asJSON bool) error {
	if asJSON {
		return c.write(found)
	}
	words := map[string]string{"ok": "ok", "warn": c.say("WARN", "ACHTUNG"), "fail": c.say("FAIL", "FEHLER"), "unknown": "?"}
	for _, f := range found {
		if _, err := fmt.Fprintf(c.out, "%-8s %-12s %s\n", words[f.State], f.Check, f.Say); err != nil {
			return err
		}
		if f.Remedy != "" {
			fmt.Fprintf(c.out, "%-8s %-12s → %s\n", "", "", f.Remedy)
		}
	}
	return nil
}
