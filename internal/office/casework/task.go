// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
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
}

// Until is the day by which a task is due; When is when it ended.
func (t Task) Until() time.Time { return day(t.Due) }

// When is when a task ended.
func (t Task) When() time.Time { return db.Time(t.Ended) }

// Late reports whether an open task is overdue on a day.
func (t Task) Late(today string) bool { return t.Result == "" && t.Due != "" && t.Due < today }

func day(text string) time.Time {
	t, _ := time.Parse(time.DateOnly, text) // none is the zero day
	return t
}

// enter makes the tasks of the state in which a case stands.
func (s *Service) enter(ctx context.Context, tx *db.Tx, d *process.Definition, c Case) error {
	state, _ := d.State(c.State)
	land, err := s.store.land(ctx, tx, c.Org)
	if err != nil {
		return err
	}
	for _, t := range state.Tasks {
		due := s.due(land, t.Days)
		if err := s.store.addTask(ctx, tx, Task{ID: db.NewID(), Org: c.Org, Case: c.ID, State: c.State, Task: t.ID, Role: t.Role, Due: due}); err != nil {
			return err
		}
	}
	return nil
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

// A hand is what the viewer may do in a case.
type hand struct {
	door.Viewer
	asker bool
	roles []string // held for the organisation of the case
}

func (s *Service) hand(ctx context.Context, c Case) (h hand, err error) {
	h.Viewer = door.From(ctx)
	h.asker = c.Asker == h.Human()
	if !h.May(mayAsk) {
		return h, nil
	}
	all, err := s.Held(ctx, h.Human())
	if err != nil {
		return h, err
	}
	over, err := s.store.over(ctx, s.store.db.Read(), c.Org)
	for _, held := range all {
		if slices.Contains(over, held.Org) {
			h.roles = append(h.roles, held.Role)
		}
	}
	return h, err
}

// plays reports whether the part of a role is the viewer's: they hold it, or it is the
// department's and they asked.
func (h hand) plays(role string) bool {
	return h.May(mayAsk) && (slices.Contains(h.roles, role) || h.asker && role == department)
}

// does returns a fault where the viewer may not do a task: whoever works on cases may, and
// whoever holds the role.
func (h hand) does(role string) error {
	if h.plays(role) {
		return nil
	}
	return h.Check(mayWrite)
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
func (s *Service) Complete(ctx context.Context, id, task, note string, written map[string]string) (err error) {
	defer fault.Wrap(&err, "complete task %s of case %s", task, id)
	c, d, h, err := s.own(ctx, id)
	if err != nil {
		return err
	}
	if note, err = perhaps("note", note, longestText); err != nil {
		return err
	}
	me := door.From(ctx).Human()
	return s.store.db.Write(ctx, door.From(ctx).ActFor(c.Org, "casework.done", c.ID), func(tx *db.Tx) error {
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
		asked, _, _ := d.Task(t.Task)
		for field := range written {
			if !slices.Contains(asked.Fields, field) {
				return fault.New(fault.Invalid, "casework.field_unknown", field)
			}
		}
		if err := s.learn(ctx, tx, d, c, written); err != nil {
			return err
		}
		for _, id := range d.Lacks(t.Task, c.Facts) {
			f, _ := d.Field(id)
			return fault.At(fieldName(id), "casework.field_missing", f.Name.In(tongue(ctx)))
		}
		tx.Act.Diff = joined(tx.Act.Diff, change.Added(map[string]string{"task": t.Task, "note": note}))
		if err := s.store.endTask(ctx, tx, t, me, note); err != nil {
			return err
		}
		return s.store.happened(ctx, tx, c, me, "done", note, map[string]string{"task": t.Task})
	})
}

// joined puts two differences into one.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a[:len(a)-1] + "," + b[1:]
}

// Work is a task with the case that it belongs to.
type Work struct {
	Task
	Year    int
	N       int
	Title   string
	Type    string
	Version int
}

// Number is the one of the case.
func (w Work) Number() string { return number(w.Year, w.N) }

// A Board is what waits for the viewer, and what the viewer waits for.
type Board struct {
	Mine  []Work // taken by the viewer
	Roles []Work // of the viewer's roles, taken by nobody
	Asked []Case // open cases that the viewer asked for
	Held  []string
}

// Board returns the viewer's tasks. A role counts where it is held for the organisation that
// the viewer acts for.
func (s *Service) Board(ctx context.Context) (b Board, err error) {
	v := door.From(ctx)
	over, err := s.store.over(ctx, s.store.db.Read(), v.Org)
	if err != nil {
		return b, err
	}
	all, err := s.Held(ctx, v.Human())
	if err != nil {
		return b, err
	}
	for _, h := range all {
		if slices.Contains(over, h.Org) && !slices.Contains(b.Held, h.Role) {
			b.Held = append(b.Held, h.Role)
		}
	}
	if b.Mine, err = s.store.taken(ctx, v.Org, v.Human()); err != nil {
		return b, err
	}
	if b.Roles, err = s.store.waiting(ctx, v.Org, b.Held); err != nil {
		return b, err
	}
	b.Asked, err = s.store.asked(ctx, v.Org, v.Human())
	return b, err
}

// Dues lists the open tasks that are due between two days, with names, in organisations that
// the viewer sees; no more than most.
func (s *Service) Dues(ctx context.Context, from, until string, most int) (out []WorkRow, err error) {
	all, err := s.store.dues(ctx, door.From(ctx).Org, from, until, most)
	if err != nil {
		return nil, err
	}
	names, err := s.RoleNames(ctx)
	return s.workRows(ctx, names, all), err
}
