// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"allmende/internal/engine/market"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// Top is what the pages of all papers begin and end with.
type Top struct {
	Paper               Paper
	Edition             Edition
	CaseName            string
	Editions            []Edition
	Last                bool
	MayWrite, MayDecide bool
	Because             string // reason for another edition, as it was written
	Library             int    // edition of the catalogue that it was written with; 0: none
	Searched            string // for how many names the check looked; empty where it did not
}

// top reads the paper of a kind and the edition that is asked for.
func (s *Service) top(r *http.Request, kind string) (t Top, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	if t.Paper, t.Editions, err = s.shown(ctx, kind, r.PathValue(kind)); err != nil {
		return t, err
	}
	if t.Edition, err = edition(t.Editions, r.URL.Query().Get("edition")); err != nil {
		return t, err
	}
	t.Last, t.MayWrite, t.MayDecide = t.Edition.N == t.Paper.Edition, v.May(mayWrite), v.May(mayDecide)
	if t.CaseName = s.caseName(ctx, t.Paper.Case); t.CaseName == t.Paper.Case {
		t.CaseName = "" // nothing leads to a case that the viewer may not see
	}
	return t, nil
}

// A Remark is what the linter found, with its place in words.
type Remark struct{ Severity, Said, Where, Source string }

func remarks[T written](ctx context.Context, k Kept[T]) (out []Remark) {
	for _, f := range k.Findings {
		got := f.Got
		if c, ok := k.choice(got); ok {
			got = c.Name.In(tongue(ctx))
		}
		out = append(out, Remark{f.Severity, f.In(tongue(ctx)), remarkPlace(ctx, f, got), lang.Days(tongue(ctx), f.SourceIn(tongue(ctx)))})
	}
	return out
}

// remarkPlace says where something was found: the row, and what stands there.
func remarkPlace(ctx context.Context, f market.Finding, got string) string {
	switch {
	case f.Place == "" || f.Place == "way":
		return got
	case f.Place == "aim":
		return say(ctx, "procurement.aim") + ": " + got
	case got == "":
		return say(ctx, "procurement.place."+f.Place, f.N)
	}
	return say(ctx, "procurement.place."+f.Place, f.N) + ": " + got
}

// A ChoiceRow is a choice in the reader's words, with what is said of it.
type ChoiceRow struct {
	ID, Name, About, Certainty, Source string
	Why, Evidence, Clause, Scale       string
	Checks                             []string
	Fits, Reason                       string // of a way
	Chosen                             bool
}

func choiceRows(ctx context.Context, all []market.Choice, chosen string) (out []ChoiceRow) {
	for _, c := range all {
		out = append(out, choiceRow(ctx, c, chosen))
	}
	return out
}

func choiceRow(ctx context.Context, c market.Choice, chosen string) ChoiceRow {
	row := ChoiceRow{ID: c.ID, Name: c.Name.In(tongue(ctx)), About: c.About.In(tongue(ctx)), Certainty: c.Certainty, Source: lang.Days(tongue(ctx), c.SourceIn(tongue(ctx))), Why: c.Why.In(tongue(ctx)), Evidence: c.Evidence.In(tongue(ctx)), Clause: c.Clause, Scale: scaleText(tongue(ctx), c.Anchors), Chosen: c.ID == chosen}
	for _, k := range c.Checks {
		row.Checks = append(row.Checks, k.In(tongue(ctx)))
	}
	return row
}

// SurveyPage is an edition of a market survey.
type SurveyPage struct {
	Top
	Survey    market.Survey
	Sources   []SourceRow
	Kind      *ChoiceRow // of need; nil where none is chosen
	Procedure *ChoiceRow
	Ways      []ChoiceRow
	Remarks   []Remark
	Blocked   bool
}

// A SourceRow is a source with its day and what was counted.
type SourceRow struct {
	market.Source
	On    time.Time
	Found int
}

func sourceRow(s market.Source) SourceRow {
	on, _ := time.Parse(time.DateOnly, s.Day) // a missing one is not shown
	row := SourceRow{Source: s, On: on}
	if s.Hits != nil {
		row.Found = *s.Hits
	}
	return row
}

func (s *Service) surveyPage(r *http.Request) (p SurveyPage, err error) {
	if p.Top, err = s.top(r, Survey); err != nil {
		return p, err
	}
	ctx := r.Context()
	k, err := s.survey(ctx, p.Edition)
	if err != nil {
		return p, err
	}
	p.Survey, p.Remarks, p.Blocked, p.Library = k.Content, remarks(ctx, k), market.Blocked(k.Findings), k.Version
	if x, ok := k.choice(p.Survey.Kind); ok {
		row := choiceRow(ctx, x, x.ID)
		p.Kind = &row
	}
	if x, ok := k.choice(p.Survey.Procedure); ok {
		row := choiceRow(ctx, x, x.ID)
		p.Procedure = &row
	}
	for _, at := range p.Survey.Sources {
		p.Sources = append(p.Sources, sourceRow(at))
	}
	for _, w := range p.Survey.Ways {
		x, ok := k.choice(w.ID)
		if !ok {
			x.ID, x.Name = w.ID, market.Text{DE: w.ID, EN: w.ID} // the catalogue was changed under it
		}
		row := choiceRow(ctx, x, p.Survey.Chosen)
		row.Fits, row.Reason = w.Fits, w.Reason
		p.Ways = append(p.Ways, row)
	}
	return p, nil
}

