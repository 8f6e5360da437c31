// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package serve

import (
	"crypto/tls"
	"net/http"
	"strings"
)

// A Guard is what a browser is told on every answer, and which of a request's headers are
// believed.
type Guard struct {
	// Proxy says that a proxy stands in front, which sets X-Forwarded-For and -Proto. Where
	// none does, those headers are anybody's and are taken away.
	Proxy bool
	// Secure says that people reach the server over https, whatever this end of the line sees.
	Secure bool
}

// forwarded are headers by which a proxy says who called, and how. Host is never taken from one.
var forwarded = []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-Ip", "Forwarded"}

// policy for answers that are no pages; pages set their own.
const policy = "default-src 'none'; frame-ancestors 'none'"

// headers are those of every answer, as OWASP's Secure Headers Project lists them (2025).
var headers = map[string]string{
	"Content-Security-Policy":      policy,
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY", // for browsers without frame-ancestors
	"Referrer-Policy":              "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
}

// hsts keeps a browser to https for a year (RFC 6797). Neighbouring names are not ours to bind.
const hsts = "max-age=31536000"

// Over puts the guard in front of h.
func (g Guard) Over(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !g.Proxy {
			for _, name := range forwarded {
				r.Header.Del(name)
			}
		}
		if g.Secure {
			r.Header.Set("X-Forwarded-Proto", "https")
		}
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
			w.Header().Set("Strict-Transport-Security", hsts)
		}
		h.ServeHTTP(w, r)
	})
}

// TLS is how the server speaks it with a certificate: versions from 1.2 on, HTTP/2.
func (c *Certificate) TLS() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.get() }}
}
