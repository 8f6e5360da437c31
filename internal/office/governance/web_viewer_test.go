// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"net/http/httptest"
	"testing"
)

func TestBackLeadsNowhereElse(t *testing.T) {
	for back, want := range map[string]string{
		"/": "/", "/estate?q=a&sort=-name": "/estate?q=a&sort=-name", "/where?q=%2F%2Fx": "/where?q=%2F%2Fx",
		"": "/", "estate": "/", "//evil.example": "/", "///evil.example": "/", `/\evil.example`: "/", "https://evil.example/": "/",
		"javascript:alert(1)": "/", "/a\r\nSet-Cookie: x=y": "/", "/\t/evil.example": "/", "http:/evil.example": "/", "/%zz": "/",
	} {
		if got := local(back); got != want {
			t.Errorf("local(%q) = %q, want %q", back, got, want)
		}
	}
}

func TestTongue(t *testing.T) {
	for _, tt := range []struct{ path, cookie, wish, want string }{
		{"/", "", "", "de"}, {"/", "", "de-DE,de;q=0.9,en;q=0.8", "de"}, {"/", "", "en-GB,en;q=0.9,de;q=0.2", "en"},
		{"/", "", "fr,en;q=0.4", "en"}, {"/", "", "fr", "de"}, {"/", "en", "de", "en"}, {"/", "xx", "en", "en"},
		{"/", "", "en;q=0,de;q=0.1", "de"}, {"/", "", ";;;q=,,", "de"}, {"/", "", "en;q=none", "de"},
		{"/api/v1/where", "", "", "en"}, {"/api/v1/where", "", "de", "de"}, {"/api", "", "", "de"},
	} {
		r := httptest.NewRequest("GET", tt.path, nil)
		if tt.wish != "" {
			r.Header.Set("Accept-Language", tt.wish)
		}
		if tt.cookie != "" {
			r.Header.Set("Cookie", "allmende_lang="+tt.cookie)
		}
		if got := new(Service).Viewer(r).Lang; got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}

func TestOriginBehindAProxy(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "[2001:db8::1]:4711"
	r.Header.Add("X-Forwarded-For", "203.0.113.9, 198.51.100.4")
	for trust, want := range map[bool]string{false: "2001:db8::1", true: "198.51.100.4"} {
		s := &Service{TrustProxy: trust}
		if got := s.origin(r).Address; got != want {
			t.Errorf("trusting %v: %q, want %q", trust, got, want)
		}
	}
}

func TestRequestID(t *testing.T) {
	for given, keep := range map[string]bool{"req-0123456789": true, "short": false, "a b c d e f g": false, "": false, "<script>alert</script>": false} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Request-Id", given)
		if got := requestID(r); (got == given) != keep || got == "" {
			t.Errorf("given %q: %q", given, got)
		}
	}
}
