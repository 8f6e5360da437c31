// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"encoding/json"
	"errors"
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
	"allmende/internal/platform/lang"
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

// Asked are the fields that are asked when a case is opened: all that no task asks for, and
// those of the asker's tasks in the first state.
func Asked(d *process.Definition, facts process.Facts) []process.Field {
	not := later(d)
	return slices.DeleteFunc(d.Asks(facts), func(f process.Field) bool { return slices.Contains(not, f.ID) })
}

// later lists the fields that tasks ask for.
func later(d *process.Definition) (out []string) {
	for i, state := range d.States {
		for _, t := range state.Tasks {
			if i > 0 || t.Role != department {
				out = append(out, t.Fields...)
			}
		}
	}
	return out
}

// department is the role of who asks.
const department = "department"

// Open opens a case.
func (s *Service) Open(ctx context.Context, in Input) (id string, err error) {
	defer fault.Wrap(&err, "open a case of type %s", in.Type)
	v := door.From(ctx)
	if in.Org == "" {
		in.Org = v.Org
	}
	if err := v.Check(mayAsk); err != nil {
		return "", err
	}
	if ok, err := s.store.sees(ctx, v.Org, in.Org); err != nil || !ok {
		return "", errorOr(err, fault.At("org", "casework.org_bad"))
	}
	d, err := s.Type(ctx, in.Org, in.Type)
	if err != nil {
		return "", err
	}
	if d.Asked.Empty() { // the office begins it itself
		if err := v.Check(mayWrite); err != nil {
			return "", err
		}
	}
	c := Case{ID: db.NewID(), Org: in.Org, Type: d.ID, Version: d.Version, Asker: v.Human(), Facts: process.Facts{}, State: d.Start().ID}
	c.Title, err = line("title", in.Title, longestLine)
	if err := errors.Join(err, opened(ctx, d, in.Facts, c.Facts)); err != nil { // all that is wrong is told at once
		return "", err
	}
	c.Year = day(lang.Day(s.store.db.Now())).Year()
	return c.ID, s.file(ctx, d, c)
}

func (s *Service) file(ctx context.Context, d *process.Definition, c Case) error {
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.open", c.ID), func(tx *db.Tx) error {
		if err := s.store.add(ctx, tx, &c, s.answers(c)); err != nil {
			return err
		}
		tx.Act.Diff = change.Added(map[string]any{"number": c.Number(), "type": c.Type, "version": c.Version, "title": c.Title, "facts": c.Facts})
		if err := s.store.happened(ctx, tx, c, c.Asker, "opened", c.Title, c.Facts); err != nil {
			return err
		}
		if err := s.enter(ctx, tx, d, c); err != nil {
			return err
		}
		return s.submit(ctx, tx, d, c)
	})
}

// submit does what the department has done by filling in the form: its tasks of the first
// state that lack nothing are done, and where only one step of its own leads on it is taken.
func (s *Service) submit(ctx context.Context, tx *db.Tx, d *process.Definition, c Case) error {
	tasks, err := s.store.tasks(ctx, tx, c)
	if err != nil {
		return err
	}
	for i, t := range tasks {
		if asked, _, _ := d.Task(t.Task); t.Result != "" || t.Role != department || len(asked.Fields) == 0 || len(d.Lacks(t.Task, c.Facts)) > 0 {
			continue
		}
		t.Doer = c.Asker
		if err := s.store.endTask(ctx, tx, t); err != nil {
			return err
		}
		if err := s.store.happened(ctx, tx, c, c.Asker, "done", "", map[string]string{"task": t.Task}); err != nil {
			return err
		}
		tasks[i].Result = "done"
	}
	on := slices.DeleteFunc(offers(d, c, tasks), func(o process.Offer) bool {
		to, _ := d.State(o.To)
		return o.Role != department || to.End || o.Reason || o.FourEyes != "" || o.Anyway
	})
	if len(on) != 1 || !on[0].Free() {
		return s.settle(ctx, tx, d, c, false)
	}
	diff := tx.Act.Diff
	err = s.step(ctx, tx, d, c, on[0].Transition, decision{by: c.Asker, role: department})
	tx.Act.Diff = joined(diff, tx.Act.Diff)
	return err
}

