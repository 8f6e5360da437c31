// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"strings"

	"allmende/internal/app"
	"allmende/internal/platform/client"
	"allmende/internal/platform/config"
)

// settings are the flags that many commands share.
type settings struct {
	db, blobs, key, listen, server, token, org, log, mirrors *string
	json                                                     *bool
}

// flags declares a command's flags: those all have, and those named in with.
func (c *console) flags(name string) (*flag.FlagSet, *settings) {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(c.err)
	fs.Usage = func() {} // the help of the command is a text of its own
	return fs, &settings{
		db:    fs.String("db", "allmende.db", "SQLite file or postgres:// address"),
		blobs: fs.String("blobs", "", "folder of documents"),
		key:   fs.String("audit-key", "", "key that checkpoints are signed with, or its file"),
		org:   fs.String("org", "", "organisation, by id or name"),
		log:   fs.String("log", "info", "debug, info, warn or error"),
		json:  fs.Bool("json", false, "answer in JSON"),
	}
}

// remote adds the flags by which a command asks a server instead of a database.
func (s *settings) remote(fs *flag.FlagSet) {
	s.server = fs.String("server", "", "address of a server to ask instead of a database")
	s.token = fs.String("token", "", "token for the server")
}

// parse reads flags, environment and file; flags may stand before and after the rest.
func (c *console) parse(fs *flag.FlagSet, s *settings, args []string) (rest []string, err error) {
	var flags []string
	if flags, rest, err = sortOut(fs, args); err != nil {
		fmt.Fprintln(c.err, "allmende "+fs.Name()+":", err)
		return nil, errUsage
	}
	if err := config.Parse(fs, flags, c.env); err != nil {
		if err == flag.ErrHelp {
			return nil, err
		}
		fmt.Fprintln(c.err, "allmende "+fs.Name()+":", err)
		return nil, errUsage
	}
	return rest, c.logTo(*s.log)
}

// sortOut parts flags from the rest, in whatever order they stand.
func sortOut(fs *flag.FlagSet, args []string) (flags, rest []string, err error) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return flags, append(rest, args[i+1:]...), nil
		}
		if len(a) < 2 || a[0] != '-' {
			rest = append(rest, a)
			continue
		}
		flags = append(flags, a)
		f := fs.Lookup(flagName(a))
		if f == nil || hasValue(a) {
			continue
		}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
			continue
		}
		if i++; i == len(args) {
			return nil, nil, fmt.Errorf("%s wants a value", a)
		}
		flags = append(flags, args[i])
	}
	return flags, rest, nil
}

func (c *console) logTo(level string) error {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		fmt.Fprintf(c.err, "allmende: --log %q: want debug, info, warn or error\n", level)
		return errUsage
	}
	slog.SetDefault(slog.New(slog.NewJSONHandler(c.err, &slog.HandlerOptions{Level: l})))
	return nil
}

// open opens the database of a command that works without a server.
func (c *console) open(ctx context.Context, s *settings) (*app.App, error) {
	a, err := app.New(ctx, app.Options{Database: *s.db, Blobs: *s.blobs, AuditKey: *s.key})
	if err != nil {
		return nil, err
	}
	texts = a.Texts.Say
	return a, nil
}

// act opens the database and acts for an organisation.
func (c *console) act(ctx context.Context, s *settings) (*app.App, context.Context, error) {
	a, err := c.open(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	ctx, err = a.Operator(ctx, *s.org, c.lang)
	if err != nil {
		a.Close()
	}
	return a, ctx, err
}

// ask returns the client of the server that --server names, nil where it names none.
func (c *console) ask(s *settings) (*client.Client, error) {
	if *s.server == "" {
		return nil, nil
	}
	cl, err := client.New(*s.server, *s.token, c.lang)
	if err != nil {
		fmt.Fprintln(c.err, "allmende:", err)
		return nil, errUsage
	}
	return cl, nil
}

// write writes v as indented JSON.
func (c *console) write(v any) error {
	e := json.NewEncoder(c.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// flagName is the name of the flag that an argument sets: "db" for --db and --db=x.
func flagName(arg string) string {
	name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	return name
}

func hasValue(arg string) bool { return strings.Contains(arg, "=") }
