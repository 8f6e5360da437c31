// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"allmende/internal/engine/economics"
	"allmende/internal/engine/market"
	"allmende/internal/engine/number"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// StudyForm is the form of a study.
type StudyForm struct {
	*Sheet
	Paper        Paper // none when one is added
	Action, Back string
	Orgs, Cases  []web.Choice
	Blocks       []Block // of alternatives
	Kinds        []string
	Rates        []RateRow
	Checked      string
	Worths       []int          // rows of criteria
	Copied       map[int]string // where those are from, in words
	Scored       []int          // of them those in use, which alternatives have points for
	Library      []ChoiceRow    // criteria to take over
}

// A Block is an alternative of the form with the numbers of its lines.
type Block struct {
	N     int
	Lines []int
}

// A RateRow is a published rate.
type RateRow struct{ Percent, Date, Source string }

var lineKinds = []string{economics.Once, economics.Yearly, economics.Exit, economics.EndOfLife}

// layStudy puts choices and rows into a form that is filled in.
func (s *Service) layStudy(ctx context.Context, p *StudyForm) (err error) {
	p.Kinds, p.Checked = lineKinds, economics.Checked()
	last := max(p.used(mostAlternatives, "alt"), 1)
	for n := 1; n <= min(last+1, mostAlternatives); n++ {
		b := Block{N: n}
		used := 0
		for j := 1; j <= mostLines; j++ {
			if p.V("line", n, j)+p.V("amount", n, j) != "" {
				used = j
			}
		}
		for j := 1; j <= min(max(used+2, len(lineKinds)), mostLines); j++ {
			b.Lines = append(b.Lines, j)
			if j <= len(lineKinds) && used == 0 && p.V("kind", n, j) == "" {
				p.set(lineKinds[j-1], "kind", n, j) // exit and end of life are asked for each
			}
		}
		p.Blocks = append(p.Blocks, b)
	}
	for _, r := range economics.Rates() {
		p.Rates = append(p.Rates, RateRow{typed(tongue(ctx), r.Value.Mul(percent)), dayWords(ctx, r.Date), r.Source})
	}
	p.Worths = p.rows(2, mostWorths, "crit", "critweight", "critanchors")
	for _, k := range p.Worths {
		if p.filled(k, "crit", "critweight", "critanchors") {
			p.Scored = append(p.Scored, k)
		}
	}
	c, err := s.inForce(ctx, ospo.OrgID(p.V("org")))
	if err != nil {
		return err
	}
	p.Library = choiceRows(ctx, c.Utility, "")
	if p.Copied, err = s.copies(ctx, p.Sheet, "critfrom", p.Worths); err != nil {
		return err
	}
	p.Orgs, p.Cases, err = s.layPlaces(ctx, p.Sheet)
	return err
}

// takeWorths copies criteria of the library into free rows of the form.
func (s *Service) takeWorths(ctx context.Context, p *StudyForm) error {
	c, err := s.inForce(ctx, ospo.OrgID(p.V("org")))
	if err != nil {
		return err
	}
	p.take(c.Utility, p.used(mostWorths, "crit", "critweight", "critanchors"), mostWorths, func(k int, x market.Choice) {
		p.row(k, "crit", x.Name.In(p.tongue), "critanchors", scaleText(p.tongue, x.Anchors), "critnumber", x.Corresponds, "critfrom", origin(c, x))
	})
	wrong := p.err()
	return cmp.Or(s.layStudy(ctx, p), wrong)
}

func (s *Service) addStudyForm(r *http.Request) (p StudyForm, err error) {
	ctx, today := r.Context(), lang.Day(s.store.db.Now())
	p = StudyForm{Sheet: blank(ctx), Action: "/procurement/add/study", Back: "/procurement"}
	for field, text := range map[string]string{"org": string(door.From(ctx).Org), "case": r.URL.Query().Get("case"), "day": today, "base": today[:4], "years": "5"} {
		p.set(text, field)
	}
	return p, s.layStudy(ctx, &p)
}

// postedStudy reads a form of a study and gives it back as it was filled in.
func (s *Service) postedStudy(r *http.Request, p *StudyForm) (in StudyInput, err error) {
	if p.Sheet, err = posted(r); err != nil {
		return in, err
	}
	p.today = lang.Day(s.store.db.Now())
	in = p.study()
	if err := s.layStudy(r.Context(), p); err != nil {
		return in, err
	}
	return in, p.err()
}

func (s *Service) addStudy(r *http.Request) (p StudyForm, next string, err error) {
	p = StudyForm{Action: "/procurement/add/study", Back: "/procurement"}
	if r.PostFormValue("do") == "take" {
		p.Sheet, err = posted(r)
		return p, "", cmp.Or(err, s.takeWorths(r.Context(), &p))
	}
	in, err := s.postedStudy(r, &p)
	if err != nil {
		return p, "", err
	}
	id, err := s.AddStudy(r.Context(), in)
	return p, "/procurement/study/" + id, err
}

