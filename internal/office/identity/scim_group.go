// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"slices"

	"allmende/internal/engine/scim"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// AddGroup adds a group of a directory with who is in it.
func (s *Service) AddGroup(ctx context.Context, m map[string]any) (g Group, members []Ref, err error) {
	g, ids, err := readGroup(m, Group{ID: db.NewID(), Org: whose(ctx)})
	if err != nil {
		return g, nil, err
	}
	act := door.From(ctx).Act("identity.group.add", g.Name)
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		g.Created, g.Changed = db.Time(tx.Now), db.Time(tx.Now)
		if err := s.store.addGroup(ctx, tx, g); err != nil {
			return err
		}
		return s.fill(ctx, tx, g, nil, ids)
	})
	if err == nil {
		members, err = s.store.members(ctx, s.store.db.Read(), g)
	}
	return g, members, err
}

// Group returns a group of the directory.
func (s *Service) Group(ctx context.Context, id string) (Group, []Ref, error) {
	g, err := s.store.group(ctx, s.store.db.Read(), whose(ctx), id)
	if err != nil {
		return g, nil, err
	}
	members, err := s.store.members(ctx, s.store.db.Read(), g)
	return g, members, err
}

// ChangeGroup changes a group and who is in it; rights follow at once.
func (s *Service) ChangeGroup(ctx context.Context, id string, f Change) (g Group, members []Ref, err error) {
	act := door.From(ctx).Act("identity.group.change", "")
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		was, err := s.store.group(ctx, tx, whose(ctx), id)
		if err != nil {
			return err
		}
		before, err := s.store.members(ctx, tx, was)
		if err != nil {
			return err
		}
		m, err := f(was.resource(before))
		if err != nil {
			return err
		}
		ids := []ospo.PersonID(nil)
		if g, ids, err = readGroup(m, was); err != nil {
			return err
		}
		g.Changed, tx.Act.On = db.Time(tx.Now), g.Name
		if err := s.store.changeGroup(ctx, tx, g); err != nil {
			return err
		}
		if g.Name != was.Name { // another name means other rights, for all
			defer func() { err = either(err, s.standAll(ctx, tx, g.Org, before)) }()
		}
		return s.fill(ctx, tx, g, before, ids)
	})
	if err == nil {
		members, err = s.store.members(ctx, s.store.db.Read(), g)
	}
	return g, members, err
}

// DropGroup takes a group away, and with it what it gave. f may refuse it.
func (s *Service) DropGroup(ctx context.Context, id string, f Change) error {
	act := door.From(ctx).Act("identity.group.drop", "")
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		g, err := s.store.group(ctx, tx, whose(ctx), id)
		if err != nil {
			return err
		}
		tx.Act.On = g.Name
		members, err := s.store.members(ctx, tx, g)
		if err != nil {
			return err
		}
		if _, err := f(g.resource(members)); err != nil {
			return err
		}
		if err := s.store.dropGroup(ctx, tx, g); err != nil {
			return err
		}
		return s.standAll(ctx, tx, g.Org, members)
	})
}

// fill makes ids those who are in a group. Only people whom the directory sees can be.
func (s *Service) fill(ctx context.Context, tx *db.Tx, g Group, before []Ref, ids []ospo.PersonID) error {
	was := map[ospo.PersonID]bool{}
	for _, r := range before {
		was[ospo.PersonID(r.ID)] = true
	}
	slices.Sort(ids)
	var moved []Ref
	for _, id := range slices.Compact(ids) {
		if was[id] {
			delete(was, id)
			continue
		}
		if _, err := s.store.user(ctx, tx, whose(ctx), string(id)); err != nil {
			if fault.Of(err) == fault.NotFound {
				err = fault.At("members", "identity.scim.nobody", string(id))
			}
			return err
		}
		if err := s.store.join(ctx, tx, g, id); err != nil {
			return err
		}
		moved = append(moved, Ref{ID: string(id)})
	}
	for id := range was {
		if err := s.store.leave(ctx, tx, g, id); err != nil {
			return err
		}
		moved = append(moved, Ref{ID: string(id)})
	}
	return s.standAll(ctx, tx, g.Org, moved)
}

// standAll gives people the rights that their groups bring. Without any mapping for the
// directory rights stay as they are.
func (s *Service) standAll(ctx context.Context, tx *db.Tx, org ospo.OrgID, people []Ref) error {
	all, err := s.store.mappings(ctx, tx, org, ByDirectory)
	if err != nil {
		return err
	}
	return s.standBy(ctx, tx, org, all, people)
}

func (s *Service) standBy(ctx context.Context, tx *db.Tx, org ospo.OrgID, all []Mapping, people []Ref) error {
	posts, err := s.store.posts(ctx, tx, org, ByDirectory)
	if err != nil {
		return err
	}
	for _, p := range people {
		u, err := s.store.user(ctx, tx, org, p.ID)
		if fault.Of(err) == fault.NotFound && err != nil {
			continue // has left meanwhile
		} else if err != nil {
			return err
		}
		names, err := s.store.groupNames(ctx, tx, org, u.ID)
		if err != nil {
			return err
		}
		if err := s.seat(ctx, tx, org, u.Member, postsBy(posts, names)); err != nil {
			return err
		}
		if len(all) == 0 {
			continue
		}
		m := u.Member
		m.Level = s.Least
		if g, ok := s.best(all, names); ok {
			m.Level, m.Org = g.Level, g.Target
		}
		if m == u.Member {
			continue
		}
		if m.Org != u.Org { // rises above the house that may have prepared the account
			if err := s.People.Shed(ctx, tx, m.ID); err != nil {
				return err
			}
		}
		if err := s.People.Change(ctx, tx, m); err != nil {
			return err
		}
		if err := tx.Note(ctx, ospo.Act{Org: m.Org, Person: tx.Act.Person, What: "identity.stand", On: string(m.ID), Diff: stands(u.Member, m), Door: tx.Act.Door, Request: tx.Act.Request}); err != nil {
			return err
		}
	}
	return nil
}

// seat gives a person of a directory the roles that the groups there bring. Who gets one above
// the own house rises above whoever may have prepared the account.
func (s *Service) seat(ctx context.Context, tx *db.Tx, org ospo.OrgID, m Member, posts []Post) error {
	added, err := s.follow(ctx, tx, m.ID, directoryOf(org), posts)
	if err != nil {
		return err
	}
	for _, target := range added {
		if below, err := s.store.within(ctx, tx, m.Org, target); err != nil || !below {
			return either(err, s.People.Shed(ctx, tx, m.ID))
		}
	}
	return nil
}

// Groups lists groups; members says whether with who is in them.
func (s *Service) Groups(ctx context.Context, q Query, members bool) (l Listing, err error) {
	if q.filter, err = scim.ParseFilter(q.Filter); err != nil {
		return l, err
	}
	var page []Group
	if l.Total, page, err = s.store.groups(ctx, whose(ctx), q); err != nil {
		return l, err
	}
	for _, g := range page {
		var in []Ref
		if members {
			if in, err = s.store.members(ctx, s.store.db.Read(), g); err != nil {
				return l, err
			}
		}
		l.Resources = append(l.Resources, g.resource(in))
	}
	return l, nil
}
