// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"allmende/internal/app"
)

func runDemo(ctx context.Context, c *console, args []string) error {
	set, s := c.flags("demo")
	s.listen = set.String("listen", "127.0.0.1:8080", "address to listen on")
	set.Lookup("db").DefValue, *s.db = "", "" // a new file, unless one is named
	if _, err := c.parse(set, s, args); err != nil {
		return err
	}
	where, err := fresh(c, *s.db)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", *s.listen)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, app.Options{Database: where, Blobs: *s.blobs, Demo: true})
	if err != nil {
		return err
	}
	defer a.Close()
	texts = a.Texts.Say
	b := &bar{out: c.err}
	if !c.terminal {
		b = c.bar(0)
	}
	login, password, err := a.Demo(ctx, b.show)
	b.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, c.say("Allmende %s with the fictional city of Musterstadt\n  address   http://%s\n  sign in   %s\n  password  %s\n  database  %s\n", "Allmende %s mit der erfundenen Stadt Musterstadt\n  Adresse    http://%s\n  Anmeldung  %s\n  Kennwort   %s\n  Datenbank  %s\n"),
		app.Version, l.Addr(), login, password, app.Named(where))
	return a.Serve(ctx, l, a.DB.Lite())
}

// fresh returns where the demo is to live: a new file in a temporary folder, or the place
// named, at which there must be nothing yet.
func fresh(c *console, where string) (string, error) {
	if where == "" {
		dir, err := os.MkdirTemp("", "allmende-demo-")
		return filepath.Join(dir, "demo.db"), err
	}
	if _, err := os.Stat(where); !errors.Is(err, fs.ErrNotExist) {
		return "", errors.New(where + c.say(" is there already; the demo wants a new file", " gibt es schon; die Vorführung braucht eine neue Datei"))
	}
	return where, nil
}
