// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"

	"golang.org/x/crypto/argon2"
)

// ShortestPassword is the only rule for passwords, in characters. NIST SP 800-63B and the
// BSI (ORP.4.A8, A22) ask for length and against rules that make people write passwords down.
const ShortestPassword = 12

const longestPassword = 1000 // bytes

// A cost says what one guess costs. OWASP's Password Storage Cheat Sheet (2025) names
// m=19456 KiB, t=2, p=1 as the least for argon2id.
type cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

var today = cost{19456, 2, 1}

const saltBytes, sumBytes = 16, 32

// A guard hashes passwords, a few at a time: each takes 19 MiB, and whoever floods the
// sign-in must not get them all.
type guard struct {
	places chan struct{}
	decoy  string // what unknown accounts are compared with, so that they take as long
}

func newGuard() *guard {
	return &guard{make(chan struct{}, places()), today.write(make([]byte, saltBytes), make([]byte, sumBytes))}
}

// places is how many passwords are looked at at once: one processor is left for pages, so
// that they stay fast while somebody guesses.
func places() int { return min(4, max(1, runtime.GOMAXPROCS(0)-1)) }

// enter waits for a place, at most ten seconds.
func (g *guard) enter(ctx context.Context) (leave func(), err error) {
	late := time.NewTimer(10 * time.Second)
	defer late.Stop()
	select {
	case g.places <- struct{}{}:
		return func() { <-g.places }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-late.C:
		return nil, fault.New(fault.TooMany, "governance.sign_in.busy")
	}
}

// hash returns a password as it is stored: in the PHC string format, with its cost and salt.
func (g *guard) hash(ctx context.Context, password string) (string, error) {
	leave, err := g.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return today.write(salt, today.sum(password, salt, sumBytes)), nil
}

// matches reports whether a password is the stored one, and whether the stored hash is
// weaker than one of today. The empty hash takes as long and never matches.
func (g *guard) matches(ctx context.Context, password, stored string) (ok, weak bool, err error) {
	leave, err := g.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	known := stored != ""
	if !known {
		stored = g.decoy
	}
	c, salt, want, err := readHash(stored)
	if err != nil {
		return false, false, err
	}
	got := c.sum(password, salt, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known, c.weaker(today), nil
}

func (c cost) sum(password string, salt []byte, n uint32) []byte {
	return argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, n)
}

func (c cost) weaker(than cost) bool {
	return c.memory < than.memory || c.passes < than.passes
}

func (c cost) write(salt, sum []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.threads, b.EncodeToString(salt), b.EncodeToString(sum))
}

// readHash reads what write wrote. What would cost more than a gigabyte is not ours.
func readHash(s string) (c cost, salt, sum []byte, err error) {
	part := strings.Split(s, "$")
	if len(part) != 6 || part[1] != "argon2id" || part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, fmt.Errorf("a stored password is not in the form $argon2id$v=%d$…", argon2.Version)
	}
	if _, err := fmt.Sscanf(part[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.threads); err != nil {
		return c, nil, nil, fmt.Errorf("the cost of a stored password is %q, want m=…,t=…,p=…", part[3])
	}
	if c.memory == 0 || c.memory > 1<<20 || c.passes == 0 || c.passes > 64 || c.threads == 0 {
		return c, nil, nil, fmt.Errorf("the cost of a stored password, %q, is beyond all bounds", part[3])
	}
	if salt, err = base64.RawStdEncoding.DecodeString(part[4]); err == nil {
		sum, err = base64.RawStdEncoding.DecodeString(part[5])
	}
	if err == nil && (len(salt) < 8 || len(sum) < 16 || len(sum) > 128) {
		err = fmt.Errorf("salt and sum of a stored password have %d and %d bytes", len(salt), len(sum))
	}
	return c, salt, sum, err
}

// checkPassword returns what is wrong with a new password.
func checkPassword(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < ShortestPassword:
		return fault.At("password", "governance.password.short", n, ShortestPassword)
	case len(password) > longestPassword:
		return fault.At("password", "governance.password.long", longestPassword)
	}
	return nil
}
