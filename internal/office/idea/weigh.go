// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package idea

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/engine/weigh"
	"allmende/internal/fault"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Weights are those that count for an organisation: its own, those of the nearest above it, or
// the proposed ones, which are version 0.
type Weights struct {
	Version   int            `json:"version"`
	Catalogue int            `json:"catalogue" doc:"Version of the criteria."`
	Of        map[string]int `json:"weights"`
	Reason    string         `json:"reason,omitempty"`
	Created   string         `json:"created,omitempty"`
}

// Weights returns those that count where the viewer is. Ones for another version of the
// catalogue that do not fit this one count no more.
func (s *Service) Weights(ctx context.Context) (Weights, error) {
	w, err := s.store.weights(ctx, s.store.db.Read(), door.From(ctx).Org)
	if fault.Of(err) == fault.NotFound || err == nil && s.Catalogue.Check(w.Of) != nil {
		return Weights{Catalogue: s.Catalogue.Version, Of: s.Catalogue.Proposed()}, nil
	}
	return w, err
}

// SetWeights keeps a new version of the viewer's organisation's weights, written as whole
// numbers by id of the criterion.
func (s *Service) SetWeights(ctx context.Context, written map[string]string, reason string) (err error) {
	defer fault.Wrap(&err, "set the weights of ideas")
	v := door.From(ctx)
	if err := v.Check(mayDecide); err != nil {
		return err
	}
	w := Weights{Catalogue: s.Catalogue.Version, Of: map[string]int{}}
	for id, text := range written {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil {
			return fault.At("w-"+id, "idea.weight_form", text[:min(len(text), 40)], weigh.MostWeight)
		}
		w.Of[id] = n
	}
	if e, ok := errors.AsType[*weigh.WeightError](s.Catalogue.Check(w.Of)); ok {
		if e.Axis != "" {
			return fault.New(fault.Invalid, "idea.weightless."+e.Axis)
		}
		return fault.At("w-"+e.Criterion, "idea.weight_form", e.Got, weigh.MostWeight)
	}
	if w.Reason, err = fault.Words("reason", reason, longestText); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.Act("idea.weights", string(v.Org)), func(tx *db.Tx) error {
		was, err := s.store.ownWeights(ctx, tx, v.Org)
		if err != nil {
			return err
		}
		w.Version = was.Version + 1
		tx.Act.Diff = change.Between(was, w)
		return s.store.setWeights(ctx, tx, v.Org, w)
	})
}

// A Row is an idea with what it comes to.
type Row struct {
	Idea
	Result  weigh.Result `json:"-"`
	Scorers int          `json:"scorers"`
}

// Ranked lists the ideas in some states with their places, the middle of the value first.
func (s *Service) Ranked(ctx context.Context, states ...string) (rows []Row, w Weights, err error) {
	rows, _, w, err = s.ranked(ctx, states)
	return rows, w, err
}

func (s *Service) ranked(ctx context.Context, states []string) (rows []Row, weighed []weigh.Idea, w Weights, err error) {
	v := door.From(ctx)
	if err = v.Check(mayRead); err != nil {
		return nil, nil, w, err
	}
	all, err := s.store.list(ctx, v.Org)
	if err != nil {
		return nil, nil, w, err
	}
	all = slices.DeleteFunc(all, func(i Idea) bool { return !slices.Contains(states, i.State) })
	scores, err := s.store.scores(ctx, v.Org, "")
	if err != nil {
		return nil, nil, w, err
	}
	if w, err = s.Weights(ctx); err != nil {
		return nil, nil, w, err
	}
	byID := map[string]Row{}
	for _, i := range all {
		points, scorers := s.points(scores, i.ID)
		byID[i.ID] = Row{Idea: i, Scorers: scorers}
		weighed = append(weighed, weigh.Idea{ID: i.ID, Points: points})
	}
	results, err := s.Catalogue.Weigh(weighed, w.Of)
	for _, r := range results {
		row := byID[r.ID]
		row.Result = r
		rows = append(rows, row)
	}
	return rows, weighed, w, err
}

// points are what people gave an idea, by criterion, and how many people that are. Criteria
// that the catalogue does not have any more are left out.
func (s *Service) points(all []Score, idea string) (map[string][]int, int) {
	out, people := map[string][]int{}, map[string]bool{}
	for _, one := range all {
		if one.Idea == idea && slices.ContainsFunc(s.Catalogue.Criteria, func(c weigh.Criterion) bool { return c.ID == one.Criterion }) {
			out[one.Criterion] = append(out[one.Criterion], one.Points)
			people[string(one.Person)] = true
		}
	}
	return out, len(people)
}

// Vary tells what each weight does to the order of the ideas, changed by some percent.
func (s *Service) Vary(ctx context.Context, percent int, states ...string) ([]weigh.Shift, error) {
	_, weighed, w, err := s.ranked(ctx, states)
	if err != nil {
		return nil, err
	}
	return s.Catalogue.Vary(weighed, w.Of, percent)
}

// A Mark is what somebody gives by a criterion, as written; without points it is taken back.
type Mark struct{ Points, Reason string }

