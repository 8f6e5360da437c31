// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/merkle"
)

// A State says how far the log is proved: what was signed, who has it, what the last
// verification found.
type State struct {
	Origin      string    `json:"origin" doc:"Name of the log."`
	Size        int64     `json:"size" doc:"Entries of all organisations."`
	Root        string    `json:"root"`
	Keys        []string  `json:"keys" doc:"Public keys that checkpoints were signed with, the newest first."`
	Checkpoints int       `json:"checkpoints"`
	Signed      int64     `json:"signed" doc:"Entries counted by the last checkpoint."`
	SignedAt    time.Time `json:"signed_at,omitzero"`
	Checkpoint  string    `json:"checkpoint,omitempty" doc:"The last one."`

	Witnesses []Told    `json:"witnesses" doc:"Who gets checkpoints, and what they have."`
	Verified  *Verified `json:"verified,omitempty" doc:"The last verification on this instance."`
	Witnessed []Seen    `json:"witnessed" doc:"Logs of others to which the organisation is a witness."`
	Alarms    []Alarmed `json:"alarms"`
}

// Told is a witness and what it has.
type Told struct {
	Witness string    `json:"witness"`
	Size    int64     `json:"size" doc:"Entries counted by the last checkpoint that it has."`
	At      time.Time `json:"at,omitzero"`
	Tried   time.Time `json:"tried,omitzero"`
	Fault   string    `json:"fault,omitempty"`
}

// Verified is a verification that was made.
type Verified struct {
	At       time.Time     `json:"at"`
	Size     int64         `json:"size"`
	Held     int64         `json:"held"`
	Flaws    int           `json:"flaws"`
	Took     time.Duration `json:"took_ns"`
	Examples []merkle.Flaw `json:"examples,omitempty" doc:"For whoever sees the whole instance: the first flaws."`
}

// Seen is another instance's log.
type Seen struct {
	Origin string    `json:"origin"`
	Size   int64     `json:"size"`
	Key    string    `json:"key"`
	At     time.Time `json:"at"`
}

// Alarmed is an alarm as people read it.
type Alarmed struct {
	Origin string    `json:"origin"`
	Kind   string    `json:"kind" enum:"fork,short,key"`
	Had    string    `json:"had" doc:"Checkpoint that was witnessed."`
	Got    string    `json:"got" doc:"Checkpoint that contradicts it."`
	At     time.Time `json:"at"`
}

// State returns how far the log is proved, for the viewer.
func (s *Service) State(ctx context.Context) (st State, err error) {
	h, err := s.store.head(ctx, s.store.db.Read())
	if err != nil {
		return st, err
	}
	st = State{Origin: h.origin, Size: h.tree.Size, Root: h.tree.Root().String()}
	if st.Keys, err = s.store.keys(ctx); err != nil {
		return st, err
	}
	if st.Checkpoints, err = s.store.checkpointCount(ctx); err != nil {
		return st, err
	}
	last, err := s.store.checkpoints(ctx, 1)
	if err != nil {
		return st, err
	}
	for _, k := range last {
		st.Signed, st.SignedAt, st.Checkpoint = k.Size, db.Time(k.At), k.Note
	}
	if err := s.told(ctx, &st); err != nil {
		return st, err
	}
	if err := s.verified(ctx, &st); err != nil {
		return st, err
	}
	return st, s.seen(ctx, &st)
}

// told adds the witnesses that are configured now, whether they got something yet or not.
func (s *Service) told(ctx context.Context, st *State) error {
	all, err := s.store.deliveries(ctx)
	st.Witnesses = []Told{}
	for _, w := range s.Witnesses {
		t := Told{Witness: w}
		if i := slices.IndexFunc(all, func(d Delivery) bool { return d.Witness == w }); i >= 0 {
			d := all[i]
			t.Size, t.At, t.Tried, t.Fault = d.Size, db.Time(d.At), db.Time(d.Tried), d.Fault
		}
		st.Witnesses = append(st.Witnesses, t)
	}
	return err
}

func (s *Service) verified(ctx context.Context, st *State) error {
	all, err := s.store.lastCheck(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	c := all[0]
	st.Verified = &Verified{At: db.Time(c.At), Size: c.Size, Held: c.Held, Flaws: c.Flaws, Took: time.Duration(c.Took) * time.Millisecond}
	orgs, err := s.store.visible(ctx, door.From(ctx).Org)
	if err != nil || !slices.Contains(orgs, instance) {
		return err
	}
	var r Report
	err = json.Unmarshal([]byte(c.Report), &r)
	st.Verified.Examples = r.Flaws
	return err
}

func (s *Service) seen(ctx context.Context, st *State) error {
	org := door.From(ctx).Org
	logs, err := s.store.allWitnessed(ctx, org)
	if err != nil {
		return err
	}
	st.Witnessed, st.Alarms = []Seen{}, []Alarmed{}
	for _, w := range logs {
		st.Witnessed = append(st.Witnessed, Seen{w.Origin, w.Size, w.Key, db.Time(w.At)})
	}
	alarms, err := s.store.alarms(ctx, org)
	for _, a := range alarms {
		st.Alarms = append(st.Alarms, Alarmed{a.Origin, a.Kind, a.Had, a.Got, db.Time(a.At)})
	}
	return err
}
