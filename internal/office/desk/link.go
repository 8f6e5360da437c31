// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"cmp"
	"context"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// mostLinks bounds how much one case has to do with.
const mostLinks = 100

// A Link says that a case has to do with something.
type Link struct {
	ID      string        `json:"id"`
	Case    string        `json:"case" doc:"Id of the case that was linked."`
	Kind    string        `json:"kind" enum:"software,release,advisory,case,duplicate,web" doc:"duplicate: the case is a duplicate of its target."`
	Target  string        `json:"target,omitempty" doc:"Id, key of an advisory, or address. Absent where you may not see it."`
	Label   string        `json:"label,omitempty"`
	Back    bool          `json:"back" doc:"The other case points to this one."`
	Person  ospo.PersonID `json:"person"`
	Created string        `json:"created"`

	Href   string `json:"-"` // page of the other end; empty where the viewer may not see it
	Hidden bool   `json:"hidden" doc:"You may not see the other end."`
	org    ospo.OrgID
}

// A LinkInput is a link as somebody wants it.
type LinkInput struct {
	To        string `json:"to" doc:"Address, number of a case, key of an advisory, or name of a software." maxLength:"300"`
	Duplicate bool   `json:"duplicate,omitempty" doc:"The case is a duplicate of the other one."`
}

// Links lists what a case has to do with, and which cases point to it, as far as the viewer
// may see the other end.
func (s *Service) Links(ctx context.Context, id string) (out []Link, err error) {
	m, err := s.Matter(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := s.store.linksOf(ctx, s.store.db.Read(), m)
	if err != nil {
		return nil, err
	}
	back, err := s.store.pointing(ctx, door.From(ctx).Org, []string{m.ID}, []string{"case", "duplicate"})
	for _, l := range back {
		l.Back = true
		all = append(all, l)
	}
	for _, l := range all {
		if l, err := s.named(ctx, l); err != nil {
			return nil, err
		} else if !l.Hidden || !l.Back {
			out = append(out, l)
		}
	}
	return out, err
}

// named says what the other end is called now, and where it is.
func (s *Service) named(ctx context.Context, l Link) (Link, error) {
	end := l.Target
	if l.Back {
		end = l.Case
	}
	name, href, err := s.end(ctx, l.Kind, end)
	switch {
	case fault.Of(err) == fault.NotFound && err != nil || err == nil && href == "":
		l.Hidden, l.Label, l.Target = true, "", ""
		return l, nil
	case err == nil:
		l.Label, l.Href = cmp.Or(name, l.Label), href
	}
	return l, err
}

// end names the other end of a link.
func (s *Service) end(ctx context.Context, kind, id string) (name, href string, err error) {
	switch kind {
	case "web":
		return "", id, nil
	case "case", "duplicate":
		m, err := s.Matter(ctx, id)
		return m.Number + " " + m.Title, m.Link(), err
	}
	return s.Thing(ctx, kind, id)
}

// Join links a case.
func (s *Service) Join(ctx context.Context, id string, in LinkInput) (l Link, err error) {
	defer fault.Wrap(&err, "link case %s", id)
	m, err := s.Part(ctx, id)
	if err != nil {
		return l, err
	}
	to, err := fault.Words("to", in.To, longestLine)
	if err != nil {
		return l, err
	}
	if l, err = s.meant(ctx, to); err != nil {
		return l, err
	}
	if in.Duplicate {
		if l.Kind != "case" {
			return l, fault.At("to", "desk.link.duplicate_case", to)
		}
		l.Kind = "duplicate"
	}
	if l.Target == m.ID {
		return l, fault.At("to", "desk.link.self")
	}
	l.ID, l.Case, l.Person, l.org = db.NewID(), m.ID, door.From(ctx).Human(), m.Org
	return l, s.store.db.Write(ctx, door.From(ctx).ActFor(m.Org, "desk.link", m.ID), func(tx *db.Tx) error {
		if err := s.free(ctx, tx, m, l); err != nil {
			return err
		}
		l.Created = tx.Now
		tx.Act.Diff = change.Added(map[string]string{"kind": l.Kind, "target": l.Target, "label": l.Label})
		return s.store.addLink(ctx, tx, l)
	})
}

// free refuses a link that is there, and a chain of duplicates: each has one original, which is
// no duplicate.
func (s *Service) free(ctx context.Context, tx *db.Tx, m Matter, l Link) error {
	all, err := s.store.linksOf(ctx, tx, m)
	if err != nil {
		return err
	}
	switch {
	case slices.ContainsFunc(all, func(o Link) bool { return o.Kind == l.Kind && o.Target == l.Target }):
		return fault.At("to", "desk.link.twice", l.Label)
	case len(all) >= mostLinks:
		return fault.New(fault.Conflict, "desk.link.many", mostLinks)
	case l.Kind != "duplicate":
		return nil
	case slices.ContainsFunc(all, func(o Link) bool { return o.Kind == "duplicate" }):
		return fault.At("to", "desk.link.one_original")
	}
	chained, err := s.store.chained(ctx, tx, m.ID, l.Target)
	if err == nil && chained {
		err = fault.At("to", "desk.link.chain")
	}
	return err
}

var (
	caseNumber = regexp.MustCompile(`^\d{4}-\d{4,}$`)
	advisory   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9][A-Za-z0-9:._-]*$`)
	ownPage    = regexp.MustCompile(`^/(?:estate/(software|release)|(vulnerability)|casework/(case))/([^/?#]+)$`)
)

// meant finds out what somebody wants to link: an address, one of our pages, the number of a
// case, the key of an advisory, or the name of a software.
func (s *Service) meant(ctx context.Context, to string) (Link, error) {
	if at := ownPage.FindStringSubmatch(to); at != nil {
		kind := cmp.Or(at[1], at[3], "advisory")
		return s.exists(ctx, kind, at[4], to)
	}
	if strings.Contains(to, "://") {
		return address(to)
	}
	if caseNumber.MatchString(to) {
		all, err := s.Find(ctx, to, mostLinks)
		all = slices.DeleteFunc(all, func(m Matter) bool { return m.Number != to })
		if err == nil && len(all) != 1 {
			err = fault.At("to", "desk.link.unknown", to)
		}
		if err != nil {
			return Link{}, err
		}
		return Link{Kind: "case", Target: all[0].ID, Label: all[0].Number + " " + all[0].Title}, nil
	}
	if advisory.MatchString(to) {
		if l, err := s.exists(ctx, "advisory", to, to); err == nil {
			return l, nil
		}
	}
	return s.software(ctx, to)
}

// exists is a link to something that the viewer sees.
func (s *Service) exists(ctx context.Context, kind, id, to string) (Link, error) {
	name, href, err := s.end(ctx, kind, id)
	if err != nil && fault.Of(err) == fault.NotFound || err == nil && href == "" {
		err = fault.At("to", "desk.link.unknown", to)
	}
	return Link{Kind: kind, Target: id, Label: name}, err
}

// address is a link into the web. Only what a browser fetches by reading is one.
func address(to string) (Link, error) {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsFunc(to, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }) {
		return Link{}, fault.At("to", "desk.link.address", to)
	}
	return Link{Kind: "web", Target: u.String(), Label: u.String()}, nil
}

// software finds one by its name; of several the one that is called exactly so.
func (s *Service) software(ctx context.Context, name string) (Link, error) {
	all, err := s.Software(ctx, name)
	if err != nil {
		return Link{}, err
	}
	if exact := slices.DeleteFunc(slices.Clone(all), func(t Thing) bool { return !strings.EqualFold(t.Name, name) }); len(exact) > 0 {
		all = exact
	}
	switch len(all) {
	case 0:
		return Link{}, fault.At("to", "desk.link.unknown", name)
	case 1:
		return Link{Kind: "software", Target: all[0].ID, Label: all[0].Name}, nil
	}
	var names []string
	for _, t := range all[:min(len(all), 5)] {
		names = append(names, t.Name)
	}
	return Link{}, fault.At("to", "desk.link.several", name, strings.Join(names, ", "))
}

// Unlink ends a link of a case.
func (s *Service) Unlink(ctx context.Context, id, link string) (err error) {
	defer fault.Wrap(&err, "unlink %s of case %s", link, id)
	m, err := s.Part(ctx, id)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Org, "desk.unlink", m.ID), func(tx *db.Tx) error {
		all, err := s.store.linksOf(ctx, tx, m)
		i := slices.IndexFunc(all, func(l Link) bool { return l.ID == link })
		if err != nil || i < 0 {
			return cmp.Or(err, notFound())
		}
		tx.Act.Diff = change.Between(map[string]string{"kind": all[i].Kind, "target": all[i].Target, "label": all[i].Label}, nil)
		return s.store.removeLink(ctx, tx, m, link)
	})
}

