// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// System is the organisation that stands for the instance itself: the command line and
// the server's own work act for it, and may touch every organisation.
const System ospo.OrgID = "system"

// Kinds are the kinds of organisation, in the order in which they are offered.
var Kinds = []string{"city", "municipality", "district", "state", "provider", "department", "enterprise", "other"}

// Deepest is how many levels the tree of organisations may have.
const Deepest = 24

const longestName = 200

// An Org is an organisation: a city, a department, an IT provider.
type Org struct {
	ID      ospo.OrgID `json:"id"`
	Parent  ospo.OrgID `json:"parent,omitempty" doc:"The organisation above; absent at the top."`
	Name    string     `json:"name"`
	Kind    string     `json:"kind" doc:"city, municipality, district, state, provider, department, enterprise or other."`
	Created time.Time  `json:"created"`
}

// AddOrg adds an organisation below one that the act's organisation sees; without a
// parent only for [System]. An empty ID gets a new one. TreeChanged is told.
func (s *Service) AddOrg(ctx context.Context, act ospo.Act, o Org) (id ospo.OrgID, err error) {
	defer fault.Wrap(&err, "add organisation %s", o.Name)
	if o.Name, err = checkName("name", o.Name); err != nil {
		return "", err
	}
	if err := checkKind(o.Kind); err != nil {
		return "", err
	}
	if o.ID == "" {
		o.ID = ospo.OrgID(db.NewID())
	}
	if o.ID == System || len(o.ID) > longestName {
		return "", fault.At("id", "governance.org.id_taken", o.ID)
	}
	act.What, act.On = "governance.org.add", string(o.ID)
	return o.ID, s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.store.reach(ctx, tx, act.Org, o.Parent); err != nil {
			return err
		}
		if err := s.store.addOrg(ctx, tx, o); err != nil {
			return err
		}
		return s.treeChanged(ctx, tx)
	})
}

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
