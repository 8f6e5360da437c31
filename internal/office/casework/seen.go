// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"strings"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A shift is a fact that changed after somebody looked.
type shift struct {
	was    any // when they looked
	person ospo.PersonID
	name   string // of who changed it last
}

// since lists the facts that changed after an event, by field.
func since(events []Event, seen int) map[string]shift {
	out := map[string]shift{}
	for _, e := range events {
		var pairs map[string][2]any
		if e.N <= seen || e.What != "facts" || json.Unmarshal([]byte(e.body), &pairs) != nil {
			continue
		}
		for id, pair := range pairs {
			one, again := out[id]
			if one.person, one.name = e.Person, e.Name; !again {
				one.was = pair[0]
			}
			out[id] = one
		}
	}
	return out
}

// A Clash says that somebody else changed the same facts meanwhile. Theirs are sentences by
// field.
type Clash struct {
	Theirs map[string]string
	error
}

// Unwrap is the sentence for who reads all of it at once.
func (c *Clash) Unwrap() error { return c.error }

// unclashed returns what somebody changed of what they saw: what they left as it was is dropped,
// for others may have changed it meanwhile. What both changed, and not to the same, is a clash.
func (s *Service) unclashed(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, written map[string]string, seen int) (map[string]string, error) {
	if seen <= 0 {
		return written, nil
	}
	events, err := s.store.events(ctx, tx, c)
	if err != nil {
		return nil, err
	}
	changed, mine, clash := since(events, seen), map[string]string{}, &Clash{Theirs: map[string]string{}}
	var told []string
	for _, f := range d.Fields {
		text, there := written[f.ID]
		if !there {
			continue
		}
		other, moved := changed[f.ID]
		value, err := d.ReadIn(f, text, tongue(ctx))
		switch {
		case err != nil || !moved || value == c.Facts[f.ID]: // what cannot be read is told by who reads it
			mine[f.ID] = text
		case value != other.was:
			clash.Theirs[f.ID] = say(ctx, "casework.clash.field", orID(other), factWords(ctx, f, c.Facts[f.ID]))
			told = append(told, say(ctx, "casework.clash.one", f.Name.In(tongue(ctx)), orID(other), factWords(ctx, f, c.Facts[f.ID])))
		}
	}
	for id := range written { // what no field is, whoever reads it refuses
		if _, ok := d.Field(id); !ok {
			mine[id] = written[id]
		}
	}
	if len(told) > 0 {
		clash.error = fault.New(fault.Conflict, "casework.clash", strings.Join(told, "; "))
		return nil, clash
	}
	return mine, nil
}

func orID(o shift) string {
	if o.name != "" {
		return o.name
	}
	return string(o.person)
}

// unseen refuses a step where others changed facts or moved the case after the viewer looked:
// they would decide on what they have not read.
func (s *Service) unseen(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, seen int) error {
	if seen <= 0 {
		return nil
	}
	events, err := s.store.events(ctx, tx, c)
	if err != nil {
		return err
	}
	me := door.From(ctx).Human()
	var told []string
	changed := since(events, seen)
	for _, f := range d.Fields {
		if other, ok := changed[f.ID]; ok && other.person != me {
			told = append(told, say(ctx, "casework.clash.one", f.Name.In(tongue(ctx)), orID(other), factWords(ctx, f, c.Facts[f.ID])))
		}
	}
	for _, e := range events {
		if e.N > seen && (e.What == "moved" || e.What == "reopened" || e.What == "version") {
			told = append(told, say(ctx, "casework.clash.moved", orID(shift{person: e.Person, name: e.Name})))
		}
	}
	if len(told) > 0 {
		return fault.New(fault.Conflict, "casework.unseen", strings.Join(told, "; "))
	}
	return nil
}

// raw is a text that is JSON already.
func raw(text string) json.RawMessage { return json.RawMessage(text) }
