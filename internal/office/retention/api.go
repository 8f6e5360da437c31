// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package retention

import (
	"context"
	"encoding/json"

	"allmende/internal/ospo"
	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	const read = "retention.read"
	return []api.Op{
		api.Get("retention-rules", "/retention/rules", read, "How long each kind of entry is kept in the caller's organisation", s.apiRules),
		api.Post("retention-decide", "/retention/rules/{rule}", write, "Decide how long a kind is kept in the caller's organisation and below", s.apiDecide),
		api.Get("retention-preview", "/retention/preview", read, "What the rules would end now; nothing is ended", s.apiPreview),
		api.Get("retention-runs", "/retention/runs", read, "Runs that ended something, the newest first", s.apiRuns),
		api.Post("retention-run", "/retention/runs", write, "Have the rules applied to the caller's organisations in the background", s.apiRun),
		api.Get("retention-holds", "/retention/holds", read, "What must not end for now", s.apiHolds),
		api.Post("retention-hold-add", "/retention/holds", write, "Exempt the caller's organisation or a person until a day", s.apiAddHold),
		api.Delete("retention-hold-end", "/retention/holds/{hold}", write, "End a hold early", s.apiEndHold),
		api.Post("retention-person", "/retention/people/{person}/export", people, "All that there is about a person; that somebody took it along stands in the log", s.apiPerson),
		api.Post("retention-erase", "/retention/people/{person}/erasure", people, "Propose that a person's name is erased; a second person decides", s.apiErase),
	}
}

func (s *Service) apiRules(ctx context.Context, _ struct{}) (out api.List[Rule], err error) {
	out.Items, err = s.Rules(ctx)
	return out, err
}

func (s *Service) apiDecide(ctx context.Context, in struct {
	Rule string `path:"rule"`
	Body struct {
		Days   int    `json:"days" doc:"0 is for ever."`
		Reason string `json:"reason"`
	}
}) (Rule, error) {
	if err := s.Decide(ctx, in.Rule, in.Body.Days, in.Body.Reason); err != nil {
		return Rule{}, err
	}
	return s.RuleOf(ctx, in.Rule)
}

func (s *Service) apiPreview(ctx context.Context, _ struct{}) (out api.List[Due], err error) {
	out.Items, err = s.Preview(ctx)
	return out, err
}

func (s *Service) apiRuns(ctx context.Context, _ struct{}) (out api.List[Run], err error) {
	out.Items, err = s.Runs(ctx)
	return out, err
}

// Ordered names the background task that was ordered.
type Ordered struct {
	Task string `json:"task"`
}

func (s *Service) apiRun(ctx context.Context, _ struct{}) (Ordered, error) {
	task, err := s.Order(ctx)
	return Ordered{task}, err
}

func (s *Service) apiHolds(ctx context.Context, _ struct{}) (out api.List[Hold], err error) {
	out.Items, err = s.Holds(ctx)
	return out, err
}

// HoldInput is what a hold needs.
type HoldInput struct {
	Person ospo.PersonID `json:"person,omitempty" doc:"Absent for all of the organisation."`
	Reason string        `json:"reason"`
	Until  string        `json:"until" doc:"Last day, YYYY-MM-DD."`
}

// Made names what was made.
type Made struct {
	ID string `json:"id"`
}

func (s *Service) apiAddHold(ctx context.Context, in struct{ Body HoldInput }) (Made, error) {
	id, err := s.AddHold(ctx, Hold{Person: in.Body.Person, Reason: in.Body.Reason, Until: in.Body.Until})
	return Made{id}, err
}

func (s *Service) apiEndHold(ctx context.Context, in struct {
	Hold string `path:"hold"`
}) (Made, error) {
	return Made{in.Hold}, s.EndHold(ctx, in.Hold)
}

// A RecordAnswer is all that there is about a person.
type RecordAnswer struct {
	Person Person         `json:"person"`
	Record map[string]any `json:"record" doc:"As the program keeps it, by its parts."`
}

func (s *Service) apiPerson(ctx context.Context, in struct {
	Person ospo.PersonID `path:"person"`
}) (out RecordAnswer, err error) {
	p, record, err := s.HandOver(ctx, in.Person)
	if err != nil {
		return out, err
	}
	out.Person = p
	return out, json.Unmarshal(record, &out.Record)
}

// Proposed names the proposal that waits for a second person.
type Proposed struct {
	Proposal string `json:"proposal"`
}

func (s *Service) apiErase(ctx context.Context, in struct {
	Person ospo.PersonID `path:"person"`
	Body   struct {
		Reason string `json:"reason"`
	}
}) (Proposed, error) {
	id, err := s.ProposeErasure(ctx, in.Person, in.Body.Reason)
	return Proposed{id}, err
}
