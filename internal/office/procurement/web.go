// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"strconv"

	"allmende/internal/engine/award"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Take, Key: "procurement.nav", Href: "/procurement", Permit: mayRead}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /procurement", mayRead, "list.html", s.listPage),
		web.Show("GET /procurement/add", mayWrite, "form.html", s.addForm),
		web.Form("POST /procurement/add", mayWrite, "form.html", s.add),
		web.Show("GET /procurement/award/{paper}", mayRead, "award.html", s.awardPage),
		web.Show("GET /procurement/award/{paper}/edit", mayWrite, "form.html", s.editForm),
		web.Form("POST /procurement/award/{paper}/edit", mayWrite, "form.html", s.edit),
		web.Show("GET /procurement/add/study", mayWrite, "study_form.html", s.addStudyForm),
		web.Form("POST /procurement/add/study", mayWrite, "study_form.html", s.addStudy),
		web.Show("GET /procurement/study/{study}", mayRead, "study.html", s.studyPage),
		web.Show("GET /procurement/study/{study}/edit", mayWrite, "study_form.html", s.editStudyForm),
		web.Form("POST /procurement/study/{study}/edit", mayWrite, "study_form.html", s.editStudy),
		web.Do("POST /procurement/study/{study}/freeze", mayDecide, s.freezeStudy),
		web.Form("POST /procurement/study/{study}/reopen", mayWrite, "study.html", s.reopenStudy),
		web.File("GET /procurement/study/{study}/edition/{edition}/json", mayRead, s.editionFile),
		web.File("GET /procurement/study/{study}/edition/{n}/odt", mayRead, s.documents(Study)),
		web.Do("POST /procurement/award/{paper}/freeze", mayDecide, s.freeze),
		web.Form("POST /procurement/award/{paper}/reopen", mayWrite, "award.html", s.reopen),
		web.File("GET /procurement/award/{paper}/edition/{edition}/json", mayRead, s.editionFile),
		web.File("GET /procurement/award/{paper}/edition/{n}/odt", mayRead, s.documents(Award)),
		web.Show("GET /procurement/award/{paper}/try", mayWrite, "try.html", s.tryForm),
		web.Form("POST /procurement/award/{paper}/try", mayWrite, "try.html", s.try),
		web.Show("GET /procurement/add/survey", mayWrite, "survey_form.html", s.addSurveyForm),
		web.Form("POST /procurement/add/survey", mayWrite, "survey_form.html", s.addSurvey),
		web.Show("GET /procurement/survey/{survey}", mayRead, "survey.html", s.surveyPage),
		web.Show("GET /procurement/survey/{survey}/edit", mayWrite, "survey_form.html", s.editSurveyForm),
		web.Form("POST /procurement/survey/{survey}/edit", mayWrite, "survey_form.html", s.editSurvey),
		web.Do("POST /procurement/survey/{survey}/freeze", mayDecide, s.freezeKind(Survey)),
		web.Form("POST /procurement/survey/{survey}/reopen", mayWrite, "survey.html", s.reopenSurvey),
		web.File("GET /procurement/survey/{survey}/edition/{edition}/json", mayRead, s.editionFile),
		web.File("GET /procurement/survey/{survey}/edition/{n}/odt", mayRead, s.documents(Survey)),
		web.Show("GET /procurement/add/description", mayWrite, "description_form.html", s.addDescriptionForm),
		web.Form("POST /procurement/add/description", mayWrite, "description_form.html", s.addDescription),
		web.Show("GET /procurement/description/{description}", mayRead, "description.html", s.descriptionPage),
		web.Show("GET /procurement/description/{description}/edit", mayWrite, "description_form.html", s.editDescriptionForm),
		web.Form("POST /procurement/description/{description}/edit", mayWrite, "description_form.html", s.editDescription),
		web.Do("POST /procurement/description/{description}/freeze", mayDecide, s.freezeKind(Description)),
		web.Form("POST /procurement/description/{description}/reopen", mayWrite, "description.html", s.reopenDescription),
		web.File("GET /procurement/description/{description}/edition/{edition}/json", mayRead, s.editionFile),
		web.File("GET /procurement/description/{description}/edition/{n}/odt", mayRead, s.documents(Description)),
		web.File("GET /procurement/case/{case}/dossier/odt", mayRead, s.dossierText),
		web.File("GET /procurement/case/{case}/dossier/json", mayRead, s.dossierFile),
		web.Show("GET /procurement/trial/{trial}", mayRead, "trial.html", s.trialPage),
		web.File("GET /procurement/trial/{trial}/json", mayRead, s.trialFile),
	}
}

// CasePanel is what procurement shows on a case.
type CasePanel struct {
	Case     string
	Rows     []Paper
	MayWrite bool
	Found    []string // what frozen surveys say
	Against  []string // contradictions of the case to them
}