func (s *Service) openStudy(r *http.Request) (p StudyForm, e Edition, err error) {
	paper, e, err := s.draft(r.Context(), Study, r.PathValue("study"))
	back := "/procurement/study/" + paper.ID
	return StudyForm{Sheet: blank(r.Context()), Paper: paper, Action: back + "/edit", Back: back}, e, err
}

func (s *Service) editStudyForm(r *http.Request) (p StudyForm, err error) {
	p, e, err := s.openStudy(r)
	if err != nil {
		return p, err
	}
	report, err := e.Report()
	if err != nil {
		return p, err
	}
	p.fillStudy(p.Paper, report.Study)
	return p, s.layStudy(r.Context(), &p)
}

func (s *Service) editStudy(r *http.Request) (p StudyForm, next string, err error) {
	if p, _, err = s.openStudy(r); err != nil {
		return p, "", err
	}
	if r.PostFormValue("do") == "take" {
		p.Sheet, err = posted(r)
		return p, "", cmp.Or(err, s.takeWorths(r.Context(), &p))
	}
	in, err := s.postedStudy(r, &p)
	if err != nil {
		return p, "", err
	}
	return p, p.Back, s.ChangeStudy(r.Context(), p.Paper.ID, p.V("seen"), in)
}

func (s *Service) freezeStudy(r *http.Request) (next string, err error) {
	id := r.PathValue("study")
	return "/procurement/study/" + id, s.Freeze(r.Context(), id, r.PostFormValue("seen"))
}

func (s *Service) reopenStudy(r *http.Request) (p StudyPage, next string, err error) {
	if p, err = s.studyPage(r); err != nil {
		return p, "", err
	}
	p.Because = r.PostFormValue("reason")
	return p, "/procurement/study/" + p.Paper.ID, s.Reopen(r.Context(), p.Paper.ID, p.Because)
}

// StudyPage is an edition of a study with its result.
type StudyPage struct {
	Paper               Paper
	Edition             Edition
	CaseName            string
	Study               economics.Study
	Rate                string
	Day, RateDay        string
	Faults, Gaps        []string
	Values              []ValueOf
	Worths              []WorthRow
	Differences         []DifferenceRow
	Best, BestRisk      string
	Points              []PointRow
	Picture             Curves
	Editions            []Edition
	Last                bool
	MayWrite, MayDecide bool
	Because             string // reason for another edition, as it was written
}

// Whole reports whether there is a result.
func (p StudyPage) Whole() bool { return len(p.Faults) == 0 }

// A ValueOf is what an alternative comes to.
type ValueOf struct {
	Title, Present, Effective, Other, Risk string
	CostRisk, BenefitRisk                  string // in percent, for lines without one of their own
	Lines                                  []LineRow
	Years                                  []YearRow
}

// A LineRow is a line; the words of Kind are procurement.line.…
type LineRow struct {
	Title, Kind, Amount, Growth, Risk, Reason string
	Benefit, Effective, Yearly                bool
	From, To                                  int
}

// A YearRow is a year with its arithmetic.
type YearRow struct {
	Year                                       int
	Benefit, Cost, Factor, Present, Cumulative string
}

// A DifferenceRow is an alternative against the first, in sentences.
type DifferenceRow struct {
	Title, Present, Effective, Risk, Even, Ahead string
	Flips                                        bool
}

// A PointRow is the differences at a rate, in the order of the rows of differences.
type PointRow struct {
	Rate        string
	Own         bool
	Differences []string
}

func (s *Service) studyPage(r *http.Request) (p StudyPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	if p.Paper, p.Editions, err = s.shown(ctx, Study, r.PathValue("study")); err != nil {
		return p, err
	}
	if p.Edition, err = edition(p.Editions, r.URL.Query().Get("edition")); err != nil {
		return p, err
	}
	report, err := p.Edition.Report()
	if err != nil {
		return p, err
	}
	p.MayWrite, p.MayDecide, p.Last = v.May(mayWrite), v.May(mayDecide), p.Edition.N == p.Paper.Edition
	if p.CaseName = s.caseName(ctx, p.Paper.Case); p.CaseName == p.Paper.Case {
		p.CaseName = ""
	}
	p.Study, p.Rate = report.Study, typed(tongue(ctx), report.Study.Rate.Value.Mul(percent))
	p.Day, p.RateDay = dayWords(ctx, p.Study.Day), dayWords(ctx, p.Study.Rate.Date)
	for _, f := range report.Faults {
		p.Faults = append(p.Faults, say(ctx, "procurement.study.fault."+f.Kind, studyPlace(ctx, p.Study, f.Alternative, f.Line), f.Got))
	}
	if report.Result != nil && p.Whole() {
		p.lay(ctx, report)
		known, err := s.known(ctx, p.Paper.Org)
		if err != nil {
			return p, err
		}
		for j, c := range p.Study.Criteria {
			from := copied(ctx, known, c.From)
			for i := range p.Worths { // their parts have the order of the criteria
				p.Worths[i].Parts[j].Copied = from
			}
		}
	}
	return p, nil
}

