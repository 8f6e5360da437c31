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

// A Mapping says what a group elsewhere means here: a level in an organisation, or a role.
type Mapping struct {
	ID         string     `json:"id"`
	Org        ospo.OrgID `json:"org" doc:"Whose provider or directory it is."`
	Source     string     `json:"source" doc:"Id of a provider, or scim for the directory."`
	Value      string     `json:"value" doc:"The group as the source calls it."`
	Target     ospo.OrgID `json:"target" doc:"Where level or role count."`
	TargetName string     `json:"targetName"`
	Level      string     `json:"level,omitempty" doc:"Level that the group gives; else it gives a role."`
	Role       string     `json:"role,omitempty" doc:"Key of the role that the group gives."`
}

const mostMappings = 1000

// Mappings lists those of the organisations that the viewer sees.
func (s *Service) Mappings(ctx context.Context) ([]Mapping, error) {
	return s.store.mappingsIn(ctx, door.From(ctx).Org)
}

// Mapping returns one of them.
func (s *Service) Mapping(ctx context.Context, id string) (Mapping, error) {
	return s.store.meaning(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// An Outcome says what came of an act: it is done, or waits for a second person.
type Outcome struct {
	ID       string `json:"id,omitempty" doc:"Of what was made, where it is done."`
	Proposal string `json:"proposal,omitempty" doc:"Id of the proposal, where it waits for a second person."`
}

// AddMapping adds one. Source and target must be in the viewer's view, and nobody gives
// away a level or a role that reaches further than the source: the target is the source's
// organisation or one below it. Nobody gives by a group what they could not give by hand, and
// what would want a second person then wants one here, too.
func (s *Service) AddMapping(ctx context.Context, m Mapping) (o Outcome, err error) {
	defer fault.Wrap(&err, "add mapping")
	v := door.From(ctx)
	if m.Org, err = s.owner(ctx, m.Source); err != nil {
		return o, err
	}
	if m.Value = word(m.Value); m.Value == "" {
		return o, fault.At("value", "identity.mapping.value_missing")
	}
	if ok, err := s.store.within(ctx, s.store.db.Read(), m.Org, m.Target); err != nil || !ok {
		return o, either(err, fault.At("target", "identity.mapping.target_far"))
	}
	waits, err := s.judge(ctx, m)
	if err != nil {
		return o, err
	}
	m.ID = db.NewID()
	if waits {
		o.Proposal, err = s.propose(ctx, m)
		return o, err
	}
	o.ID = m.ID
	return o, s.store.db.Write(ctx, v.ActFor(m.Org, "identity.mapping.add", m.Source+": "+m.Value), func(tx *db.Tx) error {
		return s.addMappingNow(ctx, tx, m)
	})
}

// judge returns a fault where the viewer cannot give what a mapping gives, and reports
// whether it waits for a second person.
func (s *Service) judge(ctx context.Context, m Mapping) (waits bool, err error) {
	v := door.From(ctx)
	if m.Role != "" {
		if m.Level != "" || s.Roles == nil {
			return false, fault.At("gives", "identity.mapping.level_unknown", m.Level)
		}
		waits, err := s.Roles.Gives(ctx, m.Role, m.Target)
		if err != nil && fault.Of(err) == fault.Forbidden {
			err = fault.At("gives", "identity.mapping.role_above")
		} else if err != nil && fault.Of(err) == fault.Invalid {
			err = fault.At("gives", "identity.mapping.role_unknown", m.Role)
		}
		return waits, err
	}
	if !slices.Contains(s.Levels, m.Level) {
		return false, fault.At("gives", "identity.mapping.level_unknown", m.Level)
	}
	if slices.ContainsFunc(s.Gives(m.Level), func(p string) bool { return !v.May(p) }) {
		return false, fault.At("gives", "identity.mapping.level_above")
	}
	if s.Waits == nil {
		return false, nil
	}
	return s.Waits(ctx, m.Level, m.Target)
}

// addMappingNow adds a mapping; whom a directory names has what it gives at once.
func (s *Service) addMappingNow(ctx context.Context, tx *db.Tx, m Mapping) error {
	if err := s.store.addMapping(ctx, tx, m); err != nil || m.Source != ByDirectory {
		return err
	}
	return s.standNamed(ctx, tx, m.Org, m.Value)
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
// brought them, and where it is a role that no other group gives; else at the next sign-in.
func (s *Service) DropMapping(ctx context.Context, id string) error {
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.Act("identity.mapping.drop", id), func(tx *db.Tx) error {
		m, err := s.store.dropMapping(ctx, tx, v.Org, id)
		tx.Act.Org, tx.Act.On = m.Org, m.Source+": "+m.Value
		if err != nil {
			return err
		}
		if m.Source == ByDirectory {
			if err := s.standNamed(ctx, tx, m.Org, m.Value); err != nil {
				return err
			}
		}
		if n, err := s.store.giving(ctx, tx, m); err != nil || n > 0 || m.Role == "" {
			return err
		}
		return s.Roles.Vacate(ctx, tx, sourceOf(m), m.Role, m.Target)
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
