// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"

	"allmende/internal/engine/totp"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// newSecret returns a fresh secret for an app, in base32.
func newSecret() string {
	var b [totp.SecretBytes]byte
	rand.Read(b[:])
	return totp.Encode(b[:])
}

// SetApp keeps the secret that an app has been given, once the app shows the right code
// for it, and returns recovery codes. Those that there were stop working.
func (s *Service) SetApp(ctx context.Context, text, code string) (codes []string, err error) {
	defer fault.Wrap(&err, "set up an app for codes")
	m, err := s.me(ctx)
	if err != nil {
		return nil, err
	}
	key, err := totp.Decode(text)
	if err != nil {
		return nil, fault.Because(err, fault.Invalid, "factor.secret_form")
	}
	step, ok := totp.Match(key, code, s.store.db.Now(), 0)
	if !ok {
		return nil, fault.At("code", "factor.app.code_wrong")
	}
	codes = newCodes()
	return codes, s.store.db.Write(ctx, own(ctx, m, "factor.app.set"), func(tx *db.Tx) error {
		if err := s.store.setApp(ctx, tx, m, totp.Encode(key), step); err != nil {
			return err
		}
		return s.store.setCodes(ctx, tx, m, digests(m.person, codes))
	})
}

// RemoveApp takes the app away, and with the last second factor the recovery codes.
func (s *Service) RemoveApp(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "remove the app for codes")
	m, err := s.me(ctx)
	if err != nil {
		return err
	}
	needed, err := s.Wanted(ctx, m.person)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, own(ctx, m, "factor.app.remove"), func(tx *db.Tx) error {
		if err := s.store.dropApp(ctx, tx, m.person); err != nil {
			return err
		}
		return s.remains(ctx, tx, m.person, needed)
	})
}

// remains sees to it that a second factor is left where one is needed, and that recovery
// codes go with the last one.
func (s *Service) remains(ctx context.Context, tx *db.Tx, person ospo.PersonID, needed bool) error {
	st, err := s.store.state(ctx, tx, person)
	switch {
	case err != nil || st.Any():
		return err
	case needed:
		return fault.New(fault.Invalid, "factor.needed")
	}
	return s.store.dropCodes(ctx, tx, person)
}

// RenewCodes replaces the recovery codes.
func (s *Service) RenewCodes(ctx context.Context) (codes []string, err error) {
	defer fault.Wrap(&err, "renew recovery codes")
	m, err := s.me(ctx)
	if err != nil {
		return nil, err
	}
	st, err := s.State(ctx)
	if err != nil {
		return nil, err
	}
	if !st.Any() {
		return nil, fault.New(fault.Invalid, "factor.codes.nothing")
	}
	codes = newCodes()
	return codes, s.store.db.Write(ctx, own(ctx, m, "factor.codes.renew"), func(tx *db.Tx) error {
		return s.store.setCodes(ctx, tx, m, digests(m.person, codes))
	})
}

// codeCount recovery codes of 80 random bits: too many to guess, so that a plain hash of
// them is enough.
const codeCount, codeBytes = 10, 10

func newCodes() []string {
	out := make([]string, codeCount)
	for i := range out {
		var b [codeBytes]byte
		rand.Read(b[:])
		c := strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
		out[i] = c[:4] + "-" + c[4:8] + "-" + c[8:12] + "-" + c[12:]
	}
	return out
}

// plain is a recovery code as it is compared: hyphens, blanks and case do not matter.
func plain(code string) string {
	return strings.ToLower(strings.NewReplacer("-", "", " ", "", "\u2013", "").Replace(code))
}

func digests(person ospo.PersonID, codes []string) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = digest(string(person), plain(c))
	}
	return out
}

const longestCode = 64 // bytes that are looked at

// proves uses a code up, of the app or from paper, within tx. It is used up once only,
// whoever comes at the same moment.
func (s *Service) proves(ctx context.Context, tx *db.Tx, person ospo.PersonID, code string) (what string, ok bool, err error) {
	if len(code) > longestCode {
		return "", false, nil
	}
	text, last, err := s.store.app(ctx, tx, person)
	if err != nil {
		return "", false, err
	}
	if text != "" {
		key, err := totp.Decode(text)
		if err != nil {
			return "", false, err
		}
		if step, ok := totp.Match(key, code, s.store.db.Now(), last); ok {
			fresh, err := s.store.useStep(ctx, tx, person, step)
			return "factor.app.used", fresh, err
		}
	}
	used, err := s.store.useCode(ctx, tx, person, digest(string(person), plain(code)))
	return "factor.codes.used", used, err
}
