// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package contract

import (
	"context"
	"io"
	"net/http"

	"allmende/internal/platform/db"
	"allmende/internal/platform/odt"
	"allmende/internal/platform/web"
)

// PaperPage is a plan or a report as it was drawn.
type PaperPage struct {
	Paper
	Sheet
	Of string // title of the contract, as it was drawn
}

func (s *Service) paperPage(r *http.Request) (p PaperPage, err error) {
	paper, drawn, err := s.Paper(r.Context(), r.PathValue("drawn"))
	if err != nil {
		return p, err
	}
	p = PaperPage{Paper: paper, Sheet: drawn.sheet(r.Context(), paper)}
	if drawn.Plan != nil {
		p.Of = drawn.Plan.Contract.Title
	}
	return p, nil
}

// paperText hands a paper out as a text document. It is the same each time, in one language and
// one letterhead.
func (s *Service) paperText(r *http.Request) (web.Download, error) {
	p, err := s.paperPage(r)
	if err != nil {
		return web.Download{}, err
	}
	ctx := r.Context()
	d := (&odt.Document{Title: p.Title, Lang: tongue(ctx), Made: db.Time(p.Created)}).Dress(ctx)
	p.write(d)
	return web.Download{Name: p.file(r) + ".odt", Type: "application/vnd.oasis.opendocument.text", Write: func(w io.Writer) error { return d.Write(w) }}, nil
}

// WritePaper adds a paper to a document of another room, as it reads alone.
func (s *Service) WritePaper(ctx context.Context, id string, d *odt.Document) error {
	paper, drawn, err := s.Paper(ctx, id)
	if err == nil {
		drawn.sheet(ctx, paper).write(d)
	}
	return err
}

// paperBody hands the content of a paper out, byte by byte what its sum is of.
func (s *Service) paperBody(r *http.Request) (web.Download, error) {
	p, err := s.paperPage(r)
	return web.Download{Name: p.file(r) + ".json", Type: "application/json", Write: func(w io.Writer) error {
		_, err := io.WriteString(w, p.Body)
		return err
	}}, err
}

func (p PaperPage) file(r *http.Request) string {
	return say(r.Context(), "contract.paper.file."+p.Kind) + "-" + p.At().Format("2006-01-02") + "-" + p.Short()
}

func (s *Service) drawPlan(r *http.Request) (string, error) {
	id, err := s.DrawPlan(r.Context(), r.PathValue("contract"))
	return "/contract/paper/" + id, err
}

func (s *Service) drawReport(r *http.Request) (string, error) {
	id, err := s.DrawReport(r.Context())
	return "/contract/paper/" + id, err
}
