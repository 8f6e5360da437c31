// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Door is a way in, called as people put it. Its words are intake.door.… and its ID.
type Door struct {
	ID   string
	Type string // of the procedure
	Name string // field that names a software, where one does
}

// Doors are the ways in, in the order in which they are offered.
var Doors = []Door{
	{"need", "software_request", "product"},
	{"use", "licence_review", "software"},
	{"publish", "publish", "software"},
	{"other", "advice", ""},
}

// doors are those whose procedures an organisation has.
func (s *Service) doors(ctx context.Context, org ospo.OrgID) []Door {
	return slices.DeleteFunc(slices.Clone(Doors), func(d Door) bool { _, err := s.Desk.Kind(ctx, org, d.Type); return err != nil })
}

func (s *Service) door(ctx context.Context, org ospo.OrgID, id string) (Door, error) {
	all := s.doors(ctx, org)
	if i := slices.IndexFunc(all, func(d Door) bool { return d.ID == id }); i >= 0 {
		return all[i], nil
	}
	return Door{}, notFound()
}

// Ask opens a case for the viewer.
func (s *Service) Ask(ctx context.Context, by string, r Request) (id string, err error) {
	defer fault.Wrap(&err, "ask at the door %s", by)
	if err := door.From(ctx).Check(mayAsk); err != nil {
		return "", err
	}
	if r.Org == "" {
		r.Org = door.From(ctx).Org
	}
	d, err := s.door(ctx, r.Org, by)
	if err != nil {
		return "", err
	}
	r.Type = d.Type
	return s.Desk.Open(ctx, r)
}

// Look returns where a request stands: to its asker, and to those who read what comes in.
func (s *Service) Look(ctx context.Context, id string) (Standing, error) {
	v := door.From(ctx)
	out, err := s.Desk.Standing(ctx, v.Org, id)
	if err == nil && (out.Asker == guest || out.Asker != v.Human()) && !v.May(mayRead) {
		return Standing{}, notFound()
	}
	return out, err
}

// own is Look for what only the asker does.
func (s *Service) own(ctx context.Context, id string) (Standing, error) {
	out, err := s.Look(ctx, id)
	if err == nil && out.Asker != door.From(ctx).Human() {
		err = notFound()
	}
	return out, err
}

// Say adds a message to a request of the viewer's.
func (s *Service) Say(ctx context.Context, id, text string) error {
	if _, err := s.own(ctx, id); err != nil {
		return err
	}
	return s.Desk.Say(ctx, id, text)
}

// Withdraw withdraws a request of the viewer's.
func (s *Service) Withdraw(ctx context.Context, id string) error {
	if _, err := s.own(ctx, id); err != nil {
		return err
	}
	return s.Desk.Withdraw(ctx, id)
}
