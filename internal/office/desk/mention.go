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

// Seen says that the viewer took note of where they were named.
func (s *Service) Seen(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "take note of mentions")
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.Act("desk.seen", ""), func(tx *db.Tx) error { return s.store.see(ctx, tx, v.Org, v.Human()) })
}
