// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package totp computes the six digits that an authenticator app shows for a shared
// secret and a time (RFC 6238, on RFC 4226), and says which step a code belongs to, so
// that nobody can use it twice.
package totp

import (
	"crypto/hmac"
	"crypto/sha1" // RFC 6238's default, and the only hash that every app knows; HMAC does not need collision resistance
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

const (
	// Period is how long one code is shown (RFC 6238, section 5.2).
	Period = 30 * time.Second
	// Digits is how long a code is.
	Digits = 6
	// SecretBytes is the length of a secret: that of the hash (RFC 4226, section 4, R6).
	SecretBytes = 20
)

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// Encode writes a secret as it is typed into an app: base32 without padding.
func Encode(secret []byte) string { return letters.EncodeToString(secret) }

// Decode reads a secret as a person types it: blanks and case do not matter. Anything
// but [SecretBytes] bytes is an error.
func Decode(text string) ([]byte, error) {
	b, err := letters.DecodeString(strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(text), " ", "")))
	if err != nil {
		return nil, fmt.Errorf("a secret in base32 was wanted: %w", err)
	}
	if len(b) != SecretBytes {
		return nil, fmt.Errorf("the secret has %d bytes, wanted are %d", len(b), SecretBytes)
	}
	return b, nil
}

// Step is the number of the period in which t lies.
func Step(t time.Time) int64 { return t.Unix() / int64(Period/time.Second) }

// Code returns the digits of one step: HOTP (RFC 4226, section 5.3) of the step's number.
func Code(secret []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac := hmac.New(sha1.New, secret)
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0x0f
	n := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", Digits, n%1_000_000)
}

// Match returns the step that a code belongs to: that of now, the one before or the one
// after, for clocks that differ (RFC 6238, section 5.2). Steps up to last were used
// already and match no more. All three are computed whatever matches, so that the time
// taken tells nothing.
func Match(secret []byte, code string, now time.Time, last int64) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	for s := Step(now) - 1; s <= Step(now)+1; s++ {
		same := subtle.ConstantTimeCompare([]byte(Code(secret, s)), []byte(code)) == 1
		if same && s > last && !ok {
			step, ok = s, true
		}
	}
	return step, ok
}

// URI is what a QR code tells an app: otpauth://totp/Issuer:account?secret=… in the form
// that the apps agree on (Key Uri Format, google/google-authenticator wiki).
func URI(issuer, account string, secret []byte) string {
	label := url.PathEscape(issuer) + ":" + url.PathEscape(account)
	q := url.Values{"secret": {Encode(secret)}, "issuer": {issuer}}
	return "otpauth://totp/" + label + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}
