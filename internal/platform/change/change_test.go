// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package change_test

import (
	"slices"
	"strings"
	"testing"

	"allmende/internal/platform/change"
)

type record struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind,omitempty"`
	Tags   []string `json:"tags"`
	Size   int      `json:"size,omitempty"`
	Open   bool     `json:"open"`
	Secret string   `json:"-"`
}

func TestBetween(t *testing.T) {
	old := record{Name: "<alt>", Kind: "x", Secret: "a"}
	for want, got := range map[string]string{
		"":                                      change.Between(old, record{Name: "<alt>", Kind: "x", Secret: "b"}),
		`{"name":["<alt>","neu"]}`:              change.Between(old, record{Name: "neu", Kind: "x"}),
		`{"kind":["x",null]}`:                   change.Between(old, record{Name: "<alt>"}),
		`{"size":[null,3],"tags":[null,["a"]]}`: change.Between(old, record{Name: "<alt>", Kind: "x", Size: 3, Tags: []string{"a"}}),
		`{"open":[false,true]}`:                 change.Between(old, record{Name: "<alt>", Kind: "x", Open: true}),
		`{"kind":[null,"k"],"open":[null,false]}`: change.Added(record{Name: "n", Kind: "k"}, "name"),
		`{"name":["a",null]}`:                     change.Between(map[string]string{"name": "a"}, nil),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// What differs is told by name, nothing as nothing, and long texts in short.
func TestEachDifferenceIsTold(t *testing.T) {
	var got []string
	change.Each(map[string]any{"b": "alt", "gone": []string{"x", "y"}, "same": 1}, map[string]any{"b": "neu", "new": strings.Repeat("ä", 200), "same": 1}, func(member string, was, is any) {
		got = append(got, member+": "+change.Told(was)+" > "+change.Told(is))
	})
	want := []string{"b: alt > neu", "gone: x,y > –", "new: – > " + strings.Repeat("ä", 120) + "…"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	change.Each(record{}, record{}, func(string, any, any) { t.Error("nothing differs from nothing") })
}
