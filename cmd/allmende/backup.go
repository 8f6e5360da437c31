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
	keep := fs.Int("keep", 0, "make it within that folder, and keep so many there")
	if _, err := c.parse(fs, s, args); err != nil {
		return err
	}
	if *to == "" || *keep < 0 {
		fmt.Fprintln(c.err, c.say("usage: allmende backup --db … --to FOLDER [--keep N]", "Aufruf: allmende backup --db … --to ORDNER [--keep N]"))
		return errUsage
	}
	a, err := c.open(ctx, s)
	if err != nil {
		return err
	}
	defer a.Close()
	if *keep <= 0 {
		return a.Backup(ctx, *to)
	}
	made, err := a.BackupAmong(ctx, *to, *keep)
	if err == nil {
		_, err = fmt.Fprintln(c.out, made)
	}
	return err
}
