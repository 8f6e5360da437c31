// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"allmende/internal/platform/db"
)

// What can be said of a record.
const (
	proven   = "proven"
	altered  = "altered"
	unproven = "unproven"
	missing  = "missing"
)

// A trail is which sums the events of a case and the log know. Who alters a record and its sum
// has to alter both as well; that the log is whole its own proof says.
type trail struct {
	event, logged map[string]string // sum by number of the record
	frozen        map[string]string // when, by number of the record
	resealed      [][2]string       // old and new sums, where a person was made unrecognisable
}

// proven lists the records of a case with what can be said of them, the latest first. One that
// the events or the log know and that is not kept any more stands among them, as missing.
func (s *Service) proven(ctx context.Context, q db.Querier, c Case) ([]Record, error) {
	all, err := s.store.records(ctx, q, c)
	if err != nil {
		return nil, err
	}
	t, err := s.trail(ctx, q, c)
	for i, r := range all {
		all[i].Proof = t.judge(r)
	}
	return t.fill(c, all), err
}

// fill adds to the records of a case those that are missing.
func (t trail) fill(c Case, all []Record) []Record {
	for _, sums := range []map[string]string{t.event, t.logged} {
		for text, sum := range sums {
			n, err := strconv.Atoi(text)
			if err == nil && !slices.ContainsFunc(all, func(r Record) bool { return r.N == n }) {
				all = append(all, Record{Org: c.Org, Case: c.ID, N: n, Sum: sum, Created: t.frozen[text], Proof: missing})
			}
		}
	}
	slices.SortFunc(all, func(a, b Record) int { return cmp.Compare(b.N, a.N) })
	return all
}

func (s *Service) trail(ctx context.Context, q db.Querier, c Case) (t trail, err error) {
	t = trail{event: map[string]string{}, logged: map[string]string{}, frozen: map[string]string{}}
	events, err := s.store.events(ctx, q, c)
	if err != nil {
		return t, err
	}
	for _, e := range events {
		var b struct{ Record, SHA256 string }
		if e.What == "frozen" && json.Unmarshal([]byte(e.body), &b) == nil {
			t.event[b.Record], t.frozen[b.Record] = b.SHA256, e.At
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
