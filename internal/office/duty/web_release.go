// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"allmende/internal/engine/bomwrite"
	"allmende/internal/engine/obligation"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/sheet"
	"allmende/internal/platform/web"
)

// ReleasePage is the duties of one release.
type ReleasePage struct {
	Report
	Dues, Forbids []Item // what is to be done, and what is to be left undone
	Open, Late    int
	Changes       []web.Choice
	In            Setting // as it was filled in
	Roles         map[string]string
	MayWrite      bool
	Papers        []string
	Formats       []string

	uses string
}

// Role is the name of an item's responsible role.
func (p ReleasePage) Role(d *Decision) string {
	if name := p.Roles[d.Role]; name != "" {
		return name
	}
	return d.Role
}

func (s *Service) aboutRelease(ctx context.Context, release ospo.ReleaseID) (p ReleasePage, err error) {
	if p.Report, err = s.Report(ctx, release); err != nil {
		return p, err
	}
	for _, i := range p.Items {
		if i.MustNot {
			p.Forbids = append(p.Forbids, i)
		} else {
			p.Dues = append(p.Dues, i)
		}
	}
	p.Open, p.Late = p.Report.Count()
	var uses []string
	for _, c := range p.Contexts {
		uses = append(uses, say(ctx, "duty.context."+string(c)))
	}
	p.uses = strings.Join(uses, ", ")
	p.Papers, p.Formats, p.In = Papers, bomwrite.Formats, p.Setting
	p.Roles, err = s.RoleNames(ctx)
	return p, err
}

func (p *ReleasePage) offer(ctx context.Context) {
	p.Changes = nil
	for _, c := range obligation.Changes {
		word := string(c)
		if word == "" {
			word = "unstated"
		}
		p.Changes = append(p.Changes, web.Choice{Value: string(c), Label: say(ctx, "duty.changed."+word), Chosen: string(c) == p.In.Changed})
	}
}

func (s *Service) releasePage(r *http.Request) (p ReleasePage, err error) {
	p, err = s.aboutRelease(r.Context(), ospo.ReleaseID(r.PathValue("release")))
	p.MayWrite = mayChange(r)
	p.offer(r.Context())
	return p, err
}

func (s *Service) describe(r *http.Request) (p ReleasePage, next string, err error) {
	if p, err = s.releasePage(r); err != nil {
		return p, "", err
	}
	p.In.Changed, p.In.Offer = r.PostFormValue("changed"), r.PostFormValue("offer")
	p.offer(r.Context())
	return p, "/duty/release/" + string(p.ID), s.Describe(r.Context(), p.ID, p.In.Changed, p.In.Offer)
}

// mostOnPanel is how many duties the page of a release shows itself.
const mostOnPanel = 8

// PanelPage is what the page of a release shows of its duties.
type PanelPage struct {
	ReleasePage
	Rows []Item // what is pending, at most some
	More int
}

func panels(s *Service) []web.Panel {
	return []web.Panel{web.ShowPanel("panel.html", func(ctx context.Context, id string) (PanelPage, error) {
		if !door.From(ctx).May(mayRead) {
			return PanelPage{}, nil
		}
		all, err := s.aboutRelease(ctx, ospo.ReleaseID(id))
		if fault.Of(err) == fault.NotFound {
			return PanelPage{}, nil // out of service
		}
		p := PanelPage{ReleasePage: all}
		for _, i := range p.Dues {
			if !i.Settled() {
				p.Rows = append(p.Rows, i)
			}
		}
		if p.More = len(p.Rows) - mostOnPanel; p.More > 0 {
			p.Rows = p.Rows[:mostOnPanel]
		}
		return p, err
	})}
}

