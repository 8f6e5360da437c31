// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// An event is a meeting as calendars take it in.
type event struct {
	uid, summary, place, link, text string
	start                           time.Time
	length                          time.Duration
	sequence                        int
	cancelled                       bool
	stamp                           time.Time
}

// write is the event as an iCalendar object (RFC 5545): published, not asking for answers,
// since presence is noted here. Times are in UTC, so that no time zone has to come along.
func (e event) write() []byte {
	const form = "20060102T150405Z"
	method, status := "PUBLISH", "CONFIRMED"
	if e.cancelled {
		method, status = "CANCEL", "CANCELLED"
	}
	var b bytes.Buffer
	for _, l := range []struct{ name, value string }{
		{"BEGIN", "VCALENDAR"}, {"VERSION", "2.0"}, {"PRODID", "-//Allmende//meeting//DE"}, {"METHOD", method},
		{"BEGIN", "VEVENT"}, {"UID", escape(e.uid)}, {"DTSTAMP", e.stamp.UTC().Format(form)}, {"DTSTART", e.start.UTC().Format(form)},
		{"DURATION", fmt.Sprintf("PT%dM", int(e.length.Minutes()))}, {"SEQUENCE", fmt.Sprint(e.sequence)}, {"STATUS", status},
		{"SUMMARY", escape(e.summary)}, {"LOCATION", escape(e.place)}, {"DESCRIPTION", escape(e.text)}, {"URL", strings.Map(plain, e.link)},
		{"END", "VEVENT"}, {"END", "VCALENDAR"},
	} {
		if l.value != "" {
			b.WriteString(fold(l.name + ":" + l.value))
		}
	}
	return b.Bytes()
}

// plain drops what would end a line: a URI is not escaped (section 3.3.13).
func plain(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// escape writes a text as section 3.3.11 wants it; other control characters have no place there.
func escape(text string) string {
	text = strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n").Replace(strings.ToValidUTF8(text, "\uFFFD"))
	return strings.Map(plain, text)
}

// longestBytes is how long a line may be, without its end (section 3.1).
const longestBytes = 75

// fold breaks a line into ones of at most 75 bytes, between characters: the next begins with
// a blank, which counts.
func fold(line string) string {
	var b strings.Builder
	room := longestBytes
	for _, r := range line {
		n := utf8.RuneLen(r)
		if n > room {
			b.WriteString("\r\n ")
			room = longestBytes - 1
		}
		b.WriteRune(r)
		room -= n
	}
	return b.String() + "\r\n"
}
