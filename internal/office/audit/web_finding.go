// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

func (s *Service) findingPages() []web.Page {
	return []web.Page{
		web.Show("GET /audit/finding", "audit.read", "findings.html", s.findingsPage),
		web.Show("GET /audit/finding/new", "audit.find", "finding_form.html", s.newFinding),
		web.Form("POST /audit/finding/new", "audit.find", "finding_form.html", s.raise),
		web.Show("GET /audit/finding/{id}", "audit.read", "finding.html", s.findingPage),
		web.Form("POST /audit/finding/{id}", "audit.read", "finding.html", s.step),
		web.Show("GET /audit/finding/{id}/edit", "audit.find", "finding_form.html", s.editFinding),
		web.Form("POST /audit/finding/{id}/edit", "audit.find", "finding_form.html", s.revise),
		web.Show("GET /audit/report", "audit.read", "report.html", s.reportPage),
		web.File("GET /audit/report.odt", "audit.read", s.reportFile),
	}
}

// FindingsPage is the list of findings.
type FindingsPage struct {
	Findings []FindingRow
	States   []web.Choice // the words of Value are audit.finding.state.…
	May      bool         // raise findings
	Narrow   bool
}

// A FindingRow is a finding in a list.
type FindingRow struct {
	Finding
	Verdict string // of its state, for the badge
	Late    bool
	Day     time.Time
}

var verdicts = map[string]string{raised: "no", accepted: "review", planned: "review", done: "none", verified: "ok", withdrawn: "unknown"}

func (s *Service) rows(all []Finding) (out []FindingRow) {
	for _, f := range all {
		day, _ := time.ParseInLocation(time.DateOnly, f.Due, berlin) // none is the zero day
		out = append(out, FindingRow{f, verdicts[f.State], f.Late(s.store.db.Now()), day})
	}
	return out
}

func (s *Service) findingsPage(r *http.Request) (p FindingsPage, err error) {
	state := r.URL.Query().Get("state")
	if state != "open" && !slices.Contains(States, state) {
		state = ""
	}
	all, err := s.Findings(r.Context(), FindingFilter{State: state})
	p = FindingsPage{Findings: s.rows(all), States: plain(append([]string{"open"}, States...), state), May: door.From(r.Context()).May("audit.find"), Narrow: state != ""}
	return p, err
}

// FindingFormPage is the form of a finding, new or old.
type FindingFormPage struct {
	FindingInput
	ID      string // empty for a new one
	Orgs    []web.Choice
	Weights []web.Choice

	Answering []web.Choice // people who may answer findings about Org
	Mute      []web.Choice // the others
	Silent    bool         // the one addressed is among these
}

func (s *Service) findingForm(r *http.Request, id string, in FindingInput) (p FindingFormPage, err error) {
	root := door.From(r.Context()).Org
	if in.Org == "" {
		in.Org = root
	}
	orgs, err := s.store.orgChoices(r.Context(), root)
	if err != nil {
		return p, err
	}
	people, err := s.store.personChoices(r.Context(), root)
	if err != nil {
		return p, err
	}
	p = FindingFormPage{FindingInput: in, ID: id, Orgs: offered(orgs, string(in.Org)), Weights: plain(Weights, in.Weight)}
	answers, err := s.answers(r.Context(), in.Org)
	if err != nil {
		return p, err
	}
	for _, c := range offered(people, string(in.Head)) {
		if answers(ospo.PersonID(c.Value)) {
			p.Answering = append(p.Answering, c)
			continue
		}
		p.Mute, p.Silent = append(p.Mute, c), p.Silent || c.Chosen
	}
	return p, nil
}

// answers is Answers, also where nobody knows.
func (s *Service) answers(ctx context.Context, org ospo.OrgID) (func(ospo.PersonID) bool, error) {
	if s.Answers == nil {
		return func(ospo.PersonID) bool { return true }, nil
	}
	return s.Answers(ctx, org)
}

func (s *Service) newFinding(r *http.Request) (FindingFormPage, error) {
	return s.findingForm(r, "", FindingInput{Weight: "normal"})
}

func (s *Service) raise(r *http.Request) (FindingFormPage, string, error) {
	in, err := postedFinding(r)
	if err != nil {
		return FindingFormPage{}, "", err
	}
	id, err := s.Raise(r.Context(), in)
	if err == nil {
		return FindingFormPage{}, "/audit/finding/" + id, nil
	}
	p, ferr := s.findingForm(r, "", in)
	if ferr != nil {
		return p, "", ferr
	}
	return p, "", err
}

