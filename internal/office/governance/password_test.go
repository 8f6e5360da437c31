// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"strings"
	"testing"
	"time"

	"allmende/internal/fault"
)

func TestPasswordIsKeptAsOWASPAsks(t *testing.T) {
	g := newGuard()
	hash, err := g.hash(t.Context(), "ein ganzer Satz")
	if err != nil {
		t.Fatal(err)
	}
	c, salt, sum, err := readHash(hash)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$") {
		t.Fatalf("%q: %v", hash, err)
	}
	if c.memory < 19456 || c.passes < 2 || c.threads < 1 || len(salt) < 16 || len(sum) < 32 {
		t.Errorf("kept with %+v, %d bytes of salt and %d of sum; OWASP asks for m=19456, t=2, p=1", c, len(salt), len(sum))
	}
	again, err := g.hash(t.Context(), "ein ganzer Satz")
	if err != nil || again == hash {
		t.Errorf("two accounts with one password look alike in the database (%v)", err)
	}
}

func TestPasswordMatches(t *testing.T) {
	g := newGuard()
	good, err := g.hash(t.Context(), "ein ganzer Satz")
	if err != nil {
		t.Fatal(err)
	}
	old := cost{8 * 1024, 1, 1}
	weak := old.write(make([]byte, 16), old.sum("ein ganzer Satz", make([]byte, 16), 32))
	for _, tt := range []struct {
		password, stored string
		ok, weak         bool
	}{
		{"ein ganzer Satz", good, true, false},
		{"ein ganzer satz", good, false, false},
		{"", good, false, false},
		{"ein ganzer Satz", weak, true, true},
		{"ein ganzer Satz", "", false, false},
	} {
		ok, isWeak, err := g.matches(t.Context(), tt.password, tt.stored)
		if err != nil || ok != tt.ok || isWeak != tt.weak {
			t.Errorf("%q against %.30q: %v, weak %v, %v; want %v, %v", tt.password, tt.stored, ok, isWeak, err, tt.ok, tt.weak)
		}
	}
}

func TestStoredPasswordOutOfBounds(t *testing.T) {
	for _, s := range []string{
		"", "plain", "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=16$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=4294967295,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=0,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=0$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=19456,t=2,p=1$!$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA",
	} {
		if _, _, _, err := readHash(s); err == nil {
			t.Errorf("%q is taken for a stored password", s)
		}
	}
}

func TestNewPasswordNeedsLengthAndNothingElse(t *testing.T) {
	for password, want := range map[string]bool{
		"aaaaaaaaaaaa": true, "elfzeichen!": false, "äöüßäöüßäöüß": true, "äöüßäöüßäöü": false,
		strings.Repeat("x", 1000): true, strings.Repeat("x", 1001): false,
	} {
		if err := checkPassword(password); (err == nil) != want {
			t.Errorf("%.20q…: %v, want taken: %v", password, err, want)
		} else if err != nil && fault.Of(err) != fault.Invalid {
			t.Errorf("%.20q…: %v, want a fault that the person can mend", password, err)
		}
	}
}

func TestPausesGrow(t *testing.T) {
	for _, tt := range []struct {
		brake
		failures int
		want     time.Duration
	}{
		{perAccount, 1, 0}, {perAccount, 4, 0}, {perAccount, 5, time.Second}, {perAccount, 6, 2 * time.Second},
		{perAccount, 9, 16 * time.Second}, {perAccount, 100, 5 * time.Minute}, {perAccount, 10000, 5 * time.Minute},
		{perAddress, 49, 0}, {perAddress, 50, time.Second}, {perAddress, 70, 5 * time.Minute},
	} {
		if got := tt.pause(tt.failures); got != tt.want {
			t.Errorf("%s after %d failures: %v, want %v", tt.kind, tt.failures, got, tt.want)
		}
	}
}

func TestOneAddress(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "not an address": "not an address",
	} {
		if got := network(address); got != want {
			t.Errorf("network(%q) = %q, want %q", address, got, want)
		}
	}
}
