// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
	"allmende/internal/platform/web"
)

// An Enclosure is an exhibit in the viewer's words; Note says what became of it since.
type Enclosure struct{ Kind, Title, State, Sum, Link, Note string }

// A Tie is a thing of another room that has to do with a case.
type Tie struct{ Kind, Title, Link string }

// recordPaper hands out a justification as a text document: the words of its page, the sum of
// what was frozen, and what other rooms keep about the case.
func (s *Service) recordPaper(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	p, err := s.recordPage(r)
	if err := errorOr(err, p.kept()); err != nil {
		return web.Download{}, err
	}
	d := p.document(ctx)
	name := say(ctx, "casework.record.file") + "-" + p.Number + "-" + db.Time(p.Created).Format("2006-01-02") + ".odt"
	return web.Download{Name: name, Type: "application/vnd.oasis.opendocument.text", Write: func(w io.Writer) error { return d.Write(w) }}, nil
}

// document writes a justification as a text document.
func (p RecordPage) document(ctx context.Context) *odt.Document {
	t := func(key string, args ...any) string { return say(ctx, "casework."+key, args...) }
	d := (&odt.Document{Title: t("record.title", p.Number), Lang: tongue(ctx), Made: db.Time(p.Created)}).Dress(ctx)
	d.Heading(1, d.Title)
	if !p.Readable {
		d.Para(t("record.unreadable"))
		p.proof(d, t)
		return d
	}
	d.Para(p.Of.Title + "\n" + p.Of.OrgName)
	for _, e := range p.Reopened {
		d.Para(t("record.reopened", lang.DateTime(tongue(ctx), e.Time()), e.Name) + " " + e.Text)
	}
	of := p.Of.Decision
	as := func(name, role string) string { return strings.TrimSuffix(name+" ("+role+")", " ()") }
	second := t("second.none")
	if p.Second != "" {
		second = as(p.Second, p.SecondAs)
	}
	d.Heading(2, t("decision"))
	d.Facts([][2]string{{t("decision"), p.Step + "\n" + p.From + " → " + p.To}, {t("reason"), orDash(of.Reason)}, {t("decider"), as(p.Decider, p.DeciderAs)}, {t("second"), second},
		{t("decided"), lang.DateTime(tongue(ctx), of.Time())}, {t("rule"), p.ruleWords(t)}, {t("asker"), p.Asker}})
	d.Heading(2, t("facts"))
	var facts [][2]string
	for _, f := range p.Lines {
		facts = append(facts, [2]string{f.Name, f.Word})
	}
	d.Facts(facts)
	d.Heading(2, t("tasks"))
	var rows [][]string
	for _, x := range p.Doings {
		done := t("left")
		if x.Who != "" {
			done = t("done_by", x.Who, lang.Date(tongue(ctx), x.Time()))
		}
		rows = append(rows, []string{x.Called, x.RoleName, strings.TrimRight(done+"\n"+x.Note, "\n")})
	}
	if len(rows) > 0 {
		d.Table([]string{t("paper.task"), t("paper.role"), t("paper.done")}, rows)
	} else {
		d.Para(t("tasks.never"))
	}
	enclose(d, p.Lay, t("paper.lay"), t("paper.lay.note"), t)
	p.proof(d, t)
	enclose(d, p.Beside, t("paper.beside"), t("paper.beside.note"), t)
	enclose(d, p.After, t("paper.after"), t("paper.after.note"), t)
	return d
}

// enclose lists papers under a heading; nothing where there are none.
func enclose(d *odt.Document, papers []Enclosure, head, note string, t func(key string, args ...any) string) {
	if len(papers) == 0 {
		return
	}
	var rows [][]string
	for _, e := range papers {
		rows = append(rows, []string{e.Title, e.Kind, e.State, orDash(strings.TrimPrefix(e.Sum+"\n"+e.Note, "\n"))})
	}
	d.Heading(2, head)
	d.Para(note)
	d.Table([]string{t("paper.title"), t("paper.kind"), t("paper.state"), "SHA-256"}, rows)
}

// ruleWords are the procedure and what its step asked for: in words, and as it is written there.
func (p RecordPage) ruleWords(t func(key string, args ...any) string) string {
	out := []string{p.Rule + ", " + p.Of.Procedure.ID + ", " + t("version_n", strconv.Itoa(p.Of.Procedure.Version))}
	if p.Of.Procedure.Source != "" {
		out = append(out, t("source", p.Of.Procedure.Source))
	}
	if p.Of.Procedure.SHA256 != "" {
		out = append(out, "SHA-256 "+p.Of.Procedure.SHA256)
	}
	if len(p.Guards) > 0 {
		out = append(out, t("guard.held"))
		for _, g := range p.Guards {
			out = append(out, "– "+g)
		}
	}
	if p.Of.Decision.Condition != "" {
		out = append(out, t("guard.written", p.Of.Decision.Condition))
	}
	return strings.Join(out, "\n")
}

// proof says by which sum the justification can be told, and whether it still has it.
func (p RecordPage) proof(d *odt.Document, t func(key string, args ...any) string) {
	d.Heading(2, t("sum"))
	d.Para(t("proof."+p.Proof) + " " + t("sum.note") + "\n" + p.Sum)
}

func orDash(text string) string {
	if strings.TrimSpace(text) == "" {
		return "–"
	}
	return text
}
