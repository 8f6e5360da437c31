// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"context"

	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("ticket-messages", "/ticket/messages", mayRead, "What systems are to be told of cases", s.apiMessages),
		api.Post("ticket-again", "/ticket/messages/{message}/again", mayWrite, "Try a message again that was refused", s.apiAgain),
		api.Get("ticket-case", "/ticket/cases/{case}", mayRead, "Tickets of a case, and whether their states contradict it", s.apiCase),
		api.Post("ticket-attach", "/ticket/cases/{case}/files", mayWrite, "Give files of a case to its tickets, with an article", s.apiAttach),
	}
}

func (s *Service) apiMessages(ctx context.Context, in struct {
	State  string `query:"state" enum:"queued,sent,failed"`
	Before string `query:"before" doc:"Id of the last message of the page before." maxLength:"36"`
	Size   int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}) (out api.List[Message], err error) {
	all, err := s.store.messages(ctx, door.From(ctx).Org, in.State, in.Before, in.Size)
	out.Items = append([]Message{}, all...)
	return out, err
}

// Made names what an act was about.
type Made struct {
	ID string `json:"id"`
}

func (s *Service) apiAgain(ctx context.Context, in struct {
	Message string `path:"message" doc:"Id of the message."`
}) (Made, error) {
	return Made{in.Message}, s.Again(ctx, in.Message)
}

func (s *Service) apiCase(ctx context.Context, in struct {
	Case string `path:"case" doc:"Id of the case."`
}) (out api.List[Standing], err error) {
	_, all, _, err := s.Standings(ctx, in.Case)
	out.Items = append([]Standing{}, all...)
	return out, err
}

func (s *Service) apiAttach(ctx context.Context, in struct {
	Case string `path:"case" doc:"Id of the case."`
	Body struct {
		Files []string `json:"files" doc:"Ids of files of the case." minItems:"1" maxItems:"20"`
		Text  string   `json:"text,omitempty" doc:"What the article says." maxLength:"9000"`
	}
}) (Made, error) {
	return Made{in.Case}, s.Attach(ctx, in.Case, in.Body.Text, in.Body.Files)
}
