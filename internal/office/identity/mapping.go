// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package identity

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// ByDirectory is the source of mappings for groups that a directory brings (SCIM); all
// others are ids of providers.
const ByDirectory = "scim"

// A Mapping says what a group elsewhere means here: a level, in an organisation.
type Mapping struct {
	ID         string
	Org        ospo.OrgID // whose provider or directory it is
	Source     string     // the id of a provider, or ByDirectory
	Value      string     // the group as the source calls it
	Target     ospo.OrgID
	TargetName string
	Level      string
}

const mostMappings = 1000

// Mappings lists those of the organisations that the viewer sees.
func (s *Service) Mappings(ctx context.Context) ([]Mapping, error) {
	return s.store.mappingsIn(ctx, door.From(ctx).Org)
}

// AddMapping adds one. Source and target must be in the viewer's view, and nobody gives
// away a level that reaches further than the source: the target is the source's
// organisation or one below it.
func (s *Service) AddMapping(ctx context.Context, m Mapping) (err error) {
	defer fault.Wrap(&err, "add mapping")
	v := door.From(ctx)
	if m.Org, err = s.owner(ctx, m.Source); err != nil {
		return err
	}
	if m.Value = word(m.Value); m.Value == "" {
		return fault.At("value", "identity.mapping.value_missing")
	}
	if !slices.Contains(s.Levels, m.Level) {
		return fault.At("level", "identity.mapping.level_unknown", m.Level)
	}
	if slices.ContainsFunc(s.Gives(m.Level), func(p string) bool { return !v.May(p) }) {
		return fault.At("level", "identity.mapping.level_above")
	}
	m.ID = db.NewID()
	return s.store.db.Write(ctx, v.ActFor(m.Org, "identity.mapping.add", m.Source+": "+m.Value), func(tx *db.Tx) error {
		if ok, err := s.store.within(ctx, tx, m.Org, m.Target); err != nil || !ok {
			return either(err, fault.At("target", "identity.mapping.target_far"))
		}
		if err := s.store.addMapping(ctx, tx, m); err != nil || m.Source != ByDirectory {
			return err
		}
		return s.standNamed(ctx, tx, m.Org, m.Value)
	})
}

// standNamed gives those in a group of an organisation's directory what their groups bring.
func (s *Service) standNamed(ctx context.Context, tx *db.Tx, org ospo.OrgID, group string) error {
	members, err := s.store.membersNamed(ctx, tx, org, group)
	if err != nil {
		return err
	}
	all, err := s.store.mappings(ctx, tx, org, ByDirectory)
	if err != nil {
		return err
	}
	return s.standBy(ctx, tx, org, all, members)
}

// DropMapping takes one away. Who has rights by it loses them: at once where a directory
// brought them, else at the next sign-in.
func (s *Service) DropMapping(ctx context.Context, id string) error {
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.Act("identity.mapping.drop", id), func(tx *db.Tx) error {
		m, err := s.store.dropMapping(ctx, tx, v.Org, id)
		tx.Act.Org, tx.Act.On = m.Org, m.Source+": "+m.Value
		if err != nil || m.Source != ByDirectory {
			return err
		}
		return s.standNamed(ctx, tx, m.Org, m.Value)
	})
}

// owner returns whose a source is: the viewer's own for the directory.
func (s *Service) owner(ctx context.Context, source string) (ospo.OrgID, error) {
	v := door.From(ctx)
	if source == ByDirectory {
		return v.Org, nil
	}
	d := s.desk(source)
	if d == nil {
		return "", fault.At("source", "identity.mapping.source_unknown")
	}
	ok, err := s.store.within(ctx, s.store.db.Read(), v.Org, d.Org)
	if err != nil || !ok {
		return "", either(err, fault.At("source", "identity.mapping.source_unknown"))
	}
	return d.Org, nil
}

// either returns the first error that is one.
func either(err, or error) error {
	if err != nil {
		return err
	}
	return or
}
