// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

var nav = []web.Entry{{Side: web.Take, Key: "sbom.nav", Href: "/sbom", Permit: "sbom.read"}}

func (s *Service) pages() []web.Page {
	return []web.Page{
		web.Show("GET /sbom", "sbom.read", "list.html", s.webList),
		web.File("GET /sbom.csv", "sbom.read", s.webExport),
		web.File("GET /sbom.xlsx", "sbom.read", s.webExport),
		web.File("GET /sbom.json", "sbom.read", s.webExport),
		web.Show("GET /sbom/upload", "sbom.write", "upload.html", s.webUploadForm),
		web.Form("POST /sbom/upload", "sbom.write", "upload.html", s.webUpload).WithFiles(),
		web.Show("GET /sbom/diff", "sbom.read", "diff.html", s.webDiff),
		web.File("GET /sbom/diff.csv", "sbom.read", s.webDiffCSV),
		web.Show("GET /sbom/{document}", "sbom.read", "document.html", s.webDocument),
		web.File("GET /sbom/{document}/raw", "sbom.read", s.webRaw),
		web.File("GET /sbom/{document}/components.csv", "sbom.read", s.webComponentsCSV),
		web.Show("GET /sbom/{document}/why/{package}", "sbom.read", "why.html", s.webWhy),
	}
}

// ListPage is the list of present documents.
type ListPage struct {
	Documents []Document
	Count     int
	With, All int // of the software in view
	Filtered  bool
	Filter    Filter
	Formats   []web.Choice
	Orgs      []web.Choice
	Problems  []string
	Heads     []web.Head
	Chips     []web.Chip
	Pager     web.Pager
	CSV       string
	XLSX      string
	JSON      string
	Reset     string
	MayUpload bool
}

var documentListing = []string{"-uploaded", "name", "components", "warnings"}

func readFilter(l web.Listing) Filter {
	f := Filter{Text: l.Get("q"), Format: l.Get("format"), Org: ospo.OrgID(l.Get("org")), Problem: l.Get("problem")}
	if !slices.Contains(Problems, f.Problem) {
		f.Problem = ""
	}
	return f
}

func (s *Service) webList(r *http.Request) (ListPage, error) {
	ctx, root := r.Context(), door.From(r.Context()).Org
	l := web.ReadListing(r, documentListing...)
	f := readFilter(l)
	p := ListPage{Filter: f, Filtered: f != Filter{}, Problems: Problems, MayUpload: door.From(ctx).May("sbom.write"), Reset: "/sbom",
		CSV: l.Export("csv"), XLSX: l.Export("xlsx"), JSON: l.Export("json"),
		Chips: s.listChips(l, tongue(ctx)), Heads: []web.Head{l.Head("sbom.software", "name"), {Key: "sbom.org"}, {Key: "sbom.format"},
			numeric(l.Head("sbom.components", "components")), {Key: "sbom.without_purl", Numeric: true}, {Key: "sbom.without_licence", Numeric: true},
			numeric(l.Head("sbom.warnings", "warnings")), l.Head("sbom.uploaded", "-uploaded")}}
	found, err := s.store.documents(ctx, root, f, Order{l.Sort, l.Desc, l.After, l.Size + 1})
	if err != nil {
		return p, err
	}
	p.Documents = found[:min(len(found), l.Size)]
	if n := len(p.Documents); n > 0 {
		last := p.Documents[n-1]
		p.Pager = l.Pager(len(found) > n, last.key(l.Sort), last.ID)
	}
	return p, s.furnishList(r, &p)
}

// furnishList adds the counts and what can be chosen.
func (s *Service) furnishList(r *http.Request, p *ListPage) (err error) {
	ctx, root := r.Context(), door.From(r.Context()).Org
	if p.Count, err = s.store.countDocuments(ctx, root, p.Filter); err != nil {
		return err
	}
	if p.With, p.All, err = s.store.coverage(ctx, root); err != nil {
		return err
	}
	orgs, err := s.store.orgs(ctx, root)
	for _, o := range orgs {
		p.Orgs = append(p.Orgs, web.Choice{Value: string(o.ID), Label: o.Name, Chosen: o.ID == p.Filter.Org})
	}
	for _, f := range []string{"CycloneDX", "SPDX"} {
		p.Formats = append(p.Formats, web.Choice{Value: f, Label: f, Chosen: f == p.Filter.Format})
	}
	return err
}

func (s *Service) listChips(l web.Listing, tongue string) []web.Chip {
	chips := l.Chips("q", "sbom.text", "format", "sbom.format", "org", "sbom.org", "problem", "sbom.problem")
	for i, c := range chips {
		if c.Label == "sbom.problem" && slices.Contains(Problems, c.Value) {
			chips[i].Value = texts().T(tongue, "sbom.lack."+c.Value)
		}
	}
	return chips
}

func numeric(h web.Head) web.Head {
	h.Numeric = true
	return h
}

// exported bounds a list that is handed out as a file.
const exported = 100_000

// webExport hands the list out as CSV, XLSX or JSON.
func (s *Service) webExport(r *http.Request) (web.Download, error) {
	l := web.ReadListing(r, documentListing...)
	found, err := s.store.documents(r.Context(), door.From(r.Context()).Org, readFilter(l), Order{l.Sort, l.Desc, "", exported})
	if err != nil {
		return web.Download{}, err
	}
	name := texts().T(tongue(r.Context()), "sbom.file")
	switch r.URL.Path {
	case "/sbom.json":
		return web.Download{Name: name + ".json", Type: "application/json", Write: func(w io.Writer) error { return json.NewEncoder(w).Encode(found) }}, nil
	case "/sbom.xlsx":
		return web.Download{Name: name + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Write: func(w io.Writer) error { return sheet.WriteXLSX(w, name, documentTable(tongue(r.Context()), found)) }}, nil
	}
	return csvFile(name, documentTable(tongue(r.Context()), found)), nil
}

func csvFile(name string, t sheet.Table) web.Download {
	return web.Download{Name: name + ".csv", Type: "text/csv; charset=utf-8", Write: func(w io.Writer) error { return sheet.WriteCSV(w, t) }}
}

func documentTable(tongue string, all []Document) sheet.Table {
	t := sheet.Table{Head: heads(tongue, "sbom.software", "sbom.version", "sbom.org", "sbom.format", "sbom.components", "sbom.packages",
		"sbom.without_purl", "sbom.without_licence", "sbom.duplicates", "sbom.warnings", "sbom.complete", "sbom.made", "sbom.uploaded", "sbom.sum")}
	for _, d := range all {
		t.Rows = append(t.Rows, []string{d.Software, d.Version, d.OrgName, d.Format + " " + d.FormatVersion, strconv.Itoa(d.Components), strconv.Itoa(d.Packages),
			strconv.Itoa(d.WithoutPURL), strconv.Itoa(d.WithoutLicence), strconv.Itoa(d.Duplicates), strconv.Itoa(d.WarningCount),
			texts().T(tongue, "sbom.complete."+d.Complete), lang.Date(tongue, d.Made), lang.Date(tongue, d.Uploaded), d.Sum})
	}
	return t
}

func heads(tongue string, keys ...string) []string {
	for i, k := range keys {
		keys[i] = texts().T(tongue, k)
	}
	return keys
}