// studyPlace says where in a study something is: the alternative and its line.
func studyPlace(ctx context.Context, s economics.Study, alternative, line string) string {
	for _, a := range s.Alternatives {
		if a.ID != alternative {
			continue
		}
		for _, l := range a.Lines {
			if l.ID == line && l.Title != "" {
				return a.Title + ", " + l.Title
			}
		}
		if c := worthTitle(s, line); c != "" {
			return a.Title + ", " + c
		}
		return a.Title
	}
	if c := worthTitle(s, line); c != "" {
		return c
	}
	return say(ctx, "procurement.study.place")
}

// lay puts a result into the reader's words and numbers.
func (p *StudyPage) lay(ctx context.Context, r Report) {
	named := func(id string) string { return studyPlace(ctx, r.Study, id, "") }
	all := func(ids []string) string {
		var out []string
		for _, id := range ids {
			out = append(out, named(id))
		}
		return strings.Join(out, ", ")
	}
	p.Best, p.BestRisk = all(r.Result.Best), all(r.Result.BestRisk)
	for _, g := range r.Result.Gaps {
		p.Gaps = append(p.Gaps, say(ctx, "procurement.gap."+g.Kind, studyPlace(ctx, r.Study, g.Alternative, g.Line)))
	}
	for _, w := range r.Result.Utility {
		p.Worths = append(p.Worths, worthRow(ctx, r.Study, w))
	}
	for i, v := range r.Result.Values {
		p.Values = append(p.Values, valueOf(ctx, r.Study.Alternatives[i], v))
	}
	for _, d := range r.Result.Differences {
		p.Differences = append(p.Differences, DifferenceRow{named(d.Alternative), money(ctx, d.Present), money(ctx, d.Effective), money(ctx, d.Risk), evenWords(ctx, d.Even), aheadWords(ctx, d.Ahead), d.Flips})
	}
	for _, point := range r.Points {
		row := PointRow{Rate: typed(tongue(ctx), point.Rate.Mul(percent)), Own: point.Rate.Cmp(r.Study.Rate.Value) == 0}
		for _, d := range point.Differences {
			row.Differences = append(row.Differences, money(ctx, d))
		}
		p.Points = append(p.Points, row)
	}
	p.Picture = drawCurves(ctx, r)
}

func valueOf(ctx context.Context, a economics.Alternative, v economics.Value) ValueOf {
	out := ValueOf{Title: a.Title, Present: money(ctx, v.Present), Effective: money(ctx, v.Effective), Other: money(ctx, v.Other), Risk: money(ctx, v.Risk),
		CostRisk: typed(tongue(ctx), a.CostRisk.Mul(percent)), BenefitRisk: typed(tongue(ctx), a.BenefitRisk.Mul(percent))}
	for _, l := range a.Lines {
		out.Lines = append(out.Lines, LineRow{l.Title, l.Kind, money(ctx, l.Amount), typed(tongue(ctx), l.Growth.Mul(percent)), riskWords(ctx, l.Risk), l.Reason, l.Benefit, l.Effective, l.Kind == economics.Yearly, l.From, l.To})
	}
	for _, y := range v.Years {
		out.Years = append(out.Years, YearRow{y.Year, money(ctx, y.Benefit), money(ctx, y.Cost), y.Factor.Text(tongue(ctx), 6), money(ctx, y.Present), money(ctx, y.Cumulative)})
	}
	return out
}

// riskWords is the surcharge of a line in percent; empty where that of the alternative counts.
func riskWords(ctx context.Context, x *number.Exact) string {
	if x == nil {
		return ""
	}
	return typed(tongue(ctx), x.Mul(percent)) + " %"
}

// evenWords says at which rates an alternative is worth as much as the first.
func evenWords(ctx context.Context, e economics.Even) string {
	if e.Always {
		return say(ctx, "procurement.even.always")
	}
	if len(e.Rates) == 0 {
		return say(ctx, "procurement.even.never")
	}
	var at []string
	for _, r := range e.Rates {
		at = append(at, r.Mul(number.Int(100)).Text(tongue(ctx), 4)+" %")
	}
	out := say(ctx, "procurement.even.at", strings.Join(at, "; "))
	if e.Touch {
		out += " " + say(ctx, "procurement.even.touch")
	}
	return out
}

// aheadWords says from which year an alternative is never behind the first again.
func aheadWords(ctx context.Context, a economics.Ahead) string {
	out := say(ctx, "procurement.ahead.from", a.Year)
	if a.Never {
		out = say(ctx, "procurement.ahead.never")
	}
	if a.Again > 0 {
		out += " " + say(ctx, "procurement.ahead.again", a.Again)
	}
	return out
}

// dayWords writes a day that is kept as 2026-11-28 for the reader; another text stays as it is.
func dayWords(ctx context.Context, day string) string { return shown(tongue(ctx), day) }
