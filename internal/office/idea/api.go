// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package idea

import (
	"context"
	"slices"
	"strconv"

	"allmende/internal/platform/api"
)

func (s *Service) ops() []api.Op {
	return []api.Op{
		api.Get("idea-list", "/idea/ideas", mayRead, "Ideas with what they come to, the middle of the value first", s.apiList),
		api.Post("idea-add", "/idea/ideas", mayAsk, "Bring an idea", s.apiAdd),
		api.Get("idea-show", "/idea/ideas/{idea}", mayRead, "An idea with scores, comments and decisions", s.apiShow),
		api.Post("idea-score", "/idea/ideas/{idea}/scores", mayAsk, "Score an idea", s.apiScore),
	}
}

// Ranking is an idea with what it comes to.
type Ranking struct {
	Row
	Value  Interval `json:"value"`
	Effort Interval `json:"effort"`
	Best   int      `json:"best" doc:"Best place by value that the intervals allow."`
	Worst  int      `json:"worst"`
}

func (s *Service) apiList(ctx context.Context, in struct {
	State string `query:"state" enum:"open,accepted,later,no" doc:"All but those turned down where absent."`
}) (out api.List[Ranking], err error) {
	wanted := states[:3]
	if slices.Contains(states, in.State) {
		wanted = []string{in.State}
	}
	rows, _, err := s.Ranked(ctx, wanted...)
	out.Items = []Ranking{}
	for _, l := range lines(ctx, rows) {
		out.Items = append(out.Items, Ranking{l.Row, l.Value, l.Effort, l.Result.Best, l.Result.Worst})
	}
	return out, err
}

// Made names what was made.
type Made struct {
	ID string `json:"id"`
}

func (s *Service) apiAdd(ctx context.Context, in struct{ Body Input }) (Made, error) {
	id, err := s.Add(ctx, in.Body)
	return Made{id}, err
}

// In says which idea an operation is about.
type In struct {
	Idea string `path:"idea" doc:"Id of the idea."`
}

func (s *Service) apiShow(ctx context.Context, in In) (Dossier, error) {
	o, err := s.Show(ctx, in.Idea)
	o.Scores, o.Comments, o.Steps = append([]Score{}, o.Scores...), append([]Remark{}, o.Comments...), append([]Step{}, o.Steps...)
	return o, err
}

func (s *Service) apiScore(ctx context.Context, in struct {
	In
	Body struct {
		Scores []struct {
			Criterion string `json:"criterion"`
			Points    int    `json:"points" minimum:"0" maximum:"5"`
			Reason    string `json:"reason" maxLength:"10000"`
		} `json:"scores" maxItems:"50"`
	}
}) (Made, error) {
	marks := map[string]Mark{}
	for _, one := range in.Body.Scores {
		marks[one.Criterion] = Mark{strconv.Itoa(one.Points), one.Reason}
	}
	return Made{in.Idea}, s.Score(ctx, in.Idea, marks)
}
