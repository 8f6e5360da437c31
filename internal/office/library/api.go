// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package library

import (
	"context"

	"allmende/internal/engine/market"
	"allmende/internal/platform/api"
	"allmende/internal/platform/door"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("library-list", "/library/texts", mayRead, "Editions that the house has written, the latest first, at most 200, without their texts", s.apiList),
		api.Get("library-text", "/library/texts/{library}", mayRead, "One edition with its text", s.apiText),
		api.Delete("library-retire", "/library/texts/{library}", mayRead, "Take one's own draft off the table; with procurement.decide any draft, or an edition out of force", s.apiRetire),
		api.Get("library-current", "/library/current", mayRead, "The catalogue that new papers of the caller's organisation follow", s.apiCurrent),
		api.Post("library-check", "/library/check", mayWrite, "Check an edition without keeping it", s.apiCheck),
		api.Post("library-keep", "/library/texts", mayWrite, "Keep a draft in which nothing is wrong", s.apiKeep),
	}
}

func (s *Service) apiList(ctx context.Context, _ struct{}) (out api.List[Text], err error) {
	all, err := s.Texts(ctx)
	return api.List[Text]{Items: append([]Text{}, all...)}, err
}

// In names an edition.
type In struct {
	Library string `path:"library" doc:"Id of the edition."`
}

func (s *Service) apiText(ctx context.Context, in In) (Text, error) { return s.Show(ctx, in.Library) }

func (s *Service) apiRetire(ctx context.Context, in In) (Kept, error) {
	return Kept{in.Library}, s.Retire(ctx, in.Library)
}

// Current is the catalogue in force.
type Current struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Body    string `json:"body" doc:"YAML."`
}

func (s *Service) apiCurrent(ctx context.Context, _ struct{}) (out Current, err error) {
	c, err := s.InForce(ctx, door.From(ctx).Org)
	if err != nil {
		return out, err
	}
	out = Current{ID: c.ID, Version: c.Version}
	out.Body, err = s.beginning(ctx, "")
	return out, err
}

// Verdict is what the checker says of an edition.
type Verdict struct {
	Sound bool    `json:"sound" doc:"Nothing is wrong; it can be kept."`
	Wrong []Wrong `json:"wrong"`
}

// Wrong is one thing wrong in an edition.
type Wrong struct {
	Line int    `json:"line,omitempty"`
	Text string `json:"text"`
}

func (s *Service) apiCheck(ctx context.Context, in struct {
	Body struct {
		Catalogue string `json:"catalogue" doc:"YAML."`
	}
}) (out Verdict, err error) {
	_, flaws, err := s.Check(ctx, in.Body.Catalogue)
	out = Verdict{Sound: err == nil && len(flaws) == 0, Wrong: []Wrong{}}
	for _, f := range flaws {
		out.Wrong = append(out.Wrong, Wrong{f.Line, flawWords(ctx, f)})
	}
	return out, err
}

// flawWords is the sentence of a flaw.
func flawWords(ctx context.Context, f market.Flaw) string {
	at := f.At
	if at == "" {
		at = say(ctx, "library.whole")
	}
	return say(ctx, "library.flaw."+f.Kind, at, f.Got)
}

// Kept is an edition that was kept as a draft, or retired.
type Kept struct {
	ID string `json:"id"`
}

func (s *Service) apiKeep(ctx context.Context, in struct {
	Body struct {
		Catalogue string `json:"catalogue" doc:"YAML."`
		Reason    string `json:"reason" maxLength:"2000"`
	}
}) (out Kept, err error) {
	out.ID, err = s.Keep(ctx, in.Body.Catalogue, in.Body.Reason)
	return out, err
}
