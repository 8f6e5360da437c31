// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/merkle"
)

// A Proof shows that one entry is in the log that a checkpoint is of, to whoever has the
// public key. It explains itself.
type Proof struct {
	Allmende    string              `json:"allmende"` // "proof"
	Version     int                 `json:"version"`  // of this format: 1
	Explanation map[string][]string `json:"explanation"`
	Entry       merkle.Entry        `json:"entry"`
	Names       map[string]string   `json:"names,omitempty"` // of person, organisation and thing, as they are called now; not proved
	Leaf        string              `json:"leaf_bytes"`      // what the hash of the leaf is of
	Path        []string            `json:"path"`            // RFC 6962, section 2.1.1
	Checkpoint  string              `json:"checkpoint"`
	Key         string              `json:"key"` // public
}

// Prove returns the proof of one entry that the viewer may see, by its id or number. The
// checkpoint is the first that counts it; where there is none yet, one is made.
func (s *Service) Prove(ctx context.Context, id string) (p Proof, err error) {
	defer fault.Wrap(&err, "prove entry %s", id)
	e, err := s.store.leafOf(ctx, door.From(ctx).Org, id)
	if err != nil {
		return p, err
	}
	over, err := s.store.checkpointOver(ctx, e.N)
	if err != nil {
		return p, err
	}
	note := ""
	if len(over) > 0 {
		note = over[0].Note
	} else if note, err = s.Checkpoint(ctx); err != nil {
		return p, err
	}
	keys, err := s.store.keys(ctx)
	if err != nil {
		return p, err
	}
	p = Proof{Allmende: "proof", Version: 1, Entry: e, Leaf: string(e.Bytes()), Checkpoint: note}
	for _, k := range keys {
		if _, err := merkle.Open(note, k); err == nil {
			p.Key = k
		}
	}
	c, err := merkle.Peek(note)
	if err != nil {
		return p, err
	}
	if p.Path, err = s.store.levels(ctx).Inclusion(c.Size, e.N); err != nil {
		return p, err
	}
	if p.Names, err = s.names(ctx, e.ID); err != nil {
		return p, err
	}
	p.Explanation = explain(p, c)
	return p, nil
}

// names are what the ids of an entry stand for today.
func (s *Service) names(ctx context.Context, id string) (map[string]string, error) {
	e, err := s.Entry(ctx, id)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for k, v := range map[string]string{"person": e.PersonName, "org": e.OrgName, "thing": e.ThingName} {
		if v != "" {
			out[k] = v
		}
	}
	return out, nil
}

// explain says in German and English what the proof shows and how to check it by hand.
func explain(p Proof, c merkle.Checkpoint) map[string][]string {
	out := map[string][]string{}
	for _, tongue := range lang.Tongues {
		say := func(key string, args ...any) { out[tongue] = append(out[tongue], own.T(tongue, key, args...)) }
		say("audit.proof.says", strconv.FormatInt(p.Entry.N, 10), p.Entry.What, p.Entry.At, c.At.UTC().Format("2006-01-02T15:04:05Z"), strconv.FormatInt(c.Size, 10))
		say("audit.proof.leaf")
		say("audit.proof.path")
		say("audit.proof.key", p.Key)
		say("audit.proof.not")
		say("audit.proof.check")
	}
	return out
}

// JSON writes the proof as it is handed out.
func (p Proof) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(p)
	return b.Bytes(), err
}

// Check reports by an error what is wrong with a proof. keys are those trusted; without
// any the proof's own has to do.
func (p Proof) Check(keys []string) (c merkle.Checkpoint, err error) {
	if p.Version != 1 {
		return c, &merkle.Reason{Word: "version", Err: fmt.Errorf("the proof is of version %d, want 1", p.Version)}
	}
	if len(keys) == 0 {
		keys = []string{p.Key}
	}
	if c, err = merkle.Open(p.Checkpoint, keys...); err != nil {
		return c, err
	}
	own := p.Entry.Hash()
	if p.Entry.Leaf != own.String() {
		return c, &merkle.Reason{Word: "leaf", Err: fmt.Errorf("the fields of entry %d give the leaf %s, the proof says %s", p.Entry.N, own, p.Entry.Leaf)}
	}
	if p.Leaf != string(p.Entry.Bytes()) {
		return c, &merkle.Reason{Word: "leaf", Err: errors.New("leaf_bytes is not what the fields of the entry give")}
	}
	if err := merkle.Included(p.Path, c, p.Entry.N, own); err != nil {
		return c, &merkle.Reason{Word: "path", Err: err}
	}
	return c, nil
}
