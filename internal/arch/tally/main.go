// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package main reads the events of "go test -json" for ./check: it shows what failing
// tests said and which tests were skipped, and counts the tests on each database.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

type event struct {
	Action, Package, Test, Output, ImportPath string
}

// A count is how many tests ended how, all in all and on each database.
type count struct {
	passed, failed, skipped int
	sqlite, postgres        int // passed
}

func main() {
	c, err := tally(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(2)
	}
	if len(os.Args) > 1 {
		line := fmt.Sprintln(c.passed, c.failed, c.skipped, c.sqlite, c.postgres)
		if err := os.WriteFile(os.Args[1], []byte(line), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "tally:", err)
			os.Exit(2)
		}
	}
}

// tally counts the events of in and writes to out what a person has to see. A line that
// is no event is something the go command itself had to say.
func tally(in io.Reader, out io.Writer) (count, error) {
	var c count
	said := map[string][]string{}
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if e := (event{}); json.Unmarshal([]byte(line), &e) == nil {
			c.add(e, said, out)
		} else if strings.TrimSpace(line) != "" {
			fmt.Fprint(out, line)
		}
		if err == io.EOF {
			return c, nil
		} else if err != nil {
			return c, err
		}
	}
}

func (c *count) add(e event, said map[string][]string, out io.Writer) {
	id := e.Package + e.ImportPath + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		said[id] = append(said[id], e.Output)
		return
	case "pass":
		c.pass(e.Test)
	case "skip":
		c.skip(e, said[id], out)
	case "fail", "build-fail":
		if e.Test != "" || e.Action == "build-fail" || !slices.ContainsFunc(said[id], isVerdict) {
			c.failed++
		}
		fmt.Fprintf(out, "FAILED %s\n", strings.TrimSpace(id))
		show(out, said[id])
	default:
		return
	}
	delete(said, id)
}

// isVerdict reports whether go test summed up a package whose tests failed one by one.
func isVerdict(line string) bool { return line == "FAIL\n" }

func (c *count) pass(test string) {
	if test == "" {
		return // a package
	}
	c.passed++
	if under(test, "sqlite") {
		c.sqlite++
	}
	if under(test, "postgres") {
		c.postgres++
	}
}

// under reports whether one of the subtests that test lies in is called name.
func under(test, name string) bool { return slices.Contains(strings.Split(test, "/")[1:], name) }

func (c *count) skip(e event, said []string, out io.Writer) {
	if e.Test == "" {
		return // a package without tests
	}
	c.skipped++
	fmt.Fprintf(out, "skipped %s %s: %s\n", e.Package, e.Test, reason(said))
}

// reason returns what a skipped test said, without the frame around it.
func reason(said []string) string {
	for _, line := range said {
		if _, why, ok := strings.Cut(strings.TrimSpace(line), ".go:"); ok {
			if _, why, ok = strings.Cut(why, ": "); ok {
				return why
			}
		}
	}
	return "no reason given"
}

func show(out io.Writer, said []string) {
	const most = 120
	if len(said) > most {
		fmt.Fprintf(out, "    … %d lines before\n", len(said)-most)
		said = said[len(said)-most:]
	}
	for _, line := range said {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(out, "    "+line)
		}
	}
}
