// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"strings"

	"allmende/internal/engine/clause"
	"allmende/internal/engine/number"
	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
)

// A Sheet is a paper in the reader's language. Page, print and text document are written from
// it, so that none of them says more or less than another.
type Sheet struct {
	Title, Lead string
	Parts       []Part
}

// A Part has a heading and below it texts, facts and a table, as far as there are any.
type Part struct {
	ID, Title string
	Texts     []string
	Facts     []Fact
	Head      []string
	Rows      [][]string
}

// A Fact is what is known of one thing.
type Fact struct{ Name, Value string }

// write writes a sheet as a text document.
func (s Sheet) write(d *odt.Document) {
	d.Heading(1, s.Title)
	d.Para(s.Lead)
	for _, p := range s.Parts {
		d.Heading(2, p.Title)
		for _, t := range p.Texts {
			d.Para(t)
		}
		var facts [][2]string
		for _, f := range p.Facts {
			facts = append(facts, [2]string{f.Name, f.Value})
		}
		d.Facts(facts)
		if len(p.Rows) > 0 {
			d.Table(p.Head, p.Rows)
		}
	}
}

// sheet writes what was drawn in the reader's language, with its sum at the end.
func (d Drawn) sheet(ctx context.Context, p Paper) (s Sheet) {
	w := voice{ctx}
	switch {
	case d.Plan != nil:
		s = w.plan(d)
	case d.Report != nil:
		s = w.report(d)
	}
	proof := "contract.paper.proven"
	if !p.Proven {
		proof = "contract.paper.unproven"
	}
	s.Parts = append(s.Parts, Part{ID: "sum", Title: w.say("paper.sum"), Texts: []string{say(ctx, proof), w.say("paper.sum.note")}, Facts: []Fact{
		{"SHA-256", p.Sum}, {w.say("paper.drawn"), d.Name + ", " + lang.DateTime(tongue(ctx), db.Time(d.Created))}, {w.say("paper.id"), p.ID}}})
	return s
}

// A voice says things to one reader.
type voice struct{ ctx context.Context }

func (w voice) say(key string, args ...any) string { return say(w.ctx, "contract."+key, args...) }

func (w voice) in(t clause.Text) string { return t.In(tongue(w.ctx)) }

func (w voice) day(day string) string {
	if day == "" {
		return w.say("unknown")
	}
	return lang.Date(tongue(w.ctx), db.Time(day))
}

func (w voice) price(amount, per string) string {
	x, err := number.Parse(amount)
	if err != nil {
		return w.say("unknown")
	}
	return x.Text(tongue(w.ctx), 2) + " € " + w.say("per."+per)
}

func orDash(text string) string {
	if strings.TrimSpace(text) == "" {
		return "–"
	}
	return text
}

func (w voice) plan(d Drawn) Sheet {
	b := d.Plan
	return Sheet{Title: w.say("paper.plan", b.Contract.Title), Lead: w.say("plan.check"),
		Parts: []Part{w.entry(d), w.answers(b), w.hinted(b), w.agreed(b), w.others(b), w.debts(b), {ID: "method", Title: w.say("paper.method"), Texts: []string{
			w.in(b.Certainty), w.say("set", b.Set, w.day(b.Checked), b.Source), w.say("topics.basis")}}}}
}

func (w voice) entry(d Drawn) Part {
	c := d.Plan.Contract
	kind, leave := orDash(w.in(d.Plan.TypeName)), w.day(d.Plan.NoticeBy)
	if d.Plan.NoticeBy == "" && d.Plan.End != "" { // it ends by itself
		leave = "–"
	}
	reason := c.Reason
	if c.Proprietary != "yes" {
		reason = "–"
	} else if reason == "" {
		reason = w.say("exceptions.missing")
	}
	facts := []Fact{{w.say("title_label"), c.Title}, {w.say("org"), d.OrgName}, {w.say("supplier"), c.Supplier}, {w.say("number"), orDash(c.Number)},
		{w.say("software"), orDash(c.Software)}, {w.say("type"), kind}, {w.say("kind"), w.say("kind." + c.Kind)}, {w.say("since"), w.day(c.Since)}, {w.say("until"), w.day(d.Plan.End)},
		{w.say("leave"), leave}, {w.say("amount"), w.price(c.Amount, c.Per)}, {w.say("proprietary_q"), w.say("proprietary." + c.Proprietary)}, {w.say("reason"), reason},
		{w.say("case"), orDash(c.Case)}}
	return Part{ID: "contract", Title: w.say("contract"), Facts: append(facts, w.terms(c)...)}
}

func (w voice) answers(b *PlanBody) Part {
	p := Part{ID: "questions", Title: w.say("questions"), Head: []string{w.say("paper.question"), w.say("paper.answer")}}
	for _, a := range b.Asked {
		p.Rows = append(p.Rows, []string{w.in(a.Ask), w.answer(a)})
	}
	return p
}

