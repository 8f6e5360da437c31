// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"

	"allmende/internal/ospo"
	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	const attend = "meeting.attend"
	return []api.Op{
		api.Get("meeting-teams", "/meeting/teams", attend, "Teams that the caller belongs to, or may read", s.apiTeams),
		api.Post("meeting-team-add", "/meeting/teams", "meeting.write", "Make a team of roles", s.apiAddTeam),
		api.Get("meeting-team", "/meeting/teams/{team}", attend, "A team with its meetings and what is still to be done", s.apiTeam),
		api.Post("meeting-team-change", "/meeting/teams/{team}", attend, "Change a team", s.apiSetTeam),
		api.Post("meeting-plan", "/meeting/teams/{team}/meetings", attend, "Plan a meeting: who holds the roles that day is invited", s.apiPlan),
		api.Get("meeting-show", "/meeting/meetings/{meeting}", attend, "A meeting with guests, agenda and decisions", s.apiShow),
		api.Post("meeting-move", "/meeting/meetings/{meeting}", attend, "Change when and where a meeting is", s.apiMove),
		api.Delete("meeting-cancel", "/meeting/meetings/{meeting}", attend, "Call a meeting off", s.apiCancel),
		api.Get("meeting-matters", "/meeting/meetings/{meeting}/matters", attend, "What is open in the house and not on the agenda yet", s.apiMatters),
		api.Post("meeting-items", "/meeting/meetings/{meeting}/items", attend, "Put an own item, or matters of the house, onto the agenda", s.apiItems),
		api.Post("meeting-presence", "/meeting/meetings/{meeting}/guests", attend, "Note who was there", s.apiAttend),
		api.Post("meeting-close", "/meeting/meetings/{meeting}/close", attend, "Close the minutes: nothing in them changes any more", s.apiClose),
		api.Post("meeting-send", "/meeting/meetings/{meeting}/send", attend, "Send the invitation, or the minutes once they are closed, by mail", s.apiSend),
		api.Post("meeting-note", "/meeting/items/{item}", attend, "Write down what came of an item", s.apiNote),
		api.Delete("meeting-item-remove", "/meeting/items/{item}", attend, "Take an item from the agenda", s.apiRemove),
		api.Post("meeting-decide", "/meeting/items/{item}/decisions", attend, "Record a decision on an item", s.apiDecide),
		api.Get("meeting-decisions", "/meeting/decisions", attend, "Decisions, the latest first", s.apiDecisions),
		api.Get("meeting-decision", "/meeting/decisions/{decision}", attend, "One decision", s.apiDecision),
		api.Post("meeting-decision-change", "/meeting/decisions/{decision}", attend, "Change a decision while the minutes are open", s.apiRevise),
		api.Post("meeting-task-done", "/meeting/items/{item}/done", attend, "Note that a task is done", s.apiItemDone),
		api.Post("meeting-decision-done", "/meeting/decisions/{decision}/done", attend, "Note that a decision is carried out", s.apiDecisionDone),
	}
}

// Made names what came of an act.
type Made struct {
	ID    string `json:"id"`
	Count int    `json:"count,omitempty"`
}

// TeamIn says which team an operation is about.
type TeamIn struct {
	Team string `path:"team" doc:"Id of the team."`
}

// SessionIn says which meeting an operation is about.
type SessionIn struct {
	Session string `path:"meeting" doc:"Id of the meeting."`
}

// ItemIn says which item an operation is about.
type ItemIn struct {
	Item string `path:"item" doc:"Id of the item."`
}

// DecisionIn says which decision an operation is about.
type DecisionIn struct {
	Decision string `path:"decision" doc:"Id of the decision."`
}

func listed[T any](all []T, err error) (api.List[T], error) {
	return api.List[T]{Items: append([]T{}, all...)}, err
}

func (s *Service) apiTeams(ctx context.Context, _ struct{}) (api.List[Team], error) {
	return listed(s.Teams(ctx))
}

func (s *Service) apiAddTeam(ctx context.Context, in struct{ Body TeamInput }) (Made, error) {
	id, err := s.AddTeam(ctx, in.Body)
	return Made{ID: id}, err
}

// TeamReport is a team with its meetings and tasks.
type TeamReport struct {
	Team     Team      `json:"team"`
	Next     string    `json:"next,omitempty" doc:"Day on which the rhythm comes round after today."`
	Meetings []Session `json:"meetings"`
	Tasks    []Task    `json:"tasks"`
}

