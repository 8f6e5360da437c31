// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package policy

import (
	"context"
	"net/http"
	"strings"
	"time"

	engine "allmende/internal/engine/judge"
	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// ReleasePage is a release with its verdict and the reasons.
type ReleasePage struct {
	Judgement
	Badge    web.Badge
	Reason   string
	Profile  Profile
	Own      *OwnRow // the product's own licence; nil where the register has none
	Rows     []LineRow
	More     int
	Contexts []web.Choice
	Why      string // of the contexts, as it was filled in
	MayWrite bool
	MayAsk   bool
	When     time.Time
}

// An OwnRow is the product's own licence as it is shown.
type OwnRow struct {
	ProductLicence
	Badge web.Badge
	Chain []string
}

// A LineRow is a line as it is shown.
type LineRow struct {
	Line
	Shown  string // the licence text, shortened
	Entry  string // id of the licence in the catalogue, where the text is just that and the viewer reads it
	Badge  web.Badge
	Chain  []string
	Offers bool // it offers a choice
	Others int  // packages beside those that are named
}

const (
	mostLines   = 200 // lines on the page of a release
	mostOnPanel = 8
	mostNames   = 5 // packages that a line names
)

func (s *Service) aboutRelease(ctx context.Context, release ospo.ReleaseID, most int) (p ReleasePage, err error) {
	j, err := s.Judge(ctx, release)
	if err != nil {
		return p, err
	}
	v := door.From(ctx)
	p = ReleasePage{Judgement: j, Badge: badge(ctx, j.Verdict.Verdict), Reason: j.reason(ctx), Profile: j.profile, MayWrite: v.May(mayWrite), MayAsk: v.May(mayAsk), When: db.Time(j.At), Why: j.Usage.Reason}
	if own := j.Product; own != nil {
		p.Own = &OwnRow{*own, badge(ctx, own.Finding.Verdict), chain(ctx, j.profile, own.Finding)}
	}
	shown := j.Lines[:min(len(j.Lines), most)]
	p.More = len(j.Lines) - len(shown)
	var ids []ospo.PackageID
	for _, l := range shown {
		ids = append(ids, l.packages[:min(len(l.packages), mostNames)]...)
	}
	named, err := s.store.packages(ctx, ids)
	if err != nil {
		return p, err
	}
	for _, l := range shown {
		row := LineRow{Line: l, Shown: shorten(l.Licence), Badge: badge(ctx, l.Finding.Verdict), Chain: chain(ctx, j.profile, l.Finding), Offers: len(Branches(l.Licence)) > 0}
		if door.From(ctx).May("licence.read") {
			row.Entry = entryOf(l.Licence)
		}
		for _, id := range l.packages[:min(len(l.packages), mostNames)] {
			row.Names = append(row.Names, named[id].title())
		}
		row.Others = l.Packages - len(row.Names)
		p.Rows = append(p.Rows, row)
	}
	if j.Usage.From == FromSet {
		p.Contexts = contextChoices(j.Usage.Contexts)
	} else {
		p.Contexts = contextChoices(nil)
	}
	return p, nil
}

// entryOf is the id of the licence that a text consists of; empty where it says more, or is no
// id of the list.
func entryOf(text string) string {
	e, ok := spdx.Find(strings.TrimSpace(text))
	if !ok {
		return ""
	}
	return e.ID
}

func contextChoices(chosen []ospo.Context) (out []web.Choice) {
	for _, c := range ospo.Contexts {
		one := web.Choice{Value: string(c)}
		for _, x := range chosen {
			one.Chosen = one.Chosen || x == c
		}
		out = append(out, one)
	}
	return out
}

func (s *Service) releasePage(r *http.Request) (ReleasePage, error) {
	return s.aboutRelease(r.Context(), ospo.ReleaseID(r.PathValue("release")), mostLines)
}

func (s *Service) panels() []web.Panel {
	return []web.Panel{web.ShowPanel("panel.html", func(ctx context.Context, id string) (ReleasePage, error) {
		if !door.From(ctx).May(mayRead) {
			return ReleasePage{}, nil
		}
		p, err := s.aboutRelease(ctx, ospo.ReleaseID(id), mostOnPanel)
		if fault.Of(err) == fault.NotFound && err != nil {
			return ReleasePage{}, nil // taken out of service: nobody judges it
		}
		return p, err
	})}
}

func postedContexts(r *http.Request) (out []ospo.Context) {
	for _, c := range r.PostForm["contexts"] {
		out = append(out, ospo.Context(c))
	}
	return out
}

func (s *Service) setUsage(r *http.Request) (p ReleasePage, next string, err error) {
	if p, err = s.releasePage(r); err != nil {
		return p, "", err
	}
	contexts := postedContexts(r)
	p.Contexts, p.Why = contextChoices(contexts), r.PostFormValue("reason")
	o, err := s.SetContext(r.Context(), p.Release, contexts, p.Why)
	return p, o.next("/policy/release/" + string(p.Release)), err
}

// ChoosePage is the choice of a licence for a component that offers several.
type ChoosePage struct {
	Release    ospo.ReleaseID
	Title      string
	Licence    string
	Branches   []web.Choice
	Components []web.Choice
	Reason     string
}

// mostOffered bounds the components to choose from.
const mostOffered = 500

func (s *Service) choosePage(r *http.Request) (ChoosePage, error) {
	return s.choosing(r, r.URL.Query().Get("licence"), "", "")
}

func (s *Service) choosing(r *http.Request, licence, component, chosen string) (p ChoosePage, err error) {
	ctx := r.Context()
	j, err := s.Judge(ctx, ospo.ReleaseID(r.PathValue("release")))
	if err != nil {
		return p, err
	}
	p = ChoosePage{Release: j.Release, Title: j.Title, Licence: licence}
	if licence == "" { // nothing to choose from
		return p, nil
	}
	var ids []ospo.PackageID
	for _, l := range j.Lines {
		if l.Licence == licence {
			ids = append(ids, l.packages[:min(len(l.packages), mostOffered-len(ids))]...)
		}
	}
	branches := Branches(licence)
	if len(ids) == 0 || len(branches) == 0 {
		return p, notFound()
	}
	for _, b := range branches {
		p.Branches = append(p.Branches, web.Choice{Value: b, Label: b, Chosen: b == chosen})
	}
	named, err := s.store.packages(ctx, ids)
	for _, id := range ids {
		if n := named[id]; n.purl != "" {
			p.Components = append(p.Components, web.Choice{Value: n.purl, Label: n.title(), Chosen: n.purl == component})
		}
	}
	return p, err
}

func (s *Service) choose(r *http.Request) (p ChoosePage, next string, err error) {
	in := Choice{Component: r.PostFormValue("component"), Licence: r.PostFormValue("licence"), Chosen: r.PostFormValue("chosen"), Reason: r.PostFormValue("reason")}
	if p, err = s.choosing(r, in.Licence, in.Component, in.Chosen); err != nil {
		return p, "", err
	}
	p.Reason = in.Reason
	o, err := s.Choose(r.Context(), in)
	return p, o.next("/policy/release/" + string(p.Release)), err
}

// ReportPage is the report, to be printed.
type ReportPage struct {
	Report
	Badge   web.Badge
	Reason  string
	Profile Profile
	OrgName string
	Rows    []ReportRow
	When    time.Time
}

// A ReportRow is a component with its badge.
type ReportRow struct {
	ReportItem
	Badge web.Badge
}

func (s *Service) reportPage(r *http.Request) (p ReportPage, err error) {
	ctx := r.Context()
	rep, err := s.Report(ctx, ospo.ReleaseID(r.PathValue("release")))
	if err != nil {
		return p, err
	}
	p = ReportPage{Report: rep, Badge: badge(ctx, rep.Verdict.Verdict), Reason: rep.reason(ctx), Profile: rep.profile, OrgName: door.From(ctx).OrgName, When: db.Time(rep.At)}
	badges := map[engine.Verdict]web.Badge{}
	for _, v := range engine.Verdicts {
		badges[v] = badge(ctx, v)
	}
	for _, i := range rep.Items {
		p.Rows = append(p.Rows, ReportRow{i, badges[i.Verdict]})
	}
	return p, nil
}

func (s *Service) reportFile(r *http.Request) (web.Download, error) {
	rep, err := s.Report(r.Context(), ospo.ReleaseID(r.PathValue("release")))
	return web.Download{Name: say(r.Context(), "policy.report.file") + ".odt", Type: "application/vnd.oasis.opendocument.text", Write: rep.Write(r.Context())}, err
}
