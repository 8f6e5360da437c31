// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package weigh weighs ideas by criteria: several people give points from 0 to 5, each with a
// reason; value and effort are apart. What nobody scored is unknown and widens the interval in
// which the value lies; it is never 0. A place among others is an interval, too: from the best
// to the worst that the intervals allow. What one weight does to the places is told by varying it.
//
// The value of one idea is [economics.UtilityOf], with points doubled to its scale.
package weigh

import (
	_ "embed"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"allmende/internal/engine/economics"
	"allmende/internal/engine/number"
	"allmende/internal/engine/process"
)

// MaxPoints is the most that a criterion earns.
const MaxPoints = 5

// Axes are what criteria are about.
const (
	Value  = "value"
	Effort = "effort"
)

// A Criterion is something that ideas are weighed by.
type Criterion struct {
	ID     string       `yaml:"id"`
	Axis   string       `yaml:"axis"`
	Weight int          `yaml:"weight"` // proposed
	Name   process.Text `yaml:"name"`
	None   process.Text `yaml:"none"` // what earns 0
	Full   process.Text `yaml:"full"` // what earns MaxPoints
}

// A Catalogue is a version of the criteria.
type Catalogue struct {
	Version  int         `yaml:"version"`
	Source   string      `yaml:"source"`
	Checked  string      `yaml:"checked"`
	Criteria []Criterion `yaml:"criteria"`
}

//go:embed data/criteria.yaml
var shipped []byte

// Shipped is the catalogue that comes with the program.
func Shipped() Catalogue {
	var c Catalogue
	if err := yaml.Unmarshal(shipped, &c); err != nil {
		panic("weigh: " + err.Error()) // a file of the program itself is broken
	}
	return c
}

// Proposed are the weights that the catalogue proposes.
func (c Catalogue) Proposed() map[string]int {
	out := map[string]int{}
	for _, one := range c.Criteria {
		out[one.ID] = one.Weight
	}
	return out
}

// MostWeight bounds a weight.
const MostWeight = 1000

// Check returns what is wrong with weights: a criterion that there is not or that has none, one
// out of bounds, an axis without any.
func (c Catalogue) Check(weights map[string]int) error {
	sum := map[string]int{}
	for _, one := range c.Criteria {
		w, ok := weights[one.ID]
		if !ok || w < 0 || w > MostWeight {
			return &WeightError{Criterion: one.ID, Got: w}
		}
		sum[one.Axis] += w
	}
	for id := range weights {
		if !slices.ContainsFunc(c.Criteria, func(one Criterion) bool { return one.ID == id }) {
			return &WeightError{Criterion: id, Got: weights[id]}
		}
	}
	for _, axis := range []string{Value, Effort} {
		if sum[axis] == 0 {
			return &WeightError{Axis: axis}
		}
	}
	return nil
}

// A WeightError says which weight will not do: that of a criterion, or all of an axis.
type WeightError struct {
	Criterion, Axis string
	Got             int
}

func (e *WeightError) Error() string {
	if e.Axis != "" {
		return fmt.Sprintf("all weights of %s are 0; at least one must be more", e.Axis)
	}
	return fmt.Sprintf("the weight of %q is %d; each criterion of the catalogue needs one from 0 to %d", e.Criterion, e.Got, MostWeight)
}

// An Idea is what is weighed: the points that people gave, by criterion.
type Idea struct {
	ID     string
	Points map[string][]int
}

// A Result is what an idea comes to, each as an interval from 0 to 100.
type Result struct {
	ID            string
	Value, Effort economics.Utility
	Best, Worst   int // place by value, from 1
}

// Middle is the centre of an interval.
func Middle(u economics.Utility) number.Exact {
	return u.Low.Add(u.High).Div(number.Int(2))
}

