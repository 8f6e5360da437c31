// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
	"allmende/internal/platform/web"
)

// A sheaf is a paper on its way into a text document: the same words and figures as its page.
type sheaf struct {
	*odt.Document
	ctx context.Context
}

// documents hands an edition of a paper out as a text document, to be edited and printed. It
// bears the sum of what was frozen, so that print and record can be compared.
func (s *Service) documents(kind string) func(*http.Request) (web.Download, error) {
	return func(r *http.Request) (web.Download, error) {
		asked := r.Clone(r.Context())
		asked.URL.RawQuery = url.Values{"edition": {r.PathValue("n")}}.Encode()
		d, id, err := s.document(asked, kind)
		if err != nil {
			return web.Download{}, err
		}
		name := say(r.Context(), "procurement.file."+kind) + "-" + id + "-" + r.PathValue("n") + ".odt"
		return web.Download{Name: name, Type: "application/vnd.oasis.opendocument.text", Write: func(w io.Writer) error { return d.Write(w) }}, nil
	}
}

func (s *Service) document(r *http.Request, kind string) (d *odt.Document, id string, err error) {
	t, body, err := s.writer(r, kind)
	if err != nil {
		return nil, "", err
	}
	f := sheaf{(&odt.Document{Title: t.Paper.Title, Lang: tongue(r.Context()), Made: s.store.db.Now()}).Dress(r.Context()), r.Context()}
	f.head(t, kind)
	body(f)
	return f.Document, t.Paper.ID, nil
}

// writer reads the edition that is asked for: what it begins with, and what writes the rest.
func (s *Service) writer(r *http.Request, kind string) (t Top, body func(sheaf), err error) {
	switch kind {
	case Survey:
		p, e := s.surveyPage(r)
		t, body, err = p.Top, p.write, e
	case Description:
		p, e := s.descriptionPage(r)
		t, body, err = p.Top, p.write, e
	case Study:
		p, e := s.studyPage(r)
		t, body, err = Top{Paper: p.Paper, Edition: p.Edition, CaseName: p.CaseName}, p.write, e
	default:
		p, e := s.awardPage(r)
		t, body, err = Top{Paper: p.Paper, Edition: p.Edition, CaseName: p.CaseName}, p.write, e
	}
	return t, body, err
}

func (f sheaf) say(key string, args ...any) string { return say(f.ctx, "procurement."+key, args...) }

// orUnset is a text, or the words for its not being there.
func (f sheaf) orUnset(text string) string {
	if strings.TrimSpace(text) == "" {
		return f.say("unset")
	}
	return text
}

// head says what it is, whose, and by which sum it can be told.
func (f sheaf) head(t Top, kind string) {
	f.Heading(1, t.Paper.Title)
	state, sum := f.say("draft"), f.say("file.no_sum")
	if !t.Edition.Draft() {
		state, sum = f.say("is_frozen"), t.Edition.Sum
	}
	facts := [][2]string{{f.say("file.what"), f.say("kind." + kind)}, {f.say("org"), t.Paper.OrgName}, {f.say("file.which"), f.say("edition_n", t.Edition.N) + ", " + state},
		{f.say("changed"), t.Edition.Name + ", " + lang.DateTime(tongue(f.ctx), t.Edition.At())}, {"SHA-256", sum}}
	if t.Library > 0 {
		facts = append(facts, [2]string{f.say("library"), f.say("edition_n", lang.Edition(tongue(f.ctx), t.Library))})
	}
	if t.CaseName != "" {
		facts = append(facts, [2]string{f.say("case"), t.CaseName})
	}
	if t.Edition.Reason != "" {
		facts = append(facts, [2]string{f.say("reason"), t.Edition.Reason})
	}
	f.Facts(facts)
}

// section is a heading with a text below it.
func (f sheaf) section(key, text string) {
	f.Heading(2, f.say(key))
	f.Para(f.orUnset(text))
}

func (f sheaf) remarks(all []Remark, searched string) {
	f.Heading(2, f.say("lint"))
	if searched != "" {
		f.Para(searched)
	}
	if len(all) == 0 {
		f.Para(f.say("lint.none"))
	}
	for _, r := range all {
		f.Para(f.say("severity."+r.Severity) + ": " + strings.TrimRight(r.Said+" "+r.Where, " "))
	}
}

