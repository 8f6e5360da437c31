// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"

	"allmende/internal/app"
	"allmende/internal/fault"
	"allmende/internal/platform/client"
	"allmende/internal/platform/config"
)

// settings are the flags that many commands share.
type settings struct {
	db, blobs, key, listen, server, token, org, log, mirrors *string
	json                                                     *bool
	limits                                                   func() app.Limits // of one bill of materials; nil leaves the program's own
	fresh                                                    bool              // an SQLite file that is not there is made
}

// flags declares a command's flags: those all have, and those named in with.
func (c *console) flags(name string) (*flag.FlagSet, *settings) {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {} // the help of the command is a text of its own
	fs.String("config", "", "file of settings, one `name = value` a line")
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
	if flags, rest, err = c.sortOut(fs, args); err == nil {
		serving, its := c.flags("serve")
		its.remote(serving)
		serveFlags(serving, its)
		err = config.Parse(fs, flags, c.env, serving)
	}
	switch {
	case err == flag.ErrHelp:
		return nil, err
	case err != nil:
		fmt.Fprintln(c.err, "allmende "+fs.Name()+":", c.unfit(err))
		return nil, errUsage
	}
	return rest, c.logTo(*s.log)
}

// unfitting is how package flag says that a value is none for its flag.
var unfitting = regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?-(.*): `)

// unfit says what is wrong with a setting.
func (c *console) unfit(err error) string {
	if m := unfitting.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Sprintf(c.say("--%s cannot be %s", "--%s kann nicht %s sein"), m[2], m[1])
	}
	return sentence(c, err)
}

// sortOut parts flags from the rest, in whatever order they stand.
func (c *console) sortOut(fs *flag.FlagSet, args []string) (flags, rest []string, err error) {
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
		if f == nil && !slices.Contains([]string{"h", "help"}, flagName(a)) {
			return nil, nil, fmt.Errorf(c.say("there is no flag %s", "die Angabe %s gibt es nicht"), a)
		}
		if f == nil || hasValue(a) {
			continue
		}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
			continue
		}
		if i++; i == len(args) {
			return nil, nil, fmt.Errorf(c.say("%s wants a value", "%s braucht einen Wert"), a)
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

// open opens the database of a command that works without a server. A mistyped name must not
// pass for an empty database: a file that is not there is made only by what fills it.
func (c *console) open(ctx context.Context, s *settings) (*app.App, error) {
	if err := there(*s.db); err != nil && !s.fresh {
		return nil, err
	}
	o := app.Options{Database: *s.db, Blobs: *s.blobs, AuditKey: *s.key}
	if s.limits != nil {
		o.Limits = s.limits()
	}
	a, err := app.New(ctx, o)
	if err != nil {
		return nil, err
	}
	texts = a.Texts.Say
	return a, nil
}

// there returns a fault where an SQLite file is missing.
func there(where string) error {
	if strings.HasPrefix(where, "postgres") {
		return nil
	}
	_, err := os.Stat(where)
	if !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	words, werr := app.Words()
	texts = words.Say
	return errors.Join(werr, fault.New(fault.NotFound, "app.database_missing", where))
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
