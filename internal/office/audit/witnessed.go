// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"log/slog"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/merkle"
)

// Kinds of alarm.
const (
	alarmFork  = "fork"  // the log does not continue what was witnessed
	alarmShort = "short" // it has fewer entries than were witnessed
	alarmKey   = "key"   // it is signed with another key
)

// An Alarm says that another instance's log is not what it was.
type Alarm struct {
	ID, Origin, Kind, Had, Got, At string
}

// Testify takes the statement of another instance as a witness of the viewer's
// organisation. One that does not continue what was witnessed before is refused, and the
// alarm stays for people to see.
func (s *Service) Testify(ctx context.Context, st Statement) (w Witness, err error) {
	v := door.From(ctx)
	c, err := merkle.Open(st.Checkpoint, st.Key)
	if err != nil {
		return w, fault.Because(err, fault.Invalid, "audit.witness.signature")
	}
	h, err := s.store.head(ctx, s.store.db.Read())
	if err != nil {
		return w, err
	}
	if c.Origin == h.origin {
		return w, fault.New(fault.Invalid, "audit.witness.self")
	}
	w = Witness{Origin: c.Origin, Size: c.Size, Note: st.Checkpoint, Key: strings.TrimSpace(st.Key)}
	alarm := Alarm{Origin: c.Origin, Got: st.Checkpoint}
	err = s.store.db.Write(ctx, v.Act("audit.witness", c.Origin), func(tx *db.Tx) error {
		had, err := s.store.witnessed(ctx, tx, v.Org, c.Origin)
		switch {
		case fault.Of(err) == fault.NotFound:
			return s.store.addWitnessed(ctx, tx, v.Org, w)
		case err != nil:
			return err
		}
		if alarm.Kind = doubt(had, w, c, st); alarm.Kind != "" {
			alarm.Had = had.Note
			return fault.New(fault.Conflict, "audit.witness."+alarm.Kind, c.Origin)
		}
		tx.Act.Diff = change.Between(signer{had.Key}, signer{w.Key})
		return s.store.setWitnessed(ctx, tx, v.Org, w, had.Size)
	})
	if alarm.Kind != "" {
		return w, s.alarm(ctx, v.ActFor(v.Org, "audit.alarm", c.Origin), alarm, err)
	}
	return w, err
}

// A signer is what the log says of a witnessed log whose key is another one now.
type signer struct {
	Key string `json:"key"`
}

// doubt returns what is wrong with a checkpoint after the one had, or nothing.
func doubt(had, now Witness, c merkle.Checkpoint, st Statement) string {
	was, err := merkle.Open(had.Note, had.Key)
	switch {
	case err != nil || had.Key != now.Key && !follows(st.Checkpoint, had.Key):
		return alarmKey
	case c.Size < was.Size:
		return alarmShort
	case c.Size == was.Size && c.Root == was.Root:
		return ""
	case merkle.Continues(st.Proof, was, c) != nil:
		return alarmFork
	}
	return ""
}

// follows reports whether a key has signed a checkpoint. Where the key witnessed so far has
// signed one of another key, too, that one is its successor (see [Service.Rotate]).
func follows(note, key string) bool {
	_, err := merkle.Open(note, key)
	return err == nil
}

// alarm keeps an alarm, although what raised it was undone, and says it loudly.
func (s *Service) alarm(ctx context.Context, act ospo.Act, a Alarm, cause error) error {
	slog.ErrorContext(ctx, "the log of another instance is not what it was", "origin", a.Origin, "kind", a.Kind, "had", a.Had, "got", a.Got)
	act.What = "audit.alarm"
	if err := s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.store.addAlarm(ctx, tx, act.Org, a) }); err != nil {
		return err
	}
	return cause
}

// Has returns what the viewer's organisation has witnessed of a log.
func (s *Service) Has(ctx context.Context, origin string) (Witness, error) {
	w, err := s.store.witnessed(ctx, s.store.db.Read(), door.From(ctx).Org, origin)
	if fault.Of(err) == fault.NotFound {
		return Witness{Origin: origin}, nil
	}
	return w, err
}
