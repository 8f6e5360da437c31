// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"cmp"
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

// dossierText hands the dossier of a case out as a text document, with the sum of its JSON.
func (s *Service) dossierText(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	whole, err := s.Dossier(ctx, r.PathValue("case"))
	if err != nil {
		return web.Download{}, err
	}
	f := sheaf{(&odt.Document{Title: say(ctx, "procurement.dossier.of", whole.Number), Lang: tongue(ctx), Made: s.store.db.Now()}).Dress(ctx), ctx}
	whole.write(f)
	for _, p := range whole.Parts {
		if err := f.Below(1, func() error { return p.Write(f.Document) }); err != nil {
			return web.Download{}, err
		}
	}
	return web.Download{Name: say(ctx, "procurement.file.dossier", whole.Number) + ".odt", Type: "application/vnd.oasis.opendocument.text", Write: func(w io.Writer) error { return f.Write(w) }}, nil
}

// dossierFile hands out the text that the sum in the document is of.
func (s *Service) dossierFile(r *http.Request) (web.Download, error) {
	whole, err := s.Dossier(r.Context(), r.PathValue("case"))
	return jsonFile(say(r.Context(), "procurement.file.dossier", whole.Number), whole.body), err
}

// write is the first page of a dossier: what it is of, what is in it, and what is not.
func (d Dossier) write(f sheaf) {
	f.Heading(1, f.Title)
	f.Para(d.Title)
	f.Facts([][2]string{{f.say("case"), d.Number + " " + d.Title}, {f.say("dossier.made"), lang.DateTime(tongue(f.ctx), f.Made)}, {"SHA-256", d.sum}})
	f.Para(f.say("dossier.sum"))
	f.Heading(2, f.say("dossier.parts"))
	var rows [][]string
	for i, p := range d.Parts {
		rows = append(rows, []string{strconv.Itoa(i + 1), f.say("part."+p.Kind) + "\n" + p.Title, f.standing(p), p.Sum})
	}
	f.Table([]string{f.say("dossier.n"), f.say("file.what"), f.say("file.which"), "SHA-256"}, rows)
	if len(d.Lacking) > 0 {
		f.Para(f.say("dossier.lacking", f.kinds(d.Lacking)))
	}
	if len(d.Unseen) > 0 {
		f.Para(f.say("dossier.unseen", f.kinds(d.Unseen)))
	}
}

// standing says in words which edition a part is and whether it can still change.
func (f sheaf) standing(p Chapter) string {
	out := f.say("part.state." + p.State)
	if p.Edition > 0 {
		out = f.say("edition_n", p.Edition) + ", " + out
	}
	if p.Newer > 0 {
		out += "\n" + f.say("dossier.newer", p.Newer)
	}
	return out
}

func (f sheaf) kinds(all []string) string {
	var out []string
	for _, k := range all {
		out = append(out, f.say("part."+k))
	}
	return strings.Join(out, ", ")
}

// paths are the names that papers of a kind have in paths.
var paths = map[string]string{Award: "paper", Study: "study", Survey: "survey", Description: "description"}

// asked is a request for the page of a thing, for a document that is put together of several.
func asked(ctx context.Context, key, id, edition string) *http.Request {
	r := (&http.Request{Method: http.MethodGet, URL: &url.URL{RawQuery: url.Values{"edition": {edition}}.Encode()}}).WithContext(ctx)
	r.SetPathValue(key, id)
	return r
}

// writePaper adds an edition of a paper to a document, as it reads alone.
func (s *Service) writePaper(ctx context.Context, d *odt.Document, p Paper, n int) error {
	top, body, err := s.writer(asked(ctx, paths[p.Kind], p.ID, strconv.Itoa(n)), p.Kind)
	if err != nil {
		return err
	}
	f := sheaf{d, ctx}
	f.head(top, p.Kind)
	body(f)
	return nil
}

// writeTrial adds a simulation to a document: who would win by each formula, and the bids.
func (s *Service) writeTrial(ctx context.Context, d *odt.Document, id string) error {
	p, err := s.trialPage(asked(ctx, "trial", id, ""))
	if err != nil {
		return err
	}
	f := sheaf{d, ctx}
	f.Heading(1, f.say("part.trial")+": "+p.Paper.Title)
	f.Facts([][2]string{{f.say("file.which"), f.say("edition_n", p.Trial.N)}, {f.say("changed"), p.Trial.Name + ", " + lang.DateTime(tongue(ctx), p.Trial.At())}, {"SHA-256", p.Trial.Sum}})
	f.Para(f.say("trial.lead"))
	var rows [][]string
	for _, t := range p.Rows {
		var shares []string
		for _, x := range t.Shares {
			shares = append(shares, x.Bid+": "+x.Percent+" %")
		}
		rows = append(rows, []string{t.Name, cmp.Or(t.Winner, strings.Join(t.Faults, "\n"), f.say("nobody")), strings.Join(shares, "\n"), strings.Join(t.Notes, "\n")})
	}
	f.table(rows, "method", "winner", "shares", "lint")
	f.Para(f.say("draws.were", p.Draws, p.Spread, p.Seed))
	head := []string{f.say("bid"), f.say("price")}
	for _, c := range p.Criteria {
		head = append(head, c.Title)
	}
	rows = nil
	for _, b := range p.Bids {
		rows = append(rows, append([]string{b.ID, b.Price}, b.Points...))
	}
	f.Heading(2, f.say("bids"))
	f.Table(head, rows)
	return nil
}
