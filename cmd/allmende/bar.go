// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package main

import (
	"fmt"
	"io"
	"strings"
)

// A bar shows on a terminal what is done and what is left.
type bar struct {
	out         io.Writer
	done, total int
}

// bar returns a bar for n things; elsewhere than on a terminal it stays silent.
func (c *console) bar(n int) *bar {
	if !c.terminal || n < 2 {
		return &bar{out: io.Discard, total: n}
	}
	return &bar{out: c.err, total: n}
}

func (b *bar) step(what string) {
	b.done++
	b.show(b.done, b.total, what)
}

func (b *bar) show(done, total int, what string) {
	full := 0
	if total > 0 {
		full = 30 * done / total
	}
	if len(what) > 40 {
		what = "…" + what[len(what)-38:]
	}
	fmt.Fprintf(b.out, "\r[%s%s] %d/%d %-40s", strings.Repeat("#", full), strings.Repeat(".", 30-full), done, total, what)
}

func (b *bar) end() { fmt.Fprintln(b.out) }
