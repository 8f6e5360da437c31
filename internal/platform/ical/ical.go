// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package ical writes the lines of iCalendar objects (RFC 5545) as that wants them: escaped, and
// folded between characters.
package ical

import (
	"strings"
	"unicode/utf8"
)

// Line is one property. Its value is written as it stands: see [Escape] and [URI].
func Line(name, value string) string { return fold(name + ":" + value) }

// URI drops what would end a line: a URI is not escaped (section 3.3.13).
func URI(s string) string { return strings.Map(plain, s) }

// plain drops control characters.
func plain(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}

// Escape writes a text as section 3.3.11 wants it; other control characters have no place there.
func Escape(text string) string {
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