// fields is the room's card on the overview.
func (s *Service) fields(ctx context.Context) ([]web.Field, error) {
	if !door.From(ctx).May(mayRead) {
		return nil, nil
	}
	_, sums, err := s.Rows(ctx, Sieve{})
	f := web.Field{Key: "duty.nav", Href: "/duty", Figure: lang.Show(tongue(ctx), sums.Pending), Unit: say(ctx, "duty.field.unit", sums.Releases), Note: say(ctx, "duty.field.note", sums.Overdue, sums.Escalated)}
	switch {
	case sums.Releases == 0:
		f.Badge = web.Badge{Kind: "unknown", Word: say(ctx, "duty.field.unknown")}
	case sums.Overdue+sums.Escalated > 0:
		f.Badge = web.Badge{Kind: "no", Word: say(ctx, "duty.field.late")}
	case sums.Pending > 0:
		f.Badge = web.Badge{Kind: "review", Word: say(ctx, "duty.field.review")}
	default:
		f.Badge = web.Badge{Kind: "ok", Word: say(ctx, "duty.field.ok")}
	}
	return []web.Field{f}, err
}

// DutyPage is one duty of a release: who causes it, what was decided, what is decided now.
type DutyPage struct {
	Release
	Text      string
	Duty      obligation.Duty
	Items     []Item // by state
	History   []Decision
	Roles     []web.Choice
	Names     map[string]string
	States    []web.Choice
	In        Input
	Undecided int
	MayWrite  bool
	Org       ospo.OrgID
}

// Role is the name of a decision's responsible role.
func (p DutyPage) Role(d Decision) string {
	if name := p.Names[d.Role]; name != "" {
		return name
	}
	return d.Role
}

// MayRevoke reports whether a decision can be taken back: once, and by whose it is.
func (p DutyPage) MayRevoke(d Decision) bool { return p.MayWrite && d.Revoked == "" && d.Org == p.Org }

func (s *Service) aboutDuty(r *http.Request) (p DutyPage, err error) {
	ctx := r.Context()
	report, err := s.Report(ctx, ospo.ReleaseID(r.PathValue("release")))
	if err != nil {
		return p, err
	}
	found, ok := obligation.Find(r.PathValue("duty"))
	if !ok {
		return p, notFound()
	}
	p = DutyPage{Release: report.Release, Duty: found, Text: found.In(tongue(ctx)), MayWrite: mayChange(r), Org: door.From(ctx).Org, In: Input{Duty: found.ID}}
	for _, i := range report.Items {
		if i.Duty == found.ID {
			p.Items = append(p.Items, i)
			if i.Decision == nil {
				p.Undecided += len(i.Parts)
			}
		}
	}
	all, err := s.store.decisions(ctx, p.Org, p.Software)
	for _, d := range all {
		if d.Duty == found.ID && d.Release <= p.ID {
			p.History = append(p.History, d)
		}
	}
	if len(p.Items)+len(p.History) == 0 && err == nil {
		err = notFound()
	}
	return p, err
}

func (s *Service) dutyPage(r *http.Request) (p DutyPage, err error) {
	if p, err = s.aboutDuty(r); err != nil {
		return p, err
	}
	p.In.State, p.In.Role, p.In.New = "acknowledged", "licence_manager", p.Undecided > 0 && len(p.Items) > 1
	return s.furnish(r.Context(), p)
}

