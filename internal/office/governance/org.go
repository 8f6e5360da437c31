// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// System is the organisation that stands for the instance itself: the command line and
// the server's own work act for it, and may touch every organisation.
const System ospo.OrgID = "system"

// Kinds are the kinds of organisation, in the order in which they are offered.
var Kinds = []string{"city", "municipality", "district", "state", "provider", "department", "enterprise", "agency"}

// Deepest is how many levels the tree of organisations may have.
const Deepest = 24

const longestName = 200

// An Org is an organisation: a city, a department, an IT provider.
type Org struct {
	ID      ospo.OrgID `json:"id"`
	Parent  ospo.OrgID `json:"parent,omitempty" doc:"The organisation above; absent at the top."`
	Name    string     `json:"name"`
	Kind    string     `json:"kind" doc:"city, municipality, district, state, provider, department, enterprise or agency."`
	Created time.Time  `json:"created"`
}

// AddOrg adds an organisation below one that the act's organisation sees; without a
// parent only for [System]. An empty ID gets a new one. TreeChanged is not told: what is new
// and empty changes what nobody sees.
func (s *Service) AddOrg(ctx context.Context, act ospo.Act, o Org) (id ospo.OrgID, err error) {
	defer fault.Wrap(&err, "add organisation %s", o.Name)
	if o, err = checkNew(o); err != nil {
		return "", err
	}
	act.What, act.On = "governance.org.add", string(o.ID)
	return o.ID, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.store.reach(ctx, tx, act.Org, o.Parent); err != nil {
			return err
		}
		if err := s.store.addOrg(ctx, tx, o); err != nil {
			return err
		}
		tx.Act.Diff = change.Added(o, "created")
		tx.Act.Org = about(act, o.ID)
		return nil
	})
}

// about is the organisation in whose log an act stands: what the instance does to one is
// that one's, for the instance's own log is read at the top of every tree.
func about(act ospo.Act, org ospo.OrgID) ospo.OrgID {
	if act.Org == System {
		return org
	}
	return act.Org
}

// checkNew returns an organisation as it can be added, with an ID.
func checkNew(o Org) (_ Org, err error) {
	if o.Name, err = checkName("name", o.Name); err != nil {
		return o, err
	}
	if err := checkKind(o.Kind); err != nil {
		return o, err
	}
	if o.ID == "" {
		o.ID = ospo.OrgID(db.NewID())
	}
	if !isID(o.ID) || o.ID == System {
		return o, fault.At("id", "governance.org.id_taken", o.ID)
	}
	return o, nil
}

// An ID stands in addresses and on command lines.
var plainID = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// isID reports whether something can be an id at all. What cannot is not looked for: not
// every database takes every byte for a text.
func isID[T ~string](id T) bool { return plainID.MatchString(string(id)) }

// ChangeOrg renames an organisation, changes its kind, or moves it, with all below it, to
// another parent. Where the act's organisation stands in the tree only those above decide.
func (s *Service) ChangeOrg(ctx context.Context, act ospo.Act, o Org) (err error) {
	defer fault.Wrap(&err, "change organisation %s", o.ID)
	if o.Name, err = checkName("name", o.Name); err != nil {
		return err
	}
	if err := checkKind(o.Kind); err != nil {
		return err
	}
	act.What, act.On = "governance.org.change", string(o.ID)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.changeOrgIn(ctx, tx, act.Org, o) })
}

func (s *Service) changeOrgIn(ctx context.Context, tx *db.Tx, from ospo.OrgID, o Org) error {
	if err := s.store.reach(ctx, tx, from, o.ID); err != nil {
		return err
	}
	if err := s.store.turn(ctx, tx); err != nil {
		return err
	}
	was, err := s.store.org(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	tx.Act.Diff = change.Between(was, o, "created")
	if err := s.store.changeOrg(ctx, tx, o); err != nil || was.Parent == o.Parent {
		return err
	}
	return s.move(ctx, tx, from, o)
}

func (s *Service) move(ctx context.Context, tx *db.Tx, from ospo.OrgID, o Org) error {
	if o.ID == from {
		return fault.At("parent", "governance.org.own")
	}
	if err := s.store.reach(ctx, tx, from, o.Parent); err != nil {
		return fault.At("parent", "governance.org.not_found")
	}
	if err := s.store.reach(ctx, tx, o.ID, o.Parent); err == nil {
		return fault.At("parent", "governance.org.circle")
	}
	if err := s.store.unhang(ctx, tx, o.ID); err != nil {
		return err
	}
	if err := s.store.hang(ctx, tx, o.Parent, o.ID); err != nil {
		return err
	}
	return s.treeChanged(ctx, tx)
}

// Org returns an organisation that the viewer sees.
func (s *Service) Org(ctx context.Context, id ospo.OrgID) (o Org, err error) {
	if err := s.store.reach(ctx, s.store.db.Read(), door.From(ctx).Org, id); err != nil {
		return o, err
	}
	return s.store.org(ctx, s.store.db.Read(), id)
}

// AllOrgs lists every organisation, the upper levels first: for the command line, which
// opens the database itself.
func (s *Service) AllOrgs(ctx context.Context) ([]Org, error) { return s.store.all(ctx) }

func (s *Service) treeChanged(ctx context.Context, tx *db.Tx) error {
	for _, tell := range s.TreeChanged {
		if err := tell(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// checkName returns a name without blanks around it, or what is wrong with it.
func checkName(field, name string) (string, error) {
	name = strings.Join(strings.Fields(name), " ")
	switch {
	case name == "":
		return "", fault.At(field, "governance.name_missing")
	case utf8.RuneCountInString(name) > longestName || !utf8.ValidString(name) || strings.ContainsRune(name, 0):
		return "", fault.At(field, "governance.name_long", longestName)
	}
	return name, nil
}

func checkKind(kind string) error {
	if !slices.Contains(Kinds, kind) {
		return fault.At("kind", "governance.org.kind_unknown", kind)
	}
	return nil
}