// Weigh weighs ideas and places them by value. Weights must have passed [Catalogue.Check].
func (c Catalogue) Weigh(ideas []Idea, weights map[string]int) ([]Result, error) {
	out := make([]Result, len(ideas))
	for i, idea := range ideas {
		value, err := c.rate(idea, Value, weights)
		if err != nil {
			return nil, err
		}
		effort, err := c.rate(idea, Effort, weights)
		if err != nil {
			return nil, err
		}
		out[i] = Result{ID: idea.ID, Value: value, Effort: effort}
	}
	for i := range out {
		out[i].Best, out[i].Worst = 1, len(out)
		for j := range out {
			if out[j].Value.Low.Cmp(out[i].Value.High) > 0 {
				out[i].Best++
			}
			if out[j].Value.High.Cmp(out[i].Value.Low) < 0 {
				out[i].Worst--
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Result) int { return Middle(b.Value).Cmp(Middle(a.Value)) })
	return out, nil
}

// rate is one axis of one idea: the mean of what people gave, weighted.
func (c Catalogue) rate(idea Idea, axis string, weights map[string]int) (economics.Utility, error) {
	var criteria []economics.Criterion
	points := map[string]number.Exact{}
	for _, one := range c.Criteria {
		if one.Axis != axis {
			continue
		}
		criteria = append(criteria, economics.Criterion{ID: one.ID, Weight: number.Int(int64(weights[one.ID]))})
		if given := idea.Points[one.ID]; len(given) > 0 {
			sum := 0
			for _, p := range given {
				if p < 0 || p > MaxPoints {
					return economics.Utility{}, fmt.Errorf("idea %s has %d points for %s; want 0 to %d", idea.ID, p, one.ID, MaxPoints)
				}
				sum += p
			}
			points[one.ID] = number.Int(int64(2 * sum)).Div(number.Int(int64(len(given)))) // its scale ends at 10
		}
	}
	u, bad := economics.UtilityOf(criteria, points)
	if len(bad) > 0 {
		return u, fmt.Errorf("weigh %s of idea %s: %v", axis, idea.ID, bad)
	}
	return u, nil
}

// A Shift is what becomes of the order when one weight is varied.
type Shift struct {
	Criterion string
	Percent   int // by which the weight was changed, for example -50
	Order     []string
	Moved     []string // ideas whose place in the order is another
}

// Vary changes the weight of each criterion of value down and up by some percent, one at a
// time, and tells the order that follows. Equal ideas keep the order that they had.
func (c Catalogue) Vary(ideas []Idea, weights map[string]int, percent int) (out []Shift, err error) {
	const fine = 100 // so that a per cent of a weight is a whole number
	base, err := c.Weigh(ideas, weights)
	if err != nil {
		return nil, err
	}
	was := order(base)
	sorted := make([]Idea, 0, len(ideas))
	for _, id := range was {
		sorted = append(sorted, ideas[slices.IndexFunc(ideas, func(i Idea) bool { return i.ID == id })])
	}
	for _, one := range c.Criteria {
		if one.Axis != Value {
			continue
		}
		for _, p := range []int{-percent, percent} {
			changed := map[string]int{}
			for id, w := range weights {
				changed[id] = w * fine
			}
			changed[one.ID] = weights[one.ID] * (fine + p)
			if c.weightless(changed) {
				continue // the only weight was taken away: there is no order
			}
			now, err := c.Weigh(sorted, changed)
			if err != nil {
				return nil, err
			}
			s := Shift{Criterion: one.ID, Percent: p, Order: order(now)}
			for i, id := range s.Order {
				if was[i] != id {
					s.Moved = append(s.Moved, id)
				}
			}
			out = append(out, s)
		}
	}
	return out, nil
}

func (c Catalogue) weightless(weights map[string]int) bool {
	return !slices.ContainsFunc(c.Criteria, func(one Criterion) bool { return one.Axis == Value && weights[one.ID] > 0 })
}

func order(all []Result) (out []string) {
	for _, r := range all {
		out = append(out, r.ID)
	}
	return out
}
