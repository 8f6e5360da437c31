// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"

	engine "allmende/internal/engine/judge"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
)

// A Report is a judgement for the file: each component with its licence, the rule, who
// decided that and when.
type Report struct {
	Judgement
	Items []ReportItem `json:"items"`
	More  int          `json:"more,omitempty" doc:"Components that are not listed for want of room."`
}

// A ReportItem is one component.
type ReportItem struct {
	Component string         `json:"component"`
	PURL      string         `json:"purl,omitempty"`
	Licence   string         `json:"licence" doc:"As the bill of materials says."`
	Judged    string         `json:"judged,omitempty" doc:"The expression that was judged."`
	Verdict   engine.Verdict `json:"verdict" enum:"allow,review,unknown,deny"`
	Context   ospo.Context   `json:"context"`
	Rule      string         `json:"rule,omitempty" doc:"Id of the rule in the profile."`
	Basis     string         `json:"basis" enum:"profile,exception,choice"`
	Decided   string         `json:"decided" doc:"What was decided by whom and when, in words."`
}

// mostItems bounds a report.
const mostItems = 5000

// Report gathers the report on a release.
func (s *Service) Report(ctx context.Context, release ospo.ReleaseID) (r Report, err error) {
	if r.Judgement, err = s.Judge(ctx, release); err != nil {
		return r, err
	}
	var ids []ospo.PackageID
	for _, l := range r.Lines {
		take := min(len(l.packages), mostItems-len(ids))
		ids = append(ids, l.packages[:take]...)
		r.More += len(l.packages) - take
	}
	named, err := s.store.packages(ctx, ids)
	if err != nil {
		return r, err
	}
	for _, l := range r.Lines {
		basis, decided := decidedBy(ctx, r.profile, l)
		for _, id := range l.packages {
			if len(r.Items) == mostItems {
				break
			}
			p := named[id]
			r.Items = append(r.Items, ReportItem{Component: p.title(), PURL: p.purl, Licence: shorten(l.Licence), Judged: cmp.Or(l.Finding.Chosen, l.Finding.Licence), Verdict: l.Finding.Verdict, Context: l.Context,
				Rule: rulesOf(l.Finding), Basis: basis, Decided: decided})
		}
	}
	slices.SortStableFunc(r.Items, func(a, b ReportItem) int {
		return cmp.Or(slices.Index(engine.Verdicts, b.Verdict)-slices.Index(engine.Verdicts, a.Verdict), strings.Compare(strings.ToLower(a.Component), strings.ToLower(b.Component)))
	})
	return r, nil
}

func (p pack) title() string {
	name := p.name
	if p.namespace != "" {
		name = p.namespace + "/" + name
	}
	return strings.TrimSpace(name + " " + p.version)
}

// decidedBy says on what a line rests, and who decided that when.
func decidedBy(ctx context.Context, p Profile, l Line) (basis, words string) {
	switch {
	case l.Exception != nil:
		return "exception", by(ctx, "policy.report.exception", l.Exception.Maker, l.Exception.Second, l.Exception.Created)
	case l.Choice != nil:
		return "choice", by(ctx, "policy.report.choice", l.Choice.Maker, "", l.Choice.Created)
	case p.Own:
		return "profile", by(ctx, "policy.report.own", p.Maker, p.Second, p.Created)
	}
	return "profile", say(ctx, "policy.report.shipped", p.Title.In(tongue(ctx)), p.Version, lang.Days(tongue(ctx), p.Checked))
}

func by(ctx context.Context, key, maker, second, at string) string {
	text := say(ctx, key, cmp.Or(maker, say(ctx, "policy.above")), lang.Date(tongue(ctx), db.Time(at)))
	if second != "" {
		text += say(ctx, "policy.report.second", second)
	}
	return text
}

// mostODT is how many components a document for an office program lists; more make it slow.
const mostODT = 2000

// Write writes the report as a document for office programs.
func (r Report) Write(ctx context.Context) func(io.Writer) error {
	return func(w io.Writer) error {
		t := tongue(ctx)
		d := (&odt.Document{Title: say(ctx, "policy.report.title", r.Title), Lang: t, Made: db.Time(r.At)}).Dress(ctx)
		d.Heading(1, d.Title)
		d.Facts([][2]string{
			{say(ctx, "policy.report.org"), door.From(ctx).OrgName}, {say(ctx, "policy.verdict"), say(ctx, "policy.verdict."+string(r.Verdict.Verdict))}, {say(ctx, "policy.why"), r.reason(ctx)},
			{say(ctx, "policy.profile"), r.profile.Title.In(t) + ", " + r.Version}, {say(ctx, "policy.source"), r.profile.Source}, {say(ctx, "policy.contexts"), contextWords(ctx, r.Usage.Contexts) + " (" + say(ctx, "policy.usage."+r.Usage.From) + ")"},
			{say(ctx, "policy.at"), lang.DateTime(t, db.Time(r.At))},
		})
		d.Para(say(ctx, "policy.disclaimer"))
		d.Heading(2, say(ctx, "policy.report.components"))
		var rows [][]string
		for _, i := range r.Items[:min(len(r.Items), mostODT)] {
			rows = append(rows, []string{i.Component, i.Licence, say(ctx, "policy.verdict."+string(i.Verdict)), say(ctx, "policy.context."+string(i.Context)), i.Rule, i.Decided})
		}
		d.Table([]string{say(ctx, "policy.component"), say(ctx, "policy.licence"), say(ctx, "policy.verdict"), say(ctx, "policy.context"), say(ctx, "policy.rule"), say(ctx, "policy.report.decided")}, rows)
		if more := r.More + len(r.Items) - len(rows); more > 0 {
			d.Para(say(ctx, "policy.report.more", more))
		}
		return d.Write(w)
	}
}
