// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Case is one run of a procedure.
type Case struct {
	ID        string        `json:"id"`
	Org       ospo.OrgID    `json:"org"`
	OrgName   string        `json:"orgName"`
	Year      int           `json:"year"`
	N         int           `json:"n" doc:"Counts the cases of the year in the city, its departments included."`
	Type      string        `json:"type" doc:"Id of the procedure."`
	Version   int           `json:"version" doc:"Of the procedure, as it was when the case was opened."`
	Title     string        `json:"title"`
	Asker     ospo.PersonID `json:"asker"`
	AskerName string        `json:"askerName,omitempty"`
	Facts     process.Facts `json:"facts" doc:"What is known, by id of the field: text, number, truth; amounts and days as text."`
	State     string        `json:"state"`
	Outcome   string        `json:"outcome" enum:",done,refused,withdrawn" doc:"Empty while the case is open."`
	Created   string        `json:"created"`
	Closed    string        `json:"closed,omitempty"`
	Due       string        `json:"due,omitempty" doc:"The first day on which an open task is due."`
	Broken    bool          `json:"broken,omitempty" doc:"What is kept of the facts cannot be read; nobody can work on the case."`
}

// Number is how people call a case: 2026-0007.
func (c Case) Number() string { return number(c.Year, c.N) }

func number(year, n int) string { return fmt.Sprintf("%d-%04d", year, n) }

// Open reports whether a case has not ended.
func (c Case) Open() bool { return c.Outcome == "" }

// Opened and Ended are the times of a case.
func (c Case) Opened() time.Time { return db.Time(c.Created) }

// Ended is the zero time while the case is open.
func (c Case) Ended() time.Time { return db.Time(c.Closed) }

// Until is the day by which the next task is due.
func (c Case) Until() time.Time { return day(c.Due) }

func (c Case) folded() string { return fold(c.Title + "\n" + c.Number()) }

// mostAnswered is how many characters of the answers a search looks at.
const mostAnswered = 4_000

// answers is what was answered in words, folded, for the search; nothing where the program does
// not know the procedure any more.
func (s *Service) answers(c Case) string {
	d, ok := s.definition(c.Org, c.Type, c.Version)
	if !ok {
		return ""
	}
	var said []string
	for _, f := range d.Fields {
		if text, ok := c.Facts[f.ID].(string); ok && (f.Type == "text" || f.Type == "lines") {
			said = append(said, text)
		}
	}
	all := []rune(fold(strings.Join(said, "\n")))
	return string(all[:min(len(all), mostAnswered)])
}

// An Event is one thing that happened in a case.
type Event struct {
	N      int             `json:"n"`
	What   string          `json:"what" enum:"opened,facts,taken,returned,done,moved,proposed,comment,retracted,reopened,frozen,escalated,version,outside"`
	Person ospo.PersonID   `json:"person"`
	Name   string          `json:"name,omitempty"`
	At     string          `json:"at"`
	Body   json.RawMessage `json:"body,omitempty" doc:"What changed."`
	Text   string          `json:"text,omitempty" doc:"What was said."`

	body string
	gone bool // a comment that was taken back
}

// Time is when it happened.
func (e Event) Time() time.Time { return db.Time(e.At) }

// Input is a case as it is opened. Facts are written as a person would.
type Input struct {
	Type  string            `json:"type" doc:"Id of a procedure."`
	Org   ospo.OrgID        `json:"org,omitempty" doc:"For which organisation; the caller's where absent."`
	Title string            `json:"title" maxLength:"300"`
	Facts map[string]string `json:"facts,omitempty" doc:"Answers by id of the field, as a person would write them."`
}

// Case returns one of an organisation that the viewer sees.
func (s *Service) Case(ctx context.Context, id string) (Case, error) {
	v := door.From(ctx)
	if len(id) != 36 {
		return Case{}, notFound()
	}
	return s.store.one(ctx, s.store.db.Read(), v.Org, id)
}

