// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"context"
	"net/http"
	"path"

	"allmende/internal/engine/combine"
	"allmende/internal/ospo"
	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	const read, bring, decide = "compat.read", "compat.import", "compat.decide"
	return []api.Op{
		api.Get("compat-ask", "/compat/answer", read, "May these components go into a work under this licence?", s.apiAsk),
		api.Post("compat-ask-long", "/compat/answers", read, "As compat-ask, for questions too long for an address; nothing is kept", s.apiAskLong),
		api.Get("compat-matrices", "/compat/matrices", read, "Matrices of OSADL that were brought in, the one that is asked first", s.apiMatrices),
		api.Upload("compat-matrix-import", "/compat/matrices", bring, "Bring a matrix of OSADL in (matrix.json or matrixseqexpl.json, CC-BY-4.0)", []string{"application/json", "application/octet-stream"},
			[]api.Param{{Name: "name", Doc: "Of the file."}, {Name: "date", Doc: "Day of the edition, YYYY-MM-DD, where the file gives none."}}, s.apiImport),
		api.Delete("compat-matrix-remove", "/compat/matrices/{matrix}", bring, "Take a matrix away that was brought in by mistake", s.apiRemove),
		api.Post("compat-advise", "/compat/advice", read, "Which licence for an own work? Nothing is kept", s.apiAdvise),
		api.Get("compat-choices", "/compat/choices", read, "Licences chosen for own works, the latest first", s.apiChoices),
		api.Post("compat-choose", "/compat/choices", decide, "Record the licence of a work as a decision", s.apiChoose),
		api.Get("compat-choice", "/compat/choices/{choice}", read, "A recorded choice, with the advice as it was then", s.apiChoice),
	}
}

// Made names what came of an act.
type Made struct {
	ID string `json:"id"`
}

func listed[T any](all []T, err error) (api.List[T], error) {
	return api.List[T]{Items: append([]T{}, all...)}, err
}

func (s *Service) apiAsk(ctx context.Context, in struct {
	Licence  string   `query:"licence" required:"true" maxLength:"100" doc:"Under which the work is to be published: an SPDX id." example:"EUPL-1.2"`
	Parts    []string `query:"component,explode" doc:"Licence of a component; may be given several times." example:"MIT"`
	Release  string   `query:"release" maxLength:"100" doc:"Id of a release whose bill of materials has the components."`
	Way      string   `query:"way" enum:"merged,static,dynamic,separate" default:"static"`
	Reach    string   `query:"reach" enum:"given,service,internal" default:"given"`
	Modified bool     `query:"modified"`
}) (Answer, error) {
	return s.Ask(ctx, Question{Licence: in.Licence, Parts: in.Parts, Release: ospo.ReleaseID(in.Release), Way: in.Way, Reach: in.Reach, Modified: in.Modified})
}

func (s *Service) apiAskLong(ctx context.Context, in struct{ Body Question }) (Answer, error) {
	return s.Ask(ctx, in.Body)
}

func (s *Service) apiMatrices(ctx context.Context, _ struct{}) (api.List[Matrix], error) {
	return listed(s.Matrices(ctx))
}

func (s *Service) apiImport(r *http.Request) (Matrix, error) {
	data, err := upTo(r.Body, combine.MaxMatrixBytes)
	if err != nil {
		return Matrix{}, err
	}
	name := or(path.Base(r.URL.Query().Get("name")), "matrix.json")
	if name == "." {
		name = "matrix.json"
	}
	return s.Import(r.Context(), name, r.URL.Query().Get("date"), data)
}

func (s *Service) apiRemove(ctx context.Context, in struct {
	Matrix string `path:"matrix" doc:"Id of the matrix."`
}) (Made, error) {
	return Made{in.Matrix}, s.Remove(ctx, in.Matrix)
}

func (s *Service) apiAdvise(ctx context.Context, in struct{ Body Questions }) (Advice, error) {
	return s.Advise(ctx, in.Body)
}

func (s *Service) apiChoices(ctx context.Context, in struct {
	Q string `query:"q" maxLength:"300" doc:"Part of the work's name."`
}) (api.List[Choice], error) {
	return listed(s.Choices(ctx, in.Q))
}

func (s *Service) apiChoose(ctx context.Context, in struct{ Body ChoiceInput }) (Made, error) {
	id, err := s.Choose(ctx, in.Body)
	return Made{id}, err
}

func (s *Service) apiChoice(ctx context.Context, in struct {
	Choice string `path:"choice" doc:"Id of the choice."`
}) (Choice, error) {
	return s.Choice(ctx, in.Choice)
}
