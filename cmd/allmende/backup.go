// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"
)

func runBackup(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("backup")
	to := fs.String("to", "", "new folder for the backup")
	if _, err := c.parse(fs, s, args); err != nil {
		return err
	}
	if *to == "" {
		fmt.Fprintln(c.err, c.say("usage: allmende backup --db … --to FOLDER", "Aufruf: allmende backup --db … --to ORDNER"))
		return errUsage
	}
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.Backup(ctx, *to)
}
