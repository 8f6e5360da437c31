// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"strconv"

	"allmende/internal/platform/db"
)

// What can be said of a record.
const (
	proven   = "proven"
	altered  = "altered"
	unproven = "unproven"
)

// A trail is which sums the events of a case and the log know. Who alters a record and its sum
// has to alter both as well; that the log is whole its own proof says.
type trail struct {
	event, logged map[string]string // sum by number of the record
	resealed      [][2]string       // old and new sums, where a person was made unrecognisable
}

// proven lists the records of a case with what can be said of them.
func (s *Service) proven(ctx context.Context, c Case) ([]Record, error) {
	q := s.store.db.Read()
	all, err := s.store.records(ctx, q, c)
	if err != nil || len(all) == 0 {
		return all, err
	}
	t, err := s.trail(ctx, q, c)
	for i, r := range all {
		all[i].Proof = t.judge(r)
	}
	return all, err
}

func (s *Service) trail(ctx context.Context, q db.Querier, c Case) (t trail, err error) {
	t = trail{event: map[string]string{}, logged: map[string]string{}}
	events, err := s.store.events(ctx, q, c)
	if err != nil {
		return t, err
	}
	for _, e := range events {
		var b struct{ Record, SHA256 string }
		if e.What == "frozen" && json.Unmarshal([]byte(e.body), &b) == nil {
			t.event[b.Record] = b.SHA256
		}
	}
	diffs, err := s.store.logged(ctx, q, c)
	for _, diff := range diffs {
		var b struct{ Record, SHA256, Sum [2]string }
		if json.Unmarshal([]byte(diff), &b) != nil {
			continue // what was changed there is told otherwise, or not any more
		}
		if b.SHA256[1] != "" {
			t.logged[b.Record[1]] = b.SHA256[1]
		}
		if b.Sum[1] != "" {
			t.resealed = append(t.resealed, b.Sum)
		}
	}
	return t, err
}

func (t trail) judge(r Record) string {
	n := strconv.Itoa(r.N)
	known := t.event[n]
	logged, there := t.logged[n]
	if there && logged != known {
		return altered
	}
	for _, pair := range t.resealed { // the log knows it by that, too
		if pair[0] == known {
			known, there = pair[1], true
		}
	}
	switch {
	case !r.Intact() || r.Sum != known:
		return altered
	case !there:
		return unproven
	}
	return proven
}
