// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package where

import (
	"bytes"
	"encoding/csv"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/platform/web"
)

// AnswerPage is the question with its answer; without a question it explains what can be asked.
type AnswerPage struct {
	Answer Answer
	Asked  bool
	Groups []Group
	Ruled  bool // verdicts on licences are told
	Bars   []Bar
	CSV    string
	Rest   string // address of the answer with more products that hold it; empty where it lists them, or as many as it can
	All    string // address of the answer with more products without bill of materials; empty where it lists them
}

// mostUnknown is how many products without bill of materials an answer lists at first: those
// are the same for each question, and most likely the largest part of it.
const mostUnknown = 25

// mostListed is how many products that hold it a page lists at first, so that it stays small:
// some 150 kB.
const mostListed = 150

// A Group is one table of the answer.
type Group struct {
	State    string
	N        int // releases of which nothing worse is to be said; a release may stand on several rows
	Ruled    bool
	Products []Product
}

// A Bar is one part of the picture: X and Width in thousandths of the whole.
type Bar struct {
	Key, Class string
	N, Percent int
	X, Width   int
}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /where", "where.read", "answer.html", s.show),
		web.File("GET /where.csv", "where.read", s.export),
	}
}

func (s *Service) show(r *http.Request) (AnswerPage, error) {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if q == "" {
		return AnswerPage{}, nil
	}
	listed, unknown := mostListed, mostUnknown
	asked := url.Values{"q": {q}}
	with := func(name string) string {
		more := maps.Clone(asked)
		more.Set(name, "all")
		return "/where?" + more.Encode()
	}
	if r.URL.Query().Get("products") == "all" {
		listed = Most
		asked.Set("products", "all")
	}
	if r.URL.Query().Get("unknown") == "all" {
		unknown = Most
		asked.Set("unknown", "all")
	}
	a, err := s.Where(r.Context(), q, listed, unknown)
	if err != nil {
		return AnswerPage{}, err
	}
	rest, all := "", ""
	if a.More && listed < Most {
		rest = with("products")
	}
	if a.Counts.Unknown > len(a.Unknown) && unknown < Most {
		all = with("unknown")
	}
	p := AnswerPage{Answer: a, Rest: rest, All: all, Asked: true, CSV: "/where.csv?q=" + url.QueryEscape(q), Bars: bars(a.Counts), Ruled: a.Ruled()}
	for _, g := range []Group{{State: Affected, N: a.Counts.Affected}, {State: Doubtful, N: a.Counts.Doubtful}, {State: Contained, N: a.Counts.Contained}} {
		for _, one := range a.Products {
			if one.State == g.State {
				g.Products = append(g.Products, one)
			}
		}
		if g.Ruled = p.Ruled; len(g.Products) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	return p, nil
}

// Ruled reports whether some release is told with the verdict on its licences.
func (a Answer) Ruled() bool {
	told := func(p Product) bool { return p.Ruling != nil }
	return slices.ContainsFunc(a.Products, told) || slices.ContainsFunc(a.Software, func(e Entry) bool { return slices.ContainsFunc(e.Releases, told) })
}

func bars(c Counts) []Bar {
	all := []Bar{
		{Key: Affected, Class: "f-no", N: c.Affected},
		{Key: Open, Class: "f-hatch", N: c.Unknown},
		{Key: Doubtful, Class: "f-hatch", N: c.Doubtful},
		{Key: Contained, Class: "f-ok", N: c.Contained},
		{Key: "absent", Class: "f-none", N: c.Absent},
	}
	x := 0
	for i := range all {
		if c.Total == 0 {
			break
		}
		all[i].Percent = (100*all[i].N + c.Total/2) / c.Total
		all[i].X, all[i].Width = x, 1000*all[i].N/c.Total
		x += all[i].Width
	}
	return all
}

func (s *Service) export(r *http.Request) (web.Download, error) {
	a, err := s.Where(r.Context(), r.URL.Query().Get("q"), Most, Most)
	if err != nil {
		return web.Download{}, err
	}
	return web.Download{Name: "where.csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return writeCSV(w, a) }}, nil
}

// writeCSV writes one line a product and organisation that runs it.
func writeCSV(out io.Writer, a Answer) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"state", "software", "release", "organisation", "role", "criticality", "component", "severity", "score", "vulnerabilities", "fixed", "path", "licences"})
	all := slices.Concat(a.Products, a.Unknown)
	for _, e := range a.Software {
		all = append(all, e.Releases...)
	}
	for _, p := range all {
		uses := p.Uses
		if len(uses) == 0 {
			uses = []Use{{Name: p.Owner, Criticality: "unknown"}}
		}
		for _, u := range uses {
			w.Write([]string{p.State, guard(p.Software), guard(p.Release), guard(u.Name), u.Role, u.Criticality, guard(p.Component), p.Severity,
				decimal(p.Score), strings.Join(p.Found, " "), guard(p.Fixed), guard(strings.Join(p.Path, " > ")), p.ruling()})
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	_, err := out.Write(b.Bytes())
	return err
}

// ruling is the verdict on the licences; nothing for who may not read it.
func (p Product) ruling() string {
	if p.Ruling == nil {
		return ""
	}
	return p.Ruling.Verdict
}

// decimal writes a score; nothing where nobody gave one.
func decimal(score float64) string {
	if score == 0 {
		return ""
	}
	return strconv.FormatFloat(score, 'f', 1, 64)
}

// guard keeps a table calculation from taking a cell for a formula.
func guard(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
