// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package budget

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"allmende/internal/engine/number"
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
	mayRead  = "budget.read"
	mayWrite = "budget.write"
)

// Closed lists; each value has a word in lang/.
var (
	PotKinds = []string{"budget", "programme"}
	Kinds    = []string{"subscription", "support", "feature", "sponsoring", "hours", "exit", "migration", "various"}
	Asks     = []string{"publication", "report", "notice", "use", "various"} // what a condition asks for
)

// hoursKind is what people of the house contribute in hours: it has a value, but pays nothing.
const hoursKind = "hours"

// A Pot is money for a purpose: a budget, or a funding programme.
type Pot struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"org"`
	OrgName string     `json:"orgName"`
	PotInput
	Created string `json:"created"`
	Changed string `json:"changed" doc:"Send it along as seen with a change, so that nothing of others is lost."`
}

// PotInput is what somebody says of a pot.
type PotInput struct {
	Name   string `json:"name"`
	Kind   string `json:"kind" enum:"budget,programme"`
	Since  string `json:"since,omitempty" doc:"First day, YYYY-MM-DD."`
	Until  string `json:"until,omitempty" doc:"Last day."`
	Amount string `json:"amount,omitempty" doc:"In euros, 1234.50; absent where unknown, which is not 0."`
	Note   string `json:"note,omitempty"`
}

// A Measure is something that money of a pot is for.
type Measure struct {
	ID  string     `json:"id"`
	Org ospo.OrgID `json:"org"`
	Pot string     `json:"pot" doc:"Id of the pot."`
	MeasureInput
	PotName string `json:"potName"`
	Created string `json:"created"`
	Changed string `json:"changed" doc:"Send it along as seen with a change, so that nothing of others is lost."`
}

// MeasureInput is what somebody says of a measure.
type MeasureInput struct {
	Title   string `json:"title"`
	About   string `json:"about,omitempty"`
	Planned string `json:"planned,omitempty" doc:"In euros; absent where unknown."`
}

// Service is the money of the office.
type Service struct {
	store store

	// Places are who the viewer is in each organisation that they can act for.
	Places func(ctx context.Context) ([]door.Viewer, error)
}

// New returns the money kept in d.
func New(d *db.DB) *Service { return &Service{store: store{d}} }

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "budget", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops()}
}

// texts are the room's own, for tables that are written as files.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("budget: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return lang.Tongues[0]
}

func say(ctx context.Context, key string, args ...any) string {
	return texts().T(tongue(ctx), key, args...)
}

func (s *Service) today() string { return lang.Day(s.store.db.Now()) }

// Bounds of what a person writes, in characters; of a number, in bits; of what is read at once.
const (
	longestLine = 300
	longestText = 5_000
	mostBits    = 120
	mostRows    = 20_000
)

func (in *PotInput) check(c calendar) error {
	bad := errors.Join(fault.Tidy("name", &in.Name, longestLine, true), fault.Tidy("note", &in.Note, longestText, false), oneOf("kind", &in.Kind, "", PotKinds),
		c.is("since", in.Since), c.is("until", in.Until), money("amount", &in.Amount))
	if bad == nil {
		bad = c.span(in.Since, in.Until)
	}
	return bad
}

// AddPot keeps a pot for the viewer's organisation.
func (s *Service) AddPot(ctx context.Context, in PotInput) (id string, err error) {
	defer fault.Wrap(&err, "add a pot")
	if err := in.check(s.calendar(ctx)); err != nil {
		return "", err
	}
	v := door.From(ctx)
	p := Pot{ID: db.NewID(), Org: v.Org, PotInput: in}
	return p.ID, s.store.db.Write(ctx, v.Act("budget.pot.add", p.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.addPot(ctx, tx, p)
	})
}

// ChangePot changes a pot. seen is when it was changed last as the caller knows it.
func (s *Service) ChangePot(ctx context.Context, id, seen string, in PotInput) (err error) {
	defer fault.Wrap(&err, "change pot %s", id)
	v := door.From(ctx)
	p, err := s.Pot(ctx, id)
	if err != nil {
		return err
	}
	if err := in.check(s.calendar(ctx)); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(p.Org, "budget.pot.change", id), func(tx *db.Tx) error {
		if err := tx.Alone(ctx, "budget "+id); err != nil {
			return err
		}
		old, err := only(s.store.pots(ctx, tx, v.Org, id))
		if err == nil {
			err = moved(ctx, seen, old.Changed, old.PotInput, in)
		}
		if err != nil {
			return err
		}
		tx.Act.Diff = change.Between(old.PotInput, in)
		old.PotInput = in
		return s.store.setPot(ctx, tx, old)
	})
}

// Pot returns one that the viewer sees.
func (s *Service) Pot(ctx context.Context, id string) (Pot, error) {
	all, err := s.store.pots(ctx, s.store.db.Read(), door.From(ctx).Org, id)
	return only(all, err)
}

// Pots lists those of organisations that the viewer sees, the latest first.
func (s *Service) Pots(ctx context.Context) ([]Pot, error) {
	return s.store.pots(ctx, s.store.db.Read(), door.From(ctx).Org, "")
}

func (in *MeasureInput) check() error {
	return errors.Join(fault.Tidy("title", &in.Title, longestLine, true), fault.Tidy("about", &in.About, longestText, false), money("planned", &in.Planned))
}

// AddMeasure plans a measure in a pot.
func (s *Service) AddMeasure(ctx context.Context, pot string, in MeasureInput) (id string, err error) {
	defer fault.Wrap(&err, "add a measure to pot %s", pot)
	p, err := s.Pot(ctx, pot)
	if err != nil {
		return "", err
	}
	if err := in.check(); err != nil {
		return "", err
	}
	m := Measure{ID: db.NewID(), Org: p.Org, Pot: pot, MeasureInput: in}
	return m.ID, s.store.db.Write(ctx, door.From(ctx).ActFor(p.Org, "budget.measure.add", m.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(in)
		return s.store.addMeasure(ctx, tx, m)
	})
}

// ChangeMeasure changes what is said of a measure; its bookings stay. seen is when it was
// changed last as the caller knows it.
func (s *Service) ChangeMeasure(ctx context.Context, id, seen string, in MeasureInput) (err error) {
	defer fault.Wrap(&err, "change measure %s", id)
	v := door.From(ctx)
	m, err := s.Measure(ctx, id)
	if err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(m.Org, "budget.measure.change", id), func(tx *db.Tx) error {
		if err := tx.Alone(ctx, "budget "+id); err != nil {
			return err
		}
		old, err := only(s.store.measures(ctx, tx, v.Org, "", id))
		if err == nil {
			err = moved(ctx, seen, old.Changed, old.MeasureInput, in)
		}
		if err != nil {
			return err
		}
		tx.Act.Diff = change.Between(old.MeasureInput, in)
		old.MeasureInput = in
		return s.store.setMeasure(ctx, tx, old)
	})
}

// Measure returns one that the viewer sees.
func (s *Service) Measure(ctx context.Context, id string) (Measure, error) {
	all, err := s.store.measures(ctx, s.store.db.Read(), door.From(ctx).Org, "", id)
	return only(all, err)
}

// Things says which ids in the log stand for pots and measures that the viewer may see.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.titles(ctx, door.From(ctx).Org, ids)
	for _, t := range all {
		names[t.id], hrefs[t.id] = t.name, "/budget/"+t.kind+"/"+t.id
	}
	return names, hrefs, err
}

// only is the one row that there is to be; none is not found.
func only[T any](all []T, err error) (T, error) {
	if err == nil && len(all) == 0 {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return *new(T), err
	}
	return all[0], nil
}

func oneOf(field string, value *string, otherwise string, list []string) error {
	if *value == "" {
		*value = otherwise
	}
	if !slices.Contains(list, *value) {
		return fault.At(field, "budget.choice_bad", *value)
	}
	return nil
}

// money takes an amount from 0 as a program writes it, to the cent; nothing is unknown.
func money(field string, text *string) error { return figure(field, text, 2, "budget.amount.cents") }

// figure takes a number from 0 with so many decimals; long says that there are more.
func figure(field string, text *string, places int, long string) error {
	if *text = strings.TrimSpace(*text); *text == "" {
		return nil
	}
	x, err := number.Parse(*text)
	switch {
	case err != nil:
		return fault.At(field, "budget.amount.plain", *text)
	case x.Sign() < 0:
		return fault.At(field, "budget.amount.negative", *text)
	case x.Round(places).Cmp(x) != 0 || x.Bits() > mostBits:
		return fault.At(field, long, *text)
	}
	*text = x.String()
	return nil
}

// typed takes a number as somebody types it, with a comma in German and a point in English.
func typed(ctx context.Context, field, text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	x, err := number.Read(text, tongue(ctx))
	if f, ok := errors.AsType[*number.Fault](err); ok {
		return "", fault.At(field, "budget.amount."+f.Kind, f.Got)
	}
	return x.String(), err
}

// exact is a kept number; false where it is unknown.
func exact(text string) (number.Exact, bool) {
	x, err := number.Parse(text)
	return x, err == nil
}
