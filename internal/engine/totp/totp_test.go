// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package totp

import (
	"strings"
	"testing"
	"time"
)

var secret = []byte("12345678901234567890") // of the RFCs' own examples

// RFC 4226, appendix D.
func TestCodesOfRFC4226(t *testing.T) {
	for step, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := Code(secret, int64(step)); got != want {
			t.Errorf("step %d: %s, want %s", step, got, want)
		}
	}
}

// RFC 6238, appendix B, SHA-1; its eight digits shortened to six.
func TestCodesOfRFC6238(t *testing.T) {
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		now := time.Unix(at, 0)
		if got := Code(secret, Step(now)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
		if step, ok := Match(secret, want[:3]+" "+want[3:], now, 0); !ok || step != Step(now) {
			t.Errorf("at %d the code %s is not taken (%d, %v)", at, want, step, ok)
		}
	}
}

func TestACodeIsTakenOnceAndNearItsTime(t *testing.T) {
	now := time.Unix(1_800_000_015, 0)
	code := Code(secret, Step(now))
	for _, tt := range []struct {
		after time.Duration
		last  int64
		want  bool
	}{
		{0, 0, true}, {Period, 0, true}, {-Period, 0, true}, {2 * Period, 0, false}, {-2 * Period, 0, false},
		{0, Step(now), false}, {0, Step(now) - 1, true}, {Period, Step(now), false}, {0, Step(now) + 1, false},
	} {
		if _, ok := Match(secret, code, now.Add(tt.after), tt.last); ok != tt.want {
			t.Errorf("%s later, last used %d: taken %v, want %v", tt.after, tt.last, ok, tt.want)
		}
	}
	for _, wrong := range []string{"", "1", "000000000000", strings.Repeat("9", 5000), "１２３４５６"} {
		if _, ok := Match(secret, wrong, now, 0); ok {
			t.Errorf("%.20q is taken", wrong)
		}
	}
}

func TestSecretsAreReadAsTyped(t *testing.T) {
	typed := strings.ToLower(Encode(secret))
	typed = " " + typed[:4] + " " + typed[4:] + " "
	if got, err := Decode(typed); err != nil || string(got) != string(secret) {
		t.Errorf("%q: %q, %v", typed, got, err)
	}
	for _, bad := range []string{"", "AAAA", "!", Encode(secret) + "AAAA", Encode(secret)[1:]} {
		if got, err := Decode(bad); err == nil {
			t.Errorf("%q is read as %q", bad, got)
		}
	}
}

func TestURIForApps(t *testing.T) {
	const want = "otpauth://totp/Stadt%20M%C3%BCnster:ada@stadt.example?issuer=Stadt%20M%C3%BCnster&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	if got := URI("Stadt Münster", "ada@stadt.example", secret); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
	f.Fuzz(func(t *testing.T, s string) {
		if b, err := Decode(s); err == nil {
			if again, err := Decode(Encode(b)); err != nil || string(again) != string(b) {
				t.Errorf("%q is not what it becomes", s)
			}
		}
	})
}