// MarketForm is the form of a survey or a description.
type MarketForm struct {
	*Sheet
	Paper        Paper // none when one is added
	Action, Back string
	Orgs, Cases  []web.Choice

	Sources, Candidates, Items []int
	Needs, Ways, Procedures    []ChoiceRow
	Library                    []ChoiceRow

	from market.Catalogue
	Now  int // edition of the catalogue in force, where the draft has another; else 0
}

// layMarket puts choices and rows into a form that is filled in.
func (s *Service) layMarket(ctx context.Context, p *MarketForm) (err error) {
	c := p.from
	p.Needs, p.Ways, p.Procedures = choiceRows(ctx, c.Needs, p.V("kind")), choiceRows(ctx, c.Ways, p.V("chosen")), choiceRows(ctx, c.Procedures, p.V("procedure"))
	p.Library = choiceRows(ctx, library(c), "")
	p.Sources, p.Candidates = p.rows(3, mostSources, "source", "query"), p.rows(3, mostCandidates, "candidate", "reason")
	p.Items = p.rows(3, mostItems, "text")
	if p.Paper.ID != "" {
		now, err := s.inForce(ctx, p.Paper.Org)
		if err != nil {
			return err
		}
		if *now.Pin() != *c.Pin() {
			p.Now = now.Version
		}
	}
	p.Orgs, p.Cases, err = s.layPlaces(ctx, p.Sheet)
	return err
}

// newForm is the form of a paper that is added, with the catalogue of whose it will be.
func (s *Service) newForm(r *http.Request, kind string) (p MarketForm, err error) {
	ctx := r.Context()
	p = MarketForm{Sheet: blank(ctx), Action: "/procurement/add/" + kind, Back: "/procurement"}
	p.set(string(door.From(ctx).Org), "org")
	p.set(r.URL.Query().Get("case"), "case")
	p.from, err = s.inForce(ctx, ospo.OrgID(r.PostFormValue("org")))
	return p, err
}

// openForm is the form of a draft that is changed.
func (s *Service) openForm(r *http.Request, kind string) (p MarketForm, e Edition, err error) {
	paper, e, err := s.draft(r.Context(), kind, r.PathValue(kind))
	back := "/procurement/" + kind + "/" + paper.ID
	return MarketForm{Sheet: blank(r.Context()), Paper: paper, Action: back + "/edit", Back: back}, e, err
}

// postedMarket reads a form with read and gives it back as it was filled in.
func postedMarket[T any](s *Service, r *http.Request, p *MarketForm, read func(*Sheet, market.Catalogue) T) (in T, err error) {
	if p.Sheet, err = posted(r); err != nil {
		return in, err
	}
	p.today = lang.Day(s.store.db.Now())
	in = read(p.Sheet, p.from)
	if err := s.layMarket(r.Context(), p); err != nil {
		return in, err
	}
	return in, p.err()
}

func (s *Service) addSurveyForm(r *http.Request) (p MarketForm, err error) {
	if p, err = s.newForm(r, Survey); err != nil {
		return p, err
	}
	p.row(1, "source", "openCode", "source_at", "https://gitlab.opencode.de")
	return p, s.layMarket(r.Context(), &p)
}

func (s *Service) addSurvey(r *http.Request) (p MarketForm, next string, err error) {
	if p, err = s.newForm(r, Survey); err != nil {
		return p, "", err
	}
	in, err := postedMarket(s, r, &p, (*Sheet).survey)
	if err != nil {
		return p, "", err
	}
	id, err := s.AddSurvey(r.Context(), in)
	return p, "/procurement/survey/" + id, err
}

func (s *Service) editSurveyForm(r *http.Request) (p MarketForm, err error) {
	p, e, err := s.openForm(r, Survey)
	if err != nil {
		return p, err
	}
	k, err := s.survey(r.Context(), e)
	if err != nil {
		return p, err
	}
	p.from = k.from
	p.fillSurvey(p.Paper, k.Content)
	return p, s.layMarket(r.Context(), &p)
}

func (s *Service) editSurvey(r *http.Request) (p MarketForm, next string, err error) {
	p, e, err := s.openForm(r, Survey)
	if err != nil {
		return p, "", err
	}
	k, err := s.survey(r.Context(), e)
	if err != nil {
		return p, "", err
	}
	p.from = k.from
	in, err := postedMarket(s, r, &p, (*Sheet).survey)
	if err != nil {
		return p, "", err
	}
	return p, p.Back, s.ChangeSurvey(r.Context(), p.Paper.ID, p.V("seen"), in)
}

