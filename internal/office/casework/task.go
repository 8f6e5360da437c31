// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"allmende/internal/engine/process"
	"allmende/internal/engine/workdays"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// A Task is work for a role in a state of a case.
type Task struct {
	ID         string        `json:"id"`
	Org        ospo.OrgID    `json:"-"`
	Case       string        `json:"case"`
	State      string        `json:"state"`
	Task       string        `json:"task" doc:"Id of the task in the procedure."`
	Role       string        `json:"role"`
	Person     ospo.PersonID `json:"person,omitempty" doc:"Who took it."`
	PersonName string        `json:"personName,omitempty"`
	Since      string        `json:"since"`
	Due        string        `json:"due,omitempty" doc:"Day, YYYY-MM-DD; absent where there is no deadline or none could be reckoned."`
	Result     string        `json:"result" enum:",done,left" doc:"Empty while it is open; left where the case moved on without it."`
	Ended      string        `json:"ended,omitempty"`
	Doer       ospo.PersonID `json:"doer,omitempty"`
	DoerName   string        `json:"doerName,omitempty"`
	Note       string        `json:"note,omitempty"`
	Instead    bool          `json:"instead,omitempty" doc:"Nobody held the role when the task was done: the doer had the permission to work on cases."`
	Alarm      string        `json:"alarm,omitempty" enum:"vacant,late" doc:"Why it was escalated: nobody held its role, or it was overdue."`
	Raised     string        `json:"raised,omitempty" doc:"Key of the role to which it was escalated; absent where the procedure names none."`
}

// Until is the day by which a task is due; When is when it ended.
func (t Task) Until() time.Time { return day(t.Due) }

// When is when a task ended.
func (t Task) When() time.Time { return db.Time(t.Ended) }

// Late reports whether an open task is overdue on a day.
func (t Task) Late(today string) bool { return t.Result == "" && t.Due != "" && t.Due < today }

// instead is the role in place of which a task was done; empty where the doer holds it.
func (t Task) instead() string { return when(t.Instead, t.Role) }

func when(yes bool, text string) string {
	if yes {
		return text
	}
	return ""
}

func day(text string) time.Time {
	t, _ := time.Parse(time.DateOnly, text) // none is the zero day
	return t
}

// enter makes the tasks of the state in which a case stands.
func (s *Service) enter(ctx context.Context, tx *db.Tx, d *process.Definition, c Case) error {
	return s.begin(ctx, tx, d, c, func(process.Task) bool { return true })
}

// begin makes those tasks of the state that are wanted. Where nobody holds the role of one that
// is said at once.
func (s *Service) begin(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, wanted func(process.Task) bool) error {
	state, _ := d.State(c.State)
	begun := slices.DeleteFunc(slices.Clone(state.Tasks), func(t process.Task) bool { return !wanted(t) })
	land, err := s.store.land(ctx, tx, c.Org)
	if err != nil {
		return err
	}
	var roles []string
	for _, t := range begun {
		roles = append(roles, t.Role)
	}
	none, err := s.vacant(ctx, tx, c, roles)
	if err != nil {
		return err
	}
	for _, t := range begun {
		task := Task{ID: db.NewID(), Org: c.Org, Case: c.ID, State: c.State, Task: t.ID, Role: t.Role, Due: s.due(land, t.Days)}
		if err := s.store.addTask(ctx, tx, task); err != nil {
			return err
		}
		if slices.Contains(none, t.Role) && (t.Role != department || c.Asker != Mailed) { // what a mail says is handed in at once
			if err := s.raise(ctx, tx, d, c, task, "vacant"); err != nil {
				return err
			}
		}
	}
	return s.settle(ctx, tx, d, c, true)
}

// due is the day some working days from today; empty without a deadline, and where the
// holidays of the year are not known. Without a Land it is the first day that any would give.
func (s *Service) due(land string, days int) (due string) {
	today := day(lang.Day(s.store.db.Now()))
	for _, l := range workdays.Lands() {
		if days == 0 || land != "" && l.ID != land {
			continue
		}
		c, err := workdays.For(l.ID)
		if err != nil {
			return ""
		}
		end, err := c.Add(today, days)
		if err != nil {
			return ""
		}
		if text := end.Format(time.DateOnly); due == "" || text < due {
			due = text
		}
	}
	return due
}

