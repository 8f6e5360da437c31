// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
	"allmende/internal/platform/keyset"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("casework-types", "/casework/types", mayRead, "Procedures that cases can follow", s.apiTypes),
		api.Get("casework-list", "/casework/cases", mayRead, "Cases", s.apiList),
		api.Post("casework-open", "/casework/cases", mayAsk, "Open a case", s.apiOpen),
		api.Get("casework-show", "/casework/cases/{case}", mayRead, "A case with tasks, steps, events and records", s.apiShow),
		api.Post("casework-facts", "/casework/cases/{case}/facts", mayWrite, "Change what is known of a case", s.apiFacts),
		api.Post("casework-take", "/casework/cases/{case}/tasks/{todo}/take", mayAsk, "Take a task, or give it back", s.apiTake),
		api.Post("casework-hand", "/casework/cases/{case}/tasks/{todo}/hand", mayAsk, "Give a task to somebody who holds its role", s.apiHand),
		api.Get("casework-team", "/casework/team", mayWrite, "How many tasks are open, by role and person", s.apiTeam),
		api.Post("casework-complete", "/casework/cases/{case}/tasks/{todo}", mayAsk, "Say that a task is done", s.apiComplete),
		api.Post("casework-move", "/casework/cases/{case}/move", mayAsk, "Take a step, or propose it where a second person is needed", s.apiMove),
		api.Post("casework-comment", "/casework/cases/{case}/comments", mayAsk, "Say something in a case", s.apiComment),
		api.Post("casework-version", "/casework/cases/{case}/version", mayDecide, "Let a case go on by the newest version of its procedure", s.apiVersion),
		api.Post("casework-reopen", "/casework/cases/{case}/reopen", mayDecide, "Let a case that has ended go on, or propose it where two decided its end", s.apiReopen),
	}
}

// Made names what came of an act.
type Made struct {
	ID       string `json:"id"`
	Proposal string `json:"proposal,omitempty" doc:"Id of the proposal, where a second person is needed."`
}

// In says which case an operation is about.
type In struct {
	Case string `path:"case" doc:"Id of the case."`
}

// TaskIn says which task an operation is about.
type TaskIn struct {
	In
	Task string `path:"todo" doc:"Id of the task in this case."`
}

// A Kind is a procedure with the fields that it asks for.
type Kind struct {
	ID      string   `json:"id"`
	Version int      `json:"version"`
	Name    string   `json:"name"`
	About   string   `json:"about"`
	Asked   string   `json:"asked,omitempty" doc:"How a department would put it."`
	Fields  []Asking `json:"fields"`
}

// An Asking is a field of a procedure.
type Asking struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Type     string   `json:"type" enum:"text,lines,choice,yesno,date,number,money"`
	Choices  []string `json:"choices,omitempty"`
	Required bool     `json:"required"`
	When     string   `json:"when,omitempty" doc:"Expression over the facts that says when it is asked."`
	First    bool     `json:"first" doc:"It is asked when a case is opened, where it applies."`
}

func (s *Service) apiTypes(ctx context.Context, _ struct{}) (out api.List[Kind], err error) {
	types, err := s.Types(ctx, door.From(ctx).Org)
	for _, d := range types {
		k := Kind{ID: d.ID, Version: d.Version, Name: d.Name.In(tongue(ctx)), About: d.About.In(tongue(ctx)), Asked: d.Asked.In(tongue(ctx)), Fields: []Asking{}}
		for _, f := range d.Fields {
			a := Asking{ID: f.ID, Name: f.Name.In(tongue(ctx)), Type: f.Type, Required: f.Required, When: f.When, First: !slices.Contains(later(d), f.ID)}
			for _, c := range f.Choices {
				a.Choices = append(a.Choices, c.ID)
			}
			k.Fields = append(k.Fields, a)
		}
		out.Items = append(out.Items, k)
	}
	return out, err
}

func (s *Service) apiList(ctx context.Context, in struct {
	Q     string `query:"q" doc:"Part of title or number, or of an answer in words (the first 4,000 characters)." maxLength:"300"`
	Type  string `query:"type" doc:"Id of a procedure."`
	State string `query:"state" doc:"Id of a state of that procedure."`
	Org   string `query:"org" doc:"Id of an organisation."`
	Ended string `query:"ended" enum:"no,done,refused,withdrawn" doc:"no: open cases; all where absent."`
	After string `query:"after" doc:"Cursor: next of the page before."`
	Size  int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}) (out Listed, err error) {
	page, next, err := s.Cases(ctx, Sieve{Text: in.Q, Answers: true, Type: in.Type, State: in.State, Org: ospo.OrgID(in.Org), Ended: in.Ended, Desc: true, After: in.After, Size: in.Size})
	out.Items = append([]Case{}, page...)
	if next != nil {
		out.Next = keyset.Cursor(next...)
	}
	return out, err
}