// CasesOf lists the cases that have to do with things, as far as the viewer sees them, the
// latest first.
func (s *Service) CasesOf(ctx context.Context, kinds, targets []string) (out []Matter, err error) {
	all, err := s.store.pointing(ctx, door.From(ctx).Org, targets, kinds)
	for _, l := range all {
		m, err := s.Matter(ctx, l.Case)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(o Matter) bool { return o.ID == m.ID }) {
			out = append(out, m)
		}
	}
	return out, err
}

// How likely duplicates are looked for.
const (
	shortestWord = 5
	mostWords    = 6
	mostAlike    = 5
)

// Likely lists other cases that may be about the same: those about the same software, then those
// whose titles share the most words.
func (s *Service) Likely(ctx context.Context, m Matter, links []Link) (out []Matter, err error) {
	score, all := map[string]int{}, map[string]Matter{}
	count := func(found []Matter, n int) {
		for _, o := range found {
			if o.ID != m.ID {
				score[o.ID], all[o.ID] = score[o.ID]+n, o
			}
		}
	}
	for _, w := range bigWords(m.Title) {
		found, err := s.Find(ctx, w, 20)
		if err != nil {
			return nil, err
		}
		count(found, 1)
	}
	for _, l := range links {
		if !l.Back && (l.Kind == "software" || l.Kind == "release") && !l.Hidden {
			found, err := s.CasesOf(ctx, []string{l.Kind}, []string{l.Target})
			if err != nil {
				return nil, err
			}
			count(found, mostWords)
		}
	}
	for _, l := range links { // what is linked is known
		delete(all, l.Target)
		if l.Back {
			delete(all, l.Case)
		}
	}
	for _, o := range all {
		if score[o.ID] > 1 || len(bigWords(m.Title)) == 1 {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b Matter) int { return cmp.Or(score[b.ID]-score[a.ID], strings.Compare(b.Number, a.Number)) })
	return out[:min(len(out), mostAlike)], nil
}

// bigWords are the words of a title that tell it from others, the longest first.
func bigWords(title string) []string {
	all := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	all = slices.DeleteFunc(all, func(w string) bool { return len([]rune(w)) < shortestWord })
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	all = slices.Compact(all)
	return all[:min(len(all), mostWords)]
}
