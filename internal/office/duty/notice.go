// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/purl"
	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Notice is what a release has to say of what others made: components with copyrights, the
// texts of their licences once each, how to get the source, and what is missing.
type Notice struct {
	Release
	By      string // whose document it is
	Made    time.Time
	Offer   string // how to get the source; empty: nobody has said
	Entries []Entry
	Texts   []LicenceText
	Sources []Source
	Missing []Gap
}

// An Entry is a component of a notice.
type Entry struct {
	Name, Version, PURL string
	Licence             string // that counts; empty: unknown
	Said                string // by the bill of materials, where it is something else
	Copyright           string // as the bill of materials has it; empty: not stated there
}

// Title names the component and its version.
func (e Entry) Title() string { return strings.TrimSpace(e.Name + " " + e.Version) }

// A LicenceText is the text of a licence of the SPDX list, once.
type LicenceText struct {
	ID, Name, Text string
}

// A Gap is something that a notice lacks.
type Gap struct {
	What string   // "licence", "text", "copyright", "exception", "notice_file", "offer" or "choice"
	Of   []string // components, or licences
}

// A Source is a component whose source is to be handed over or offered.
type Source struct {
	Name     string   `json:"name"`
	Version  string   `json:"version,omitempty"`
	PURL     string   `json:"purl,omitempty"`
	Licence  string   `json:"licence"`
	Kind     string   `json:"kind" enum:"source,source-offer" doc:"Hand it over, or offer it."`
	Clauses  []string `json:"clauses"`
	Doubt    bool     `json:"doubt,omitempty" doc:"Only if something was changed, which nobody has stated."`
	Location string   `json:"location,omitempty" doc:"Where it can be had, as the bill of materials says; absent: it does not say."`
}

// Title names the component and its version.
func (e Source) Title() string { return strings.TrimSpace(e.Name + " " + e.Version) }

// Notice compiles that of a release from its present bill of materials.
func (s *Service) Notice(ctx context.Context, release ospo.ReleaseID) (n Notice, err error) {
	d, w, r, err := s.opened(ctx, release)
	if err != nil {
		return n, err
	}
	settings, err := s.store.settings(ctx, r.viewer, release)
	n = compile(d, w, settings[release].Offer)
	n.Release, n.By, n.Made = r.Release, r.by, s.store.db.Now()
	return n, err
}

// Sources lists whose source is to be handed over or offered in the contexts of a release.
func (s *Service) Sources(ctx context.Context, release ospo.ReleaseID) ([]Source, Release, error) {
	d, w, r, err := s.opened(ctx, release)
	if err != nil {
		return nil, r.Release, err
	}
	return compile(d, w, "-").Sources, r.Release, nil
}

// compile puts a notice together. It is pure: the same from the same document.
func compile(d *bom.Document, w *reader, offer string) Notice {
	c := compiler{reader: w, texts: map[string]bool{}, gaps: map[string][]string{}, notice: Notice{Offer: offer}}
	seen := map[string]bool{}
	for i := range d.Components {
		p := &d.Components[i]
		key, ok := p.Key()
		if i == d.Root || !ok || seen[key] {
			continue
		}
		seen[key] = true
		c.add(p, int64(purl.ID(key)))
	}
	return c.done()
}

type compiler struct {
	*reader
	notice Notice
	texts  map[string]bool
	gaps   map[string][]string
}

func (c *compiler) add(p *bom.Component, pack int64) {
	said := cmp.Or(p.Concluded, p.Declared)
	r := c.of(said, c.counts(said, p.PURL, pack))
	e := Entry{Name: called(p), Version: p.Version, PURL: p.PURL, Copyright: p.Copyright}
	if !unsaid(r.Expr) {
		e.Licence = r.Expr.String()
	}
	if e.Licence != said {
		e.Said = said
	}
	switch {
	case e.Licence == "":
		c.gap("licence", e.Title())
	case r.Assumed:
		c.gap("choice", e.Title())
	}
	if e.Copyright == "" {
		c.gap("copyright", e.Title())
	}
	c.licences(r.Expr)
	for _, due := range r.Dues {
		if due.Duty.Object == "notice-file" {
			c.gap("notice_file", e.Title())
		}
	}
	c.source(p, e, r)
	c.notice.Entries = append(c.notice.Entries, e)
}

