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
	"allmende/internal/platform/change"
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
		tx.Act.Diff = change.Added(u.told())
		return s.store.keepUser(ctx, tx, whose(ctx), u)
	})
}

// told is a person as the log tells what a directory made of them.
func (u User) told() map[string]string {
	return map[string]string{"login": u.Login, "name": u.Name, "external": u.External, "mail": u.Mail, "closed": map[bool]string{true: "yes"}[u.Closed]}
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
	groups, err := s.store.groupsOf(ctx, s.store.db.Read(), whose(ctx), u.ID)
	return u, groups[u.ID], err
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
		in, err := s.store.groupsOf(ctx, tx, whose(ctx), was.ID)
		if err != nil {
			return err
		}
		groups = in[was.ID] // which are not a person's to change
		m, err := f(was.resource(groups))
		if err != nil {
			return err
		}
		if u, err = readUser(renamed(was, m), was); err != nil {
			return err
		}
		tx.Act.Org = u.Org
		return s.alter(ctx, tx, was, &u)
	})
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

// guard refuses what would hand an account to somebody else, where that account could agree to
// something: another login, to which letters go; another id, by which a provider's people are
// recognised; opening it again. Two people do that here.
func (s *Service) guard(ctx context.Context, was, u User) error {
	if s.Guarded == nil || u.Login == was.Login && u.External == was.External && (u.Closed || !was.Closed) {
		return nil
	}
	if heavy, err := s.Guarded(ctx, was.ID); err != nil || !heavy {
		return err
	}
	return fault.New(fault.Forbidden, "identity.scim.guarded", was.Name)
}

func (s *Service) alter(ctx context.Context, tx *db.Tx, was User, u *User) error {
	if err := s.guard(ctx, was, *u); err != nil {
		return err
	}
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
	tx.Act.Diff = change.Between(was.told(), u.told())
	return s.store.keepUser(ctx, tx, whose(ctx), *u)
}

// DropUser closes an account for good and frees its login. What the person did stays in the
// log under the name. f may refuse it.
func (s *Service) DropUser(ctx context.Context, id string, f Change) error {
	act := door.From(ctx).Act("identity.user.drop", id)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		u, err := s.store.user(ctx, tx, whose(ctx), id)
		if err != nil {
			return err
		}
		in, err := s.store.groupsOf(ctx, tx, whose(ctx), u.ID)
		if err != nil {
			return err
		}
		if _, err := f(u.resource(in[u.ID])); err != nil {
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

// Words are those by which a directory and providers know a person, beside the account's own.
func (s *Service) Words(ctx context.Context, tx *db.Tx, person ospo.PersonID) ([]string, error) {
	return s.store.words(ctx, tx, person)
}

// A Query is what a directory asks for.
type Query struct {
	Filter     string
	Start      int // of the first one wanted, from 1
	Count      int
	SortBy     string // path of an attribute; empty: in the order in which they came
	Descending bool

	filter scim.Filter
}

// A Listing is a part of what was asked for.
type Listing struct {
	Total     int
	Resources []map[string]any
}

// Users lists people.
func (s *Service) Users(ctx context.Context, q Query) (l Listing, err error) {
	if q.filter, err = scim.ParseFilter(q.Filter); err != nil {
		return l, err
	}
	var page []User
	if l.Total, page, err = s.store.users(ctx, whose(ctx), q); err != nil {
		return l, err
	}
	ids := make([]ospo.PersonID, len(page))
	for i, u := range page {
		ids[i] = u.ID
	}
	groups, err := s.store.groupsOf(ctx, s.store.db.Read(), whose(ctx), ids...)
	for _, u := range page {
		l.Resources = append(l.Resources, u.resource(groups[u.ID]))
	}
	return l, err
}
