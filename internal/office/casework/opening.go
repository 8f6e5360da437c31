// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

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
