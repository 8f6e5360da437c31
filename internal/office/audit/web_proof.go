// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func (s *Service) proofPages() []web.Page {
	return []web.Page{
		web.Show("GET /audit/proof", "audit.read", "proof.html", s.proof),
		web.Do("POST /audit/checkpoint", "audit.prove", s.announce),
		web.Do("POST /audit/verify", "audit.prove", s.orderVerify),
		web.Show("GET /audit/entry/{id}", "audit.read", "entry.html", s.entryPage),
		web.File("POST /audit/entry/{id}/proof", "audit.read", s.proofFile),
		web.File("POST /audit/bundle", "audit.read", s.bundleFile),
		web.File("POST /audit/key", "audit.read", s.keyFile),
	}
}

// ProofPage says how far the log is proved.
type ProofPage struct {
	State
	Since  int64    // entries that no checkpoint counts yet
	Says   []string // the last verification's flaws, in the reader's language
	May    bool     // make checkpoints, verify
	Large  bool     // the bundle is left to the command line
	Most   int64
	Behind []bool // for each witness: it lacks the last checkpoint
}

// largestBundle is how many entries a bundle from the browser has, which is put together in
// the server's memory.
const largestBundle = 200_000

func (s *Service) proof(r *http.Request) (p ProofPage, err error) {
	v := door.From(r.Context())
	p.State, err = s.State(r.Context())
	p.Since, p.May, p.Large, p.Most = p.Size-p.Signed, v.May("audit.prove"), p.Size > largestBundle, largestBundle
	if p.Verified != nil {
		for _, f := range p.Verified.Examples {
			p.Says = append(p.Says, Say(v.Lang, f))
		}
	}
	for _, w := range p.Witnesses {
		p.Behind = append(p.Behind, w.Size < p.Signed)
	}
	return p, err
}

func (s *Service) announce(r *http.Request) (string, error) {
	_, err := s.Announce(r.Context())
	return "/audit/proof", err
}

func (s *Service) orderVerify(r *http.Request) (string, error) {
	return "/audit/proof", s.OrderVerify(r.Context())
}

// EntryPage is one entry: who, what, when, what changed.
type EntryPage struct {
	Entry
	Changes []Change
	Through string
	Counted bool // by a checkpoint
}

// A Change is a member of a record before and after; empty is nothing.
type Change struct {
	Member, Before, After string
	Phrase                string // text key of the member; empty where it has no words
	BeforeName, AfterName string // what an id stands for, as far as the viewer may see it
}

func (s *Service) entryPage(r *http.Request) (p EntryPage, err error) {
	if p.Entry, err = s.Entry(r.Context(), r.PathValue("id")); err != nil {
		return p, err
	}
	p.Changes = changes(p.Diff)
	if err := s.explain(r.Context(), p.Changes); err != nil {
		return p, err
	}
	if slices.Contains(doors, p.Door) {
		p.Through = p.Door
	}
	over, err := s.store.checkpointOver(r.Context(), p.Number)
	p.Counted = len(over) > 0
	return p, err
}

// changes reads a difference for people, in the order of the members' names.
func changes(diff json.RawMessage) (all []Change) {
	var members map[string]json.RawMessage
	if json.Unmarshal(diff, &members) != nil {
		return nil
	}
	for name, raw := range members {
		var pair [2]json.RawMessage
		c := Change{Member: name, After: legible(raw)}
		if json.Unmarshal(raw, &pair) == nil && pair[1] != nil {
			c.Before, c.After = legible(pair[0]), legible(pair[1])
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Change) int { return strings.Compare(a.Member, b.Member) })
	return all
}

// explain puts words beside members, and names beside the ids of what the viewer may see.
func (s *Service) explain(ctx context.Context, all []Change) error {
	var ids []string
	for i, c := range all {
		if key := "audit.member." + c.Member; own["de"][key] != "" {
			all[i].Phrase = key
		}
		for _, v := range []string{c.Before, c.After} {
			if v != "" && len(v) <= 60 && !strings.ContainsAny(v, " \n") {
				ids = append(ids, v)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	names, _, err := s.called(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	roles := map[string]string{}
	if s.RoleNames != nil && slices.ContainsFunc(all, func(c Change) bool { return c.Member == "role" }) {
		if roles, err = s.RoleNames(ctx); err != nil {
			return err
		}
	}
	for i, c := range all {
		from := names
		if c.Member == "role" {
			from = roles
		}
		all[i].BeforeName, all[i].AfterName = from[c.Before], from[c.After]
	}
	return nil
}

// legible writes a JSON value for people: texts without quotes, nothing for null.
func legible(raw json.RawMessage) string {
	var text string
	if string(raw) == "null" || json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

func (s *Service) proofFile(r *http.Request) (web.Download, error) {
	p, err := s.Prove(r.Context(), r.PathValue("id"))
	if err != nil {
		return web.Download{}, err
	}
	text, err := p.JSON()
	return web.Download{Name: fmt.Sprintf("allmende-proof-%d.json", p.Entry.N), Type: "application/json", Write: func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}}, err
}

func (s *Service) bundleFile(r *http.Request) (web.Download, error) {
	h, err := s.store.head(r.Context(), s.store.db.Read())
	if err == nil && h.tree.Size > largestBundle {
		err = fault.New(fault.TooLarge, "audit.bundle_large", largestBundle)
	}
	if err != nil {
		return web.Download{}, err
	}
	var b bytes.Buffer
	err = s.WriteBundle(r.Context(), &b)
	return web.Download{Name: "allmende-log.jsonl", Type: "application/jsonl; charset=utf-8", Write: func(w io.Writer) error {
		_, err := b.WriteTo(w)
		return err
	}}, err
}

func (s *Service) keyFile(r *http.Request) (web.Download, error) {
	key, err := s.PublicKey(r.Context())
	return web.Download{Name: "allmende-audit.pub", Type: "text/plain; charset=utf-8", Write: func(w io.Writer) error {
		_, err := io.WriteString(w, key+"\n")
		return err
	}}, err
}
