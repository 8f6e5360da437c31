// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package serve

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestEveryAnswerGuardsTheReader(t *testing.T) {
	for name, tt := range map[string]struct {
		guard       Guard
		forwarded   string
		proto, hsts string
	}{
		"open":                     {Guard{}, "", "", ""},
		"a header without a proxy": {Guard{}, "https", "", ""},
		"a proxy":                  {Guard{Proxy: true}, "https", "https", hsts},
		"a proxy that says http":   {Guard{Proxy: true}, "http", "http", ""},
		"known to be https":        {Guard{Secure: true}, "http", "https", hsts},
	} {
		var seen *http.Request
		h := tt.guard.Over(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen = r; w.WriteHeader(404) }))
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-Proto", tt.forwarded)
			r.Header.Set("X-Forwarded-For", "203.0.113.9")
			r.Header.Set("X-Forwarded-Host", "evil.example")
			r.Header.Set("Forwarded", "for=203.0.113.9;host=evil.example")
		}
		h.ServeHTTP(w, r)
		if got := seen.Header.Get("X-Forwarded-Proto"); got != tt.proto {
			t.Errorf("%s: the protocol is taken for %q, want %q", name, got, tt.proto)
		}
		if got := w.Header().Get("Strict-Transport-Security"); got != tt.hsts {
			t.Errorf("%s: HSTS is %q, want %q", name, got, tt.hsts)
		}
		if !tt.guard.Proxy && seen.Header.Get("X-Forwarded-For")+seen.Header.Get("X-Forwarded-Host")+seen.Header.Get("Forwarded") != "" {
			t.Errorf("%s: anybody's word of who calls is believed", name)
		}
		for header, want := range headers {
			if w.Header().Get(header) != want {
				t.Errorf("%s: %s is %q", name, header, w.Header().Get(header))
			}
		}
	}
}

func TestANewCertificateIsTakenWithoutRestart(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	write(t, cert, key, 1, time.Now().Add(-time.Hour))
	c, err := LoadCertificate(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go Listen(t.Context(), tls.NewListener(l, c.TLS()), http.NotFoundHandler())
	serial := func() int64 {
		line, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer line.Close()
		return line.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if serial() != 1 {
		t.Error("the first certificate is not shown")
	}
	write(t, cert, key, 2, time.Now())
	c.looked = time.Time{}
	if got := serial(); got != 2 {
		t.Errorf("certificate %d is shown after a new one lies there, want 2", got)
	}
	if err := os.WriteFile(key, []byte("half a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	os.Chtimes(key, time.Time{}, time.Now().Add(time.Minute))
	c.looked = time.Time{}
	if got := serial(); got != 2 {
		t.Errorf("certificate %d is shown while the new one is half written, want 2", got)
	}
	if _, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	if _, err := LoadCertificate(cert, key); err == nil {
		t.Error("a broken key is taken at the start")
	}
}

func write(t *testing.T, cert, key string, serial int64, at time.Time) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
}