func (w voice) answer(a Asked) string {
	if a.Said == (clause.Text{}) {
		return w.say("not_said")
	}
	return w.in(a.Said)
}

// list writes what a verdict rests on, a line each.
func (w voice) list(all []Asked) string {
	var out []string
	for _, a := range all {
		out = append(out, w.in(a.Ask)+" "+w.answer(a))
	}
	return strings.Join(out, "\n")
}

func (w voice) hinted(b *PlanBody) Part {
	p := Part{ID: "hint", Title: w.say("hint.title")}
	if b.Hint == nil {
		p.Texts = []string{w.say("hint.open", w.in(b.Open.Ask))}
		return p
	}
	h := b.Hint
	p.Facts = []Fact{{w.say("type"), w.in(h.Name) + " (" + w.say("hint") + ")"}, {w.say("hint.path"), w.list(h.Path)}, {w.say("hint.note"), w.in(h.Note)},
		{w.say("hint.revised"), w.say("revised." + h.Revised)}, {w.say("source"), h.Source}, {w.say("certainty"), w.say("certainty." + h.Certainty)}}
	return p
}

func (w voice) agreed(b *PlanBody) Part {
	p := Part{ID: "topics", Title: w.say("topics"), Texts: []string{w.say("wording.help")}}
	for _, t := range b.Topics {
		if t.Agreed {
			p.Facts = append(p.Facts, Fact{t.ID + " " + w.in(t.Name), strings.TrimRight(w.in(t.Wording)+"\n"+w.say("paper.why", w.in(t.Why))+"\n"+w.say("basis."+t.Basis)+" · "+t.Set+"\n"+t.Source, "\n")})
		}
	}
	if p.Facts == nil {
		p.Texts = []string{w.say("topics.none")}
	}
	return p
}

func (w voice) others(b *PlanBody) Part {
	p := Part{ID: "others", Title: w.say("paper.others"), Head: []string{w.say("paper.topic"), w.say("paper.verdict"), w.say("paper.because")}}
	for _, t := range b.Topics {
		if !t.Agreed {
			p.Rows = append(p.Rows, []string{t.ID + " " + w.in(t.Name), w.say("verdict." + t.Verdict), orDash(w.list(t.Because))})
		}
	}
	if p.Rows == nil {
		p.Texts = []string{w.say("paper.others.none")}
	}
	return p
}

func (w voice) debts(b *PlanBody) Part {
	p := Part{ID: "owed", Title: w.say("owed.title"), Head: []string{w.say("what"), w.say("due"), w.say("state"), w.say("evidence")}}
	for _, o := range b.Owed {
		due := w.day(o.Due)
		if o.Due == "" {
			due = w.say("due.unknown")
		}
		if o.Before {
			due += "\n" + w.say("before")
		}
		p.Rows = append(p.Rows, []string{strings.TrimSpace(o.Topic + " " + w.in(o.What)), due, w.say("owed." + o.State), orDash(strings.TrimSpace(o.Evidence + o.Reason + "\n" + o.Link))})
	}
	if p.Rows == nil {
		p.Texts = []string{w.say("owed.none")}
	}
	return p
}

func (w voice) report(d Drawn) Sheet {
	r := d.Report
	head := Part{ID: "report", Title: w.say("paper.overview"), Facts: []Fact{{w.say("org"), d.OrgName}, {w.say("paper.day"), w.day(r.Day)}, {w.say("paper.count"), lang.Num(tongue(w.ctx), int64(len(r.All)))},
		{w.say("paper.without"), lang.Num(tongue(w.ctx), int64(r.Without))}, {w.say("paper.unknown"), lang.Num(tongue(w.ctx), int64(r.Unknown))}}}
	if r.Blind {
		head.Texts = []string{w.say("paper.blind")}
	}
	return Sheet{Title: w.say("exceptions"), Lead: w.say("exceptions.lead"), Parts: []Part{head, w.exceptions(r)}}
}

func (w voice) exceptions(r *Report) Part {
	p := Part{ID: "exceptions", Title: w.say("exceptions.caption"), Head: []string{w.say("title_label"), w.say("reason"), w.say("until"), w.say("amount")}}
	for _, e := range r.All {
		of, until, price, reason := e.Supplier, w.day(e.Until), w.price(e.Amount, e.Per), e.Reason
		if e.Contract == "" {
			of, until = strings.TrimSpace(e.Supplier+"\n"+w.say("exceptions.approval")), w.say("unknown")
			if e.Again != "" {
				until = w.say("exceptions.again", w.day(e.Again))
			}
		}
		if reason == "" {
			reason = w.say("exceptions.missing")
		}
		if e.FromCase {
			reason += "\n(" + w.say("exceptions.from_case") + ")"
		}
		if e.Case != "" {
			reason += "\n" + w.say("paper.case", e.Case)
		}
		p.Rows = append(p.Rows, []string{e.Title + "\n" + of + "\n" + e.Org, reason, until, price})
	}
	if p.Rows == nil {
		p.Texts = []string{w.say("exceptions.none")}
	}
	return p
}
