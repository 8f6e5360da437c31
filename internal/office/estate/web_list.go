// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"io"
	"net/http"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// ListPage is the list of software.
type ListPage struct {
	Rows                []SoftwareRow
	Count, Total        int // what the filter lets through, and all
	Heads               []web.Head
	Chips               []web.Chip
	Pager               web.Pager
	Filter              Filter
	Sort                string // as it stands in the address
	Orgs                []web.Choice
	Kinds, Roles, Crits []string
	More                bool // the seldom filters are at work
	CSV, XLSX, JSON     string
	May                 bool
	Lang                string
}

// filterNames are the filters in the address, with the text key of each.
var filterNames = []string{"q", "estate.filter.text", "kind", "estate.kind", "role", "estate.role", "org", "estate.org", "criticality", "estate.criticality",
	"licence", "estate.licence", "supplier", "estate.filter.supplier", "sbom", "estate.sbom", "state", "estate.state"}

func readFilter(l web.Listing) Filter {
	return Filter{Text: l.Get("q"), Kind: l.Get("kind"), Role: l.Get("role"), Org: ospo.OrgID(l.Get("org")), Criticality: l.Get("criticality"),
		Licence: l.Get("licence"), Supplier: l.Get("supplier"), SBOM: l.Get("sbom"), State: l.Get("state")}
}

func listing(r *http.Request) (web.Listing, Filter, Order) {
	l := web.ReadListing(r, Sorts...)
	return l, readFilter(l), Order{Sort: l.Sort, Desc: l.Desc, After: l.After, Size: l.Size}
}

func (s *Service) webList(r *http.Request) (ListPage, error) {
	ctx := r.Context()
	l, f, o := listing(r)
	v := door.From(ctx)
	p := ListPage{Filter: f, Kinds: Kinds, Roles: Roles, Crits: Criticalities, More: f.Role+f.Licence+f.Supplier+f.SBOM+f.State != "",
		CSV: l.Export("csv"), XLSX: l.Export("xlsx"), JSON: l.Export("json"), May: v.May(mayWrite), Lang: v.Lang}
	if l.Get("sort") != "" {
		p.Sort = l.Get("sort")
	}
	orgs, err := s.store.orgs(ctx, s.store.db.Read(), v.Org)
	if err != nil {
		return p, err
	}
	p.Orgs = choices(orgs, f.Org)
	p.Chips = s.chips(r, l, orgs)
	for _, h := range []struct{ key, sort string }{{"estate.software", "name"}, {"estate.kind", "kind"}, {"estate.licence", "licence"}, {"estate.maker", "supplier"}, {"estate.releases", ""},
		{"estate.users", "-uses"}, {"estate.criticality", "-criticality"}, {"estate.sbom", ""}, {"estate.findings", ""}} {
		p.Heads = append(p.Heads, head(l, h.key, h.sort))
	}
	return p, s.fill(r, &p, l, o)
}

func head(l web.Listing, key, sort string) web.Head {
	if sort == "" {
		return web.Head{Key: key}
	}
	return l.Head(key, sort)
}

// fill reads the rows and counts them.
func (s *Service) fill(r *http.Request, p *ListPage, l web.Listing, o Order) (err error) {
	var next string
	if p.Rows, next, err = s.List(r.Context(), p.Filter, o); err != nil {
		return err
	}
	if p.Count, err = s.Count(r.Context(), p.Filter); err != nil {
		return err
	}
	p.Total = p.Count
	if len(p.Chips) > 0 {
		if p.Total, err = s.Count(r.Context(), Filter{}); err != nil {
			return err
		}
	}
	p.Pager = l.Pager(false)
	if next != "" {
		p.Pager.Next = l.With("after", next)
	}
	return nil
}

// chips shows the filters at work with their values in words.
func (s *Service) chips(r *http.Request, l web.Listing, orgs []org) []web.Chip {
	chips := l.Chips(filterNames...)
	for i, c := range chips {
		switch c.Label {
		case "estate.kind", "estate.role", "estate.criticality", "estate.state":
			chips[i].Value = s.word(r.Context(), c.Label+"."+c.Value)
		case "estate.sbom":
			chips[i].Value = s.word(r.Context(), "estate.sbom."+c.Value)
		case "estate.org":
			for _, o := range orgs {
				if string(o.ID) == c.Value {
					chips[i].Value = o.Name
				}
			}
		}
	}
	return chips
}

// choices offers the organisations of a tree, each below the one it belongs to.
func choices(orgs []org, chosen ospo.OrgID) []web.Choice {
	known, below := map[ospo.OrgID]bool{}, map[ospo.OrgID][]org{}
	for _, o := range orgs {
		known[o.ID] = true
	}
	for _, o := range orgs {
		parent := o.Parent
		if !known[parent] {
			parent = ""
		}
		below[parent] = append(below[parent], o)
	}
	var out []web.Choice
	var walk func(parent ospo.OrgID, depth int)
	walk = func(parent ospo.OrgID, depth int) {
		for _, o := range below[parent] {
			out = append(out, web.Choice{Value: string(o.ID), Label: strings.Repeat("\u2003", depth) + o.Name, Depth: depth, Chosen: o.ID == chosen})
			walk(o.ID, depth+1)
		}
	}
	walk("", 0)
	return out
}

// The media types of exports.
var media = map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

// webExport hands the list out as a file, filtered as it is.
func (s *Service) webExport(format string) func(*http.Request) (web.Download, error) {
	return func(r *http.Request) (web.Download, error) {
		_, f, _ := listing(r)
		return web.Download{Name: s.word(r.Context(), "estate.export.file") + "." + format, Type: media[format], Write: func(w io.Writer) error {
			return s.Export(r.Context(), w, format, f)
		}}, nil
	}
}
