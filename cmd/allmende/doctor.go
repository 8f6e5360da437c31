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
	s.listen = fs.String("listen", "", "address that the server listens on")
	s.mirrors = fs.String("mirrors", "", "hosts that advisories may be fetched from, with commas between")
	operator := fs.String("operator", "", "id of the organisation that operates the instance")
	proxy := fs.Bool("trust-proxy", false, "believe the proxy in front who calls")
	home := fs.String("url", "", "address under which people reach the server")
	cert := fs.String("tls-cert", "", "file with the certificate")
	key := fs.String("tls-key", "", "file with its key")
	backups := fs.String("backups", "", "folder with backups")
	letters := mailFlags(fs)
	if _, err := c.parse(fs, s, args); err != nil {
		return err
	}
	found, err := app.Examine(ctx, app.Examination{
		Options: app.Options{Database: *s.db, Blobs: *s.blobs, Mirrors: list(*s.mirrors), Operator: *operator, Proxy: *proxy, AuditKey: *s.key, Home: *home, Mail: letters()},
		Listen:  *s.listen, Cert: *cert, Key: *key, Backups: *backups, Lang: c.lang})
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
