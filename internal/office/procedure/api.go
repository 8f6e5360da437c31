// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procedure

import (
	"context"
	"errors"

	"allmende/internal/engine/process"
	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("procedure-list", "/procedure/texts", mayRead, "Definitions that the house has written, the latest first, at most 500, without their texts", s.apiList),
		api.Get("procedure-text", "/procedure/texts/{procedure}", mayRead, "One definition with its text", s.apiText),
		api.Delete("procedure-retire", "/procedure/texts/{procedure}", mayRead, "Take one's own draft off the table; with procedure.decide any draft, or a definition out of force", s.apiRetire),
		api.Post("procedure-check", "/procedure/check", mayWrite, "Check a definition without keeping it", s.apiCheck),
		api.Post("procedure-keep", "/procedure/texts", mayWrite, "Keep a draft in which nothing is wrong", s.apiKeep),
	}
}

func (s *Service) apiList(ctx context.Context, _ struct{}) (out api.List[Text], err error) {
	all, err := s.Texts(ctx)
	return api.List[Text]{Items: append([]Text{}, all...)}, err
}

// In names a definition.
type In struct {
	Procedure string `path:"procedure" doc:"Id of the definition."`
}

func (s *Service) apiText(ctx context.Context, in In) (Text, error) { return s.Show(ctx, in.Procedure) }

func (s *Service) apiRetire(ctx context.Context, in In) (Kept, error) {
	return Kept{in.Procedure}, s.Retire(ctx, in.Procedure)
}

// Verdict is what the checker says of a definition.
type Verdict struct {
	Sound bool    `json:"sound" doc:"Nothing is wrong; it can be kept."`
	Wrong []Wrong `json:"wrong"`
}

// Wrong is one thing wrong in a definition.
type Wrong struct {
	Line int    `json:"line,omitempty"`
	Text string `json:"text"`
}

func (s *Service) apiCheck(ctx context.Context, in struct {
	Body struct {
		Definition string `json:"definition" doc:"YAML."`
	}
}) (out Verdict, err error) {
	out.Wrong = []Wrong{}
	_, flaws, err := s.Check(ctx, in.Body.Definition)
	if bad, ok := errors.AsType[*process.ParseError](err); ok {
		out.Wrong = append(out.Wrong, Wrong{bad.Line, misread(ctx, bad)})
		return out, nil
	}
	for _, f := range flaws {
		out.Wrong = append(out.Wrong, Wrong{f.Line, say(ctx, "procedure.flaw."+f.Kind, f.At, f.Of)})
	}
	out.Sound = err == nil && len(flaws) == 0
	return out, err
}

// Kept is a definition that was kept as a draft, or retired.
type Kept struct {
	ID string `json:"id"`
}

func (s *Service) apiKeep(ctx context.Context, in struct {
	Body struct {
		Definition string `json:"definition" doc:"YAML."`
		Reason     string `json:"reason" maxLength:"2000"`
	}
}) (out Kept, err error) {
	out.ID, err = s.Keep(ctx, in.Body.Definition, in.Body.Reason)
	return out, err
}
