// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procedure

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"allmende/internal/engine/process"
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
	mayRead   = "procedure.read"
	mayWrite  = "procedure.write"  // check and keep drafts
	mayDecide = "procedure.decide" // bring into force what somebody else wrote, retire
)

// A Text is a version of a definition.
type Text struct {
	ID          string        `json:"id"`
	Org         ospo.OrgID    `json:"org"`
	OrgName     string        `json:"org_name"`
	Name        string        `json:"name" doc:"Id of the procedure."`
	Version     int           `json:"version"`
	Body        string        `json:"body,omitempty" doc:"The definition as YAML; its own version line does not count. Lists leave it out."`
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

// definition reads a text, under the number that it was given.
func (t Text) definition() (*process.Definition, error) {
	d, err := process.Parse([]byte(t.Body))
	if err == nil {
		d.Version, d.Text = t.Version, t.ID
	}
	return d, err
}

// Service is the definitions that houses have written.
type Service struct {
	store store
	known sync.Map // known → *process.Definition; a text alters only where somebody's name is taken out of it
	found sync.Map // named → found, for a moment

	// Roles are the keys of the roles that a house has; Names what they are called.
	Roles func(ctx context.Context) ([]string, error)
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "procedure", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Permits: []string{mayDecide}}
}

// texts are the room's own, for sentences that are put together.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("procedure: " + err.Error()) // a file of the program itself is broken
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

// A named version is what a case of an organisation follows.
type named struct {
	org     ospo.OrgID
	name    string
	version int
}

// A found one is looked for again after a moment: the organisation may have been moved, erased and
// imported, and somebody's name may have been taken out of the text, here or by another process.
type found struct {
	def   *process.Definition
	until time.Time
}

const moment = time.Minute

// Written returns a version that a house has written, as a case of an organisation names it; it
// tells procedures that come with the program from those of houses by their numbers.
func (s *Service) Written(org ospo.OrgID, name string, version int) (*process.Definition, bool) {
	key, now := named{org, name, version}, s.store.db.Now()
	if f, ok := s.found.Load(key); ok && now.Before(f.(found).until) {
		return f.(found).def, true
	}
	t, err := s.store.written(context.Background(), org, name, version)
	if err != nil {
		s.found.Delete(key)
		if fault.Of(err) != fault.NotFound {
			slog.Error("a procedure could not be read", "name", name, "version", version, "err", err)
		}
		return nil, false
	}
	d, err := s.read(t)
	if err == nil {
		s.found.Store(key, found{d, now.Add(moment)})
	}
	return d, err == nil
}

// known is a text that was read: its id, its version, and its sum.
type known struct {
	id      string
	version int
	sum     [sha256.Size]byte
}

// read gives the definition of a text, read once.
func (s *Service) read(t Text) (*process.Definition, error) {
	key := known{t.ID, t.Version, sha256.Sum256([]byte(t.Body))}
	if d, ok := s.known.Load(key); ok {
		return d.(*process.Definition), nil
	}
	d, err := t.definition()
	if err == nil {
		s.known.Store(key, d)
	}
	return d, err
}

// Adapted lists what is in force for an organisation, of each procedure one: what was enacted
// last, by the organisation itself or above it.
func (s *Service) Adapted(ctx context.Context, org ospo.OrgID) ([]*process.Definition, error) {
	all, err := s.store.inForce(ctx, org)
	if err != nil {
		return nil, err
	}
	var out []*process.Definition
	for _, t := range all {
		d, err := s.read(t)
		if err != nil {
			continue // no text of this program any more; its page says so
		}
		out = append(slices.DeleteFunc(out, func(o *process.Definition) bool { return o.ID == d.ID }), d)
	}
	return out, nil
}

// Texts lists what the viewer's organisation and those below it have written, the latest first.
func (s *Service) Texts(ctx context.Context) ([]Text, error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return nil, err
	}
	return s.store.list(ctx, v.Org)
}

// Show returns one.
func (s *Service) Show(ctx context.Context, id string) (Text, error) {
	v := door.From(ctx)
	if err := v.Check(mayRead); err != nil {
		return Text{}, err
	}
	return s.store.one(ctx, s.store.db.Read(), v.Org, id)
}

// Check reads a definition and says what is wrong in it. An error is a *process.ParseError:
// then it cannot even be read.
func (s *Service) Check(ctx context.Context, body string) (*process.Definition, []process.Flaw, error) {
	d, err := process.Parse([]byte(body))
	if err != nil {
		return nil, nil, err
	}
	roles, err := s.Roles(ctx)
	if err != nil {
		return nil, nil, err
	}
	return d, process.Check(d, roles), nil
}

// longestReason bounds why a draft was written, in characters.
const longestReason = 2000

