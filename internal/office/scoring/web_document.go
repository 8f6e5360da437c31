// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

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

// document hands a round out as a text document: what its page shows to whoever asks.
func (s *Service) document(r *http.Request) (web.Download, error) {
	p, err := s.roundPage(r)
	if err != nil {
		return web.Download{}, err
	}
	ctx := r.Context()
	d := (&odt.Document{Title: p.Round.Title, Lang: tongue(ctx), Made: s.store.db.Now()}).Dress(ctx)
	p.write(ctx, d)
	return web.Download{Name: say(ctx, "scoring.file", p.Round.ID) + ".odt", Type: "application/vnd.oasis.opendocument.text", Write: func(w io.Writer) error { return d.Write(w) }}, nil
}

// Write adds a round to a document of another room, as it reads alone.
func (s *Service) Write(ctx context.Context, id string, d *odt.Document) error {
	r := (&http.Request{Method: http.MethodGet, URL: &url.URL{}}).WithContext(ctx)
	r.SetPathValue("round", id)
	p, err := s.roundPage(r)
	if err == nil {
		p.write(ctx, d)
	}
	return err
}

func (p RoundPage) write(ctx context.Context, d *odt.Document) {
	head := func(keys ...string) (out []string) {
		for _, k := range keys {
			out = append(out, say(ctx, "scoring."+k))
		}
		return out
	}
	d.Heading(1, say(ctx, "scoring.round_of", p.Round.Title))
	facts := [][2]string{{say(ctx, "scoring.org"), p.Round.OrgName}, {say(ctx, "scoring.setup"), say(ctx, "scoring.setup.is", p.Round.Edition, p.Round.Announced)}, {say(ctx, "scoring.method"), p.Method},
		{say(ctx, "scoring.opened"), p.Round.Name + ", " + lang.DateTime(p.tongue, p.Round.At())}}
	if p.Round.Closed != "" {
		facts = append(facts, [2]string{say(ctx, "scoring.closed_at"), p.Round.CloserName + ", " + lang.DateTime(p.tongue, p.Round.End())}, [2]string{"SHA-256", p.Round.Sum})
	} else {
		facts = append(facts, [2]string{say(ctx, "scoring.lacking"), strings.Join(p.Missing, "\n")})
	}
	d.Facts(facts)
	p.writeResult(ctx, d, head)
	var rows [][]string
	for _, b := range p.Bids {
		rows = append(rows, []string{b.Name, b.Price})
	}
	d.Heading(2, say(ctx, "scoring.bids"))
	d.Table(head("bid", "price"), rows)
	rows = nil
	for _, t := range p.Statements {
		rows = append(rows, []string{t.Name, lang.DateTime(p.tongue, t.At()), say(ctx, "scoring.kind."+t.Kind) + "\n" + t.Said})
	}
	d.Heading(2, say(ctx, "scoring.statements"))
	d.Table(head("person", "when", "said"), rows)
	if len(p.Cells) == 0 {
		return
	}
	rows = nil
	for _, c := range p.Cells {
		var said []string
		for _, v := range c.Voices {
			said = append(said, v.Name+": "+v.Points+"\n"+v.Remark)
		}
		if k := c.Consensus; k != nil {
			said = append(said, say(ctx, "scoring.proposed", k.ProposerName, k.Points, k.Reason))
			if k.AgreerName != "" {
				said = append(said, say(ctx, "scoring.agreed", k.AgreerName))
			}
		}
		rows = append(rows, []string{c.Name, c.Title + " (" + c.Criterion + ")", strings.Join(said, "\n"), c.Value})
	}
	d.Heading(2, say(ctx, "scoring.points"))
	d.Table(head("bid", "criterion", "given", "counts"), rows)
}

// writeResult adds winner, ranks and arithmetic where the round is closed.
func (p RoundPage) writeResult(ctx context.Context, d *odt.Document, head func(...string) []string) {
	if p.Result == nil {
		return
	}
	d.Heading(2, say(ctx, "scoring.result"))
	if p.Result.Winner != "" {
		d.Para(say(ctx, "scoring.winner", p.Result.Winner))
	} else {
		d.Para(say(ctx, "scoring.nobody"))
	}
	for _, n := range p.Result.Notes {
		d.Para(n)
	}
	for _, s := range p.Result.Basis {
		d.Para(s.String())
	}
	var rows [][]string
	for _, b := range p.Result.Ranks {
		rank, score := say(ctx, "scoring.excluded"), "–"
		if b.Rank > 0 {
			rank, score = strconv.Itoa(b.Rank), b.Score
		}
		var steps []string
		for _, s := range b.Steps {
			steps = append(steps, s.String())
		}
		rows = append(rows, []string{rank, b.Bid, b.Quality, b.Price, score, strings.Join(steps, "\n")})
	}
	d.Table(head("rank", "bid", "quality", "price", "score", "arithmetic"), rows)
	d.Heading(3, say(ctx, "scoring.signs"))
	for _, x := range p.Result.Signs {
		d.Para(x.Sign + ": " + x.Means)
	}
}

// String is the step in one line.
func (s StepRow) String() string {
	var terms []string
	for _, t := range s.Terms {
		terms = append(terms, t.Name+" = "+t.Value)
	}
	line := s.Formula
	if len(terms) > 0 {
		line += ": " + strings.Join(terms, ", ")
	}
	return line + " → " + s.Value
}