func (f sheaf) table(rows [][]string, keys ...string) {
	head := make([]string, len(keys))
	for i, k := range keys {
		head[i] = f.say(k)
	}
	f.Table(head, rows)
}

func (p SurveyPage) write(f sheaf) {
	f.section("need", p.Survey.Need)
	if p.Kind != nil {
		f.Facts([][2]string{{f.say("need.kind"), p.Kind.Name + ". " + p.Kind.About}})
	}
	f.Heading(2, f.say("sources"))
	var rows [][]string
	for _, s := range p.Sources {
		hits := f.say("unknown")
		if s.Hits != nil {
			hits = strconv.Itoa(s.Found)
		}
		rows = append(rows, []string{strings.TrimSpace(s.Name + "\n" + s.Address), dayWords(f.ctx, s.Day), s.Query, hits})
	}
	f.table(rows, "source.name", "source.day", "source.query", "source.hits")
	f.Heading(2, f.say("candidates"))
	rows = nil
	for _, c := range p.Survey.Candidates {
		verdict := f.say("candidate.in")
		if c.Out {
			verdict = f.say("candidate.out")
		}
		rows = append(rows, []string{c.Name, c.Licence, f.say("fits." + c.Open), verdict, c.Reason})
	}
	f.table(rows, "candidate.name", "candidate.licence", "candidate.open", "candidate.verdict", "reason")
	f.Heading(2, f.say("ways"))
	rows = nil
	for _, w := range p.Ways {
		name := w.Name
		if w.Chosen {
			name += " (" + f.say("way.chosen") + ")"
		}
		rows = append(rows, []string{name, f.say("fits." + w.Fits), w.Reason})
	}
	f.table(rows, "way.name", "way.fits", "reason")
	if p.Procedure != nil {
		f.section("procedure", p.Procedure.Name+"\n"+p.Survey.Because)
		f.Para(f.say("procedure.not"))
	}
	f.section("result", p.Survey.Result)
	f.remarks(p.Remarks, "")
}

func (p DescriptionPage) write(f sheaf) {
	f.section("aim", p.Description.Aim)
	for _, g := range p.Groups {
		f.section("heading."+g.Key, f.say("heading."+g.Key+".about"))
		if len(g.Items) == 0 {
			f.Para(f.say("items.none"))
		}
		for _, i := range g.Items {
			f.Heading(3, strings.TrimRight(i.N+" "+i.Name, " "))
			f.Para(i.Text)
			f.Para(f.say("item." + i.Kind))
			if i.Why != "" {
				f.Para(f.say("item.because", i.Why))
			}
			for _, x := range [][2]string{{"entry.why", i.Entry.Why}, {"entry.evidence", i.Entry.Evidence}, {"entry.clause", i.Entry.Clause}, {"rests", i.Entry.Source}} {
				if x[1] != "" {
					f.Para(f.say(x[0], x[1]))
				}
			}
		}
	}
	f.remarks(p.Remarks, p.Searched)
}

func (p AwardPage) write(f sheaf) {
	f.Heading(2, f.say("announced"))
	facts := [][2]string{{f.say("method"), strings.TrimRight(f.orUnset(p.Name)+"\n"+p.Formula, "\n")}}
	for _, v := range p.Values {
		facts = append(facts, [2]string{f.say("field." + v.Key), v.Text})
	}
	facts = append(facts, [2]string{f.say("ties"), f.orUnset(strings.Join(p.Ties, ", "))})
	if p.Setup.OpenSource {
		facts = append(facts, [2]string{f.say("open.demanded"), f.orUnset(p.Setup.OpenSourceReason)})
	}
	f.Facts(facts)
	f.Heading(2, f.say("criteria"))
	var rows [][]string
	for _, c := range p.Criteria {
		var marks []string
		for _, m := range c.Marks {
			marks = append(marks, m.Points+": "+m.Text)
		}
		rows = append(rows, []string{strings.TrimRight(c.Title+"\n"+c.Text, "\n"), c.Share, c.Most, c.Least, strings.Join(marks, "\n")})
	}
	f.table(rows, "criterion.name", "criterion.weight", "criterion.max", "criterion.least", "anchors")
	var found []Remark
	for _, x := range p.Findings {
		found = append(found, Remark{x.Severity, x.Said, x.Where, x.Rests})
	}
	f.remarks(found, p.Searched)
}

