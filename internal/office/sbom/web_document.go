// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// DocumentPage is one document: its facts, how good it is, what it lists.
type DocumentPage struct {
	Document   Document
	Components []Component
	Count      int // of the components that the filter leaves
	Filtered   bool
	Sieve      Sieve
	Heads      []web.Head
	Chips      []web.Chip
	Pager      web.Pager
	Licences   Licences
	CSV        string
	Compare    bool // there is another release of the software to compare with
	History    []Document
}

var componentListing = []string{"name", "type", "licence"}

func readSieve(l web.Listing) Sieve {
	f := Sieve{Text: l.Get("q"), Direct: l.Get("direct") != "", Licence: l.Get("licence")}
	if lacks := l.Get("lacks"); lacks == "purl" || lacks == "licence" {
		f.Lacks = lacks
	}
	return f
}

func (s *Service) webDocument(r *http.Request) (p DocumentPage, err error) {
	ctx := r.Context()
	if p.Document, err = s.Document(ctx, r.PathValue("document")); err != nil {
		return p, err
	}
	l := web.ReadListing(r, componentListing...)
	p.Sieve = readSieve(l)
	p.Filtered = p.Sieve != Sieve{}
	p.Heads = []web.Head{l.Head("sbom.component", "name"), l.Head("sbom.type", "type"), {Key: "sbom.version"}, l.Head("sbom.licence", "licence"), {Key: "sbom.relation"}, {Key: "sbom.why.short"}}
	p.CSV, p.Chips = p.Document.Href+"/components"+l.Export("csv")[len(r.URL.Path):], s.sieveChips(l, tongue(ctx))
	found, count, err := s.components(ctx, p.Document.id, p.Sieve, Order{l.Sort, l.Desc, l.After, l.Size + 1})
	if p.Count = count; err != nil {
		return p, err
	}
	p.Components = found[:min(len(found), l.Size)]
	if n := len(p.Components); n > 0 {
		last := p.Components[n-1]
		p.Pager = l.Pager(len(found) > n, last.key(l.Sort), last.Package)
	}
	return p, s.furnishDocument(r, &p)
}

func (s *Service) furnishDocument(r *http.Request, p *DocumentPage) (err error) {
	ctx, root := r.Context(), door.From(r.Context()).Org
	shares, err := s.licences(ctx, p.Document.id)
	if err != nil {
		return err
	}
	p.Licences = pictured(shares)
	if p.History, err = s.store.documents(ctx, root, Filter{Release: p.Document.Release}, Order{Size: 20}); err != nil {
		return err
	}
	others, err := s.store.siblings(ctx, root, p.Document.Release)
	p.Compare = len(others) > 0
	return err
}

func (s *Service) sieveChips(l web.Listing, tongue string) []web.Chip {
	chips := l.Chips("q", "sbom.text", "lacks", "sbom.lacks", "direct", "sbom.relation", "licence", "sbom.licence")
	for i, c := range chips {
		switch c.Label {
		case "sbom.lacks":
			chips[i].Value = texts().T(tongue, map[string]string{"purl": "sbom.lacks.purl", "licence": "sbom.lacks.licence"}[readSieve(l).Lacks])
		case "sbom.relation":
			chips[i].Value = texts().T(tongue, "sbom.relation.direct")
		}
	}
	return chips
}

// Licences is how the packages of a document are licensed: all in a table, the most
// frequent in a picture.
type Licences struct {
	Shares  []Share
	Bars    []Bar
	Height  int
	Total   int
	Known   int // packages whose licence is stated
	Unknown int
}

// A Bar is one bar of the picture of licences.
type Bar struct {
	Label            string // cut to fit
	Unknown          bool
	Packages         int
	Y, TextY, Width  int
	NumberX, Percent int
}

// The picture's measures, in units of its view box.
const (
	barsMost  = 8
	barHeight = 26
	barLeft   = 190
	barWidth  = 230
)

func pictured(shares []Share) Licences {
	l := Licences{Shares: shares}
	most := 1
	for _, s := range shares {
		l.Total += s.Packages
		most = max(most, s.Packages)
		if s.Licence == "" {
			l.Unknown = s.Packages
		}
	}
	l.Known = l.Total - l.Unknown
	for i, s := range shares[:min(len(shares), barsMost)] {
		w := max(2, barWidth*s.Packages/most)
		l.Bars = append(l.Bars, Bar{cut(s.Licence, 26), s.Licence == "", s.Packages, i*barHeight + 4, i*barHeight + 18, w, barLeft + w + 6, 100 * s.Packages / l.Total})
	}
	l.Height = len(l.Bars) * barHeight
	return l
}

// cut shortens a label to n characters.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// webRaw hands out a document as it came in.
func (s *Service) webRaw(r *http.Request) (web.Download, error) {
	d, err := s.Document(r.Context(), r.PathValue("document"))
	if err != nil {
		return web.Download{}, err
	}
	raw, err := s.Raw(d)
	kind, ending := mediaType(d.Figures)
	return web.Download{Name: fileName(d) + ending, Type: kind, Write: func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(raw))
		return err
	}}, err
}

func mediaType(f Figures) (kind, ending string) {
	switch f.Encoding {
	case "xml":
		return "application/vnd.cyclonedx+xml", ".cdx.xml"
	case "json":
		if f.Format == "SPDX" {
			return "application/spdx+json", ".spdx.json"
		}
		return "application/vnd.cyclonedx+json", ".cdx.json"
	case "json-ld":
		return "application/spdx+json", ".spdx3.json"
	case "yaml":
		return "application/yaml", ".spdx.yaml"
	case "rdf":
		return "application/rdf+xml", ".spdx.rdf"
	}
	return "text/plain; charset=utf-8", ".spdx"
}

// fileName is what a document is called when it is downloaded: plain letters only.
func fileName(d Document) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-':
			return r
		}
		return '_'
	}, d.Software+"-"+d.Version)
	return strings.Trim(name, "._-") + "-" + d.Sum[:8]
}

func (s *Service) webComponentsCSV(r *http.Request) (web.Download, error) {
	d, err := s.Document(r.Context(), r.PathValue("document"))
	if err != nil {
		return web.Download{}, err
	}
	l := web.ReadListing(r, componentListing...)
	found, _, err := s.components(r.Context(), d.id, readSieve(l), Order{l.Sort, l.Desc, "", exported})
	return csvFile(fileName(d), componentTable(tongue(r.Context()), found)), err
}
