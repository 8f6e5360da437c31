// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package idea

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"allmende/internal/engine/number"
	"allmende/internal/engine/weigh"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Steer, Key: "idea.nav", Href: "/idea", Permit: mayRead}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /idea", mayRead, "list.html", s.listPage),
		web.Show("GET /idea/add", mayAsk, "add.html", s.addPage),
		web.Form("POST /idea/add", mayAsk, "add.html", s.add),
		web.Show("GET /idea/portfolio", mayRead, "portfolio.html", s.portfolioPage),
		web.Show("GET /idea/weights", mayRead, "weights.html", s.weightsPage),
		web.Form("POST /idea/weights", mayDecide, "weights.html", s.setWeights),
		web.Show("GET /idea/one/{idea}", mayRead, "idea.html", s.ideaPage),
		web.Form("POST /idea/one/{idea}/comment", mayAsk, "idea.html", s.comment),
		web.Form("POST /idea/one/{idea}/decide", mayDecide, "idea.html", s.decide),
		web.Form("POST /idea/one/{idea}/follow", mayDecide, "idea.html", s.follow),
		web.Show("GET /idea/one/{idea}/score", mayAsk, "score.html", s.scorePage),
		web.Form("POST /idea/one/{idea}/score", mayAsk, "score.html", s.score),
	}
}

// states an idea can be in; a list shows the first three where nothing else is asked.
var states = []string{"open", "accepted", "later", "no"}

// A Line is an idea as lists show it.
type Line struct {
	Row
	Value, Effort Interval
	Sign          int // number in the picture
}

// Place writes where it stands among the others.
func (l Line) Place() string {
	if l.Result.Best == l.Result.Worst {
		return strconv.Itoa(l.Result.Best)
	}
	return strconv.Itoa(l.Result.Best) + "–" + strconv.Itoa(l.Result.Worst)
}

func lines(ctx context.Context, rows []Row) (out []Line) {
	for i, r := range rows {
		v, e := r.Result.Value, r.Result.Effort
		out = append(out, Line{r, Interval{v.Low.Text(tongue(ctx), 1), v.High.Text(tongue(ctx), 1)}, Interval{e.Low.Text(tongue(ctx), 1), e.High.Text(tongue(ctx), 1)}, i + 1})
	}
	return out
}

// ListPage is the ideas in order.
type ListPage struct {
	Rows              []Line
	States            []web.Choice
	Filtered          bool
	MayAsk, MayDecide bool
	Version, Most     int
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx := r.Context()
	wanted := states[:3]
	asked := r.URL.Query().Get("state")
	if slices.Contains(states, asked) {
		wanted, p.Filtered = []string{asked}, true
	}
	for _, one := range states {
		p.States = append(p.States, web.Choice{Value: one, Label: say(ctx, "idea.state."+one), Chosen: one == asked})
	}
	rows, w, err := s.Ranked(ctx, wanted...)
	p.Rows, p.Version, p.Most = lines(ctx, rows), w.Version, mostIdeas
	p.MayAsk, p.MayDecide = door.From(ctx).May(mayAsk), door.From(ctx).May(mayDecide)
	return p, err
}

// AddPage brings an idea.
type AddPage struct{ In Input }

func (s *Service) addPage(*http.Request) (AddPage, error) { return AddPage{}, nil }

func (s *Service) add(r *http.Request) (p AddPage, next string, err error) {
	p.In = Input{r.PostFormValue("title"), r.PostFormValue("purpose"), r.PostFormValue("asker")}
	id, err := s.Add(r.Context(), p.In)
	return p, "/idea/one/" + id, err
}

// IdeaPage is one idea.
type IdeaPage struct {
	Dossier
	Criteria          []CriterionRow
	Taken             []StepRow
	MayAsk, MayDecide bool
	Text              string // comment as written
	What              string
	Reason, Again     string
	Followed          bool // the form that was sent is the one for follow-up
}

// A StepRow is a decision with what the weighing said then.
type StepRow struct {
	Step
	Then *Then // nil where nothing was weighed
}

// Then is what the weighing said when somebody decided.
type Then struct {
	Value     Interval       `json:"value"`
	Effort    Interval       `json:"effort"`
	Scorers   int            `json:"scorers"`
	Catalogue int            `json:"catalogue"`
	Version   int            `json:"version"`
	Weights   map[string]int `json:"weights"`
	Missing   []string       `json:"missing"`
	Rows      []ThenRow      `json:"-"`
}

// A ThenRow is a criterion with its weight then.
type ThenRow struct {
	Name    string
	Axis    string // empty where the catalogue does not have it any more
	Weight  int
	Missing bool // nobody had scored it
}

