// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"allmende/internal/fault"
)

// legible refuses addresses with bytes that no text may hold. PostgreSQL refuses them as
// well, SQLite does not.
func (a *App) legible(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ok := text(r.URL.Path)
		if strings.Contains(r.URL.RawQuery, "%") {
			for name, values := range r.URL.Query() {
				ok = ok && text(name) && text(strings.Join(values, ""))
			}
		}
		if !ok {
			a.refuse(w, r, fault.New(fault.Invalid, "fault.bytes"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func text(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