func (s *Service) casePanel(ctx context.Context, id string) (p CasePanel, err error) {
	p = CasePanel{Case: id, MayWrite: door.From(ctx).May(mayWrite)}
	if p.Rows, err = s.OfCase(ctx, id); err != nil {
		return p, err
	}
	found, err := s.Surveyed(ctx, id)
	if err != nil || len(found) == 0 {
		return p, err
	}
	denied := false
	if s.Denied != nil {
		if denied, err = s.Denied(ctx, id); err != nil {
			return p, err
		}
	}
	for _, f := range found {
		p.Found = append(p.Found, f.Said(ctx))
		if against := f.Against(ctx, denied); against != "" {
			p.Against = append(p.Against, against)
		}
	}
	return p, nil
}

// ListPage is the list of papers.
type ListPage struct {
	Rows     []Paper
	Count    int
	Pager    web.Pager
	MayWrite bool

	Elsewhere []web.Place // where something is, if nothing is here
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx := r.Context()
	l := web.ReadListing(r, "-created")
	all, next, err := s.Papers(ctx, l.After, l.Size)
	if err != nil {
		return p, err
	}
	p = ListPage{Rows: all, MayWrite: door.From(ctx).May(mayWrite)}
	if p.Pager = l.Pager(false); next != "" {
		p.Pager = l.Pager(true, all[len(all)-1].ID)
	}
	p.Count, err = s.store.count(ctx, door.From(ctx).Org)
	if err != nil || len(p.Rows) > 0 {
		return p, err
	}
	p.Elsewhere, err = s.elsewhere(ctx)
	return p, err
}

// elsewhere are the viewer's other places where something is.
func (s *Service) elsewhere(ctx context.Context) ([]web.Place, error) {
	if s.Places == nil {
		return nil, nil
	}
	places, err := s.Places(ctx)
	if err != nil {
		return nil, err
	}
	return web.Elsewhere(ctx, places, mayRead, "/procurement", func(ctx context.Context) (bool, error) {
		n, err := s.store.count(ctx, door.From(ctx).Org)
		return n > 0, err
	})
}

// FormPage is the form of a setup.
type FormPage struct {
	*Sheet
	Paper   Paper // none when one is added
	Action  string
	Back    string
	Rows    []int          // of criteria
	Copied  map[int]string // where those are from, in words
	Ties    []int
	Orgs    []web.Choice
	Cases   []web.Choice
	Methods []MethodRow
	Rules   []web.Choice // for equal bids
	Library []ChoiceRow  // criteria to take over
}

// A MethodRow is a method as the form offers it.
type MethodRow struct {
	ID, Name, Formula, Source, Certainty string
	Chosen                               bool
}

// layPlaces puts the choices of organisations and cases into a form.
func (s *Service) layPlaces(ctx context.Context, sheet *Sheet) (orgs, cases []web.Choice, err error) {
	all, err := s.store.places(ctx, door.From(ctx).Org)
	for _, o := range all {
		orgs = append(orgs, web.Choice{Value: o.id, Label: o.name, Chosen: sheet.Is("org", o.id)})
	}
	if err != nil || s.Cases == nil {
		return orgs, nil, err
	}
	open, err := s.Cases(ctx)
	there := sheet.V("case") == ""
	for _, m := range open {
		cases = append(cases, web.Choice{Value: m.ID, Label: m.Name, Chosen: sheet.Is("case", m.ID)})
		there = there || sheet.Is("case", m.ID)
	}
	if !there { // it has ended, or is not the viewer's to see
		cases = append(cases, web.Choice{Value: sheet.V("case"), Label: s.caseName(ctx, sheet.V("case")), Chosen: true})
	}
	return orgs, cases, err
}

// lay puts choices and rows into a form that is filled in.
func (s *Service) lay(ctx context.Context, p *FormPage) error {
	p.Rows = p.rows(3, mostCriteria, "name", "weight", "max", "least", "text", "anchors")
	for n := range mostTies {
		p.Ties = append(p.Ties, n+1)
	}
	for _, m := range award.Offered() {
		p.Methods = append(p.Methods, MethodRow{m.ID, m.In(tongue(ctx)), m.FormulaIn(tongue(ctx)), lang.Days(tongue(ctx), m.SourceIn(tongue(ctx))), m.Certainty, p.Is("method", m.ID)})
	}
	for _, rule := range tieRules {
		p.Rules = append(p.Rules, web.Choice{Value: rule, Label: tieName(ctx, award.Setup{}, rule)})
	}
	for row := range p.used(mostCriteria, "name") {
		if title := p.V("name", row+1); title != "" {
			p.Rules = append(p.Rules, web.Choice{Value: "criterion:" + criterionID(row+1), Label: say(ctx, "procurement.tie.criterion", title)})
		}
	}
	c, err := s.inForce(ctx, ospo.OrgID(p.V("org")))
	if err != nil {
		return err
	}
	p.Library = choiceRows(ctx, c.Award, "")
	if p.Copied, err = s.copies(ctx, p.Sheet, "from", p.Rows); err != nil {
		return err
	}
	p.Orgs, p.Cases, err = s.layPlaces(ctx, p.Sheet)
	return err
}

