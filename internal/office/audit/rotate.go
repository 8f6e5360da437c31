// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/merkle"
)

// Rotate has checkpoints signed with a new key from now on, and returns its public part. The
// log names it, and the checkpoint that counts that entry is signed with both keys: whoever
// trusts the old one has reason to trust the new one, and witnesses that are instances follow
// by themselves. What the old key signed stays verifiable; its secret is gone.
//
// Where the old key is lost nothing can vouch for the new one: the log says so by an act of
// its own, and people have to be told the new key in person.
func (s *Service) Rotate(ctx context.Context) (public string, err error) {
	defer fault.Wrap(&err, "rotate the key of the log")
	if given(s.Key) {
		return "", fault.New(fault.Invalid, "audit.secret_given")
	}
	gone, err := s.Lost(ctx)
	if err != nil {
		return "", err
	}
	v, secrets := door.From(ctx), []string{}
	act := v.Act("audit.key.replace", "")
	if !gone {
		old, err := s.secret(ctx)
		if err != nil {
			return "", err
		}
		act, secrets = v.Act("audit.key.add", ""), []string{old}
	}
	h, err := s.store.head(ctx, s.store.db.Read())
	if err != nil {
		return "", err
	}
	secret, public, err := merkle.NewKey(h.origin)
	if err != nil {
		return "", err
	}
	next := s.Key + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) { // of a rotation that was cut short
		return "", err
	}
	if err := writeKey(next, secret); err != nil { // first: where it cannot be kept, nothing has happened
		return "", err
	}
	act.On = public
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.store.addKey(ctx, tx, public) })
	if err != nil {
		return "", err
	}
	note, err := s.sign(ctx, v.Act("audit.checkpoint", ""), append(secrets, secret)...)
	if err != nil {
		return "", err
	}
	if err := os.Rename(next, s.Key); err != nil {
		return "", err
	}
	return public, s.deliver(ctx, note)
}

// given reports whether a setting is the secret key itself, not its file.
func given(key string) bool { return strings.HasPrefix(strings.TrimSpace(key), "PRIVATE+KEY+") }

// KeyFile is the file of the key that checkpoints are signed with; empty where the setting is
// the key itself.
func (s *Service) KeyFile() string {
	if given(s.Key) {
		return ""
	}
	return s.Key
}

// SignsSince returns since when the key that checkpoints are signed with is in use; the zero
// time where it has not signed yet. It makes no key.
func (s *Service) SignsSince(ctx context.Context) (time.Time, error) {
	secret := strings.TrimSpace(s.Key)
	if !given(secret) {
		text, err := os.ReadFile(s.Key)
		if err != nil {
			return time.Time{}, err
		}
		secret = strings.TrimSpace(string(text))
	}
	public, err := merkle.Public(secret)
	if err != nil {
		return time.Time{}, err
	}
	since, err := s.store.keySince(ctx, public)
	return db.Time(since), err
}

// handover returns the kept checkpoint by which the key that a witness knows made way for
// another, with that one; the zero Statement where there is none that continues what it has.
func (s *Service) handover(ctx context.Context, has Witness) (Statement, error) {
	keys, err := s.store.keys(ctx)
	if err != nil {
		return Statement{}, err
	}
	all, err := s.store.checkpoints(ctx, 0)
	if err != nil {
		return Statement{}, err
	}
	for _, k := range all {
		if strings.Count(k.Note, "\n— ") < 2 || k.Size < has.Size || !follows(k.Note, has.Key) {
			continue // nearly all are of one key
		}
		for _, to := range keys {
			if to != has.Key && follows(k.Note, to) {
				return Statement{Key: to, Checkpoint: k.Note}, nil
			}
		}
	}
	return Statement{}, nil
}
