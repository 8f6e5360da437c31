// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"allmende/internal/engine/award"
	"allmende/internal/engine/number"
	"allmende/internal/fault"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Take, Key: "scoring.nav", Href: "/scoring", Permit: mayRead, Under: "/procurement"}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /scoring", mayRead, "list.html", s.listPage),
		web.Show("GET /scoring/open", mayWrite, "open.html", s.openForm),
		web.Form("POST /scoring/open", mayWrite, "open.html", s.openRound),
		web.Show("GET /scoring/round/{round}", mayRead, "round.html", s.roundPage),
		web.Show("GET /scoring/round/{round}/bids", mayWrite, "bids.html", s.bidsForm),
		web.Form("POST /scoring/round/{round}/bids", mayWrite, "bids.html", s.bids),
		web.Form("POST /scoring/round/{round}/state", mayWrite, "round.html", s.state),
		web.Show("GET /scoring/round/{round}/points", mayWrite, "points.html", s.pointsForm),
		web.Form("POST /scoring/round/{round}/points", mayWrite, "points.html", s.points),
		web.Form("POST /scoring/round/{round}/propose", mayWrite, "round.html", s.propose),
		web.Do("POST /scoring/round/{round}/agree", mayWrite, s.agree),
		web.Do("POST /scoring/round/{round}/close", mayDecide, s.end),
		web.File("GET /scoring/round/{round}/json", mayRead, s.recordFile),
		web.File("GET /scoring/round/{round}/odt", mayRead, s.document),
	}
}

// ListPage is the list of rounds.
type ListPage struct {
	Rows  []Round
	Count int
	Pager web.Pager
}

func (s *Service) listPage(r *http.Request) (p ListPage, err error) {
	ctx := r.Context()
	l := web.ReadListing(r, "-created")
	all, next, err := s.Rounds(ctx, l.After, l.Size)
	if err != nil {
		return p, err
	}
	p.Rows = all
	if p.Pager = l.Pager(false); next != "" {
		p.Pager = l.Pager(true, all[len(all)-1].ID)
	}
	p.Count, err = s.store.count(ctx, door.From(ctx).Org)
	return p, err
}

// OpenPage asks whether a round shall be opened for a frozen setup.
type OpenPage struct {
	Announced
	Paper   string
	Edition int
}

func (s *Service) openForm(r *http.Request) (p OpenPage, err error) {
	p.Paper = r.FormValue("paper")
	if p.Edition, err = strconv.Atoi(r.FormValue("edition")); err != nil || p.Paper == "" {
		return p, fault.New(fault.NotFound, "fault.not_found")
	}
	p.Announced, err = s.Announced(r.Context(), p.Paper, p.Edition)
	return p, err
}

func (s *Service) openRound(r *http.Request) (p OpenPage, next string, err error) {
	if p, err = s.openForm(r); err != nil {
		return p, "", err
	}
	id, err := s.Open(r.Context(), p.Paper, p.Edition)
	return p, "/scoring/round/" + id, err
}

// BidsPage is the form for the bids.
type BidsPage struct {
	*Sheet
	Round Round
	Rows  []int
}