// takeOver copies criteria of the library into a form that was sent for that; what is wrong in
// it otherwise is said when it is saved.
func (s *Service) takeOver(ctx context.Context, p *FormPage) error {
	c, err := s.inForce(ctx, ospo.OrgID(p.V("org")))
	if err != nil {
		return err
	}
	p.takeCriteria(c)
	wrong := p.err()
	return cmp.Or(s.lay(ctx, p), wrong)
}

// caseName is what a case is called; its id where the viewer may not see it.
func (s *Service) caseName(ctx context.Context, id string) string {
	if id == "" || s.Case == nil {
		return id
	}
	if n, err := s.Case(ctx, id); err == nil {
		return n
	}
	return id
}

func (s *Service) addForm(r *http.Request) (p FormPage, err error) {
	p = FormPage{Sheet: blank(r.Context()), Action: "/procurement/add", Back: "/procurement"}
	p.set(string(door.From(r.Context()).Org), "org")
	p.set(r.URL.Query().Get("case"), "case")
	return p, s.lay(r.Context(), &p)
}

func (s *Service) add(r *http.Request) (p FormPage, next string, err error) {
	p = FormPage{Action: "/procurement/add", Back: "/procurement"}
	if p.Sheet, err = posted(r); err != nil {
		return p, "", err
	}
	if p.takes() {
		return p, "", s.takeOver(r.Context(), &p)
	}
	in := p.input()
	if err := s.lay(r.Context(), &p); err != nil {
		return p, "", err
	}
	if err := p.err(); err != nil {
		return p, "", err
	}
	id, err := s.Add(r.Context(), in)
	return p, "/procurement/award/" + id, err
}

func (s *Service) editForm(r *http.Request) (p FormPage, err error) {
	ctx := r.Context()
	paper, e, err := s.draft(ctx, Award, r.PathValue("paper"))
	if err != nil {
		return p, err
	}
	setup, err := e.Setup()
	if err != nil {
		return p, err
	}
	p = FormPage{Sheet: blank(ctx), Paper: paper, Action: "/procurement/award/" + paper.ID + "/edit", Back: "/procurement/award/" + paper.ID}
	p.fill(paper, setup)
	return p, s.lay(ctx, &p)
}

func (s *Service) edit(r *http.Request) (p FormPage, next string, err error) {
	ctx := r.Context()
	if p.Paper, _, err = s.draft(ctx, Award, r.PathValue("paper")); err != nil {
		return p, "", err
	}
	p.Back = "/procurement/award/" + p.Paper.ID
	p.Action = p.Back + "/edit"
	if p.Sheet, err = posted(r); err != nil {
		return p, "", err
	}
	if p.takes() {
		return p, "", s.takeOver(ctx, &p)
	}
	in := p.input()
	if err := s.lay(ctx, &p); err != nil {
		return p, "", err
	}
	if err := p.err(); err != nil {
		return p, "", err
	}
	return p, p.Back, s.Change(ctx, p.Paper.ID, p.V("seen"), in)
}

func (s *Service) freeze(r *http.Request) (next string, err error) {
	id := r.PathValue("paper")
	return "/procurement/award/" + id, s.Freeze(r.Context(), id, r.PostFormValue("seen"))
}

func (s *Service) reopen(r *http.Request) (p AwardPage, next string, err error) {
	if p, err = s.awardPage(r); err != nil {
		return p, "", err
	}
	p.Because = r.PostFormValue("reason")
	return p, "/procurement/award/" + p.Paper.ID, s.Reopen(r.Context(), p.Paper.ID, p.Because)
}

// editionFile hands a frozen edition out, byte for byte as it was summed up.
func (s *Service) editionFile(r *http.Request) (web.Download, error) {
	p, all, err := s.Show(r.Context(), cmp.Or(r.PathValue("paper"), r.PathValue("study"), r.PathValue("survey"), r.PathValue("description")))
	if err != nil {
		return web.Download{}, err
	}
	for _, e := range all {
		if strconv.Itoa(e.N) == r.PathValue("edition") && !e.Draft() {
			return jsonFile(say(r.Context(), "procurement.file.edition", p.ID, e.N), e.Body), e.Sound()
		}
	}
	return web.Download{}, notFound()
}

func jsonFile(title, body string) web.Download {
	return web.Download{Name: title + ".json", Type: "application/json", Write: func(w io.Writer) error { _, err := io.WriteString(w, body); return err }}
}

func (s *Service) trialFile(r *http.Request) (web.Download, error) {
	t, _, err := s.ShowTrial(r.Context(), r.PathValue("trial"))
	if err != nil {
		return web.Download{}, err
	}
	return jsonFile(say(r.Context(), "procurement.file.trial", t.ID), t.Body), nil
}

// edition finds one by its number; the last where none is given.
func edition(all []Edition, n string) (Edition, error) {
	for _, e := range all {
		if n == "" || strconv.Itoa(e.N) == n {
			return e, nil
		}
	}
	return Edition{}, notFound()
}
