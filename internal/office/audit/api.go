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
	return []api.Op{
		api.Get("audit-entries", "/audit/entries", "audit.read", "Entries of the log that the caller may see, the newest first", s.apiEntries),
	}
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
