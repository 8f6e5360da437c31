// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"context"
	"encoding/json"
	"slices"

	"allmende/internal/engine/economics"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/ospo"
)

// How a study is calculated; the version goes up with each change of the formulas.
const (
	presentValue        = "present_value"
	presentValueVersion = 1
)

// A Report is a study with what it comes to.
type Report struct {
	Method  string            `json:"method"`
	Version int               `json:"version"`
	Study   economics.Study   `json:"study"`
	Result  *economics.Result `json:"result"` // nil where faults say why
	Points  []economics.Point `json:"points"` // the sensitivity

	Faults []economics.Fault `json:"-"`
}

// report calculates a study, at its own rate and at others.
func report(s economics.Study) Report {
	r := Report{Method: presentValue, Version: presentValueVersion, Study: s}
	if r.Result, r.Faults = s.Calculate(); r.Result != nil {
		r.Points, r.Faults = s.Sensitivity(rates(s.Rate.Value))
	}
	return r
}

// rates are 0 to 6 %, and that of the study among them.
func rates(own number.Exact) []number.Exact {
	out := []number.Exact{own}
	for percent := range int64(7) {
		if x := number.Int(percent).Div(number.Int(100)); x.Cmp(own) != 0 {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, number.Exact.Cmp)
	return out
}

// Report reads a study. A draft is calculated as it stands; of a frozen one the result is what
// was frozen, never calculated again, and nothing is shown where the text lost its sum.
func (e Edition) Report() (r Report, err error) {
	if err := e.Sound(); err != nil {
		return r, err
	}
	if e.Draft() {
		var s economics.Study
		err = json.Unmarshal([]byte(e.Body), &s)
		return report(s), err
	}
	return r, json.Unmarshal([]byte(e.Body), &r)
}

// sealStudy is the frozen text of a study that has a result.
func (s *Service) sealStudy(_ context.Context, e Edition) (body, sha string, err error) {
	r, err := e.Report()
	if err != nil {
		return "", "", err
	}
	if r.Result == nil || len(r.Faults) > 0 {
		return "", "", fault.New(fault.Conflict, "procurement.study.blocked")
	}
	return canonical(r)
}

// StudyInput is a study with what it belongs to.
type StudyInput struct {
	Org   ospo.OrgID // empty: the caller's; it stays what it was when a paper is changed
	Case  string
	Study economics.Study
}

// AddStudy opens the paper of a study with a first draft.
func (s *Service) AddStudy(ctx context.Context, in StudyInput) (id string, err error) {
	defer fault.Wrap(&err, "add a study")
	return s.begin(ctx, Paper{Org: in.Org, Kind: Study, Title: in.Study.Title, Case: in.Case}, in.Study)
}

// ChangeStudy writes the draft of a study anew. seen is when it was changed last as the caller
// knows it.
func (s *Service) ChangeStudy(ctx context.Context, id, seen string, in StudyInput) (err error) {
	defer fault.Wrap(&err, "change the study %s", id)
	return s.change(ctx, Paper{ID: id, Kind: Study, Title: in.Study.Title, Case: in.Case}, seen, in.Study)
}
