// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package transfer

import (
	"bytes"
	"testing"
)

var things = Table{Name: "x_thing", Columns: "id, n, done:bool"}

func TestALineIsTheRow(t *testing.T) {
	for _, row := range [][]any{{"ä<&>\"\n", int64(-9007199254740993), true}, {"", int64(0), false}, {nil, nil, false}} {
		line, err := things.Line(row)
		if err != nil {
			t.Fatal(err)
		}
		back, err := things.Row(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for i := range row {
			if back[i] != row[i] {
				t.Errorf("%s: %v, was %v", line, back, row)
			}
		}
	}
}

// Whatever is taken for a row gives the same row again.
func FuzzRow(f *testing.F) {
	for _, s := range []string{`{"id":"a","n":1,"done":true}`, `{"id":"a","n":1.5,"done":true}`, `{"id":"a"}`, `[]`, `{"id":"a","n":1,"done":true}{}`, `{"id":{},"n":1,"done":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		row, err := things.Row(text)
		if err != nil {
			return
		}
		line, err := things.Line(row)
		if err != nil {
			t.Fatal(err)
		}
		again, err := things.Row(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if second, _ := things.Line(again); !bytes.Equal(line, second) {
			t.Errorf("%s and %s", line, second)
		}
	})
}