// own returns a case in which the viewer has a part, with its procedure: those who work on
// cases, who asked for it, and who holds a role of the procedure.
func (s *Service) own(ctx context.Context, id string) (c Case, d *process.Definition, h hand, err error) {
	if c, err = s.Case(ctx, id); err != nil {
		return c, nil, h, err
	}
	if d, err = s.pinned(c); err != nil {
		return c, nil, h, err
	}
	if h, err = s.hand(ctx, c); err != nil || h.talks(d) {
		return c, d, h, err
	}
	return c, d, h, h.Check(mayWrite)
}

// SetFacts changes what is known of an open case. seen is the last event that the writer knew
// of: what they left as it was stays as others made it since, and what both changed is a
// conflict. With 0 what is written counts, whatever stands there.
func (s *Service) SetFacts(ctx context.Context, id string, written map[string]string, seen int) (err error) {
	defer fault.Wrap(&err, "set facts of case %s", id)
	v := door.From(ctx)
	c, err := s.Case(ctx, id)
	if err != nil {
		return err
	}
	if err := v.Check(mayWrite); err != nil {
		return err
	}
	d, err := s.pinned(c)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, v.ActFor(c.Org, "casework.facts", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		if written, err = s.unclashed(ctx, tx, d, c, written, seen); err != nil {
			return err
		}
		return s.learn(ctx, tx, d, c, written, nil)
	})
}

// learn takes answers into a case that is held; own are the fields of the task that gives them.
func (s *Service) learn(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, written map[string]string, own []string) error {
	if !c.Open() {
		return fault.New(fault.Conflict, "casework.closed_now")
	}
	if err := within(d.Fields, written); err != nil {
		return err
	}
	was := maps.Clone(c.Facts)
	if err := read(ctx, d, d.Fields, written, c.Facts); err != nil {
		return err
	}
	keepAsked(d, c.Facts)
	diff := change.Between(was, c.Facts)
	if diff == "" {
		return nil
	}
	if err := s.settled(ctx, tx, d, c, was, own); err != nil {
		return err
	}
	tx.Act.Diff = diff
	if err := s.store.setFacts(ctx, tx, c, s.answers(c)); err != nil {
		return err
	}
	if err := s.settle(ctx, tx, d, c, true); err != nil {
		return err
	}
	return s.store.happened(ctx, tx, c, door.From(ctx).Human(), "facts", "", json.RawMessage(diff))
}

// settled refuses to change or to drop what somebody found out in a task that is done, unless
// the viewer holds its role: the record says who did the task, and they must have said what
// stands there. was is what was known before; what the viewer's own task asks for they may answer.
func (s *Service) settled(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, was process.Facts, own []string) error {
	h, err := s.hand(ctx, c)
	if err != nil {
		return err
	}
	tasks, err := s.store.tasks(ctx, tx, c)
	if err != nil {
		return err
	}
	before := maps.Clone(was)
	keepAsked(d, before) // what had not been asked any more for long nobody drops now
	for _, done := range tasks {
		if done.Result != "done" || done.Doer == h.Human() || h.plays(done.Role) {
			continue
		}
		asked, _, _ := d.Task(done.Task)
		for _, id := range asked.Fields {
			if !before.Known(id) || c.Facts[id] == before[id] || slices.Contains(own, id) {
				continue
			}
			f, _ := d.Field(id)
			if !d.Applies(f, c.Facts) { // no form shows it then
				return fault.New(fault.Invalid, "casework.settled_gone", f.Name.In(tongue(ctx)), asked.Name.In(tongue(ctx)), s.roleName(ctx, done.Role))
			}
			return fault.At(fieldName(id), "casework.settled", f.Name.In(tongue(ctx)), asked.Name.In(tongue(ctx)), s.roleName(ctx, done.Role))
		}
	}
	return nil
}

// Part returns a case in which the viewer has a part; a fault where they may only see it.
func (s *Service) Part(ctx context.Context, id string) (Case, error) {
	c, _, _, err := s.own(ctx, id)
	return c, err
}

func errorOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}