func postedFinding(r *http.Request) (FindingInput, error) {
	if err := r.ParseForm(); err != nil {
		return FindingInput{}, fault.Because(err, fault.Invalid, "audit.finding.form")
	}
	v := r.PostForm
	return FindingInput{Org: ospo.OrgID(v.Get("org")), Title: v.Get("title"), Fact: v.Get("fact"), Rule: v.Get("rule"), Advice: v.Get("advice"),
		Weight: v.Get("weight"), Head: ospo.PersonID(v.Get("head")), Due: v.Get("due")}, nil
}

func (s *Service) editFinding(r *http.Request) (p FindingFormPage, err error) {
	f, _, err := s.Finding(r.Context(), r.PathValue("id"))
	if err != nil {
		return p, err
	}
	return s.findingForm(r, f.ID, FindingInput{Org: f.Org, Title: f.Title, Fact: f.Fact, Rule: f.Rule, Advice: f.Advice, Weight: f.Weight, Head: f.Head, Due: f.Due})
}

func (s *Service) revise(r *http.Request) (FindingFormPage, string, error) {
	id := r.PathValue("id")
	if _, _, err := s.Finding(r.Context(), id); err != nil {
		return FindingFormPage{}, "", err // before anything is said of what was sent
	}
	in, err := postedFinding(r)
	if err != nil {
		return FindingFormPage{}, "", err
	}
	if err = s.Revise(r.Context(), id, in); err == nil {
		return FindingFormPage{}, "/audit/finding/" + id, nil
	}
	p, ferr := s.findingForm(r, id, in)
	if ferr != nil {
		return p, "", ferr
	}
	return p, "", err
}

// FindingPage is the record of a finding, with what the viewer can do about it.
type FindingPage struct {
	FindingRow
	Course []Step
	Ways   []string // states into which the viewer can bring it
	Edit   bool
	Silent bool      // whoever it is addressed to cannot answer it
	In     StepInput // as it was filled in
}

// Can reports whether the viewer can bring the finding into a state.
func (p FindingPage) Can(state string) bool { return slices.Contains(p.Ways, state) }

func (s *Service) findingPage(r *http.Request) (p FindingPage, err error) {
	f, course, err := s.Finding(r.Context(), r.PathValue("id"))
	if err != nil {
		return p, err
	}
	v := door.From(r.Context())
	p = FindingPage{FindingRow: s.rows([]Finding{f})[0], Course: course, Ways: s.Ways(v, f, course), Edit: f.State == raised && v.May("audit.find"),
		In: StepInput{Measure: f.Measure, Due: f.Due, Evidence: f.Evidence}}
	if f.Open() && f.Head != "" {
		answers, err := s.answers(r.Context(), f.Org)
		if err != nil {
			return p, err
		}
		p.Silent = !answers(f.Head)
	}
	return p, nil
}

func (s *Service) step(r *http.Request) (p FindingPage, next string, err error) {
	if err := r.ParseForm(); err != nil {
		return p, "", fault.Because(err, fault.Invalid, "audit.finding.form")
	}
	v, id := r.PostForm, r.PathValue("id")
	in := StepInput{State: v.Get("state"), Note: v.Get("note"), Measure: v.Get("measure"), Due: v.Get("due"), Evidence: v.Get("evidence")}
	cause := s.Step(r.Context(), id, in)
	if cause == nil {
		return p, "/audit/finding/" + id, nil
	}
	if p, err = s.findingPage(r); err != nil {
		return p, "", err
	}
	p.In = in
	return p, "", cause
}

// ReportPage is the report on all findings, as it is printed.
type ReportPage struct {
	Org      string
	At       time.Time
	Findings []FindingRow
	Open     int
	Late     int
	State    State
}

func (s *Service) reportPage(r *http.Request) (p ReportPage, err error) {
	v := door.From(r.Context())
	all, err := s.Findings(r.Context(), FindingFilter{})
	if err != nil {
		return p, err
	}
	p = ReportPage{Org: v.OrgName, At: s.store.db.Now(), Findings: s.rows(all)}
	for _, f := range p.Findings {
		if f.Open() {
			p.Open++
		}
		if f.Late {
			p.Late++
		}
	}
	p.State, err = s.State(r.Context())
	return p, err
}

func (s *Service) reportFile(r *http.Request) (web.Download, error) {
	p, err := s.reportPage(r)
	if err != nil {
		return web.Download{}, err
	}
	d := report(p, door.From(r.Context()).Lang).Dress(r.Context())
	return web.Download{Name: "allmende-audit-" + p.At.Format(time.DateOnly) + ".odt", Type: "application/vnd.oasis.opendocument.text", Write: func(w io.Writer) error { return d.Write(w) }}, nil
}