// Keep keeps a draft in which nothing is wrong, with the reason for it.
func (s *Service) Keep(ctx context.Context, body, reason string) (id string, err error) {
	defer fault.Wrap(&err, "keep a draft of a procedure")
	v := door.From(ctx)
	if err := v.Check(mayWrite); err != nil {
		return "", err
	}
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > longestReason || !utf8.ValidString(reason) || strings.ContainsRune(reason, 0) {
		return "", fault.At("reason", "procedure.reason_bad", longestReason)
	}
	d, flaws, err := s.Check(ctx, body)
	if _, ok := errors.AsType[*process.ParseError](err); ok || len(flaws) > 0 {
		return "", fault.At("body", "procedure.flawed")
	}
	if err != nil {
		return "", err
	}
	t := Text{ID: db.NewID(), Org: v.Org, Name: d.ID, Body: body, Reason: reason, Person: v.Human()}
	return t.ID, s.store.db.Write(ctx, v.ActFor(t.Org, "procedure.keep", t.ID), func(tx *db.Tx) error {
		if t.Version, err = s.number(ctx, tx, t); err != nil {
			return err
		}
		tx.Act.Diff = change.Added(map[string]any{"name": t.Name, "version": t.Version, "reason": reason})
		return s.store.add(ctx, tx, t)
	})
}

// mostDrafts are how many texts of a person may wait, or be of one day: who writes without end
// takes the numbers of a day from the others of the house.
const mostDrafts = 20

// number hands out the next number of a day: 2026112801 is the first of that day. An organisation
// shares the numbers of a procedure with those above and below it, whose cases may name them.
func (s *Service) number(ctx context.Context, tx *db.Tx, t Text) (int, error) {
	if err := tx.Alone(ctx, "procedure.number"); err != nil { // two who keep at once want two numbers
		return 0, err
	}
	day, err := strconv.Atoi(strings.ReplaceAll(lang.Day(db.Time(tx.Now)), "-", ""))
	if err != nil {
		return 0, err
	}
	if n, err := s.store.busy(ctx, tx, t, day*100); err != nil || n >= mostDrafts {
		return 0, cmpOr(err, fault.New(fault.Conflict, "procedure.drafts", n, mostDrafts))
	}
	last, err := s.store.versions(ctx, tx, t, day*100, day*100+99)
	if err == nil && last == day*100+99 {
		err = fault.New(fault.Conflict, "procedure.full")
	}
	return max(last, day*100) + 1, err
}

// Enact brings a draft into force: new cases of its organisation and those below it follow it
// from now on, and what was in force before is retired. Whoever wrote it cannot.
func (s *Service) Enact(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "enact the definition %s", id)
	v := door.From(ctx)
	if err := v.Check(mayDecide); err != nil {
		return err
	}
	t, err := s.Show(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case t.State() != "draft":
		return fault.New(fault.Conflict, "procedure.no_draft")
	case v.Human() == "" || v.Human() == t.Person:
		return fault.New(fault.Forbidden, "procedure.own")
	}
	// A role may have gone since it was written.
	_, flaws, err := s.Check(ctx, t.Body)
	if _, ok := errors.AsType[*process.ParseError](err); ok || len(flaws) > 0 {
		return fault.Because(err, fault.Conflict, "procedure.flawed")
	}
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(t.Org, "procedure.enact", t.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"name": t.Name, "version": t.Version})
		if ok, err := s.store.enact(ctx, tx, t, v.Human()); err != nil || !ok {
			return cmpOr(err, fault.New(fault.Conflict, "procedure.no_draft"))
		}
		return s.store.retireOthers(ctx, tx, t, v.Human())
	})
}

// Retire takes a definition out of force, or a draft off the table. New cases follow what
// ships again; running ones keep their version.
func (s *Service) Retire(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "retire the definition %s", id)
	v := door.From(ctx)
	t, err := s.Show(ctx, id)
	if err != nil {
		return err
	}
	if mine := t.State() == "draft" && v.Human() == t.Person && v.May(mayWrite); !mine {
		if err := v.Check(mayDecide); err != nil {
			return err
		}
	}
	return s.store.db.Write(ctx, v.ActFor(t.Org, "procedure.retire", t.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"name": t.Name, "version": t.Version})
		ok, err := s.store.retire(ctx, tx, t, v.Human())
		if err == nil && !ok {
			err = fault.New(fault.Conflict, "procedure.retired_before")
		}
		return err
	})
}

// Things say what ids in the log stand for.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.some(ctx, door.From(ctx).Org, ids)
	for _, t := range all {
		names[t.ID], hrefs[t.ID] = t.Name+", "+say(ctx, "procedure.version_n", lang.Edition(tongue(ctx), t.Version)), "/procedure/text/"+t.ID
	}
	return names, hrefs, err
}

func cmpOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
