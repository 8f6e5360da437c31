// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"net/http"
	"strings"
	"time"
)

// Secure reports whether the reader's connection is encrypted, here or at the proxy.
func Secure(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// cookieName is the name of a cookie. Over TLS the prefix keeps neighbouring hosts from
// planting one (RFC 6265bis, section 4.1.3.2).
func cookieName(r *http.Request, name string) string {
	if name = strings.TrimSuffix("allmende_"+name, "_"); Secure(r) {
		return "__Host-" + name
	}
	return name
}

const longestCookie = 100 // bytes; our secrets have 43

// Cookie returns the secret that the browser keeps under a name; empty without one.
func Cookie(r *http.Request, name string) string {
	c, err := r.Cookie(cookieName(r, name))
	if err != nil || len(c.Value) > longestCookie {
		return ""
	}
	return c.Value
}

// SetCookie gives the browser a secret for some time; the empty one takes it away. Scripts
// cannot read it, and other sites' forms do not send it along.
func SetCookie(w http.ResponseWriter, r *http.Request, name, value string, life time.Duration) {
	c := &http.Cookie{Name: cookieName(r, name), Value: value, Path: "/", HttpOnly: true, Secure: Secure(r), SameSite: http.SameSiteLaxMode, MaxAge: int(life / time.Second)}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
