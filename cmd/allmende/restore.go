// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"fmt"

	"allmende/internal/app"
)

func runRestore(ctx context.Context, c *console, args []string) error {
	fs, s := c.flags("restore")
	rest, err := c.parse(fs, s, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		fmt.Fprintln(c.err, c.say("usage: allmende restore FOLDER --db NEW", "Aufruf: allmende restore ORDNER --db NEU"))
		return errUsage
	}
	words, err := app.Words()
	if err != nil {
		return err
	}
	texts = words.Say
	r, err := app.Restore(ctx, rest[0], app.Options{Database: *s.db, Blobs: *s.blobs, AuditKey: *s.key})
	if err != nil {
		return err
	}
	if *s.json {
		return c.write(r)
	}
	_, err = fmt.Fprintf(c.err, c.say("%s: restored; %d entries of the log and %d documents were checked\n", "%s: wiederhergestellt; %d Einträge des Protokolls und %d Dokumente wurden geprüft\n"), *s.db, r.Entries, r.Documents)
	if r.Key != "" && err == nil {
		_, err = fmt.Fprintf(c.err, c.say("Now put the key that signs the log back: %s. A backup does not have it, and without it there are no checkpoints.\n", "Legen Sie jetzt den Schlüssel zurück, der das Protokoll unterschreibt: %s. In der Sicherung ist er nicht, und ohne ihn entstehen keine Prüfpunkte.\n"), r.Key)
	}
	return err
}
