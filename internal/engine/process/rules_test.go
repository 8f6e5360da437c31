// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each file in testdata is a rule that a colleague from the law department can read: what it
// says, and what follows from which facts. The head of a case is
//
//	procedure; state; open tasks, or -; transition
//
// and under it stand the facts, a line each, then "=>" and what blocks the step.
func TestRules(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d rules, %v", len(files), err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split("\n"+string(data), "\n-- ")
			if len(strings.TrimSpace(parts[0])) < 40 || len(parts) < 2 {
				t.Fatal("it does not say what the rule is, or shows no case of it")
			}
			for _, p := range parts[1:] {
				head, body, _ := strings.Cut(p+"\n", " --\n")
				given, want, ok := strings.Cut(body, "=>\n")
				if !ok {
					t.Fatalf("%s: want facts, then =>", head)
				}
				if got := offered(t, head, given); strings.TrimSpace(got) != strings.TrimSpace(want) {
					t.Errorf("%s\n%s\ngot:\n%s\nwant:\n%s", head, given, got, want)
				}
			}
		})
	}
}

// offered writes what blocks a transition, a line a block; "free" where nothing does.
func offered(t *testing.T, head, given string) string {
	t.Helper()
	in := strings.Split(head, ";")
	if len(in) != 4 {
		t.Fatalf("%q: want procedure; state; open tasks or -; transition", head)
	}
	for i := range in {
		in[i] = strings.TrimSpace(in[i])
	}
	d, ok := Find(in[0])
	if !ok {
		t.Fatalf("%q is no procedure", in[0])
	}
	c := Case{State: in[1], Facts: facts(t, d, given)}
	if in[2] != "-" {
		c.Open = strings.Fields(in[2])
	}
	for _, o := range d.Offers(c) {
		if o.ID == in[3] {
			return said(o)
		}
	}
	return "not offered\n"
}

func said(o Offer) string {
	var b strings.Builder
	for _, k := range o.Blocked {
		fmt.Fprintf(&b, "%s: %s\n", k.Kind, strings.Join(append(slices.Clone(k.Of), k.Text.EN), " "))
	}
	if o.Free() {
		b.WriteString("free\n")
	}
	if o.FourEyes != "" {
		b.WriteString("second person: " + o.FourEyes + "\n")
	}
	if o.Reason {
		b.WriteString("reason wanted\n")
	}
	return b.String()
}

func facts(t *testing.T, d *Definition, given string) Facts {
	t.Helper()
	out := Facts{}
	for line := range strings.Lines(given) {
		id, text, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		f, found := d.Field(id)
		v, err := d.Read(f, text)
		if !found || err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		out[id] = v
	}
	return out
}