// furnish adds what can be chosen.
func (s *Service) furnish(ctx context.Context, p DutyPage) (DutyPage, error) {
	var err error
	p.States = choices(ctx, "duty.state", p.In.State, States)
	if p.Names, err = s.RoleNames(ctx); err != nil {
		return p, err
	}
	for key, name := range p.Names {
		p.Roles = append(p.Roles, web.Choice{Value: key, Label: name, Chosen: key == p.In.Role})
	}
	slices.SortFunc(p.Roles, func(a, b web.Choice) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	return p, nil
}

func (s *Service) decide(r *http.Request) (p DutyPage, next string, err error) {
	if p, err = s.aboutDuty(r); err != nil {
		return p, "", err
	}
	p.In = Input{Duty: p.Duty.ID, State: r.PostFormValue("state"), Reason: r.PostFormValue("reason"), Evidence: r.PostFormValue("evidence"), Link: r.PostFormValue("link"), Sum: r.PostFormValue("sha256"),
		Role: r.PostFormValue("role"), Due: r.PostFormValue("due"), New: r.PostFormValue("scope") == "new"}
	if p, err = s.furnish(r.Context(), p); err != nil {
		return p, "", err
	}
	_, err = s.Decide(r.Context(), p.ID, p.In)
	return p, "/duty/release/" + string(p.ID) + "/to/" + p.Duty.ID, err
}

func (s *Service) revoke(r *http.Request) (string, error) {
	d, err := s.Revoke(r.Context(), r.PathValue("id"), r.PostFormValue("why"))
	return "/duty/release/" + string(d.Release) + "/to/" + d.Duty, err
}

// NoticePage is the attribution document of a release before it is handed out.
type NoticePage struct {
	Notice
	Papers []string
}

func (s *Service) noticePage(r *http.Request) (NoticePage, error) {
	n, err := s.Notice(r.Context(), ospo.ReleaseID(r.PathValue("release")))
	return NoticePage{n, Papers}, err
}

func (s *Service) noticeFile(r *http.Request) (web.Download, error) {
	form := r.PathValue("form")
	if !slices.Contains(Papers, form) {
		return web.Download{}, notFound()
	}
	n, err := s.Notice(r.Context(), ospo.ReleaseID(r.PathValue("release")))
	return web.Download{Name: fileName(say(r.Context(), "duty.notice.file"), n.Release) + "." + form, Type: types[form],
		Write: func(w io.Writer) error { return n.Print(r.Context(), form, w) }}, err
}

// fileName is a name that every system takes.
func fileName(what string, r Release) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, c) || c < ' ' {
			return '-'
		}
		return c
	}, what+" "+r.Title())
}

// SourcesPage is whose source is to be handed over or offered.
type SourcesPage struct {
	Release
	Sources []Source
	Without int // of them, without a known location
}

func (s *Service) sourcesPage(r *http.Request) (p SourcesPage, err error) {
	p.Sources, p.Release, err = s.Sources(r.Context(), ospo.ReleaseID(r.PathValue("release")))
	for _, one := range p.Sources {
		if one.Location == "" {
			p.Without++
		}
	}
	return p, err
}

func (s *Service) sourcesFile(r *http.Request) (web.Download, error) {
	ctx := r.Context()
	all, release, err := s.Sources(ctx, ospo.ReleaseID(r.PathValue("release")))
	t := sheet.Table{Head: heads(ctx, "duty.component", "duty.head.version", "duty.purl", "duty.licence", "duty.how", "duty.head.clauses", "duty.location", "duty.doubt")}
	for _, one := range all {
		doubt := ""
		if one.Doubt {
			doubt = say(ctx, "duty.doubt.short")
		}
		t.Rows = append(t.Rows, []string{one.Name, one.Version, one.PURL, one.Licence, say(ctx, "duty.object."+one.Kind), strings.Join(one.Clauses, "; "), one.Location, doubt})
	}
	return csvFile(fileName(say(ctx, "duty.sources.file"), release), t), err
}

func (s *Service) sbomFile(r *http.Request) (web.Download, error) {
	format, release := r.PathValue("format"), ospo.ReleaseID(r.PathValue("release"))
	if !slices.Contains(bomwrite.Formats, format) {
		return web.Download{}, notFound()
	}
	data, err := s.SBOM(r.Context(), release, format)
	if err != nil {
		return web.Download{}, err
	}
	one, err := s.store.release(r.Context(), door.From(r.Context()).Org, release)
	end := map[string]string{"cyclonedx": ".cdx.json", "spdx": ".spdx.json", "spdx3": ".spdx3.json"}[format]
	return web.Download{Name: fileName(say(r.Context(), "duty.sbom.file"), one) + end, Type: "application/json", Write: func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}}, err
}

// Uses are the contexts of the release in words.
func (p ReleasePage) Uses() string { return p.uses }

// Over reports whether a decision was taken over from another release.
func (p ReleasePage) Over(d *Decision) bool { return d.Release != p.ID }

// Over reports whether a decision was taken over from another release.
func (p DutyPage) Over(d *Decision) bool { return d.Release != p.ID }