// called is the name of a component with its group, as people of the ecosystem write it.
func called(p *bom.Component) string {
	if u, err := purl.Parse(p.PURL); err == nil {
		return pkg{typ: u.Type, namespace: u.Namespace, name: u.Name}.part().Name
	}
	return strings.TrimPrefix(p.Group+"/"+p.Name, "/")
}

func (c *compiler) gap(what, of string) {
	if !slices.Contains(c.gaps[what], of) {
		c.gaps[what] = append(c.gaps[what], of)
	}
}

// licences notes the texts that a component needs.
func (c *compiler) licences(e spdx.Expr) {
	for l := range e.Licences {
		l, _ = l.Present()
		text := spdx.Text(l.ID)
		switch {
		case l.Unsaid():
		case text == "":
			c.gap("text", l.ID)
		case !c.texts[l.ID]:
			c.texts[l.ID] = true
			found, _ := spdx.Find(l.ID)
			c.notice.Texts = append(c.notice.Texts, LicenceText{l.ID, found.Name, text})
		}
		if l.Exception != "" {
			c.gap("exception", l.Exception)
		}
	}
}

// source notes that a component's source is to be handed over or offered.
func (c *compiler) source(p *bom.Component, e Entry, r reading) {
	s := Source{Name: e.Name, Version: e.Version, PURL: e.PURL, Licence: e.Licence, Doubt: true, Clauses: []string{}}
	for _, due := range r.Dues {
		if !due.Duty.Hands() || due.Duty.Action == "clarify" {
			continue
		}
		if s.Kind != "source" {
			s.Kind = due.Duty.Object
		}
		s.Doubt = s.Doubt && due.Doubt
		if due.Clause != "" {
			s.Clauses = append(s.Clauses, due.Clause)
		}
	}
	if s.Kind == "" {
		return
	}
	if s.Location = p.Location; s.Location == "" {
		if u, err := purl.Parse(p.PURL); err == nil {
			s.Location = cmp.Or(u.Qualifier("vcs_url"), u.Qualifier("download_url"))
		}
	}
	c.notice.Sources = append(c.notice.Sources, s)
}

// order of gaps: what weighs most first.
var gapOrder = []string{"licence", "text", "exception", "choice", "offer", "notice_file", "copyright"}

func (c *compiler) done() Notice {
	n := c.notice
	slices.SortStableFunc(n.Entries, func(a, b Entry) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Version, b.Version))
	})
	slices.SortStableFunc(n.Sources, func(a, b Source) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Version, b.Version))
	})
	slices.SortFunc(n.Texts, func(a, b LicenceText) int { return strings.Compare(a.ID, b.ID) })
	if len(n.Sources) > 0 && n.Offer == "" {
		for _, s := range n.Sources {
			c.gap("offer", s.Title())
		}
	}
	for _, what := range gapOrder {
		if of := c.gaps[what]; len(of) > 0 {
			slices.Sort(of)
			n.Missing = append(n.Missing, Gap{what, of})
		}
	}
	return n
}

// An opening is a release whose document is being worked with.
type opening struct {
	Release
	viewer ospo.OrgID
	by     string
}

// opened reads the document of a release that the viewer may see, with what its licences oblige
// to; a release without one is refused.
func (s *Service) opened(ctx context.Context, release ospo.ReleaseID) (d *bom.Document, w *reader, r opening, err error) {
	defer fault.Wrap(&err, "read what release %s lists", release)
	v := door.From(ctx)
	r.viewer, r.by = v.Org, v.OrgName
	if r.Release, err = s.store.release(ctx, v.Org, release); err != nil {
		return nil, nil, r, err
	}
	if r.document == 0 {
		return nil, nil, r, fault.New(fault.Unreadable, "duty.no_document", r.Title())
	}
	contexts, err := s.contexts(ctx, []ospo.ReleaseID{release})
	if err != nil {
		return nil, nil, r, err
	}
	settings, err := s.store.settings(ctx, v.Org, release)
	if err != nil {
		return nil, nil, r, err
	}
	choices, err := s.choices(ctx)
	if err != nil {
		return nil, nil, r, err
	}
	concluded, err := s.store.conclusions(ctx, v.Org)
	if err != nil {
		return nil, nil, r, err
	}
	if d, err = s.Document(ctx, release); err == nil && d == nil {
		err = notFound()
	}
	if err != nil {
		return nil, nil, r, err
	}
	w = newReader(contexts[release], settings[release].Changed, choices, concluded)
	w.own, err = s.own(ctx)
	return d, w, r, err
}
