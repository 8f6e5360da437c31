// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package audit

import (
	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
)

// report writes the report as a document: the same words and figures as the page.
func report(p ReportPage, tongue string) *odt.Document {
	if tongue == "" {
		tongue = lang.Tongues[0]
	}
	t := func(key string, args ...any) string { return own.T(tongue, key, args...) }
	d := &odt.Document{Title: t("audit.report") + " – " + p.Org, Lang: tongue, Made: p.At}
	d.Heading(1, d.Title)
	d.Para(t("audit.report.at", lang.DateTime(tongue, p.At)))
	d.Para(own.N(tongue, "audit.report.count", len(p.Findings)) + " " + t("audit.report.open", p.Open, p.Late))
	var rows [][]string
	for _, f := range p.Findings {
		rows = append(rows, []string{f.Title, f.OrgName, t("audit.finding.state." + f.State), t("audit.finding.weight." + f.Weight), lang.Date(tongue, f.Day)})
	}
	d.Table([]string{t("audit.finding"), t("audit.org"), t("audit.finding.state"), t("audit.finding.weight"), t("audit.finding.due")}, rows)
	for _, f := range p.Findings {
		d.Heading(2, f.Title)
		d.Para(f.OrgName + " · " + t("audit.finding.state."+f.State) + " · " + t("audit.finding.weight."+f.Weight))
		var facts [][2]string
		for _, part := range [][2]string{{"audit.finding.head", f.HeadName}, {"audit.finding.fact", f.Fact}, {"audit.finding.rule", f.Rule}, {"audit.finding.advice", f.Advice},
			{"audit.finding.measure", f.Measure}, {"audit.finding.due", lang.Date(tongue, f.Day)}, {"audit.finding.evidence", f.Evidence}} {
			if part[1] != "" {
				facts = append(facts, [2]string{t(part[0]), part[1]})
			}
		}
		d.Facts(facts)
	}
	d.Heading(2, t("audit.report.proof"))
	d.Para(t("audit.report.tree", p.State.Size, p.State.Signed, p.State.Origin))
	d.Para(p.State.Root)
	return d
}