func (s *Service) bidsForm(r *http.Request) (p BidsPage, err error) {
	b, err := s.Show(r.Context(), r.PathValue("round"))
	if err != nil {
		return p, err
	}
	if p.Round = b.Round; b.Round.Ready != "" {
		return p, fault.New(fault.Conflict, "scoring.released")
	}
	if p.Sheet, err = sheet(r); err != nil {
		return p, err
	}
	last := 0
	if r.Method == http.MethodGet {
		for _, bid := range b.Bids {
			p.set(bid.Name, "bid", bid.N)
			p.set(shown(p.tongue, bid.Price), "price", bid.N)
		}
	}
	for row := 1; row <= mostBids; row++ {
		if p.V("bid", row) != "" || p.V("price", row) != "" {
			last = row
		}
	}
	for row := 1; row <= min(max(last+2, 4), mostBids); row++ {
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func (s *Service) bids(r *http.Request) (p BidsPage, next string, err error) {
	if p, err = s.bidsForm(r); err != nil {
		return p, "", err
	}
	all := p.tenders()
	if err := p.err(); err != nil {
		return p, "", err
	}
	return p, "/scoring/round/" + p.Round.ID, s.SetBids(r.Context(), p.Round.ID, all, p.V("ready") != "")
}

// PointsPage is the form for the own points.
type PointsPage struct {
	*Sheet
	Round Round
	Bids  []ScoredRow
	book  Book
}

// A ScoredRow is a bid to be scored.
type ScoredRow struct {
	Bid
	Criteria []CriterionRow
}

// A CriterionRow is a criterion in the reader's numbers, with what earns how many points.
type CriterionRow struct {
	ID, Title, Text, Max string
	Marks                []string
}

func (s *Service) pointsForm(r *http.Request) (p PointsPage, err error) {
	ctx := r.Context()
	if p.book, err = s.Show(ctx, r.PathValue("round")); err != nil {
		return p, err
	}
	p.Round = p.book.Round
	mine, err := p.book.scoring(door.From(ctx).Human())
	switch {
	case err != nil:
		return p, err
	case p.Round.Closed != "":
		return p, fault.New(fault.Conflict, "scoring.closed")
	case mine.Done != "":
		return p, fault.New(fault.Conflict, "scoring.handed_in")
	}
	if p.Sheet, err = sheet(r); err != nil {
		return p, err
	}
	for _, bid := range p.book.Bids {
		row := ScoredRow{Bid: bid}
		for _, c := range p.book.setup.Criteria {
			k := CriterionRow{c.ID, c.Title, c.Text, typed(p.tongue, c.Max), nil}
			for _, a := range c.Anchors {
				k.Marks = append(k.Marks, typed(p.tongue, a.Points)+": "+a.Text)
			}
			row.Criteria = append(row.Criteria, k)
			if own, ok := p.book.own(mine.Person, bid.N, c.ID); ok && r.Method == http.MethodGet {
				p.set(shown(p.tongue, own.Points), "points", bid.N, c.ID)
				p.set(own.Remark, "remark", bid.N, c.ID)
			}
		}
		p.Bids = append(p.Bids, row)
	}
	return p, nil
}

func (s *Service) points(r *http.Request) (p PointsPage, next string, err error) {
	if p, err = s.pointsForm(r); err != nil {
		return p, "", err
	}
	all := p.marks(p.book)
	if err := p.err(); err != nil {
		return p, "", err
	}
	return p, "/scoring/round/" + p.Round.ID, s.Score(r.Context(), p.Round.ID, all, p.V("hand") != "")
}

// RoundPage is a round as the viewer may see it by now.
type RoundPage struct {
	*Sheet
	Round      Round
	Method     string
	Missing    []string
	Bids       []Bid // prices in the reader's numbers
	Statements []Statement
	Cells      []CellRow
	Hidden     bool   // points of others are not shown yet
	Words      string // of the statement that there is no conflict
	MayBids    bool
	MayState   bool // neither statement was made
	MayMore    bool // a conflict can still be stated
	MayScore   bool
	MayClose   bool
	Result     *ResultRow

	book Book
}

// A CellRow is what was given to a bid for a criterion.
type CellRow struct {
	Bid                       int
	Name, Criterion, Title    string
	Max, Value                string // Value is what counts; empty where that is open
	Voices                    []Points
	Consensus                 *Consensus
	Differ, Propose, MayAgree bool
}

func (s *Service) roundPage(r *http.Request) (p RoundPage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	if err := v.Check(mayRead); err != nil {
		return p, err
	}
	b, err := s.book(ctx, v.Org, r.PathValue("round"))
	if err != nil {
		return p, err
	}
	if p.Sheet, err = sheet(r); err != nil {
		return p, err
	}
	p.Missing = b.missing(ctx) // names no points
	me, running := v.Human(), b.Round.Closed == ""
	b.For(me)
	p.book, p.Round, p.Statements, p.Hidden = b, b.Round, b.Statements, !b.open(me)
	if m, ok := award.Find(b.setup.Formula.Method); ok {
		p.Method = m.In(p.tongue)
	}
	write := v.May(mayWrite) && running
	p.MayBids = write && b.Round.Ready == ""
	p.MayMore = write && b.Round.Ready != "" && b.stated(me, Conflict) == nil
	p.MayState = p.MayMore && b.stated(me, None) == nil
	mine := b.scorer(me)
	p.MayScore = write && mine != nil && mine.Done == ""
	p.MayClose = v.May(mayDecide) && running && len(p.Missing) == 0 && b.stated(me, Conflict) == nil
	p.Words = s.words(ctx, b)
	for _, bid := range b.Bids {
		bid.Price = money(ctx, bid.Price)
		p.Bids = append(p.Bids, bid)
	}
	if !p.Hidden {
		p.cells(ctx, write)
	}
	if !running {
		p.Result, err = s.resultRow(ctx, b.Round)
	}
	return p, err
}

// cells lays out the points that the viewer may see.
func (p *RoundPage) cells(ctx context.Context, write bool) {
	me, b := door.From(ctx).Human(), &p.book
	for _, bid := range b.Bids {
		for _, c := range b.setup.Criteria {
			row := CellRow{Bid: bid.N, Name: bid.Name, Criterion: c.ID, Title: c.Title, Max: typed(p.tongue, c.Max), Voices: b.voices(bid.N, c.ID)}
			row.Differ = differ(row.Voices)
			if row.Differ {
				row.Consensus = b.consensus(bid.N, c.ID)
			}
			value, settled := b.value(bid.N, c.ID)
			if settled {
				row.Value = shown(p.tongue, value)
			}
			for i := range row.Voices {
				row.Voices[i].Points = shown(p.tongue, row.Voices[i].Points)
			}
			if k := row.Consensus; k != nil {
				row.MayAgree = write && k.Agreer == "" && k.Proposer != me && b.scorer(me) != nil
				said := *k
				said.Points = shown(p.tongue, k.Points)
				row.Consensus = &said
			}
			row.Propose = write && row.Differ && !settled && b.complete() && b.scorer(me) != nil
			p.Cells = append(p.Cells, row)
		}
	}
}

// A ResultRow is the result in the reader's words and numbers.
type ResultRow struct {
	Winner string
	Notes  []string
	Basis  []StepRow
	Ranks  []RankRow
	Signs  []SignRow // what stands in the arithmetic
}

// A SignRow says what a sign of the arithmetic means.
type SignRow struct{ Sign, Means string }

// signs are those of the formulas, with the keys of their texts.
var signs = [][2]string{{"Z", "score"}, {"L", "quality"}, {"P", "price"}, {"w", "weight"}, {"p", "points"}, {"max", "max"}, {"W", "price_weight"}, {"G", "rest_weight"}, {"S", "scale"}, {"Zp", "price_points"},
	{"Pmin", "least_price"}, {"Pmax", "most_price"}, {"mean(L)", "mean_quality"}, {"mean(P)", "mean_price"}, {"median(L)", "median_quality"}, {"median(P)", "median_price"}, {"Lref", "reference_quality"}, {"Pref", "reference_price"},
	{"Zmax", "most_score"}, {"q", "band"}}

// explain adds what the signs in the steps mean, each once.
func (r *ResultRow) explain(ctx context.Context) {
	used := map[string]bool{"Z": true, "L": true}
	add := func(all []StepRow) {
		for _, s := range all {
			used[s.Formula] = true
			for _, t := range s.Terms {
				used[t.Name] = true
			}
		}
	}
	add(r.Basis)
	for _, b := range r.Ranks {
		add(b.Steps)
	}
	for _, s := range signs {
		if used[s[0]] {
			r.Signs = append(r.Signs, SignRow{s[0], say(ctx, "scoring.sign."+s[1])})
		}
	}
}

// A RankRow is a bid in the result, with the arithmetic.
type RankRow struct {
	Bid, Quality, Price, Score string
	Rank                       int
	Steps                      []StepRow
}

// A StepRow is one piece of arithmetic.
type StepRow struct {
	Formula, Value string
	Terms          []TermRow
}

// A TermRow is a number under its letter.
type TermRow struct{ Name, Value string }

func (s *Service) resultRow(ctx context.Context, r Round) (*ResultRow, error) {
	rec, err := r.Frozen()
	if err != nil {
		return nil, err
	}
	named := rec.Setup.Naming()
	out := &ResultRow{Winner: rec.Result.Winner, Basis: stepRows(ctx, rec.Result.Basis, named)}
	if s.Notes != nil {
		out.Notes = s.Notes(ctx, rec.Setup, rec.Result.Notes)
	}
	for _, b := range rec.Result.Bids {
		out.Ranks = append(out.Ranks, RankRow{b.Bid, b.Quality.Text(tongue(ctx), 2), b.Price.Text(tongue(ctx), 2) + " €", b.Score.Text(tongue(ctx), 4), b.Rank, stepRows(ctx, b.Steps, named)})
	}
	out.explain(ctx)
	return out, nil
}

func stepRows(ctx context.Context, all []award.Step, named *strings.Replacer) (out []StepRow) {
	for _, s := range all {
		row := StepRow{Formula: named.Replace(s.Formula), Value: s.Value.Text(tongue(ctx), 4)}
		for _, t := range s.Terms {
			row.Terms = append(row.Terms, TermRow{named.Replace(t.Name), t.Value.Text(tongue(ctx), 4)})
		}
		out = append(out, row)
	}
	return out
}

func money(ctx context.Context, exact string) string {
	x, err := number.Parse(exact)
	if err != nil {
		return exact
	}
	return x.Text(tongue(ctx), 2) + " €"
}

func (s *Service) state(r *http.Request) (p RoundPage, next string, err error) {
	if p, err = s.roundPage(r); err != nil {
		return p, "", err
	}
	return p, "/scoring/round/" + p.Round.ID, s.State(r.Context(), p.Round.ID, p.V("kind"), p.V("reason"))
}

func (s *Service) propose(r *http.Request) (p RoundPage, next string, err error) {
	if p, err = s.roundPage(r); err != nil {
		return p, "", err
	}
	bid, _ := strconv.Atoi(p.V("bid")) // what is no number is no bid, either
	m := Mark{bid, p.V("criterion"), p.number("value", bid, p.V("criterion")), p.V("reason", bid, p.V("criterion"))}
	if err := p.err(); err != nil {
		return p, "", err
	}
	return p, "/scoring/round/" + p.Round.ID, s.Propose(r.Context(), p.Round.ID, m)
}

func (s *Service) agree(r *http.Request) (next string, err error) {
	id := r.PathValue("round")
	bid, _ := strconv.Atoi(r.PostFormValue("bid"))
	return "/scoring/round/" + id, s.Agree(r.Context(), id, bid, r.PostFormValue("criterion"), r.PostFormValue("seen"))
}

func (s *Service) end(r *http.Request) (next string, err error) {
	id := r.PathValue("round")
	return "/scoring/round/" + id, s.Close(r.Context(), id)
}

// recordFile hands out what a closed round froze, byte for byte as it was summed up.
func (s *Service) recordFile(r *http.Request) (web.Download, error) {
	b, err := s.Show(r.Context(), r.PathValue("round"))
	if err == nil && b.Round.Closed == "" {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return web.Download{}, err
	}
	return web.Download{Name: say(r.Context(), "scoring.file", b.Round.ID) + ".json", Type: "application/json", Write: func(w io.Writer) error { _, err := io.WriteString(w, b.Round.Record); return err }}, nil
}