// freezeKind freezes a paper whose path bears the name of its kind.
func (s *Service) freezeKind(kind string) func(*http.Request) (string, error) {
	return func(r *http.Request) (next string, err error) {
		id := r.PathValue(kind)
		return "/procurement/" + kind + "/" + id, s.Freeze(r.Context(), id, r.PostFormValue("seen"))
	}
}

func (s *Service) reopenSurvey(r *http.Request) (p SurveyPage, next string, err error) {
	if p, err = s.surveyPage(r); err != nil {
		return p, "", err
	}
	p.Because = r.PostFormValue("reason")
	return p, "/procurement/survey/" + p.Paper.ID, s.Reopen(r.Context(), p.Paper.ID, p.Because)
}

// DescriptionPage is an edition of a functional description.
type DescriptionPage struct {
	Top
	Description market.Description
	Groups      []GroupRow
	Remarks     []Remark
	Blocked     bool
}

// An ItemRow is a requirement with its number in the description.
type ItemRow struct {
	N    string
	Name string // of the catalogue's; empty for one's own
	market.Item
	Entry ChoiceRow // of the catalogue: why it may be asked for, what proves it, where that stands
}

// A GroupRow is a heading with its items; the words of Key are procurement.heading.…
type GroupRow struct {
	Key   string
	Items []ItemRow
}

// Scored reports whether an item earns points.
func (i ItemRow) Scored() bool { return i.Kind == market.Score }

func (s *Service) descriptionPage(r *http.Request) (p DescriptionPage, err error) {
	if p.Top, err = s.top(r, Description); err != nil {
		return p, err
	}
	ctx := r.Context()
	k, err := s.description(ctx, p.Edition)
	if err != nil {
		return p, err
	}
	p.Description, p.Remarks, p.Blocked, p.Library = k.Content, remarks(ctx, k), market.Blocked(k.Findings), k.Version
	p.Searched = k.Searched.In(ctx)
	for _, key := range market.Headings {
		p.Groups = append(p.Groups, GroupRow{Key: key})
	}
	for i, item := range k.from.Parted(p.Description.Items) {
		row := ItemRow{N: strconv.Itoa(i + 1), Item: item}
		if c, ok := k.choice(item.From); ok {
			row.Name, row.Entry = c.Name.In(tongue(ctx)), choiceRow(ctx, c, "")
		}
		g := &p.Groups[slices.Index(market.Headings, item.Heading())]
		g.Items = append(g.Items, row)
	}
	return p, nil
}

func (s *Service) addDescriptionForm(r *http.Request) (p MarketForm, err error) {
	if p, err = s.newForm(r, Description); err != nil {
		return p, err
	}
	p.fillDescription(Paper{Case: p.V("case"), Org: door.From(r.Context()).Org}, market.Description{}, p.from)
	for _, c := range p.from.Requirements {
		p.set("yes", "ask", c.ID)
	}
	return p, s.layMarket(r.Context(), &p)
}

func (s *Service) addDescription(r *http.Request) (p MarketForm, next string, err error) {
	if p, err = s.newForm(r, Description); err != nil {
		return p, "", err
	}
	in, err := postedMarket(s, r, &p, (*Sheet).description)
	if err != nil {
		return p, "", err
	}
	id, err := s.AddDescription(r.Context(), in)
	return p, "/procurement/description/" + id, err
}

func (s *Service) editDescriptionForm(r *http.Request) (p MarketForm, err error) {
	p, e, err := s.openForm(r, Description)
	if err != nil {
		return p, err
	}
	k, err := s.description(r.Context(), e)
	if err != nil {
		return p, err
	}
	p.from = k.from
	p.fillDescription(p.Paper, k.Content, k.from)
	return p, s.layMarket(r.Context(), &p)
}

func (s *Service) editDescription(r *http.Request) (p MarketForm, next string, err error) {
	p, e, err := s.openForm(r, Description)
	if err != nil {
		return p, "", err
	}
	k, err := s.description(r.Context(), e)
	if err != nil {
		return p, "", err
	}
	p.from = k.from
	in, err := postedMarket(s, r, &p, (*Sheet).description)
	if err != nil {
		return p, "", err
	}
	return p, p.Back, s.ChangeDescription(r.Context(), p.Paper.ID, p.V("seen"), in)
}

func (s *Service) reopenDescription(r *http.Request) (p DescriptionPage, next string, err error) {
	if p, err = s.descriptionPage(r); err != nil {
		return p, "", err
	}
	p.Because = r.PostFormValue("reason")
	return p, "/procurement/description/" + p.Paper.ID, s.Reopen(r.Context(), p.Paper.ID, p.Because)
}
