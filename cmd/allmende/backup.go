// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
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
		if err := a.Backup(ctx, *to); err != nil {
			return err
		}
		return c.keyApart(a.Audit.KeyFile())
	}
	made, err := a.BackupAmong(ctx, *to, *keep)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, made)
	return errors.Join(err, c.keyApart(a.Audit.KeyFile()))
}

// keyApart says that the key of the log is not in a backup, and where it is. Whoever has the
// backup must not be able to sign in the log's name.
func (c *console) keyApart(file string) (err error) {
	switch _, missing := os.Stat(file); {
	case file == "":
		_, err = fmt.Fprintln(c.err, c.say("The key that signs the log (--audit-key) is not in the backup; keep it apart.", "Der Schlüssel, der das Protokoll unterschreibt (--audit-key), ist nicht in der Sicherung; bewahren Sie ihn getrennt davon auf."))
	case missing == nil:
		_, err = fmt.Fprintf(c.err, c.say("The key that signs the log, %s, is not in the backup; keep a copy apart from it.\n", "Der Schlüssel, der das Protokoll unterschreibt, %s, ist nicht in der Sicherung; bewahren Sie eine Kopie getrennt davon auf.\n"), file)
	}
	return err
}
