// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package library

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"allmende/internal/engine/market"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// What one must be allowed to: the library is procurement's.
const (
	mayRead   = "procurement.read"
	mayWrite  = "procurement.write"  // check and keep drafts
	mayDecide = "procurement.decide" // bring into force what somebody else wrote, retire
)

// A Text is an edition of the catalogue.
type Text struct {
	ID          string        `json:"id"`
	Org         ospo.OrgID    `json:"org"`
	OrgName     string        `json:"org_name"`
	Version     int           `json:"version"`
	Body        string        `json:"body,omitempty" doc:"The catalogue as YAML; lists leave it out."`
	Reason      string        `json:"reason"`
	Person      ospo.PersonID `json:"person"`
	PersonName  string        `json:"person_name,omitempty"`
	Created     string        `json:"created"`
	Enacted     string        `json:"enacted,omitempty"`
	EnactorName string        `json:"enactor_name,omitempty"`
	Retired     string        `json:"retired,omitempty"`
	RetirerName string        `json:"retirer_name,omitempty"`
}

// State is draft, force or retired.
func (t Text) State() string {
	switch {
	case t.Retired != "":
		return "retired"
	case t.Enacted != "":
		return "force"
	}
	return "draft"
}

// Made is when it was written, Since when it came into force, Until when it went out of it.
func (t Text) Made() time.Time  { return db.Time(t.Created) }
func (t Text) Since() time.Time { return db.Time(t.Enacted) }
func (t Text) Until() time.Time { return db.Time(t.Retired) }

// sum is the SHA-256 of an edition, in hexadecimal.
func (t Text) sum() string {
	sum := sha256.Sum256([]byte(t.Body))
	return hex.EncodeToString(sum[:])
}

// catalogue reads an edition. Names of products were looked for when it was kept; that one was
// registered since then takes nothing out of force.
func (t Text) catalogue() (market.Catalogue, []market.Flaw) {
	c, flaws := market.Read([]byte(t.Body), nil)
	c.ID, c.Version, c.Text, c.Sum = market.Shipped().ID, t.Version, t.ID, t.sum()
	return c, flaws
}

// Service is the editions that houses have written.
type Service struct {
	store store
	known sync.Map // known → market.Catalogue; a text alters only where somebody's name is taken out of it

	// Products are names of software that wordings must not hold.
	Products func(ctx context.Context) ([]string, error)
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "library", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Permits: []string{mayDecide}}
}

// texts are the room's own, for sentences that are put together.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("library: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

// tongue is the language of whoever asks.
func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return "de"
}

// say is a text of the room in the reader's language.
func say(ctx context.Context, key string, args ...any) string {
	return texts().T(tongue(ctx), key, args...)
}

// known is a text that was read: its id, its version, and its sum.
type known struct {
	id      string
	version int
	sum     string
}

// read gives the catalogue of an edition, read once; false where this program cannot read it any
// more, which its page says.
func (s *Service) read(t Text) (market.Catalogue, bool) {
	key := known{t.ID, t.Version, t.sum()}
	if c, ok := s.known.Load(key); ok {
		return c.(market.Catalogue), true
	}
	c, flaws := t.catalogue()
	if len(flaws) > 0 {
		slog.Error("an edition of the library cannot be read any more", "version", t.Version, "line", flaws[0].Line, "flaw", flaws[0].Kind)
		return c, false
	}
	s.known.Store(key, c)
	return c, true
}

// InForce is the catalogue that an organisation follows: its own, else that of the nearest above
// it, else what ships.
func (s *Service) InForce(ctx context.Context, org ospo.OrgID) (market.Catalogue, error) {
	all, err := s.store.inForce(ctx, org)
	for _, t := range all {
		if c, ok := s.read(t); ok {
			return c, err
		}
	}
	return market.Shipped(), err
}

// Written is the edition that a paper of an organisation names, whatever became of it since; not
// found for one of the program that it does not have any more.
func (s *Service) Written(ctx context.Context, org ospo.OrgID, p market.Pin) (market.Catalogue, error) {
	if shipped := market.Shipped(); p.Names(shipped) {
		return shipped, nil
	}
	t, err := s.store.written(ctx, org, p)
	if err != nil {
		return market.Catalogue{}, err
	}
	c, ok := s.read(t)
	if !ok {
		err = notFound()
	}
	return c, err
}

// Texts lists what the viewer's organisation and those below it have written, the latest first.
func (s *Service) Texts(ctx context.Context) ([]Text, error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return nil, err
	}
	return s.store.list(ctx, v.Org)
}

// Show returns one, of the viewer's organisation or below, or in force above it.
func (s *Service) Show(ctx context.Context, id string) (Text, error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return Text{}, err
	}
	return s.store.one(ctx, v.Org, id)
}

// mine is [Service.Show] for what the viewer may write to: nothing above the own organisation.
func (s *Service) mine(ctx context.Context, id string) (t Text, err error) {
	if t, err = s.Show(ctx, id); err != nil {
		return t, err
	}
	all, err := s.store.some(ctx, door.From(ctx).Org, []string{id})
	if err == nil && len(all) == 0 {
		err = notFound()
	}
	return t, err
}

