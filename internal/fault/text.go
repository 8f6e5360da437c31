// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package fault

import (
	"strings"
	"unicode/utf8"
)

// Words is [Text] for what has to be there.
func Words(field, text string, most int) (string, error) {
	text, err := Text(field, text, most)
	if err == nil && text == "" {
		err = At(field, "fault.missing")
	}
	return text, err
}

// Text returns what somebody wrote into a field, with plain line ends and without blanks
// around it. More than most characters, and bytes that are no text, are a fault of the field.
func Text(field, text string, most int) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if n := utf8.RuneCountInString(text); n > most {
		return "", At(field, "fault.long", n, most)
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", At(field, "fault.bytes")
	}
	return text, nil
}

// Tidy is [Text], or [Words] where it has to be there, for a text in its place; what is at fault
// stays as it was written.
func Tidy(field string, text *string, most int, must bool) error {
	read := Text
	if must {
		read = Words
	}
	tidy, err := read(field, *text, most)
	if err == nil {
		*text = tidy
	}
	return err
}