// Score keeps what the viewer gives an idea. Points need a reason.
func (s *Service) Score(ctx context.Context, id string, marks map[string]Mark) (err error) {
	defer fault.Wrap(&err, "score idea %s", id)
	v := door.From(ctx)
	i, err := s.Idea(ctx, id)
	if err != nil {
		return err
	}
	if err := v.Check(mayAsk); err != nil {
		return err
	}
	if i.State == "no" {
		return fault.New(fault.Conflict, "idea.over")
	}
	var given []Score
	var bad []error
	for _, c := range s.Catalogue.Criteria {
		m, ok := marks[c.ID]
		if !ok {
			continue
		}
		one := Score{Idea: id, Person: v.Human(), Criterion: c.ID, Points: -1}
		if text := strings.TrimSpace(m.Points); text != "" {
			if one.Points, err = strconv.Atoi(text); err != nil || one.Points < 0 || one.Points > weigh.MaxPoints {
				bad = append(bad, fault.At("p-"+c.ID, "idea.points_form", text[:min(len(text), 40)], weigh.MaxPoints))
				continue
			}
			if one.Reason, err = fault.Words("r-"+c.ID, m.Reason, longestText); err != nil {
				bad = append(bad, err)
			}
		}
		given = append(given, one)
	}
	if err := errors.Join(bad...); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(i.Org, "idea.score", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"scores": given})
		for _, one := range given {
			if err := s.store.score(ctx, tx, i, one); err != nil {
				return err
			}
		}
		return nil
	})
}

// A Dossier is an idea with all that belongs to it.
type Dossier struct {
	Idea     Idea     `json:"idea"`
	Scorers  int      `json:"scorers"`
	Value    Interval `json:"value"`
	Effort   Interval `json:"effort"`
	Missing  []string `json:"missing" doc:"Criteria that nobody scored."`
	Scores   []Score  `json:"scores"`
	Comments []Remark `json:"comments"`
	Steps    []Step   `json:"steps"`
	Weights  Weights  `json:"weights"`
}

// An Interval is where a figure from 0 to 100 lies.
type Interval struct {
	Low  string `json:"low"`
	High string `json:"high"`
}

// Known reports whether it is one figure.
func (i Interval) Known() bool { return i.Low == i.High }

// Show returns an idea with all that belongs to it.
func (s *Service) Show(ctx context.Context, id string) (o Dossier, err error) {
	if o.Idea, err = s.Idea(ctx, id); err != nil {
		return o, err
	}
	v := door.From(ctx)
	if o.Scores, err = s.store.scores(ctx, v.Org, id); err != nil {
		return o, err
	}
	if o.Weights, err = s.Weights(ctx); err != nil {
		return o, err
	}
	points, n := s.points(o.Scores, id)
	all, err := s.Catalogue.Weigh([]weigh.Idea{{ID: id, Points: points}}, o.Weights.Of)
	if err != nil {
		return o, err
	}
	o.Scorers, o.Missing = n, append(append([]string{}, all[0].Value.Missing...), all[0].Effort.Missing...)
	o.Value = Interval{all[0].Value.Low.Text(tongue(ctx), 1), all[0].Value.High.Text(tongue(ctx), 1)}
	o.Effort = Interval{all[0].Effort.Low.Text(tongue(ctx), 1), all[0].Effort.High.Text(tongue(ctx), 1)}
	if o.Comments, err = s.store.comments(ctx, o.Idea); err != nil {
		return o, err
	}
	o.Steps, err = s.store.steps(ctx, o.Idea)
	return o, err
}

// Decide accepts an idea, puts it off or turns it down. What the weighing said then is kept.
func (s *Service) Decide(ctx context.Context, id, what, reason, again string) (err error) {
	defer fault.Wrap(&err, "decide on idea %s", id)
	if !slices.Contains([]string{"accepted", "later", "no"}, what) {
		return fault.At("what", "idea.what_form")
	}
	if what == "later" && strings.TrimSpace(again) == "" {
		return fault.At("again", "idea.again_missing")
	}
	return s.step(ctx, id, Step{What: what, Reason: reason, Again: again})
}

// Follow says what became of an idea that was decided on.
func (s *Service) Follow(ctx context.Context, id, reason, again string) (err error) {
	defer fault.Wrap(&err, "follow idea %s up", id)
	return s.step(ctx, id, Step{What: "followed", Reason: reason, Again: again})
}

func (s *Service) step(ctx context.Context, id string, step Step) error {
	v := door.From(ctx)
	o, err := s.Show(door.With(ctx, english(v)), id)
	if err != nil {
		return err
	}
	if err := v.Check(mayDecide); err != nil {
		return err
	}
	if own, err := s.decides(ctx, o.Idea); err != nil {
		return err
	} else if !own {
		return fault.New(fault.Forbidden, "idea.above", o.Idea.OrgName)
	}
	if step.What == "followed" && o.Idea.State == "open" {
		return fault.New(fault.Conflict, "idea.undecided")
	}
	why, when := "reason", "again"
	if step.What == "followed" { // a form of its own
		why, when = "became", "next"
	}
	if step.Reason, err = fault.Words(why, step.Reason, longestText); err != nil {
		return err
	}
	if step.Again, err = s.day(when, step.Again); err != nil {
		return err
	}
	step.Person = v.Human()
	basis, err := json.Marshal(map[string]any{"catalogue": o.Weights.Catalogue, "weights": o.Weights.Of, "version": o.Weights.Version, "value": o.Value, "effort": o.Effort, "missing": o.Missing, "scorers": o.Scorers})
	if err != nil {
		return err
	}
	if step.Basis = string(basis); step.What == "followed" {
		step.Basis = ""
	}
	act := v.ActFor(o.Idea.Org, "idea.decide", id)
	if step.What == "followed" {
		act = v.ActFor(o.Idea.Org, "idea.follow", id)
	}
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(step)
		if err := s.store.step(ctx, tx, o.Idea, step); err != nil || step.What == "followed" {
			return err
		}
		return s.store.setState(ctx, tx, o.Idea, step.What)
	})
}

// english is a viewer for whom figures are written as programs read them.
func english(v door.Viewer) door.Viewer {
	v.Lang = "en"
	return v
}
