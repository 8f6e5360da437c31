// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// SoftwarePage is the record of one software.
type SoftwarePage struct {
	Software Software
	Releases []ReleaseLine
	Ruled    bool // verdicts on licences are told
	Retired  int  // releases out of service
	Uses     []Use
	Ended    int // uses that ended
	Events   []Event
	Panels   template.HTML
	Lang     string
	May      bool
}

// A ReleaseLine is one release of a software with what other rooms know of it.
type ReleaseLine struct {
	Release
	Uses  int
	Hit   Hit
	Known bool // other rooms were asked

	Ruling Ruling // the verdict on its licences; the zero one where the viewer may not know
}

func (s *Service) webSoftware(r *http.Request) (SoftwarePage, error) {
	ctx := r.Context()
	v := door.From(ctx)
	w, err := s.Software(ctx, ospo.SoftwareID(r.PathValue("id")))
	if err != nil {
		return SoftwarePage{}, err
	}
	p := SoftwarePage{Software: w, Lang: v.Lang, May: v.May(mayWrite)}
	releases, err := s.Releases(ctx, w.ID)
	if err != nil {
		return p, err
	}
	ids := make([]ospo.ReleaseID, len(releases))
	for i, one := range releases {
		ids[i] = one.ID
	}
	if p.Uses, err = s.UsesOf(ctx, ids...); err != nil {
		return p, err
	}
	if err := s.lines(r, &p, releases, ids); err != nil {
		return p, err
	}
	p.Uses, p.Ended = running(p.Uses)
	if s.SoftwarePanels != nil {
		if p.Panels, err = s.SoftwarePanels(ctx, string(w.ID)); err != nil {
			return p, err
		}
	}
	p.Events, err = s.timeline(ctx, v.Org, about(string(w.ID), ids)...)
	return p, err
}

// lines adds the releases in service and counts the others.
func (s *Service) lines(r *http.Request, p *SoftwarePage, releases []Release, ids []ospo.ReleaseID) error {
	var hits map[ospo.ReleaseID]Hit
	if s.Hits != nil {
		var err error
		if hits, err = s.Hits(r.Context(), ids); err != nil {
			return err
		}
	}
	var rulings map[ospo.ReleaseID]string
	if s.Rulings != nil {
		var err error
		if rulings, err = s.Rulings(r.Context(), ids); err != nil {
			return err
		}
	}
	for _, one := range releases {
		line := ReleaseLine{Release: one, Hit: known(hits, one.ID), Known: hits != nil}
		if v, ok := rulings[one.ID]; ok {
			line.Ruling, p.Ruled = ruled(one.ID, v), true
		}
		for _, u := range p.Uses {
			if u.Release == one.ID && u.Ended == "" {
				line.Uses++
			}
		}
		if one.Retired != "" && line.Uses == 0 {
			p.Retired++
		}
		p.Releases = append(p.Releases, line)
	}
	return nil
}

// running parts uses that go on from those that ended, which are counted.
func running(uses []Use) ([]Use, int) {
	n := len(uses)
	uses = slices.DeleteFunc(uses, func(u Use) bool { return u.Ended != "" })
	return uses, n - len(uses)
}

// about lists the ids under which the log speaks of a software or a release.
func about(id string, releases []ospo.ReleaseID) []string {
	ids := []string{id}
	for _, r := range releases {
		ids = append(ids, string(r))
	}
	return ids
}

// ReleasePage is the record of one release.
type ReleasePage struct {
	Release  Release
	Software Software
	Signs    []web.Sign
	Panels   template.HTML
	Uses     []Use
	Ended    []Use
	Others   []Release               // of the same software, in service
	Compare  map[ospo.ReleaseID]bool // those of them that can be compared with this one
	Events   []Event
	Lang     string
	May      bool
}

func (s *Service) webRelease(r *http.Request) (ReleasePage, error) {
	ctx := r.Context()
	v := door.From(ctx)
	release, err := s.Release(ctx, ospo.ReleaseID(r.PathValue("id")))
	if err != nil {
		return ReleasePage{}, err
	}
	p := ReleasePage{Release: release, Lang: v.Lang, May: v.May(mayWrite)}
	if p.Software, err = s.Software(ctx, release.Software); err != nil {
		return p, err
	}
	if p.Uses, err = s.UsesOf(ctx, release.ID); err != nil {
		return p, err
	}
	n := slices.IndexFunc(p.Uses, func(u Use) bool { return u.Ended != "" })
	if n >= 0 {
		p.Uses, p.Ended = p.Uses[:n], p.Uses[n:]
	}
	all, err := s.Releases(ctx, release.Software)
	if err != nil {
		return p, err
	}
	p.Others = slices.DeleteFunc(all, func(o Release) bool { return o.ID == release.ID || o.Retired != "" })
	if p.Events, err = s.timeline(ctx, v.Org, string(release.ID), string(release.Software)); err != nil {
		return p, err
	}
	return p, s.ask(r, &p)
}

// ask asks the other rooms. They know nothing of what went out of service.
func (s *Service) ask(r *http.Request, p *ReleasePage) (err error) {
	if p.Release.Retired != "" && len(p.Uses) == 0 {
		return nil
	}
	if s.Signs != nil {
		if p.Signs, err = s.Signs(r.Context(), p.Release.ID); err != nil {
			return err
		}
	}
	if p.Compare, err = s.comparable(r.Context(), p); err != nil {
		return err
	}
	if s.Panels != nil {
		p.Panels, err = s.Panels(r.Context(), string(p.Release.ID))
	}
	return err
}

// comparable names the other releases that have a bill of materials, where this one has one.
func (s *Service) comparable(ctx context.Context, p *ReleasePage) (map[ospo.ReleaseID]bool, error) {
	if s.Hits == nil || len(p.Others) == 0 {
		return nil, nil
	}
	ids := []ospo.ReleaseID{p.Release.ID}
	for _, o := range p.Others[:min(len(p.Others), othersShown)] {
		ids = append(ids, o.ID)
	}
	hits, err := s.Hits(ctx, ids)
	if err != nil || hits[p.Release.ID].Documents == 0 {
		return nil, err
	}
	both := map[ospo.ReleaseID]bool{}
	for _, id := range ids[1:] {
		both[id] = hits[id].Documents > 0
	}
	return both, nil
}

// othersShown is how many other releases the page of a release lists.
const othersShown = 6

// Suppliers lists who delivers the release, each once.
func (p ReleasePage) Suppliers() []Use {
	var out []Use
	for _, u := range p.Uses {
		if u.Supplier != "" && !slices.ContainsFunc(out, func(o Use) bool { return o.Supplier == u.Supplier }) {
			out = append(out, u)
		}
	}
	return out
}

// Criticality is the highest among the uses.
func (p ReleasePage) Criticality() string {
	top := 0
	for _, u := range p.Uses {
		top = max(top, slices.Index(Criticalities, u.Criticality))
	}
	return Criticalities[top]
}

// Host is the name of a web address without what is the same for all.
func (w Software) Host() string { return host(w.Website) }

// RepositoryHost is the repository's address without what is the same for all.
func (w Software) RepositoryHost() string { return host(w.Repository) }

func host(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	return strings.TrimSuffix(strings.TrimPrefix(rest, "www."), "/")
}