func (p StudyPage) write(f sheaf) {
	f.Heading(2, f.say("study.basis"))
	f.Facts([][2]string{{f.say("study.day"), p.Day}, {f.say("study.base"), strconv.Itoa(p.Study.Base)}, {f.say("study.years"), strconv.Itoa(p.Study.Years)},
		{f.say("rate"), f.say("rate.of", p.Rate, p.RateDay, p.Study.Rate.Source)}})
	if !p.Whole() {
		f.section("study.faults", strings.Join(p.Faults, "\n"))
		return
	}
	if len(p.Gaps) > 0 {
		f.section("study.gaps", f.say("study.gaps.about")+"\n"+strings.Join(p.Gaps, "\n"))
	} else {
		f.section("study.gaps", f.say("study.gaps.none"))
	}
	f.section("study.result", f.say("study.best", p.Best)+" "+f.say("study.best_risk", p.BestRisk))
	var rows [][]string
	for _, v := range p.Values {
		rows = append(rows, []string{v.Title, v.Present, v.Effective, v.Other, v.Risk})
	}
	f.table(rows, "alternative", "present", "effective", "other", "risk")
	f.Para(f.say("study.formula"))
	f.section("study.differences", f.say("study.differences.about"))
	rows = nil
	for _, d := range p.Differences {
		title := d.Title
		if d.Flips {
			title += "\n" + f.say("flips")
		}
		rows = append(rows, []string{title, d.Present, d.Effective, d.Risk, d.Even, d.Ahead})
	}
	f.table(rows, "alternative", "present", "effective", "risk", "even", "ahead")
	p.writeRates(f)
	p.writeUtility(f)
	for _, v := range p.Values {
		f.Heading(2, v.Title)
		f.Para(f.say("risk.of", v.CostRisk, v.BenefitRisk))
		rows = nil
		for _, l := range v.Lines {
			side := f.say("line.cost")
			if l.Benefit {
				side = f.say("line.benefit")
			}
			when, budget := f.say("line.year", l.From), f.say("line.not_budget")
			if l.Yearly {
				when = f.say("line.years", l.From, l.To, l.Growth)
			}
			if l.Effective {
				budget = f.say("line.budget")
			}
			rows = append(rows, []string{l.Title, side + ", " + f.say("line."+l.Kind), when, l.Amount, budget, orDash(l.Risk), l.Reason})
		}
		f.table(rows, "line.name", "line.kind", "line.when", "line.amount", "line.effective", "line.risk", "line.reason")
		rows = nil
		for _, y := range v.Years {
			rows = append(rows, []string{strconv.Itoa(y.Year), y.Benefit, y.Cost, y.Factor, y.Present, y.Cumulative})
		}
		f.table(rows, "year", "benefits", "costs", "factor", "present", "cumulative")
	}
}

// writeRates is the table of the differences at other rates.
func (p StudyPage) writeRates(f sheaf) {
	f.section("sensitivity", f.say("sensitivity.about"))
	head := []string{f.say("rate.percent")}
	for _, d := range p.Differences {
		head = append(head, d.Title)
	}
	var rows [][]string
	for _, x := range p.Points {
		rate := x.Rate
		if x.Own {
			rate += " " + f.say("rate.own")
		}
		rows = append(rows, append([]string{rate}, x.Differences...))
	}
	f.Table(head, rows)
}

func (p StudyPage) writeUtility(f sheaf) {
	if len(p.Worths) == 0 {
		return
	}
	f.section("worth", f.say("worth.formula"))
	var rows [][]string
	for _, w := range p.Worths {
		rows = append(rows, []string{w.Title, w.Total(f.ctx)})
	}
	f.table(rows, "alternative", "worth")
	for _, w := range p.Worths {
		f.Heading(3, w.Title)
		rows = nil
		for _, x := range w.Parts {
			rows = append(rows, []string{strings.TrimRight(x.Title+"\n"+x.Number, "\n"), x.Weight, f.orUnset(strings.TrimRight(x.Points+"\n"+x.Means, "\n")), x.Share})
		}
		f.table(rows, "criterion.name", "worth.weight", "worth.points", "worth.share")
	}
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}
