// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package meeting

import (
	"context"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Results are what can come of an item; the empty one is nothing yet.
var Results = []string{"decided", "postponed", "information", "task"}

// An Item is one of the agenda.
type Item struct {
	ID      string     `json:"id"`
	Org     ospo.OrgID `json:"-"`
	Session string     `json:"meeting"`
	Place   int        `json:"place"`
	Kind    string     `json:"kind" doc:"own, one of the kinds of matters, or postponed, task, decision from an earlier meeting."`
	Title   string     `json:"title"`
	Link    string     `json:"link,omitempty"`
	Source  string     `json:"source,omitempty"`
	ItemInput
	Name string `json:"responsibleName,omitempty"`
	Done string `json:"done,omitempty" doc:"When a task was done."`
}

// ItemInput is what came of an item.
type ItemInput struct {
	Note        string        `json:"note,omitempty"`
	Result      string        `json:"result,omitempty" enum:",decided,postponed,information,task"`
	Responsible ospo.PersonID `json:"responsible,omitempty" doc:"Of a task: somebody who is invited."`
	Due         string        `json:"due,omitempty" doc:"Of a task: YYYY-MM-DD."`
}

// Until and Finished are days of a task as times.
func (i Item) Until() time.Time { return day(i.Due) }

// Finished is when a task was done.
func (i Item) Finished() time.Time { return db.Time(i.Done) }

// Late reports whether a task is overdue on a day.
func (i Item) Late(today string) bool { return i.Done == "" && i.Due != "" && i.Due < today }

// mostItems is how many items an agenda has at most.
const mostItems = 100

// Matters lists what is open in the house and not on the agenda yet, the most pressing first.
func (s *Service) Matters(ctx context.Context, id string) ([]Matter, error) {
	m, err := s.open(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.matters(ctx, m)
}

// matters asks the other rooms in the organisation of the meeting: only for who sees that,
// since what somebody may is counted for their own organisation and below.
func (s *Service) matters(ctx context.Context, m Minutes) (out []Matter, err error) {
	if ok, err := s.store.sees(ctx, door.From(ctx).Org, m.Session.Org); err != nil || !ok {
		return nil, err
	}
	for _, open := range s.Open {
		some, err := open(ctx, m.Session.Org)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	out = slices.DeleteFunc(out, func(o Matter) bool {
		return slices.ContainsFunc(m.Items, func(i Item) bool { return i.Source == o.Source() || i.Title == clip(o.Title) }) // by its title where it was postponed
	})
	slices.SortStableFunc(out, func(a, b Matter) int { return strings.Compare(orLast(a.Due), orLast(b.Due)) })
	return out, nil
}

func orLast(day string) string {
	if day == "" {
		return "9999"
	}
	return day
}

// AddItem puts an own item onto the agenda.
func (s *Service) AddItem(ctx context.Context, session, title string) (id string, err error) {
	defer fault.Wrap(&err, "add an item to meeting %s", session)
	if title, err = fault.Words("title", title, longestLine); err != nil {
		return "", err
	}
	m, err := s.open(ctx, session)
	if err != nil {
		return "", err
	}
	all, err := s.put(ctx, m, []Item{{Kind: "own", Title: title}})
	if err != nil {
		return "", err
	}
	return all[0], nil
}

// Take takes matters of the house over onto the agenda, by their sources.
func (s *Service) Take(ctx context.Context, session string, sources []string) (ids []string, err error) {
	defer fault.Wrap(&err, "take matters over into meeting %s", session)
	m, err := s.open(ctx, session)
	if err != nil {
		return nil, err
	}
	all, err := s.matters(ctx, m)
	if err != nil {
		return nil, err
	}
	var items []Item
	for _, o := range all {
		if slices.Contains(sources, o.Source()) {
			items = append(items, Item{Kind: o.Kind, Title: clip(o.Title), Link: o.Link, Source: o.Source(), ItemInput: ItemInput{}})
		}
	}
	if len(items) == 0 {
		return nil, fault.At("take", "meeting.nothing_taken")
	}
	return s.put(ctx, m, items)
}

func clip(text string) string {
	if r := []rune(text); len(r) > longestLine {
		return string(r[:longestLine-1]) + "…"
	}
	return text
}

func (s *Service) put(ctx context.Context, m Minutes, items []Item) (ids []string, err error) {
	if len(m.Items)+len(items) > mostItems {
		return nil, fault.New(fault.Invalid, "meeting.items_many", mostItems)
	}
	return ids, s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.item.add", m.Session.ID), func(tx *db.Tx) error {
		var titles []string
		for _, i := range items {
			titles = append(titles, i.Title)
		}
		tx.Act.Diff = change.Added(map[string][]string{"titles": titles})
		for _, i := range items {
			i.ID = db.NewID()
			if err := s.store.addItem(ctx, tx, m.Session, i); err != nil {
				return err
			}
			ids = append(ids, i.ID)
		}
		return nil
	})
}

// Item returns an item with its meeting.
func (s *Service) Item(ctx context.Context, id string) (Item, Minutes, error) {
	session, err := s.store.sessionOf(ctx, id)
	if err != nil {
		return Item{}, Minutes{}, err
	}
	m, err := s.Minutes(ctx, session)
	if err != nil {
		return Item{}, m, err
	}
	i := slices.IndexFunc(m.Items, func(i Item) bool { return i.ID == id })
	if i < 0 {
		return Item{}, m, notFound()
	}
	return m.Items[i], m, nil
}

// writable is Item for who may write in its meeting.
func (s *Service) writable(ctx context.Context, id string) (Item, Minutes, error) {
	i, m, err := s.Item(ctx, id)
	if err == nil {
		_, err = s.open(ctx, m.Session.ID)
	}
	return i, m, err
}

// Settle writes down what came of an item.
func (s *Service) Settle(ctx context.Context, id string, in ItemInput) (err error) {
	defer fault.Wrap(&err, "note on item %s", id)
	i, m, err := s.writable(ctx, id)
	if err != nil {
		return err
	}
	if in, err = in.checked(m); err != nil {
		return err
	}
	if has := slices.ContainsFunc(m.Decisions, func(d Decision) bool { return d.Item == id }); has != (in.Result == "decided") {
		return fault.At("result", map[bool]string{true: "meeting.result_decided", false: "meeting.result_undecided"}[has])
	}
	was := i.ItemInput
	i.ItemInput = in
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.item.change", m.Session.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(was, in)
		return s.store.setItem(ctx, tx, i)
	})
}

