// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// Ten o'clock in Berlin is nine in winter and eight in summer; texts are escaped, long lines
// folded between characters.
func TestAnInvitationForCalendars(t *testing.T) { // one database: none is asked
	at := func(day string) time.Time { return Session{SessionInput: SessionInput{Day: day, At: "10:00"}}.Start() }
	e := event{uid: "u@allmende", summary: "Büro; Stadt, Land\\Fluss", place: "Rathaus\nRaum 1", link: "https://konferenz.example/a\r\nX-BAD:1", text: strings.Repeat("ä", 60),
		start: at("2026-12-01"), length: 90 * time.Minute, sequence: 3, stamp: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	want := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Allmende//meeting//DE\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:u@allmende\r\nDTSTAMP:20261120T090000Z\r\nDTSTART:20261201T090000Z\r\n" +
		"DURATION:PT90M\r\nSEQUENCE:3\r\nSTATUS:CONFIRMED\r\nSUMMARY:Büro\\; Stadt\\, Land\\\\Fluss\r\nLOCATION:Rathaus\\nRaum 1\r\n" +
		"DESCRIPTION:" + strings.Repeat("ä", 31) + "\r\n " + strings.Repeat("ä", 29) + "\r\nURL:https://konferenz.example/aX-BAD:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	if got := string(e.write()); got != want {
		t.Errorf("\n%q, want\n%q", got, want)
	}
	e.start, e.cancelled = at("2026-07-01"), true
	if got := string(e.write()); !strings.Contains(got, "DTSTART:20260701T080000Z") || !strings.Contains(got, "METHOD:CANCEL") || !strings.Contains(got, "STATUS:CANCELLED") {
		t.Errorf("%q", got)
	}
}

// Whatever somebody writes stays one property: unfolded there are as many lines as we wrote,
// none longer than 75 bytes, and the text comes back.
func FuzzCalendarText(f *testing.F) {
	for _, s := range []string{"", "a\r\nEND:VEVENT", strings.Repeat("€", 200), "\\n;,", "a\x00b\x7f", "\xff\xfe", "tab\tb", "\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := string(event{uid: "u", summary: text, length: time.Hour}.write())
		if !utf8.ValidString(out) {
			t.Fatalf("not UTF-8: %q", out)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(out, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n\x00") {
				t.Fatalf("%d bytes: %q", len(line), line)
			}
		}
		lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(out, "\r\n ", ""), "\r\n"), "\r\n")
		n, summary := 13, ""
		for _, l := range lines {
			if s, ok := strings.CutPrefix(l, "SUMMARY:"); ok {
				summary, n = s, 14
			}
		}
		if len(lines) != n {
			t.Fatalf("%d lines, want %d: %q", len(lines), n, lines)
		}
		back := strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(summary)
		keep := func(r rune) rune {
			if r == '\n' || r >= ' ' && r != 0x7f {
				return r
			}
			return -1
		}
		if want := strings.Map(keep, strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")); back != want {
			t.Fatalf("%q came back as %q", want, back)
		}
	})
}

// The rhythm comes round from its first day, also over the end of a year.
func TestTheRhythm(t *testing.T) { // one database: none is asked
	team := Team{TeamInput: TeamInput{Weeks: 2, Since: "2026-12-01"}}
	for after, want := range map[string]string{"2026-11-20": "2026-12-01", "2026-12-01": "2026-12-15", "2026-12-14": "2026-12-15", "2026-12-15": "2026-12-29", "2026-12-30": "2027-01-12", "kein Tag": ""} {
		if got := team.Next(after); got != want {
			t.Errorf("after %s: %s, want %s", after, got, want)
		}
	}
	if got := (Team{TeamInput: TeamInput{Since: "2026-12-01"}}).Next("2026-12-01"); got != "" {
		t.Errorf("without a rhythm: %s", got)
	}
}