func (s *Service) apiTeam(ctx context.Context, in TeamIn) (r TeamReport, err error) {
	if r.Team, err = s.Team(ctx, in.Team); err != nil {
		return r, err
	}
	r.Next = r.Team.Next(s.today())
	all, err := s.Sessions(ctx, in.Team)
	if err != nil {
		return r, err
	}
	tasks, err := s.Tasks(ctx, in.Team)
	r.Meetings, r.Tasks = append([]Session{}, all...), append([]Task{}, tasks...)
	return r, err
}

func (s *Service) apiSetTeam(ctx context.Context, in struct {
	TeamIn
	Body TeamInput
}) (Made, error) {
	return Made{ID: in.Team}, s.ChangeTeam(ctx, in.Team, in.Body)
}

func (s *Service) apiPlan(ctx context.Context, in struct {
	TeamIn
	Body SessionInput
}) (Made, error) {
	id, err := s.Plan(ctx, in.Team, in.Body)
	return Made{ID: id}, err
}

func (s *Service) apiShow(ctx context.Context, in SessionIn) (Minutes, error) {
	m, err := s.Minutes(ctx, in.Session)
	m.Guests, m.Items, m.Decisions = append([]Guest{}, m.Guests...), append([]Item{}, m.Items...), append([]Decision{}, m.Decisions...)
	return m, err
}

func (s *Service) apiMove(ctx context.Context, in struct {
	SessionIn
	Body SessionInput
}) (Made, error) {
	return Made{ID: in.Session}, s.Move(ctx, in.Session, in.Body)
}

func (s *Service) apiCancel(ctx context.Context, in SessionIn) (Made, error) {
	return Made{ID: in.Session}, s.Cancel(ctx, in.Session)
}

func (s *Service) apiMatters(ctx context.Context, in SessionIn) (api.List[Matter], error) {
	return listed(s.Matters(ctx, in.Session))
}

func (s *Service) apiItems(ctx context.Context, in struct {
	SessionIn
	Body struct {
		Title   string   `json:"title,omitempty" doc:"Of an own item."`
		Sources []string `json:"sources,omitempty" doc:"Matters of the house: kind, colon, key."`
	}
}) (out api.List[string], err error) {
	if len(in.Body.Sources) > 0 {
		return listed(s.Take(ctx, in.Session, in.Body.Sources))
	}
	id, err := s.AddItem(ctx, in.Session, in.Body.Title)
	return listed([]string{id}, err)
}

func (s *Service) apiAttend(ctx context.Context, in struct {
	SessionIn
	Body struct {
		Presence map[ospo.PersonID]string `json:"presence" doc:"Person: invited, present, excused or absent. Who is not on the list is added."`
	}
}) (Made, error) {
	return Made{ID: in.Session}, s.Attend(ctx, in.Session, in.Body.Presence)
}

func (s *Service) apiClose(ctx context.Context, in SessionIn) (Made, error) {
	return Made{ID: in.Session}, s.Close(ctx, in.Session)
}

func (s *Service) apiSend(ctx context.Context, in SessionIn) (Made, error) {
	n, err := s.Send(ctx, in.Session)
	return Made{ID: in.Session, Count: n}, err
}

func (s *Service) apiNote(ctx context.Context, in struct {
	ItemIn
	Body ItemInput
}) (Made, error) {
	return Made{ID: in.Item}, s.Settle(ctx, in.Item, in.Body)
}

func (s *Service) apiRemove(ctx context.Context, in ItemIn) (Made, error) {
	return Made{ID: in.Item}, s.Remove(ctx, in.Item)
}

func (s *Service) apiDecide(ctx context.Context, in struct {
	ItemIn
	Body DecisionInput
}) (Made, error) {
	id, err := s.Decide(ctx, in.Item, in.Body)
	return Made{ID: id}, err
}

func (s *Service) apiDecisions(ctx context.Context, in struct {
	Q    string `query:"q" doc:"Part of text, reason or number." maxLength:"300"`
	Team string `query:"team" doc:"Id of a team."`
}) (api.List[Decision], error) {
	return listed(s.Decisions(ctx, DecisionSieve{Text: in.Q, Team: in.Team}))
}

func (s *Service) apiDecision(ctx context.Context, in DecisionIn) (Decision, error) {
	d, _, err := s.Decision(ctx, in.Decision)
	return d, err
}

func (s *Service) apiRevise(ctx context.Context, in struct {
	DecisionIn
	Body DecisionInput
}) (Made, error) {
	return Made{ID: in.Decision}, s.Revise(ctx, in.Decision, in.Body)
}

func (s *Service) apiItemDone(ctx context.Context, in ItemIn) (Made, error) {
	return Made{ID: in.Item}, s.Finish(ctx, "item", in.Item)
}

func (s *Service) apiDecisionDone(ctx context.Context, in DecisionIn) (Made, error) {
	return Made{ID: in.Decision}, s.Finish(ctx, "decision", in.Decision)
}