func (in ItemInput) checked(m Minutes) (_ ItemInput, err error) {
	if in.Note, err = fault.Text("note", in.Note, longestText); err != nil {
		return in, err
	}
	if in.Result != "" && !slices.Contains(Results, in.Result) {
		return in, fault.At("result", "meeting.result_bad", in.Result)
	}
	if in.Result != "task" {
		in.Responsible, in.Due = "", ""
		return in, nil
	}
	if in.Responsible == "" {
		return in, fault.At("responsible", "fault.missing")
	}
	return in, checkTask(in.Responsible, in.Due, m)
}

// checkTask wants somebody who is invited.
func checkTask(person ospo.PersonID, due string, m Minutes) error {
	if person != "" && !slices.ContainsFunc(m.Guests, func(g Guest) bool { return g.Person == person }) {
		return fault.At("responsible", "meeting.person_unknown")
	}
	return dayOrNone("due", due)
}

// Shift moves an item one place up (-1) or down (1).
func (s *Service) Shift(ctx context.Context, id string, by int) (err error) {
	defer fault.Wrap(&err, "move item %s", id)
	i, m, err := s.writable(ctx, id)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(m.Items, func(o Item) bool { return o.ID == id })
	if to := at + by; to >= 0 && to < len(m.Items) && (by == 1 || by == -1) {
		other := m.Items[to]
		return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.item.move", m.Session.ID), func(tx *db.Tx) error {
			if err := s.store.setPlace(ctx, tx, i, other.Place); err != nil {
				return err
			}
			return s.store.setPlace(ctx, tx, other, i.Place)
		})
	}
	return fault.New(fault.Invalid, "meeting.no_place")
}

// Remove takes an item from the agenda that nothing has come of.
func (s *Service) Remove(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "remove item %s", id)
	i, m, err := s.writable(ctx, id)
	if err != nil {
		return err
	}
	if i.Result != "" || i.Note != "" {
		return fault.New(fault.Conflict, "meeting.item_used")
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.item.remove", m.Session.ID), func(tx *db.Tx) error {
		return s.store.removeItem(ctx, tx, i)
	})
}

// carry puts onto a meeting's agenda what earlier ones left: items postponed, tasks and
// decisions that are still to be done.
func (s *Service) carry(ctx context.Context, tx *db.Tx, m Session) error {
	left, err := s.store.left(ctx, tx, m)
	if err != nil {
		return err
	}
	for _, i := range left {
		i.ID, i.Title = db.NewID(), clip(i.Title)
		if err := s.store.addItem(ctx, tx, m, i); err != nil {
			return err
		}
	}
	return nil
}

// Tasks lists what is still to be done in a team, by its day: tasks, and decisions with
// somebody responsible.
func (s *Service) Tasks(ctx context.Context, team string) ([]Task, error) {
	t, err := s.Team(ctx, team)
	if err != nil {
		return nil, err
	}
	return s.store.tasks(ctx, s.store.db.Read(), t.Org, t.ID)
}

// A Task is something that a meeting gave somebody to do.
type Task struct {
	Kind        string        `json:"kind" enum:"item,decision"`
	ID          string        `json:"id"`
	Title       string        `json:"title"`
	Responsible ospo.PersonID `json:"responsible"`
	Name        string        `json:"responsibleName"`
	Due         string        `json:"due,omitempty"`
	Since       string        `json:"since" doc:"Day of the meeting."`
}

// From is the day of the meeting as a time.
func (t Task) From() time.Time { return day(t.Since) }

// Until is the day of a task.
func (t Task) Until() time.Time { return day(t.Due) }

// Finish notes that a task, or a decision, is done: by whoever is responsible or runs the meetings.
func (s *Service) Finish(ctx context.Context, kind, id string) (err error) {
	defer fault.Wrap(&err, "finish %s %s", kind, id)
	session, responsible, done := "", ospo.PersonID(""), ""
	var m Minutes
	switch kind {
	case "item":
		i, all, err := s.Item(ctx, id)
		if err != nil || i.Result != "task" {
			return errorOr(err, notFound())
		}
		m, session, responsible, done = all, i.Session, i.Responsible, i.Done
	case "decision":
		d, all, err := s.Decision(ctx, id)
		if err != nil {
			return err
		}
		m, session, responsible, done = all, d.Session, d.Responsible, d.Done
	default:
		return notFound()
	}
	if done != "" {
		return fault.New(fault.Conflict, "meeting.done_already")
	}
	if responsible != door.From(ctx).Human() && !m.Leads {
		return fault.New(fault.Forbidden, "meeting.not_yours")
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Session.Org, "meeting.done", session), func(tx *db.Tx) error {
		return s.store.finish(ctx, tx, m.Session.Org, kind, id)
	})
}
