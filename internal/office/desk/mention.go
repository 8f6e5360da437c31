// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Mention is somebody's name in a comment.
type Mention struct {
	ID         string        `json:"id"`
	Case       string        `json:"case" doc:"Id of the case."`
	N          int           `json:"n" doc:"Number of the comment among the events of the case."`
	Person     ospo.PersonID `json:"person"`
	Author     ospo.PersonID `json:"author"`
	AuthorName string        `json:"authorName,omitempty"`
	Created    string        `json:"created"`
	Seen       string        `json:"seen,omitempty"`

	Name   string `json:"-"` // of the person
	Matter Matter `json:"-"`

	Place Place `json:"-"` // for which the viewer has to act to see it; the zero value: where they are
}

// At is when somebody was named.
func (m Mention) At() time.Time { return db.Time(m.Created) }

// How much is looked at.
const (
	mostNamed    = 20
	mostMentions = 200
)

// called is a name after an at sign that stands by itself: an address of e-mail is none.
var called = regexp.MustCompile(`(?:^|[^\pL\pN._%+@/-])@([\pL\pN][\pL\pN._%+-]*(?:@[\pL\pN][\pL\pN.-]*)?)`)

// callsIn lists whom a text names, each once.
func callsIn(text string) (out []string) {
	for _, m := range called.FindAllStringSubmatch(text, -1) {
		name := strings.TrimRight(m[1], ".-_%+")
		if !slices.Contains(out, name) && len(out) < mostNamed {
			out = append(out, name)
		}
	}
	return out
}

// Heard notes who was named in a comment. Only who may see the case is: everything else that
// follows an at sign, such as @angular/core, names nobody.
func (s *Service) Heard(ctx context.Context, tx *db.Tx, m Matter, n int, text string) error {
	calls := callsIn(text)
	if len(calls) == 0 {
		return nil
	}
	people, err := s.People(ctx, m)
	if err != nil {
		return err
	}
	me := door.From(ctx).Human()
	for _, name := range calls {
		p, ok, err := s.known(ctx, m, people, name)
		if err != nil {
			return err
		}
		if ok && p.ID != me {
			if err := s.store.addMention(ctx, tx, Mention{ID: db.NewID(), Case: m.ID, N: n, Person: p.ID, Author: me}, m.Org); err != nil {
				return err
			}
		}
	}
	return nil
}

// Told names the asker in a comment that was said to them.
func (s *Service) Told(ctx context.Context, tx *db.Tx, m Matter, n int) error {
	me := door.From(ctx).Human()
	if m.Asker == me {
		return nil
	}
	return s.store.addMention(ctx, tx, Mention{ID: db.NewID(), Case: m.ID, N: n, Person: m.Asker, Author: me}, m.Org)
}

// known finds somebody by login, or by its part before the at sign where that is one person's
// among those concerned.
func (s *Service) known(ctx context.Context, m Matter, people []Person, name string) (p Person, ok bool, err error) {
	short := slices.DeleteFunc(slices.Clone(people), func(p Person) bool {
		before, _, _ := strings.Cut(p.Login, "@")
		return !strings.EqualFold(p.Login, name) && !strings.EqualFold(before, name)
	})
	if len(short) == 1 {
		return short[0], true, nil
	}
	if p, err = s.Knows(ctx, name); err != nil {
		if fault.Of(err) == fault.NotFound {
			err = nil
		}
		return p, false, err
	}
	ok, err = s.Sees(ctx, p.ID, m)
	return p, ok, err
}

// Named lists who was named in the comments of a case.
func (s *Service) Named(ctx context.Context, m Matter) ([]Mention, error) {
	return s.store.mentionsIn(ctx, m)
}

// Mentions lists where the viewer was named, the latest first, as far as they may see it;
// unseen alone where asked.
func (s *Service) Mentions(ctx context.Context, unseen bool) (out []Mention, err error) {
	v := door.From(ctx)
	all, err := s.store.mentionsOf(ctx, v.Org, v.Human(), unseen, mostMentions)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if one.Matter, err = s.Matter(ctx, one.Case); err == nil {
			out = append(out, one)
		} else if fault.Of(err) != fault.NotFound {
			return nil, err
		}
	}
	return out, nil
}

// places are the organisations for which the viewer can act, the one that they act for now first.
func (s *Service) places(ctx context.Context) (out []door.Viewer, err error) {
	v := door.From(ctx)
	out = []door.Viewer{v}
	if s.Places == nil {
		return out, nil
	}
	more, err := s.Places(ctx)
	for _, p := range more {
		if p.Org != v.Org && p.May(mayRead) {
			out = append(out, p)
		}
	}
	return out, err
}

// AllMentions are those in all organisations that the viewer can act for, the latest first.
func (s *Service) AllMentions(ctx context.Context) (out []Mention, err error) {
	places, err := s.places(ctx)
	if err != nil {
		return nil, err
	}
	for i, p := range places {
		more, err := s.Mentions(door.With(ctx, p), false)
		if err != nil {
			return nil, err
		}
		for _, m := range more {
			if slices.ContainsFunc(out, func(o Mention) bool { return o.ID == m.ID }) {
				continue
			}
			if i > 0 {
				m.Place = Place{At: string(p.Org), AtName: p.OrgName, Back: m.Matter.Link() + "#timeline", What: m.Matter.Number}
			}
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Mention) int { return strings.Compare(b.Created, a.Created) })
	return out, nil
}

// Seen says that the viewer took note of where they were named, wherever that was.
func (s *Service) Seen(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "take note of mentions")
	places, err := s.places(ctx)
	for i, p := range places {
		if err != nil {
			return err
		}
		if i > 0 { // nothing is written where there is nothing to take note of
			if all, err := s.store.mentionsOf(ctx, p.Org, p.Human(), true, 1); err != nil {
				return err
			} else if len(all) == 0 {
				continue
			}
		}
		err = s.store.db.Write(ctx, p.Act("desk.seen", ""), func(tx *db.Tx) error { return s.store.see(ctx, tx, p.Org, p.Human()) })
	}
	return err
}