// Listed is a page of cases.
type Listed struct {
	Items []Case `json:"items"`
	Next  string `json:"next,omitempty" doc:"Cursor of the next page; absent on the last."`
}

func (s *Service) apiOpen(ctx context.Context, in struct{ Body Input }) (Made, error) {
	id, err := s.Open(ctx, in.Body)
	return Made{ID: id}, err
}

func (s *Service) apiShow(ctx context.Context, in In) (Dossier, error) {
	o, err := s.Show(ctx, in.Case)
	o.Steps, o.Tasks, o.Records, o.Vacant = append([]Step{}, o.Steps...), append([]Task{}, o.Tasks...), append([]Record{}, o.Records...), append([]string{}, o.Vacant...)
	for i, r := range o.Records {
		var j Justification
		if err != nil || json.Unmarshal([]byte(r.Body), &j) != nil {
			continue
		}
		if veiled := s.unveiled(ctx, o.Case, j); fault.Of(veiled) == fault.Forbidden && veiled != nil {
			o.Records[i].Body = ""
		} else {
			err = veiled
		}
	}
	return o, err
}

func (s *Service) apiFacts(ctx context.Context, in struct {
	In
	Body struct {
		Facts map[string]string `json:"facts" doc:"Answers by id of the field, as a person would write them; an empty one takes an answer back."`
		Seen  int               `json:"seen,omitempty" minimum:"0" doc:"Last event that the caller knew of: what others changed since is not undone, and what both changed is refused. Absent: what is sent counts."`
	}
}) (Made, error) {
	return Made{ID: in.Case}, s.SetFacts(ctx, in.Case, in.Body.Facts, in.Body.Seen)
}

func (s *Service) apiTake(ctx context.Context, in TaskIn) (Made, error) {
	return Made{ID: in.Task}, s.Take(ctx, in.Case, in.Task)
}

func (s *Service) apiHand(ctx context.Context, in struct {
	TaskIn
	Body struct {
		Person ospo.PersonID `json:"person" doc:"Id of who gets it."`
	}
}) (Made, error) {
	return Made{ID: in.Task}, s.Hand(ctx, in.Case, in.Task, in.Body.Person)
}

func (s *Service) apiTeam(ctx context.Context, _ struct{}) (out api.List[Load], err error) {
	out.Items, err = s.Loads(ctx)
	return out, err
}

func (s *Service) apiComplete(ctx context.Context, in struct {
	TaskIn
	Body struct {
		Note  string            `json:"note,omitempty" doc:"What came of it."`
		Facts map[string]string `json:"facts,omitempty" doc:"Answers to the fields of the task."`
		Seen  int               `json:"seen,omitempty" minimum:"0" doc:"Last event that the caller knew of: what others changed since is not undone, and what both changed is refused. Absent: what is sent counts."`
	}
}) (Made, error) {
	return Made{ID: in.Task}, s.Complete(ctx, in.Case, in.Task, in.Body.Note, in.Body.Facts, in.Body.Seen)
}

func (s *Service) apiMove(ctx context.Context, in struct {
	In
	Body struct {
		Step   string `json:"step" doc:"Id of the transition."`
		Reason string `json:"reason,omitempty" maxLength:"2000"`
		Seen   int    `json:"seen,omitempty" minimum:"0" doc:"Last event that the caller knew of: where others changed facts or moved the case since, the step is refused."`
	}
}) (Made, error) {
	proposal, err := s.Move(ctx, in.Case, in.Body.Step, in.Body.Reason, in.Body.Seen)
	return Made{ID: in.Case, Proposal: proposal}, err
}

func (s *Service) apiComment(ctx context.Context, in struct {
	In
	Body struct {
		Text string `json:"text" maxLength:"10000"`
	}
}) (Made, error) {
	return Made{ID: in.Case}, s.Comment(ctx, in.Case, in.Body.Text)
}

func (s *Service) apiReopen(ctx context.Context, in struct {
	In
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}) (Made, error) {
	proposal, err := s.Reopen(ctx, in.Case, in.Body.Reason)
	return Made{ID: in.Case, Proposal: proposal}, err
}

func (s *Service) apiVersion(ctx context.Context, in struct {
	In
	Body struct {
		State  string `json:"state,omitempty" doc:"Id of the state in the newest version; the case's own where absent. Needed where that is gone."`
		Reason string `json:"reason" maxLength:"2000"`
		Seen   int    `json:"seen,omitempty" minimum:"0" doc:"Last event that the caller knew of; where more happened since it is refused."`
	}
}) (Made, error) {
	return Made{ID: in.Case}, s.Advance(ctx, in.Case, in.Body.State, in.Body.Reason, in.Body.Seen)
}
