// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"allmende/internal/fault"
	"allmende/internal/office/audit"
	"allmende/internal/platform/db"
	"allmende/internal/platform/db/dbtest"
	"allmende/internal/platform/merkle"
)

func (s stage) rotate(t *testing.T) string {
	t.Helper()
	key, err := s.Rotate(operator(t))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// The log names the new key, and the checkpoint that counts that entry is signed with both:
// with the old one alone everything up to there is proved, with both everything.
func TestTheKeyOfTheLogIsRotated(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, old, _ := filled(t, d, 20)
		before, err := os.ReadFile(s.Key)
		if err != nil {
			t.Fatal(err)
		}
		fresh := s.rotate(t)
		after, err := os.ReadFile(s.Key)
		st, serr := os.Stat(s.Key)
		if err != nil || serr != nil || st.Mode().Perm() != 0o600 || string(after) == string(before) || fresh == old {
			t.Errorf("the key's file: %v %v", err, serr)
		}
		if left, err := filepath.Glob(s.Key + ".*"); err != nil || len(left) != 0 {
			t.Errorf("beside it lies %v", left)
		}
		hand := s.state(t).Checkpoint
		c, err := merkle.Open(hand, old)
		if _, other := merkle.Open(hand, fresh); err != nil || other != nil {
			t.Errorf("the checkpoint by which the key changed: %v, %v", err, other)
		}
		all, err := s.Entries(operator(t), audit.Filter{What: "audit.key.add"}, 9)
		if err != nil || len(all) != 2 || all[0].Thing != fresh || all[0].Number > c.Size {
			t.Errorf("%d entries, the last names %s as number %d of %d: %v", len(all), all[0].Thing, all[0].Number, c.Size, err)
		}
		if r := s.verify(t, audit.Trust{Keys: []string{old}}); !r.Good() || r.Held != c.Size {
			t.Errorf("with the old key: %d held of %d, %v", r.Held, c.Size, r.Flaws)
		}
		s.did(t, "bauamt", "estate.add", "later")
		if _, err := s.Checkpoint(operator(t)); err != nil {
			t.Fatal(err)
		}
		if r := s.verify(t, audit.Trust{Keys: []string{old, fresh}}); !r.Good() || r.Held <= c.Size {
			t.Errorf("with both: %d held, %v", r.Held, r.Flaws)
		}
		if r := s.verify(t, audit.Trust{Keys: []string{old}}); r.All != 1 || r.Flaws[0].Kind != merkle.Forged {
			t.Errorf("with the old key alone, later: %v", r.Flaws)
		}
		if got, err := s.PublicKey(t.Context()); err != nil || got != fresh {
			t.Errorf("it signs with %s, %v", got, err)
		}
	})
}

func TestAKeyThatCannotBeReplacedStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, old, _ := filled(t, d, 3)
		file, size := s.Key, s.state(t).Size
		if err := os.MkdirAll(filepath.Join(file+".new", "in the way"), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Rotate(operator(t)); err == nil || s.state(t).Size != size {
			t.Errorf("no place for the new key: %v, and %d entries", err, s.state(t).Size-size)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s.Key = string(text)
		if _, err := s.Rotate(operator(t)); fault.Of(err) != fault.Invalid || s.state(t).Size != size || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("a key that is no file: %v", err)
		}
		if got, err := s.PublicKey(t.Context()); err != nil || got != old {
			t.Errorf("it signs with %s, %v", got, err)
		}
	})
}

// A witness that trusts one key follows to the next, also where it missed that; whoever comes
// with a key that none before has vouched for is still found out.
func TestAWitnessFollowsToANewKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _, _ := filled(t, d, 20)
		other, server := county(t, second(t, d))
		tell := func() audit.Told {
			t.Helper()
			s.Witnesses, s.WitnessToken = []string{server.URL}, "secret"
			s.did(t, "bauamt", "estate.add", "more")
			if _, err := s.Announce(operator(t)); err != nil {
				t.Fatal(err)
			}
			return s.state(t).Witnesses[0]
		}
		tell()
		for name, keys := range map[string]int{"at once": 1, "two keys later": 2} {
			if name != "at once" {
				s.Witnesses = nil
			}
			var key string
			for range keys {
				key = s.rotate(t)
			}
			w, seen := tell(), other.state(t)
			if w.Fault != "" || len(seen.Alarms) != 0 || seen.Witnessed[0].Key != key || seen.Witnessed[0].Size != s.state(t).Signed {
				t.Errorf("%s: %+v, the county has %+v", name, w, seen)
			}
		}
		all, err := other.Entries(operator(t), audit.Filter{What: "audit.witness"}, 99)
		changed := 0
		for _, e := range all {
			if len(e.Diff) > 0 {
				changed++
			}
		}
		if err != nil || changed != 3 {
			t.Errorf("the county's log tells of %d keys, %v; want 3", changed, err)
		}
		if err := os.Remove(s.Key); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Announce(operator(t)); err == nil || !strings.Contains(audit.SayFault("en", err), s.Key+" is missing") {
			t.Errorf("another key is made in silence: %v", err)
		}
		s.Witnesses = nil
		s.rotate(t) // nobody vouches for this one
		if w := tell(); !strings.Contains(w.Fault, "409") || len(other.state(t).Alarms) != 1 || other.state(t).Alarms[0].Kind != "key" {
			t.Errorf("a key out of nowhere: %+v, %+v", w, other.state(t).Alarms)
		}
	})
}