// basis reads what was kept with a decision.
func (s *Service) basis(ctx context.Context, text string) *Then {
	t := &Then{}
	if text == "" || json.Unmarshal([]byte(text), t) != nil {
		return nil
	}
	for _, one := range []*string{&t.Value.Low, &t.Value.High, &t.Effort.Low, &t.Effort.High} {
		if x, err := number.Parse(*one); err == nil {
			*one = x.Text(tongue(ctx), 1)
		}
	}
	left := maps.Clone(t.Weights)
	for _, c := range s.Catalogue.Criteria {
		if weight, ok := left[c.ID]; ok {
			t.Rows = append(t.Rows, ThenRow{c.Name.In(tongue(ctx)), c.Axis, weight, slices.Contains(t.Missing, c.ID)})
			delete(left, c.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(left)) { // an older catalogue may have had others
		t.Rows = append(t.Rows, ThenRow{id, "", left[id], slices.Contains(t.Missing, id)})
	}
	return t
}

// A CriterionRow is a criterion with what people gave.
type CriterionRow struct {
	ID, Axis, Name, None, Full string
	Weight                     int
	Written                    string // weight as written
	Given                      []Score
	Points, Reason             string // the viewer's own
}

func (s *Service) criteria(ctx context.Context, w Weights, scores []Score) (out []CriterionRow) {
	me := door.From(ctx).Human()
	for _, c := range s.Catalogue.Criteria {
		row := CriterionRow{ID: c.ID, Axis: c.Axis, Name: c.Name.In(tongue(ctx)), None: c.None.In(tongue(ctx)), Full: c.Full.In(tongue(ctx)), Weight: w.Of[c.ID], Written: strconv.Itoa(w.Of[c.ID])}
		for _, one := range scores {
			if one.Criterion != c.ID {
				continue
			}
			row.Given = append(row.Given, one)
			if one.Person == me {
				row.Points, row.Reason = strconv.Itoa(one.Points), one.Reason
			}
		}
		out = append(out, row)
	}
	return out
}

func (s *Service) ideaPage(r *http.Request) (p IdeaPage, err error) {
	ctx := r.Context()
	p.Dossier, err = s.Show(ctx, r.PathValue("idea"))
	p.Criteria = s.criteria(ctx, p.Weights, p.Scores)
	p.MayAsk = door.From(ctx).May(mayAsk)
	if err == nil {
		p.MayDecide, err = s.decides(ctx, p.Idea)
	}
	for _, one := range p.Steps {
		p.Taken = append(p.Taken, StepRow{one, s.basis(ctx, one.Basis)})
	}
	return p, err
}

func (s *Service) comment(r *http.Request) (p IdeaPage, next string, err error) {
	if p, err = s.ideaPage(r); err != nil {
		return p, "", err
	}
	p.Text = r.PostFormValue("text")
	return p, "/idea/one/" + p.Idea.ID + "#talk", s.Comment(r.Context(), p.Idea.ID, p.Text)
}

func (s *Service) decide(r *http.Request) (p IdeaPage, next string, err error) {
	if p, err = s.ideaPage(r); err != nil {
		return p, "", err
	}
	p.What, p.Reason, p.Again = r.PostFormValue("what"), r.PostFormValue("reason"), r.PostFormValue("again")
	return p, "/idea/one/" + p.Idea.ID + "#steps", s.Decide(r.Context(), p.Idea.ID, p.What, p.Reason, p.Again)
}

func (s *Service) follow(r *http.Request) (p IdeaPage, next string, err error) {
	if p, err = s.ideaPage(r); err != nil {
		return p, "", err
	}
	p.Followed, p.Reason, p.Again = true, r.PostFormValue("reason"), r.PostFormValue("again")
	return p, "/idea/one/" + p.Idea.ID + "#steps", s.Follow(r.Context(), p.Idea.ID, p.Reason, p.Again)
}

// ScorePage is the form by which somebody scores.
type ScorePage struct {
	Idea     Idea
	Criteria []CriterionRow
	Points   []string // that can be given
}

func (s *Service) scorePage(r *http.Request) (p ScorePage, err error) {
	o, err := s.Show(r.Context(), r.PathValue("idea"))
	p.Idea, p.Criteria = o.Idea, s.criteria(r.Context(), o.Weights, o.Scores)
	for n := range weigh.MaxPoints + 1 {
		p.Points = append(p.Points, strconv.Itoa(n))
	}
	return p, err
}

func (s *Service) score(r *http.Request) (p ScorePage, next string, err error) {
	if p, err = s.scorePage(r); err != nil {
		return p, "", err
	}
	marks := map[string]Mark{}
	for i, c := range p.Criteria {
		m := Mark{r.PostFormValue("p-" + c.ID), r.PostFormValue("r-" + c.ID)}
		marks[c.ID] = m
		p.Criteria[i].Points, p.Criteria[i].Reason = m.Points, m.Reason
	}
	return p, "/idea/one/" + p.Idea.ID, s.Score(r.Context(), p.Idea.ID, marks)
}

// WeightsPage shows and sets the weights.
type WeightsPage struct {
	Weights         Weights
	Source, Checked string
	Criteria        []CriterionRow
	Reason          string
	MayDecide       bool
	Most            int
}

func (s *Service) weightsPage(r *http.Request) (p WeightsPage, err error) {
	ctx := r.Context()
	p.Weights, err = s.Weights(ctx)
	p.Criteria, p.MayDecide, p.Most = s.criteria(ctx, p.Weights, nil), door.From(ctx).May(mayDecide), weigh.MostWeight
	p.Source, p.Checked = s.Catalogue.Source, s.Catalogue.Checked
	return p, err
}

func (s *Service) setWeights(r *http.Request) (p WeightsPage, next string, err error) {
	if p, err = s.weightsPage(r); err != nil {
		return p, "", err
	}
	written := map[string]string{}
	for i, c := range p.Criteria {
		written[c.ID] = r.PostFormValue("w-" + c.ID)
		p.Criteria[i].Written = written[c.ID]
	}
	p.Reason = r.PostFormValue("reason")
	return p, "/idea/weights", s.SetWeights(r.Context(), written, p.Reason)
}

// PortfolioPage shows all ideas by value and effort, and what the weights do to their order.
type PortfolioPage struct {
	Rows    []Line
	Dots    []Dot
	Shifts  []ShiftRow
	Percent int
	Choices []web.Choice
	Stable  bool // no weight changes the order
}

// A Dot is an idea in the picture: a point at the middle, lines as far as it is uncertain.
type Dot struct {
	Sign                     int
	X, Y, TextX, TextY       int
	Left, Right, Top, Bottom int
	Title                    string
}

// A ShiftRow is what one weight does.
type ShiftRow struct {
	Name    string
	Percent int
	Moved   []string // titles with their new place
}

// The plot, in units of its viewBox: 0 to 100 becomes 500 to the right and 300 up.
const (
	plotLeft, plotFoot   = 60, 330
	plotWide, plotTall   = 500, 300
	mostPercent, percent = 100, 50
)

func (s *Service) portfolioPage(r *http.Request) (p PortfolioPage, err error) {
	ctx := r.Context()
	p.Percent = percent
	if n, err := strconv.Atoi(r.URL.Query().Get("percent")); err == nil && n > 0 && n <= mostPercent {
		p.Percent = n
	}
	for _, n := range []int{10, 25, 50, 100} {
		p.Choices = append(p.Choices, web.Choice{Value: strconv.Itoa(n), Label: lang.Show(tongue(ctx), n) + " %", Chosen: n == p.Percent})
	}
	rows, _, err := s.Ranked(ctx, states[:3]...)
	if err != nil {
		return p, err
	}
	p.Rows = lines(ctx, rows)
	titles := map[string]string{}
	for i, row := range rows {
		titles[row.ID] = row.Title
		if row.Scorers == 0 {
			continue // anywhere, which would cover the others
		}
		x := func(f float64) int { return plotLeft + int(f*plotWide/100+0.5) }
		y := func(f float64) int { return plotFoot - int(f*plotTall/100+0.5) }
		v, e := row.Result.Value, row.Result.Effort
		d := Dot{Sign: i + 1, X: x(weigh.Middle(e).Float()), Y: y(weigh.Middle(v).Float()), Left: x(e.Low.Float()), Right: x(e.High.Float()), Top: y(v.High.Float()), Bottom: y(v.Low.Float()), Title: row.Title}
		d.TextX, d.TextY = d.X+9, d.Y-8
		p.Dots = append(p.Dots, d)
	}
	shifts, err := s.Vary(ctx, p.Percent, states[:3]...)
	p.Stable = true
	for _, one := range shifts {
		row := ShiftRow{Percent: one.Percent}
		for _, c := range s.Catalogue.Criteria {
			if c.ID == one.Criterion {
				row.Name = c.Name.In(tongue(ctx))
			}
		}
		for place, id := range one.Order {
			if slices.Contains(one.Moved, id) {
				row.Moved = append(row.Moved, strconv.Itoa(place+1)+". "+titles[id])
			}
		}
		p.Stable = p.Stable && len(row.Moved) == 0
		p.Shifts = append(p.Shifts, row)
	}
	return p, err
}
