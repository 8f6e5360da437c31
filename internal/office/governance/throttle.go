// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
)

// A brake slows down guessing: some failures are free, then each doubles the pause.
type brake struct {
	kind    string
	free    int
	longest time.Duration // the pause grows no longer than this
	forget  time.Duration // after so long without a failure counting begins anew
}

// An account is one person, who mistypes a few times. Behind one address may sit a whole
// town hall.
var (
	perAccount = brake{"account", 5, 5 * time.Minute, 24 * time.Hour}
	perAddress = brake{"address", 50, 5 * time.Minute, time.Hour}
)

// pause is how long to wait after so many failures in a row.
func (b brake) pause(failures int) time.Duration {
	if failures < b.free {
		return 0
	}
	return min(b.longest, time.Second<<min(failures-b.free, 30))
}

// key is what is counted: nobody can read from the table which logins were tried.
func (b brake) key(value string) string {
	sum := sha256.Sum256([]byte(b.kind + "\x00" + value))
	return hex.EncodeToString(sum[:])
}

// A try is one counter of failures.
type try struct {
	failures int
	last     string
	until    string
}

// brace counts a try as failed before it is looked at, so that many at once cannot slip
// through together. A pause that still runs is a fault that says how long.
func (s *Service) brace(ctx context.Context, login, address string) error {
	now := s.store.db.Now()
	return s.store.db.Keep(ctx, func(tx *db.Tx) error {
		if err := s.store.forgetTries(ctx, tx, now.Add(-perAccount.forget)); err != nil {
			return err
		}
		for _, c := range []struct {
			brake
			value string
		}{{perAccount, login}, {perAddress, network(address)}} {
			if err := s.count(ctx, tx, c.brake, c.value, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) count(ctx context.Context, tx *db.Tx, b brake, value string, now time.Time) error {
	t, err := s.store.lockTry(ctx, tx, b.key(value))
	if err != nil {
		return err
	}
	if wait := db.Time(t.until).Sub(now); wait > 0 {
		return waiting(wait)
	}
	if now.Sub(db.Time(t.last)) > b.forget {
		t.failures = 0
	}
	t.failures++
	return s.store.keepTry(ctx, tx, b.key(value), t.failures, now, now.Add(b.pause(t.failures)))
}

// relax takes the try back that succeeded: the account counts from nothing, the address
// one less, so that one good account does not pay for guessing at others.
func (s *Service) relax(ctx context.Context, tx *db.Tx, login, address string) error {
	if err := s.store.dropTry(ctx, tx, perAccount.key(login)); err != nil {
		return err
	}
	return s.store.lessTry(ctx, tx, perAddress.key(network(address)))
}

// network is what counts as one address: of IPv6 the half that a provider hands out.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Is4() || a.Is4In6() {
		return address
	}
	p, _ := a.WithZone("").Prefix(64)
	return p.String()
}

func waiting(d time.Duration) error {
	if d > 2*time.Minute {
		return fault.New(fault.TooMany, "governance.sign_in.wait_minutes", int((d+time.Minute-1)/time.Minute))
	}
	return fault.New(fault.TooMany, "governance.sign_in.wait_seconds", max(2, int((d+time.Second-1)/time.Second)))
}
