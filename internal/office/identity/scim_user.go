// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/scim"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// AddUser adds a person of a directory, with the rights that all get; groups give more.
func (s *Service) AddUser(ctx context.Context, m map[string]any) (_ User, err error) {
	u, err := readUser(m, User{Member: Member{Org: whose(ctx)}})
	if err != nil {
		return u, err
	}
	u.Level = s.Least
	act := door.From(ctx).Act("identity.user.add", "")
	return u, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if u.ID, err = s.People.Add(ctx, tx, u.Member); err != nil {
			return taken(err)
		}
		tx.Act.On = string(u.ID)
		if u.Closed {
			if err := s.People.Close(ctx, tx, u.ID); err != nil {
				return err
			}
		}
		u.Created, u.Changed = db.Time(tx.Now), db.Time(tx.Now)
		return s.store.keepUser(ctx, tx, whose(ctx), u)
	})
}

// taken says that a login is somebody's already in the way that directories understand.
func taken(err error) error {
	if fault.Of(err) == fault.Invalid && slices.ContainsFunc(fault.Say(err), func(e *fault.Error) bool { return e.Key == "governance.login_taken" }) {
		return fault.Because(err, fault.Conflict, "identity.scim.taken")
	}
	return err
}

// User returns a person of the directory's organisation or one below it.
func (s *Service) User(ctx context.Context, id string) (User, []Ref, error) {
	u, err := s.store.user(ctx, s.store.db.Read(), whose(ctx), id)
	if err != nil {
		return u, nil, err
	}
	groups, err := s.store.groupsOf(ctx, whose(ctx), u.ID)
	return u, groups, err
}

// A Change turns a resource as it is into what it should be.
type Change func(resource map[string]any) (map[string]any, error)

// Whole replaces a resource by another (PUT).
func Whole(m map[string]any) Change {
	return func(map[string]any) (map[string]any, error) { return m, nil }
}

// Steps applies operations to it (PATCH). A formatted name that they change wins over the
// display name that they leave alone.
func Steps(ops []scim.Operation) Change {
	return func(m map[string]any) (map[string]any, error) {
		shown, whole := word(scim.Of(m, "displayName")), formatted(m)
		err := scim.Patch(m, ops)
		if now := formatted(m); now != "" && now != whole && word(scim.Of(m, "displayName")) == shown {
			delete(m, "displayName")
		}
		return m, err
	}
}

func formatted(m map[string]any) string {
	name, _ := scim.Of(m, "name").(map[string]any)
	return word(scim.Of(name, "formatted"))
}

// ChangeUser changes a person. Who is not active any more is out at once: sessions end,
// tokens rest.
func (s *Service) ChangeUser(ctx context.Context, id string, f Change) (u User, groups []Ref, err error) {
	act := door.From(ctx).Act("identity.user.change", id)
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		was, err := s.store.user(ctx, tx, whose(ctx), id)
		if err != nil {
			return err
		}
		m, err := f(was.resource(nil))
		if err != nil {
			return err
		}
		if u, err = readUser(renamed(was, m), was); err != nil {
			return err
		}
		tx.Act.Org = u.Org
		return s.alter(ctx, tx, was, &u)
	})
	if err == nil {
		groups, err = s.store.groupsOf(ctx, whose(ctx), u.ID)
	}
	return u, groups, err
}

// renamed drops the names that were made of others, where those others have changed: else
// somebody who marries would keep the old display name.
func renamed(was User, m map[string]any) map[string]any {
	name, _ := scim.Of(m, "name").(map[string]any)
	given, family := word(scim.Of(name, "givenName")), word(scim.Of(name, "familyName"))
	if word(scim.Of(m, "displayName")) == was.Name && formatted(m) == was.Name && (given != was.Given || family != was.Family) {
		delete(m, "displayName")
		delete(name, "formatted")
	}
	return m
}

func (s *Service) alter(ctx context.Context, tx *db.Tx, was User, u *User) error {
	if u.Member.Login != was.Login || u.Name != was.Name {
		if err := s.People.Change(ctx, tx, u.Member); err != nil {
			return taken(err)
		}
	}
	if u.Closed != was.Closed {
		move, what := s.People.Reopen, "identity.user.reopen"
		if u.Closed {
			move, what = s.People.Close, "identity.user.close"
		}
		if err := move(ctx, tx, u.ID); err != nil {
			return err
		}
		tx.Act.What = what
	}
	u.Changed = db.Time(tx.Now)
	return s.store.keepUser(ctx, tx, whose(ctx), *u)
}

// DropUser closes an account for good and frees its login. What the person did stays in the
// log under the name.
func (s *Service) DropUser(ctx context.Context, id string) error {
	act := door.From(ctx).Act("identity.user.drop", id)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		u, err := s.store.user(ctx, tx, whose(ctx), id)
		if err != nil {
			return err
		}
		tx.Act.Org, u.Login = u.Org, ""
		if err := s.People.Close(ctx, tx, u.ID); err != nil {
			return err
		}
		if err := s.People.Change(ctx, tx, u.Member); err != nil {
			return err
		}
		if err := s.store.leaveGroups(ctx, tx, u.ID); err != nil {
			return err
		}
		if _, err := s.follow(ctx, tx, u.ID, directoryOf(whose(ctx)), nil); err != nil {
			return err
		}
		return s.store.goneUser(ctx, tx, whose(ctx), u)
	})
}

// A Query is what a directory asks for.
type Query struct {
	Filter string
	Start  int // of the first one wanted, from 1
	Count  int
}

// A Listing is a part of what was asked for.
type Listing struct {
	Total     int
	Resources []map[string]any
}

// Users lists people. What a filter needs beyond a login or an id is looked at one by one.
func (s *Service) Users(ctx context.Context, q Query) (l Listing, err error) {
	f, err := scim.ParseFilter(q.Filter, "id", "externalId")
	if err != nil {
		return l, err
	}
	var narrow sieve
	narrow.login, _ = f.Equal("userName")
	narrow.external, _ = f.Equal("externalId")
	narrow.id, _ = f.Equal("id")
	narrow.login = strings.ToLower(narrow.login)
	groups := map[ospo.PersonID][]Ref{}
	if strings.Contains(strings.ToLower(q.Filter), "groups") {
		if groups, err = s.store.allGroups(ctx, whose(ctx)); err != nil {
			return l, err
		}
	}
	var page []User
	for u, err := range s.store.users(ctx, whose(ctx), narrow) {
		if err != nil {
			return l, err
		}
		if !f.All() && !f.Match(u.resource(groups[u.ID])) {
			continue
		}
		if l.Total++; l.Total >= q.Start && len(page) < q.Count {
			page = append(page, u)
		}
	}
	for _, u := range page {
		g, err := s.store.groupsOf(ctx, whose(ctx), u.ID)
		if err != nil {
			return l, err
		}
		l.Resources = append(l.Resources, u.resource(g))
	}
	return l, nil
}