// opened reads what is asked at the beginning; what is required must be there. An answer to
// anything else is refused: what a task finds out nobody says beforehand.
func opened(ctx context.Context, d *process.Definition, written map[string]string, facts process.Facts) error {
	misread := read(ctx, d, d.Fields, written, facts)
	keepAsked(d, facts)
	asked := Asked(d, facts)
	if err := within(asked, written); err != nil && misread == nil { // what was misread may be why it is not asked
		return err
	}
	wrong := []error{misread}
	for _, f := range asked {
		if f.Required && !facts.Known(f.ID) && strings.TrimSpace(written[f.ID]) == "" {
			wrong = append(wrong, lacking(ctx, f))
		}
	}
	return errors.Join(wrong...)
}

// lacking is the fault of a field that has to be filled in and is not.
func lacking(ctx context.Context, f process.Field) error {
	return fault.At(fieldName(f.ID), "casework.field_missing", f.Name.In(tongue(ctx)))
}

// within refuses answers to what is none of the fields.
func within(fields []process.Field, written map[string]string) error {
	for _, id := range slices.Sorted(maps.Keys(written)) {
		if !slices.ContainsFunc(fields, func(f process.Field) bool { return f.ID == id }) {
			return fault.New(fault.Invalid, "casework.field_unknown", id)
		}
	}
	return nil
}

// keepAsked drops answers to what is not asked any more, given the others.
func keepAsked(d *process.Definition, facts process.Facts) {
	for n := -1; n != len(facts); { // with one another may go that stands before it
		n = len(facts)
		for _, f := range d.Fields {
			if facts.Known(f.ID) && !d.Applies(f, facts) {
				delete(facts, f.ID)
			}
		}
	}
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

// Comment says something in a case, within the office.
func (s *Service) Comment(ctx context.Context, id, text string) error {
	return s.comments(ctx, id, text, nil)
}

// Tell says something in a case that its asker is shown, too.
func (s *Service) Tell(ctx context.Context, id, text string) error {
	return s.comments(ctx, id, text, map[string]string{"shown": "asker"})
}

// Told reports whether it was said to the asker, too.
func (e Event) Told() bool {
	var b struct{ Shown string }
	return e.What == "comment" && json.Unmarshal(e.Body, &b) == nil && b.Shown == "asker"
}

func (s *Service) comments(ctx context.Context, id, text string, body map[string]string) (err error) {
	defer fault.Wrap(&err, "comment on case %s", id)
	c, _, _, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	if text, err = fault.Words("text", text, longestText); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.comment", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		said := map[string]string{"text": text}
		maps.Copy(said, body)
		tx.Act.Diff = change.Added(said)
		if err := s.store.happened(ctx, tx, c, door.From(ctx).Human(), "comment", text, body); err != nil {
			return err
		}
		n, err := s.store.last(ctx, tx, c)
		for _, tell := range s.Commented {
			err = errorOr(err, tell(ctx, tx, c, n, text))
		}
		return err
	})
}

// Retract takes one's own comment back: what it said is not shown any more, that there was one
// is. The log keeps the words.
func (s *Service) Retract(ctx context.Context, id string, n int) (err error) {
	defer fault.Wrap(&err, "retract comment %d of case %s", n, id)
	c, _, h, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, h.ActFor(c.Org, "casework.retract", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		events, err := s.store.events(ctx, tx, c)
		i := slices.IndexFunc(events, func(e Event) bool { return e.N == n && e.What == "comment" })
		switch {
		case err != nil:
			return err
		case i < 0:
			return notFound()
		case events[i].Person != h.Human():
			return fault.New(fault.Forbidden, "casework.retract.not_yours")
		case slices.Contains(retracted(events), n):
			return fault.New(fault.Conflict, "casework.retract.twice")
		}
		tx.Act.Diff = change.Added(map[string]int{"n": n})
		return s.store.happened(ctx, tx, c, h.Human(), "retracted", "", map[string]int{"n": n})
	})
}

// retracted lists the comments of a case that were taken back, by their numbers.
func retracted(events []Event) (out []int) {
	for _, e := range events {
		var b struct{ N int }
		if e.What == "retracted" && json.Unmarshal([]byte(e.body), &b) == nil {
			out = append(out, b.N)
		}
	}
	return out
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
