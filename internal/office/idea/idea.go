// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package idea

import (
	"context"
	"strings"
	"sync"
	"time"

	"allmende/internal/engine/weigh"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// What one must be allowed to.
const (
	mayRead   = "idea.read"
	mayAsk    = "idea.ask"    // bring ideas, comment, score
	mayDecide = "idea.decide" // decide, follow up, set the weights
)

// An Idea is what somebody wants.
type Idea struct {
	ID        string        `json:"id"`
	Org       ospo.OrgID    `json:"org"`
	OrgName   string        `json:"orgName"`
	Title     string        `json:"title"`
	Purpose   string        `json:"purpose" doc:"What for."`
	Asker     string        `json:"asker" doc:"Who wants it, in words."`
	Maker     ospo.PersonID `json:"maker"`
	MakerName string        `json:"makerName,omitempty"`
	State     string        `json:"state" enum:"open,accepted,later,no"`
	Created   string        `json:"created"`
}

// When is when it was brought.
func (i Idea) When() time.Time { return db.Time(i.Created) }

// A Remark is what somebody says of an idea.
type Remark struct {
	Person  ospo.PersonID `json:"person"`
	Name    string        `json:"name,omitempty"`
	Text    string        `json:"text"`
	Created string        `json:"created"`
}

// When is when it was said.
func (r Remark) When() time.Time { return db.Time(r.Created) }

// A Score is what a person gives an idea by a criterion.
type Score struct {
	Idea      string        `json:"-"`
	Person    ospo.PersonID `json:"person"`
	Name      string        `json:"name,omitempty"`
	Criterion string        `json:"criterion"`
	Points    int           `json:"points" minimum:"0" maximum:"5"`
	Reason    string        `json:"reason"`
}

// A Step is a decision on an idea, or what became of it.
type Step struct {
	What    string        `json:"what" enum:"accepted,later,no,followed"`
	Reason  string        `json:"reason" doc:"Why; what became of it, for one that was followed."`
	Basis   string        `json:"basis,omitempty" doc:"What the weighing said then, as JSON."`
	Again   string        `json:"again,omitempty" doc:"Day on which somebody looks at it again."`
	Person  ospo.PersonID `json:"person"`
	Name    string        `json:"name,omitempty"`
	Created string        `json:"created"`
}

// When is when it was taken; Until the day to look again.
func (s Step) When() time.Time { return db.Time(s.Created) }

// Until is the day to look again.
func (s Step) Until() time.Time {
	t, _ := time.Parse(time.DateOnly, s.Again) // none is the zero day
	return t
}

// Service is the ideas of the house.
type Service struct {
	store     store
	Catalogue weigh.Catalogue
}

// New returns the ideas kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}, Catalogue: weigh.Shipped()} }

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "idea", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops()}
}

// texts are the room's own, for sentences that are put together.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("idea: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

// tongue is the language of whoever asks.
func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return lang.Tongues[0]
}

func say(ctx context.Context, key string, args ...any) string {
	return texts().T(tongue(ctx), key, args...)
}

// Bounds of what a person writes, in characters.
const (
	longestLine = 300
	longestText = 10_000
)

// day reads a day to come; an empty one is none.
func (s *Service) day(field, text string) (string, error) {
	if text = strings.TrimSpace(text); text == "" {
		return "", nil
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", fault.At(field, "idea.day_form", text[:min(len(text), 40)])
	}
	if text <= lang.Day(s.store.db.Now()) {
		return "", fault.At(field, "idea.day_past", text)
	}
	return text, nil
}

// Input is an idea as it is brought.
type Input struct {
	Title   string `json:"title" maxLength:"300"`
	Purpose string `json:"purpose" maxLength:"10000" doc:"What for."`
	Asker   string `json:"asker" maxLength:"300" doc:"Who wants it, in words."`
}

// Add brings an idea for the viewer's organisation.
func (s *Service) Add(ctx context.Context, in Input) (id string, err error) {
	defer fault.Wrap(&err, "add an idea")
	v := door.From(ctx)
	if err := v.Check(mayAsk); err != nil {
		return "", err
	}
	i := Idea{ID: db.NewID(), Org: v.Org, Maker: v.Human(), State: "open"}
	if i.Title, err = fault.Words("title", in.Title, longestLine); err != nil {
		return "", err
	}
	if i.Purpose, err = fault.Words("purpose", in.Purpose, longestText); err != nil {
		return "", err
	}
	if i.Asker, err = fault.Words("asker", in.Asker, longestLine); err != nil {
		return "", err
	}
	return i.ID, s.store.db.Write(ctx, v.ActFor(i.Org, "idea.add", i.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.add(ctx, tx, i)
	})
}

// Idea returns one of an organisation that the viewer sees, or that theirs is a department of.
func (s *Service) Idea(ctx context.Context, id string) (Idea, error) {
	if len(id) != 36 {
		return Idea{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return s.store.one(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// decides reports whether somebody decides on an idea where they are; on one of the organisation
// above them it decides itself.
func (s *Service) decides(ctx context.Context, i Idea) (bool, error) {
	v := door.From(ctx)
	if !v.May(mayDecide) {
		return false, nil
	}
	return s.store.within(ctx, v.Org, i.Org)
}

// Comment says something of an idea.
func (s *Service) Comment(ctx context.Context, id, text string) (err error) {
	defer fault.Wrap(&err, "comment on idea %s", id)
	v := door.From(ctx)
	i, err := s.Idea(ctx, id)
	if err != nil {
		return err
	}
	if err := v.Check(mayAsk); err != nil {
		return err
	}
	if text, err = fault.Words("text", text, longestText); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(i.Org, "idea.comment", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]string{"text": text})
		return s.store.comment(ctx, tx, i, v.Human(), text)
	})
}
