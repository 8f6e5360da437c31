// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"iter"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/merkle"
)

// Head is the first line of a bundle: the log as JSON Lines that can be verified without us.
// Entries follow in the order of their numbers, one a line; of those that the reader may
// not see there is the leaf alone. The last line is a checkpoint of exactly these entries.
type Head struct {
	Allmende string `json:"allmende"` // "log"
	Version  int    `json:"version"`  // of this format: 1
	Origin   string `json:"origin"`
	Size     int64  `json:"size"`
	Key      string `json:"key"` // public
}

// A tail is the last line of a bundle.
type tail struct {
	Checkpoint string `json:"checkpoint"`
}

// A bareLeaf is a line about an entry that the reader may not see.
type bareLeaf struct {
	N    int64  `json:"n"`
	Leaf string `json:"leaf"`
}

// WriteBundle signs the log as it is now and writes it: the entries that the viewer may
// see, and of all others the leaf, so that nothing can be left out.
func (s *Service) WriteBundle(ctx context.Context, w io.Writer) (err error) {
	defer fault.Wrap(&err, "write a bundle")
	seen, err := s.sees(ctx)
	if err != nil {
		return err
	}
	note, err := s.Checkpoint(ctx)
	if err != nil {
		return err
	}
	return s.bundle(ctx, w, note, seen)
}

// sees returns whose entries the viewer may read.
func (s *Service) sees(ctx context.Context) (func(org string) bool, error) {
	orgs, err := s.store.visible(ctx, door.From(ctx).Org)
	set := map[string]bool{}
	for _, o := range orgs {
		set[o] = o != instance || door.From(ctx).Org == instance // else what was changed in them would be told
	}
	return func(org string) bool { return set[org] }, err
}

func (s *Service) bundle(ctx context.Context, w io.Writer, note string, seen func(org string) bool) error {
	c, err := merkle.Peek(note)
	if err != nil {
		return err
	}
	keys, err := s.store.keys(ctx)
	if err != nil {
		return err
	}
	key := ""
	for _, k := range keys {
		if _, err := merkle.Open(note, k); err == nil {
			key = k
		}
	}
	out := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(Head{"log", 1, c.Origin, c.Size, key}); err != nil {
		return err
	}
	for e, err := range s.entriesTo(ctx, c.Size) {
		if err != nil {
			return err
		}
		if seen(e.Org) {
			err = enc.Encode(e)
		} else {
			err = enc.Encode(bareLeaf{e.N, e.Leaf})
		}
		if err != nil {
			return err
		}
	}
	if err := enc.Encode(tail{note}); err != nil {
		return err
	}
	return out.Flush()
}

// entriesTo reads all entries up to a number, a chunk at a time, so that nobody who writes
// waits for a slow reader.
func (s *Service) entriesTo(ctx context.Context, size int64) iter.Seq2[merkle.Entry, error] {
	return func(yield func(merkle.Entry, error) bool) {
		for from := int64(0); from < size; from += chunk {
			h := s.hash(ctx, from, min(from+chunk, size))
			if h.err != nil {
				yield(merkle.Entry{}, h.err)
				return
			}
			for _, e := range h.entries {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// everything is what is seen; it is for whoever can open the database anyway.
func everything(string) bool { return true }

// WriteWhole is WriteBundle with the entries of all organisations, for the command line.
func (s *Service) WriteWhole(ctx context.Context, w io.Writer) (err error) {
	defer fault.Wrap(&err, "export the log")
	note, err := s.Checkpoint(ctx)
	if err != nil {
		return err
	}
	return s.bundle(ctx, w, note, everything)
}
