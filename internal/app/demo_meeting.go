// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"fmt"
	"slices"

	"allmende/internal/app/demo"
	"allmende/internal/office/meeting"
	"allmende/internal/ospo"
)

// meetings lets the roles meet twice, and plans the next time.
func (s *settling) meetings(ctx context.Context) error {
	t := s.Meetings.Team
	ctx = s.by(ctx, t.Org, t.Chair)
	s.at(t.Day - 7)
	team, err := s.Meeting.AddTeam(ctx, meeting.TeamInput{Name: t.Name, Roles: t.Roles, Chair: s.ids[t.Chair], Weeks: t.Weeks, Since: s.day(t.Day, 1), At: t.At, Length: t.Length, Place: t.Place, Link: t.Link})
	if err != nil {
		return err
	}
	for _, m := range s.Meetings.Meetings {
		if err := s.hold(ctx, team, m); err != nil {
			return fmt.Errorf("meeting of day %d: %w", m.Day, err)
		}
	}
	s.at(7 * demoWeeks)
	next := s.Meetings.Next
	id, err := s.Meeting.Plan(ctx, team, meeting.SessionInput{Day: s.day(next.Day, 1)})
	if err != nil {
		return err
	}
	if err := s.takeOver(ctx, id, next.Take); err != nil {
		return err
	}
	for _, title := range next.Items {
		if _, err := s.Meeting.AddItem(ctx, id, title); err != nil {
			return err
		}
	}
	return nil
}

// hold lets a meeting take place, up to its closed minutes.
func (s *settling) hold(ctx context.Context, team string, m demo.Meeting) error {
	s.at(m.Day - 6)
	id, err := s.Meeting.Plan(ctx, team, meeting.SessionInput{Day: s.day(m.Day, 1)})
	if err != nil {
		return err
	}
	s.at(m.Day + 1)
	presence := map[ospo.PersonID]string{}
	for _, login := range m.Present {
		presence[s.ids[login]] = meeting.Present
	}
	for _, login := range m.Excused {
		presence[s.ids[login]] = meeting.Excused
	}
	if err := s.Meeting.Attend(ctx, id, presence); err != nil {
		return err
	}
	if err := s.takeOver(ctx, id, m.Take); err != nil {
		return err
	}
	var done []string
	for _, i := range m.Items {
		item, err := s.Meeting.AddItem(ctx, id, i.Title)
		if err != nil {
			return err
		}
		if err := s.treat(ctx, item, m.Day+1, i); err != nil {
			return fmt.Errorf("%s: %w", i.Title, err)
		}
		if i.Done {
			done = append(done, item)
		}
	}
	if err := s.Meeting.Close(ctx, id); err != nil {
		return err
	}
	for _, item := range done {
		s.at(m.Day + 5)
		if err := s.Meeting.Finish(ctx, "item", item); err != nil {
			return err
		}
	}
	return nil
}

// treat writes down what came of an item.
func (s *settling) treat(ctx context.Context, item string, day int, i demo.Item) error {
	in := meeting.ItemInput{Note: i.Note, Result: i.Result, Responsible: s.ids[i.Responsible], Due: s.day(day, i.Due)}
	if d := i.Decision; d != nil {
		_, err := s.Meeting.Decide(ctx, item, meeting.DecisionInput{Text: d.Text, Reason: d.Reason, Evidence: d.Evidence, Yes: &d.Yes, No: &d.No, Abstained: &d.Abstained,
			Responsible: s.ids[d.Responsible], Due: s.day(day, d.Due)})
		if err != nil {
			return err
		}
		in.Result = "decided"
	}
	return s.Meeting.Settle(ctx, item, in)
}

// takeOver takes the first matter of each kind over.
func (s *settling) takeOver(ctx context.Context, id string, kinds []string) error {
	all, err := s.Meeting.Matters(ctx, id)
	if err != nil {
		return err
	}
	for _, kind := range kinds {
		i := slices.IndexFunc(all, func(m meeting.Matter) bool { return m.Kind == kind })
		if i < 0 {
			continue // nothing of the kind is open that day
		}
		if _, err := s.Meeting.Take(ctx, id, []string{all[i].Source()}); err != nil {
			return err
		}
	}
	return nil
}
