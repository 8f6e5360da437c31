// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"

	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("intake-doors", "/intake/doors", mayAsk, "Doors by which people ask, with their questions", s.apiDoors),
		api.Get("intake-mine", "/intake/requests", mayAsk, "What the caller has asked", s.apiMine),
		api.Post("intake-ask", "/intake/requests", mayAsk, "Ask", s.apiAsk),
		api.Get("intake-look", "/intake/requests/{case}", mayAsk, "Where a request stands", s.apiLook),
		api.Get("intake-guests", "/intake/guests", mayRead, "Who asked without an account", s.apiGuests),
		api.Get("intake-figures", "/intake/figures", mayRead, "How long answers take, what is open, what came and went", s.apiFigures),
	}
}

// A Doorway is a door with the questions behind it.
type Doorway struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Type   string     `json:"type" doc:"Id of the procedure."`
	Fields []Question `json:"fields" doc:"Questions; answers may bring up further ones."`
}

// A Question is a field of a form.
type Question struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Type     string `json:"type" enum:"text,lines,choice,yesno,date,number,money"`
	Required bool   `json:"required"`
}

func (s *Service) apiDoors(ctx context.Context, _ struct{}) (out api.List[Doorway], err error) {
	for _, d := range s.doors(ctx, door.From(ctx).Org) {
		p, err := s.form(ctx, door.From(ctx).Org, d.ID)
		if err != nil {
			return out, err
		}
		one := Doorway{ID: d.ID, Name: say(ctx, "intake.door."+d.ID), Type: d.Type, Fields: []Question{}}
		for _, f := range p.Fields {
			one.Fields = append(one.Fields, Question{f.ID, f.Name, f.Type, f.Required})
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

func (s *Service) apiMine(ctx context.Context, _ struct{}) (out api.List[Standing], err error) {
	all, err := s.Desk.Mine(ctx)
	out.Items = append([]Standing{}, all...)
	return out, err
}

// Asked names what came of a request.
type Asked struct {
	ID string `json:"id" doc:"Of the case."`
}

func (s *Service) apiAsk(ctx context.Context, in struct {
	Body struct {
		Door  string            `json:"door" enum:"need,use,publish,other"`
		Title string            `json:"title" maxLength:"300"`
		Facts map[string]string `json:"facts,omitempty" doc:"Answers by id of the question, as a person would write them."`
	}
}) (Asked, error) {
	id, err := s.Ask(ctx, in.Body.Door, Request{Title: in.Body.Title, Facts: in.Body.Facts})
	return Asked{id}, err
}

func (s *Service) apiLook(ctx context.Context, in struct {
	Case string `path:"case" doc:"Id of the case."`
}) (Standing, error) {
	return s.Look(ctx, in.Case)
}

func (s *Service) apiGuests(ctx context.Context, _ struct{}) (out api.List[Guest], err error) {
	all, err := s.Guests(ctx)
	out.Items = append([]Guest{}, all...)
	return out, err
}

func (s *Service) apiFigures(ctx context.Context, _ struct{}) (Figures, error) { return s.Figures(ctx) }
