// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package config reads settings from where operators keep them: flags, then environment
// (ALLMENDE_LISTEN for -listen), then a file of "name = value" lines. A secret comes from
// a file that ALLMENDE_<NAME>_FILE names.
package config

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Parse parses args and fills in flags that args do not set from the environment, then
// from the file that the flag "config" names, where there is such a flag. Of what stands in the file
// and is no flag of fs, others must have one: several commands share a file, but what nobody
// knows is a slip of the pen. Errors say which setting, from where, and what was wrong.
func Parse(fs *flag.FlagSet, args []string, env func(string) (string, bool), others ...*flag.FlagSet) error {
	if err := fs.Parse(args); err != nil {
		return err
	}
	set := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { set[f.Name] = true })
	if err := fromEnv(fs, set, env); err != nil {
		return err
	}
	if f := fs.Lookup("config"); f != nil && f.Value.String() != "" {
		return fromFile(append(others, fs), fs, set, f.Value.String())
	}
	return nil
}

func fromEnv(fs *flag.FlagSet, set map[string]bool, env func(string) (string, bool)) (err error) {
	fs.VisitAll(func(f *flag.Flag) {
		if set[f.Name] || err != nil {
			return
		}
		name := "ALLMENDE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := env(name)
		if path, given := env(name + "_FILE"); given && !ok {
			var text []byte
			if text, err = os.ReadFile(path); err != nil {
				err = fmt.Errorf("%s_FILE: %w", name, err)
				return
			}
			value, ok = strings.TrimSpace(string(text)), true
		}
		if ok {
			set[f.Name] = true
			if e := fs.Set(f.Name, value); e != nil {
				err = fmt.Errorf("%s=%q: %w", name, value, e)
			}
		}
	})
	return err
}

func fromFile(known []*flag.FlagSet, fs *flag.FlagSet, set map[string]bool, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case !ok:
			return fmt.Errorf("%s, line %d: got %q, want name = value", path, n, line)
		case !slices.ContainsFunc(known, func(k *flag.FlagSet) bool { return k.Lookup(name) != nil }):
			return fmt.Errorf("%s, line %d: there is no setting %q", path, n, name)
		case fs.Lookup(name) == nil:
			continue // another subcommand's
		case set[name]:
			continue
		}
		if err := fs.Set(name, value); err != nil {
			return fmt.Errorf("%s, line %d: %s: %w", path, n, name, err)
		}
	}
	return lines.Err()
}
