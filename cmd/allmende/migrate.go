// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"

	"allmende/internal/app"
)

func runMigrate(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("migrate")
	if _, err := c.parse(fs, s, args); err != nil {
		return err
	}
	s.fresh = true
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	fmt.Fprintf(c.err, "%s: %s\n", app.Named(*s.db), c.say("the tables are up to date", "die Tabellen sind auf dem Stand"))
	return nil
}

func runVersion(_ context.Context, c *console, args []string) error {
	fs, s := c.flags("version")
	if _, err := c.parse(fs, s, args); err != nil {
		return err
	}
	if *s.json {
		return c.write(map[string]string{"version": app.Version})
	}
	_, err := fmt.Fprintln(c.out, app.Version)
	return err
}
