// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package keyset writes and reads the cursors by which lists are paged: the sort values
// of the last row seen, so that page one thousand costs what page one does.
package keyset

import (
	"encoding/base64"
	"strings"

	"allmende/internal/fault"
)

// Cursor packs the sort values of a row.
func Cursor(values ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(values, "\x1f")))
}

// Values unpacks a cursor of n values. The empty cursor is the start: n empty texts and
// false. Anything else that does not fit is a fault.
func Values(cursor string, n int) ([]string, bool, error) {
	if cursor == "" {
		return make([]string, n), false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	v := strings.Split(string(b), "\x1f")
	if err != nil || len(v) != n {
		return nil, false, fault.New(fault.Invalid, "fault.cursor", cursor)
	}
	return v, true, nil
}