// Check says what is wrong in a text.
func (s *Service) Check(ctx context.Context, body string) (market.Catalogue, []market.Flaw, error) {
	var products []string
	if s.Products != nil {
		var err error
		if products, err = s.Products(ctx); err != nil {
			return market.Catalogue{}, nil, err
		}
	}
	c, flaws := market.Read([]byte(body), products)
	return c, flaws, nil
}

// longestReason bounds why a draft was written, in characters.
const longestReason = 2000

// Keep keeps a draft in which nothing is wrong, with the reason for it.
func (s *Service) Keep(ctx context.Context, body, reason string) (id string, err error) {
	defer fault.Wrap(&err, "keep a draft of the library")
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return "", err
	}
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > longestReason || !utf8.ValidString(reason) || strings.ContainsRune(reason, 0) {
		return "", fault.At("reason", "library.reason_bad", longestReason)
	}
	if _, flaws, err := s.Check(ctx, body); err != nil {
		return "", err
	} else if len(flaws) > 0 {
		return "", fault.At("body", "library.flawed")
	}
	t := Text{ID: db.NewID(), Org: v.Org, Body: body, Reason: reason, Person: v.Human()}
	return t.ID, s.store.db.Write(ctx, v.ActFor(t.Org, "library.keep", t.ID), func(tx *db.Tx) error {
		if t.Version, err = s.number(ctx, tx, t); err != nil {
			return err
		}
		tx.Act.Diff = change.Added(map[string]any{"version": t.Version, "reason": reason})
		return s.store.add(ctx, tx, t)
	})
}

// mostDrafts are how many editions of a person may wait, or be of one day: who writes without end
// takes the numbers of a day from the others of the house.
const mostDrafts = 20

// number hands out the next number of a day: 2026112801 is the first of that day. An organisation
// shares its numbers with those above and below it, whose papers may name them.
func (s *Service) number(ctx context.Context, tx *db.Tx, t Text) (int, error) {
	if err := tx.Alone(ctx, "library.number"); err != nil { // two who keep at once want two numbers
		return 0, err
	}
	day, err := strconv.Atoi(strings.ReplaceAll(lang.Day(db.Time(tx.Now)), "-", ""))
	if err != nil {
		return 0, err
	}
	if n, err := s.store.busy(ctx, tx, t, day*100); err != nil || n >= mostDrafts {
		return 0, cmp.Or(err, fault.New(fault.Conflict, "library.drafts", n, mostDrafts))
	}
	last, err := s.store.latest(ctx, tx, t.Org, day*100, day*100+99)
	if err == nil && last == day*100+99 {
		err = fault.New(fault.Conflict, "library.full")
	}
	return max(last, day*100) + 1, err
}

// Enact brings a draft into force: new papers of its organisation and those below it follow it
// from now on. Whoever wrote it cannot.
func (s *Service) Enact(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "enact the edition %s", id)
	v := door.From(ctx)
	if err := v.Check(mayDecide); err != nil {
		return err
	}
	t, err := s.mine(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case t.State() != "draft":
		return fault.New(fault.Conflict, "library.no_draft")
	case v.Human() == "" || v.Human() == t.Person:
		return fault.New(fault.Forbidden, "library.own")
	}
	// A product of that name may have come into the register since it was written.
	if _, flaws, err := s.Check(ctx, t.Body); err != nil {
		return err
	} else if len(flaws) > 0 {
		return fault.New(fault.Conflict, "library.flawed")
	}
	return s.store.db.Write(ctx, v.ActFor(t.Org, "library.enact", t.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"version": t.Version})
		ok, err := s.store.enact(ctx, tx, t, v.Human())
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "library.no_draft")
		}
		return err
	})
}

// Retire takes an edition out of force, or a draft off the table. New papers follow what is in
// force above, or what ships; those that name it keep it.
func (s *Service) Retire(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "retire the edition %s", id)
	v := door.From(ctx)
	t, err := s.mine(ctx, id)
	if err != nil {
		return err
	}
	if own := t.State() == "draft" && v.Human() == t.Person && v.May(mayWrite); !own {
		if err := v.Check(mayDecide); err != nil {
			return err
		}
	}
	return s.store.db.Write(ctx, v.ActFor(t.Org, "library.retire", t.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"version": t.Version})
		ok, err := s.store.retire(ctx, tx, t, v.Human())
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "library.retired_before")
		}
		return err
	})
}

// Things say what ids in the log stand for.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.some(ctx, door.From(ctx).Org, ids)
	for _, t := range all {
		names[t.ID], hrefs[t.ID] = say(ctx, "library.thing", lang.Edition(tongue(ctx), t.Version)), "/library/text/"+t.ID
	}
	return names, hrefs, err
}

// current is the edition in force for an organisation as it was written; none where what ships is.
func (s *Service) current(ctx context.Context, org ospo.OrgID) (Text, error) {
	all, err := s.store.inForce(ctx, org)
	for _, t := range all {
		if _, ok := s.read(t); ok {
			return t, err
		}
	}
	return Text{}, err
}

// beginning is the text that an edition begins with: another one's, else what is in force.
func (s *Service) beginning(ctx context.Context, id string) (string, error) {
	if id == "shipped" {
		return string(market.Write(market.Shipped())), nil
	}
	t, err := s.current(ctx, door.From(ctx).Org)
	if id != "" {
		t, err = s.Show(ctx, id)
	}
	if err != nil || t.Body != "" {
		return t.Body, err
	}
	return string(market.Write(market.Shipped())), nil
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
