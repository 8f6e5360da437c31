// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/api"
	"allmende/internal/platform/keyset"
)

func (s *Service) ops() []api.Op {
	return append(s.findingOps(),
		api.Get("audit-entries", "/audit/entries", "audit.read", "Entries of the log that the caller may see, the newest first", s.apiEntries),
		api.Get("audit-entry", "/audit/entries/{id}", "audit.read", "One entry of the log", func(ctx context.Context, in entryIn) (Entry, error) { return s.Entry(ctx, in.ID) }),
		api.Get("audit-proof", "/audit/entries/{id}/proof", "audit.read", "Proof that an entry is in the log: a file that can be verified without this server",
			func(ctx context.Context, in entryIn) (Proof, error) { return s.Prove(ctx, in.ID) }),
		api.Get("audit-state", "/audit/state", "audit.read", "How far the log is proved: checkpoints, witnesses, the last verification", func(ctx context.Context, _ struct{}) (State, error) { return s.State(ctx) }),
		api.Post("audit-checkpoint", "/audit/checkpoints", "audit.prove", "Signs a checkpoint of the log and sends it to the witnesses", s.apiCheckpoint),
		api.Get("audit-witness-has", "/audit/witness", "audit.witness", "What the caller's organisation has witnessed of another instance's log",
			func(ctx context.Context, in originIn) (Witness, error) { return s.Has(ctx, in.Origin) }),
		api.Post("audit-witness", "/audit/witness", "audit.witness", "Takes another instance's checkpoint as a witness; 409 where it contradicts what was witnessed before",
			func(ctx context.Context, in statementIn) (Witness, error) { return s.Testify(ctx, in.Body) }),
	)
}

type entriesIn struct {
	api.Paging
	Org    string `query:"org" doc:"Acts for this organisation only."`
	Person string `query:"person" doc:"Acts of this person only: an id, or token: and the id of a token."`
	Thing  string `query:"thing" doc:"Acts on this thing only."`
	What   string `query:"what" doc:"An act, or the beginning of one up to a dot: sbom or sbom.upload."`
	Door   string `query:"door" doc:"web, api, cli or job."`
	From   string `query:"from" doc:"Not before this time, in RFC 3339."`
	To     string `query:"to" doc:"Before this time, in RFC 3339."`
}

func (s *Service) apiEntries(ctx context.Context, in entriesIn) (api.List[Entry], error) {
	f := Filter{Org: in.Org, Person: in.Person, Thing: in.Thing, What: in.What, Door: in.Door}
	before, _, err := keyset.Values(in.After, 1)
	if err != nil {
		return api.List[Entry]{}, err
	}
	f.Before = before[0]
	if f.From, err = moment3339(in.From, "from"); err != nil {
		return api.List[Entry]{}, err
	}
	if f.To, err = moment3339(in.To, "to"); err != nil {
		return api.List[Entry]{}, err
	}
	all, err := s.Entries(ctx, f, in.Size+1)
	if err != nil {
		return api.List[Entry]{}, err
	}
	out := api.List[Entry]{Items: append([]Entry{}, all[:min(len(all), in.Size)]...)}
	if len(all) > in.Size {
		out.Next = keyset.Cursor(out.Items[in.Size-1].ID)
	}
	return out, nil
}

func moment3339(text, field string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fault.At(field, "audit.time_bad", text)
	}
	return t, nil
}

type entryIn struct {
	ID string `path:"id" doc:"Id of the entry." maxLength:"100"`
}

type originIn struct {
	Origin string `query:"origin" doc:"Name of the log." maxLength:"200"`
}

type statementIn struct{ Body Statement }

// Signed is a checkpoint that was just made.
type Signed struct {
	Checkpoint string `json:"checkpoint"`
}

func (s *Service) apiCheckpoint(ctx context.Context, _ struct{}) (Signed, error) {
	note, err := s.Announce(ctx)
	return Signed{note}, err
}
