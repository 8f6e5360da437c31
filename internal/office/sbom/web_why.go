// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"cmp"
	"net/http"

	"allmende/internal/ospo"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

// WhyPage says why a package is in a document.
type WhyPage struct {
	Reason
	Picture  []Node
	Height   int
	Ways     []Way
	Question string // for the search: the package URL, or the name
}

// A Way is one further path.
type Way struct {
	N     int
	Steps []Step
}

// A Node is one box of the picture of a path.
type Node struct {
	Label        string
	Y, TextY     int
	LineFrom     int // of the line up to the box before; equal to Y where there is none
	Product, End bool
}

const nodeHeight = 52

func (s *Service) webWhy(r *http.Request) (WhyPage, error) {
	reason, err := s.Why(r.Context(), r.PathValue("document"), r.PathValue("package"))
	p := WhyPage{Reason: reason, Question: cmp.Or(reason.Component.PURL, reason.Component.Name)}
	for i, steps := range reason.Others {
		p.Ways = append(p.Ways, Way{i + 1, steps})
	}
	if err != nil || len(reason.Shortest) == 0 {
		return p, err
	}
	p.Picture = []Node{{Label: cut(reason.Document.Title(), 48), TextY: 22, Product: true}}
	for i, step := range reason.Shortest {
		y := (i + 1) * nodeHeight
		p.Picture = append(p.Picture, Node{Label: cut(step.Title, 48), Y: y, TextY: y + 22, LineFrom: y - nodeHeight + 34, End: i == len(reason.Shortest)-1})
	}
	p.Height = len(p.Picture)*nodeHeight - 14
	return p, nil
}

// DiffPage compares two releases.
type DiffPage struct {
	Diff    Diff
	Ready   bool // both are chosen
	From    string
	To      string
	Others  []web.Choice // releases to compare with
	Groups  []DiffGroup
	CSV     string
	Nothing bool
}

// A DiffGroup is all changes of one kind.
type DiffGroup struct {
	Kind    string
	Count   int
	Changes []Change
	Cut     bool // more than are shown
}

// changesShown is how many changes of a kind a page lists; the CSV has all.
const changesShown = 500

func (s *Service) webDiff(r *http.Request) (p DiffPage, err error) {
	ctx, q := r.Context(), r.URL.Query()
	p.From, p.To = q.Get("from"), q.Get("to")
	others, err := s.siblingChoices(r, p.From, p.To)
	if err != nil {
		return p, err
	}
	p.Others = others
	if p.From == "" || p.To == "" {
		return p, nil
	}
	p.Ready, p.CSV = true, "/sbom/diff.csv?"+q.Encode()
	if p.Diff, err = s.Diff(ctx, ospo.ReleaseID(p.From), ospo.ReleaseID(p.To)); err != nil {
		return p, err
	}
	for _, kind := range ChangeKinds {
		g := DiffGroup{Kind: kind}
		for _, c := range p.Diff.Changes {
			if c.Kind == kind {
				g.Count++
				if g.Cut = g.Count > changesShown; !g.Cut {
					g.Changes = append(g.Changes, c)
				}
			}
		}
		p.Groups = append(p.Groups, g)
	}
	p.Nothing = len(p.Diff.Changes) == 0
	return p, nil
}

func (s *Service) webDiffCSV(r *http.Request) (web.Download, error) {
	tongue, q := tongue(r.Context()), r.URL.Query()
	d, err := s.Diff(r.Context(), ospo.ReleaseID(q.Get("from")), ospo.ReleaseID(q.Get("to")))
	t := sheet.Table{Head: heads(tongue, "sbom.change", "sbom.type", "sbom.component", "sbom.diff.from", "sbom.diff.to", "sbom.diff.licence_from", "sbom.diff.licence_to")}
	for _, c := range d.Changes {
		t.Rows = append(t.Rows, []string{texts().T(tongue, "sbom.change."+c.Kind), c.Type, c.Name, c.From, c.To, c.LicenceFrom, c.LicenceTo})
	}
	return csvFile(texts().T(tongue, "sbom.diff.file"), t), err
}

func componentTable(tongue string, all []Component) sheet.Table {
	t := sheet.Table{Head: heads(tongue, "sbom.type", "sbom.component", "sbom.version", "sbom.purl", "sbom.declared", "sbom.concluded", "sbom.supplier", "sbom.relation")}
	for _, c := range all {
		t.Rows = append(t.Rows, []string{c.Type, c.FullName(), c.Version, c.PURL, c.Declared, c.Concluded, c.Supplier, texts().T(tongue, "sbom.relation."+c.Relation)})
	}
	return t
}
