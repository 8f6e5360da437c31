// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"strconv"
	"strings"
	"time"

	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
)

func text(n int) string { return strconv.Itoa(n) }

// document writes the minutes as a document: the same words as the page.
func document(p MinutesPage, tongue string, made time.Time) *odt.Document {
	if tongue == "" {
		tongue = lang.Tongues[0]
	}
	t := func(key string, args ...any) string { return own.T(tongue, key, args...) }
	m := p.Session
	d := &odt.Document{Title: t("meeting.minutes_of", m.TeamName, lang.Date(tongue, m.Start())), Lang: tongue, Made: made}
	d.Heading(1, d.Title)
	d.Para(t("meeting.when_where", lang.Date(tongue, m.Start()), m.At, m.Length, orDash(m.Place)))
	if m.State != Closed {
		d.Para(t("meeting.draft"))
	}
	d.Heading(2, t("meeting.guests"))
	var rows [][]string
	for _, g := range p.Guests {
		name := g.Name
		if g.For != "" {
			name += " (" + t("meeting.stands_for", g.For) + ")"
		}
		rows = append(rows, []string{name, g.Roles, t("meeting.presence." + g.Presence)})
	}
	d.Table([]string{t("meeting.person"), t("meeting.roles"), t("meeting.presence")}, rows)
	d.Heading(2, t("meeting.agenda"))
	for n, i := range p.Items {
		d.Heading(3, text(n+1)+". "+i.Title)
		if i.Note != "" {
			d.Para(i.Note)
		}
		if i.Result != "" {
			d.Para(t("meeting.result") + ": " + t("meeting.result."+i.Result))
		}
		if i.Result == "task" {
			d.Para(t("meeting.does", i.Name, lang.Date(tongue, i.Until())))
		}
		for _, x := range p.Of(i.ID) {
			record(d, x, tongue, t)
		}
	}
	if m.State == Closed {
		d.Para(t("meeting.closed_by", m.CloserBy, lang.DateTime(tongue, m.Ended())))
		d.Para(t("meeting.sum", m.Sum))
	}
	return d
}

func record(d *odt.Document, x Decision, tongue string, t func(string, ...any) string) {
	d.Para(t("meeting.decision_n", x.Number) + ": " + x.Text)
	d.Para(t("meeting.reason") + ": " + x.Reason)
	d.Para(t("meeting.present") + ": " + strings.Join(x.Present, ", "))
	if x.Voted() {
		d.Para(t("meeting.votes_n", x.Yeas(), x.Nays(), x.Abstentions()))
	}
	if x.Evidence != "" {
		d.Para(t("meeting.evidence") + ": " + x.Evidence)
	}
	if x.Responsible != "" {
		d.Para(t("meeting.does", x.Name, lang.Date(tongue, x.Until())))
	}
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}
