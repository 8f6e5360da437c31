// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/merkle"
)

// Checkpoint signs what the log is now, in the name of whoever asks, and keeps it. The act
// is an entry of the log itself, the next one.
func (s *Service) Checkpoint(ctx context.Context) (string, error) {
	return s.checkpoint(ctx, door.From(ctx).Act("audit.checkpoint", ""))
}

// Announce makes a checkpoint and sends it to the witnesses.
func (s *Service) Announce(ctx context.Context) (string, error) {
	note, err := s.Checkpoint(ctx)
	if err != nil {
		return "", err
	}
	return note, s.deliver(ctx, note)
}

func (s *Service) checkpoint(ctx context.Context, act ospo.Act) (note string, err error) {
	defer fault.Wrap(&err, "make a checkpoint")
	secret, err := s.secret(ctx)
	if err != nil {
		return "", err
	}
	return s.sign(ctx, act, secret)
}

// sign makes a checkpoint, signs it and keeps it.
func (s *Service) sign(ctx context.Context, act ospo.Act, secrets ...string) (note string, err error) {
	act.What = "audit.checkpoint"
	return note, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		h, err := s.store.head(ctx, tx)
		if err != nil {
			return err
		}
		c := merkle.Checkpoint{Origin: h.origin, Size: h.tree.Size, Root: h.tree.Root(), At: s.store.db.Now()}
		if note, err = merkle.Sign(c, secrets...); err != nil {
			return err
		}
		return s.store.addCheckpoint(ctx, tx, c.Size, note)
	})
}

// secret returns the key that checkpoints are signed with: the one given, the one in the
// file named, or for a log that has never had one a new one, which is put there. Its public
// part is kept for readers. Where the log knows a key and the file is gone, as after a
// restore, none is made: auditors and witnesses would take the new one for a forger's.
func (s *Service) secret(ctx context.Context) (string, error) {
	h, err := s.store.head(ctx, s.store.db.Read())
	if err != nil {
		return "", err
	}
	keys, err := s.store.keys(ctx) // before the file: another process makes that first
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(s.Key)
	if !given(secret) {
		if secret, err = keyFile(s.Key, h.origin, len(keys) == 0); err != nil {
			return "", err
		}
	}
	public, err := merkle.Public(secret)
	if err != nil {
		return "", fault.Because(err, fault.Invalid, "audit.secret_bad")
	}
	if name, _, _ := strings.Cut(public, "+"); name != h.origin {
		return "", fault.New(fault.Invalid, "audit.secret_other", name, h.origin)
	}
	if slices.Contains(keys, public) {
		return secret, nil
	}
	return secret, s.store.db.Write(ctx, db.System("audit.key.add", public), func(tx *db.Tx) error { return s.store.addKey(ctx, tx, public) })
}

// lost is the key of the sentence for a log whose key is not where it should be.
const lost = "audit.secret_lost"

// Lost reports whether the log knows a key while its file is missing.
func (s *Service) Lost(ctx context.Context) (bool, error) {
	keys, err := s.store.keys(ctx)
	if err != nil || len(keys) == 0 || given(s.Key) {
		return false, err
	}
	_, err = os.Stat(s.Key)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return false, err
}

// PublicKey returns the public part of the key that checkpoints are signed with. It makes
// the key where there is none yet.
func (s *Service) PublicKey(ctx context.Context) (string, error) {
	secret, err := s.secret(ctx)
	if err != nil {
		return "", err
	}
	return merkle.Public(secret)
}

// keyFile reads a key, or makes one that only the owner of the process can read, where the
// log has none yet.
func keyFile(path, origin string, first bool) (string, error) {
	if path == "" {
		return "", fault.New(fault.Invalid, "audit.secret_missing")
	}
	text, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return strings.TrimSpace(string(text)), err
	}
	if !first {
		return "", fault.New(fault.Conflict, lost, path)
	}
	secret, _, err := merkle.NewKey(origin)
	if err != nil {
		return "", err
	}
	if err := writeKey(path, secret); errors.Is(err, fs.ErrExist) { // another process was faster
		return keyFile(path, origin, first)
	} else if err != nil {
		return "", err
	}
	return secret, nil
}

// writeKey keeps a key in a file that there is not yet, for the owner of the process alone.
func writeKey(path, secret string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(secret + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}