// task returns an open task of a case that is held.
func (s *Service) task(ctx context.Context, tx *db.Tx, c Case, id string) (Task, error) {
	all, err := s.store.tasks(ctx, tx, c)
	if err != nil {
		return Task{}, err
	}
	i := slices.IndexFunc(all, func(t Task) bool { return t.ID == id })
	switch {
	case i < 0:
		return Task{}, notFound()
	case all[i].Result != "":
		return Task{}, fault.New(fault.Conflict, "casework.task_over")
	}
	return all[i], nil
}

// Take makes a task the viewer's own; or gives it back, where it is.
func (s *Service) Take(ctx context.Context, id, task string) (err error) {
	defer fault.Wrap(&err, "take task %s of case %s", task, id)
	c, _, h, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	me := door.From(ctx).Human()
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.take", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		t, err := s.task(ctx, tx, c, task)
		if err != nil {
			return err
		}
		if err := h.does(t.Role); err != nil {
			return err
		}
		what, person := "taken", me
		if t.Person == me {
			what, person = "returned", ""
		}
		tx.Act.Diff = change.Between(map[string]any{"task": "", "person": t.Person}, map[string]any{"task": t.Task, "person": person})
		if err := s.store.takeTask(ctx, tx, t, person); err != nil {
			return err
		}
		return s.store.happened(ctx, tx, c, me, what, "", map[string]any{"task": t.Task, "from": t.Person})
	})
}

// Complete says that a task is done, with what it found out.
// seen is the last event that the writer knew of, 0 for whatever stands there.
func (s *Service) Complete(ctx context.Context, id, task, note string, written map[string]string, seen int) (err error) {
	defer fault.Wrap(&err, "complete task %s of case %s", task, id)
	c, d, h, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	if note, err = fault.Text("note", note, longestText); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.done", c.ID), func(tx *db.Tx) error {
		if c, err = s.store.hold(ctx, tx, c); err != nil {
			return err
		}
		return s.finish(ctx, tx, d, c, h, task, note, written, seen)
	})
}

// finish ends a task of a case that is held, with its answers.
func (s *Service) finish(ctx context.Context, tx *db.Tx, d *process.Definition, c Case, h hand, task, note string, written map[string]string, seen int) error {
	t, err := s.task(ctx, tx, c, task)
	if err != nil {
		return err
	}
	if err := h.does(t.Role); err != nil {
		return err
	}
	asked, _, _ := d.Task(t.Task)
	for field := range written {
		if !slices.Contains(asked.Fields, field) {
			return fault.New(fault.Invalid, "casework.field_unknown", field)
		}
	}
	if written, err = s.unclashed(ctx, tx, d, c, written, seen); err != nil {
		return err
	}
	if err := s.learn(ctx, tx, d, c, written, asked.Fields); err != nil {
		return err
	}
	var lacks []error
	for _, id := range d.Lacks(t.Task, c.Facts) {
		f, _ := d.Field(id)
		lacks = append(lacks, lacking(ctx, f))
	}
	if err := errors.Join(lacks...); err != nil {
		return err
	}
	t.Doer, t.Note, t.Instead = h.Human(), note, !h.plays(t.Role)
	tx.Act.Diff = joined(tx.Act.Diff, change.Added(map[string]string{"task": t.Task, "note": note, "instead": t.instead()}))
	if err := s.store.endTask(ctx, tx, t); err != nil {
		return err
	}
	if err := s.settle(ctx, tx, d, c, false); err != nil {
		return err
	}
	return s.store.happened(ctx, tx, c, t.Doer, "done", note, map[string]string{"task": t.Task, "instead": t.instead()})
}

// joined puts two differences into one.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a[:len(a)-1] + "," + b[1:]
}

// Dues lists the open tasks that are due between two days, with names, in all organisations that
// the viewer can act for; no more than most.
func (s *Service) Dues(ctx context.Context, from, until string, most int) (out []WorkRow, err error) {
	roots, err := s.roots(ctx)
	if err != nil {
		return nil, err
	}
	var all []Work
	for _, root := range roots {
		more, err := s.store.dues(ctx, root.Org, from, until, most)
		if err == nil {
			more, err = s.located(ctx, root, more)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	slices.SortStableFunc(all, func(a, b Work) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
	names, err := s.RoleNames(ctx)
	return s.workRows(ctx, names, all[:min(len(all), most)]), err
}
