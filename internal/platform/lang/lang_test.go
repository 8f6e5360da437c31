// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package lang

import (
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"allmende/internal/fault"
)

func files(de, en string) fstest.MapFS {
	return fstest.MapFS{"lang/de.json": {Data: []byte(de)}, "lang/en.json": {Data: []byte(en)}}
}

func TestFiguresAndDatesAreWrittenForTheReader(t *testing.T) {
	at := time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC) // already the 21st in Germany
	for _, tt := range []struct {
		got, want string
	}{
		{Num("de", 1284), "1.284"}, {Num("en", 1234567), "1,234,567"}, {Num("de", -1284), "−1.284"}, {Num("de", 12), "12"},
		{Dec("de", 7.5, 1), "7,5"}, {Dec("en", 10, 1), "10.0"},
		{Date("de", at), "21.11.2026"}, {Date("en", at), "21 Nov 2026"}, {DateTime("de", at), "21.11.2026, 00:30 Uhr"},
		{Date("de", time.Time{}), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestTextsAndFaults(t *testing.T) {
	c, err := Load(files(`{"a.hits.one":"%s Treffer","a.hits.other":"%s Treffer, %s","a.bad":"„%s“ passt nicht.","a.worse":"Und das auch nicht."}`,
		`{"a.hits.one":"%s hit","a.hits.other":"%s hits, %s","a.bad":"\"%s\" does not fit.","a.worse":"Nor does that."}`),
		files(`{"fault.internal":"Kaputt."}`, `{"fault.internal":"Broken."}`))
	if err != nil {
		t.Fatal(err)
	}
	both := errors.Join(fault.At("x", "a.bad", "ä"), fault.At("y", "a.worse"))
	for _, tt := range []struct{ got, want string }{
		{c.N("de", "a.hits", 1), "1 Treffer"}, {c.N("en", "a.hits", 2000, "all"), "2,000 hits, all"},
		{c.Say("de", both), "„ä“ passt nicht. Und das auch nicht."},
		{c.Say("en", errors.New("secret: dsn")), "Broken."},
		{c.T("de", "a.none"), "[a.none]"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestTwoRoomsWithOneKey(t *testing.T) {
	if _, err := Load(files(`{"a.b":"x"}`, `{"a.b":"x"}`), files(`{"a.b":"y"}`, `{"a.b":"y"}`)); err == nil {
		t.Error("the second text silently replaced the first")
	}
}

func TestEditionsAreNamedByTheirDay(t *testing.T) {
	for n, want := range map[int]string{2026110301: "vom 03.11.2026, Nr. 1", 2026113012: "vom 30.11.2026, Nr. 12", 2: "2", 12345: "12345"} {
		if got := Edition("de", n); got != want {
			t.Errorf("%d is called %q, want %q", n, got, want)
		}
	}
	if got := Edition("en", 2026110301); got != "of 3 Nov 2026, no. 1" {
		t.Errorf("in English it is called %q", got)
	}
}

func TestDaysInASentenceAreWrittenAsTheReaderDoes(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-03": "03.11.2026",
		"OLG Düsseldorf, 2018-05-02, Verg 3/18; blog (2024-01-22)": "OLG Düsseldorf, 02.05.2018, Verg 3/18; blog (22.01.2024)",
		"2026-11-03 2026-11-04; 2026-11-05–2026-11-06":             "03.11.2026 04.11.2026; 05.11.2026–06.11.2026",
		"https://a.example/2026-11-03 2026-13-01 rev-2026-11-03":   "https://a.example/2026-11-03 2026-13-01 rev-2026-11-03",
	} {
		if got := Days("de", text); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}
