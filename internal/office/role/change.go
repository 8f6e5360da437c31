// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"
	"regexp"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Bounds of what a person writes.
const (
	longestName = 200   // characters of a name
	longestText = 2_000 // characters of a purpose, a reason, a decision
	mostLines   = 30    // responsibilities or competences
	mostGrants  = 100
)

var (
	keyForm   = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)
	grantForm = regexp.MustCompile(`^(\*|([a-z]+|\*)\.(\*|[a-z_]+))$`)
)

// Roles lists the roles as they apply in the viewer's organisation, retired ones last.
func (s *Service) Roles(ctx context.Context) ([]Role, error) {
	c, err := s.store.catalogue(ctx, s.store.db.Read(), door.From(ctx).Org)
	if err != nil {
		return nil, err
	}
	all := c.at(door.From(ctx).Org)
	slices.SortStableFunc(all, func(a, b Role) int { return map[bool]int{a.Retired: 1, b.Retired: -1}[a.Retired != b.Retired] })
	return all, s.mask(ctx, all)
}

// Names are the names of roles in the viewer's organisation, by their keys.
func (s *Service) Names(ctx context.Context) (map[string]string, error) {
	all, err := s.Roles(ctx)
	out := make(map[string]string, len(all))
	for _, r := range all {
		out[r.Key] = r.Name.In(door.From(ctx).Lang)
	}
	return out, err
}

// Role returns a role as it applies in the viewer's organisation.
func (s *Service) Role(ctx context.Context, key string) (Role, error) {
	all, err := s.Versions(ctx, key)
	if err != nil {
		return Role{}, err
	}
	return all[0], nil
}

// Versions lists what a role has been for the viewer's organisation, the present one
// first, what the program ships last.
func (s *Service) Versions(ctx context.Context, key string) ([]Role, error) {
	if !keyForm.MatchString(key) {
		return nil, fault.New(fault.NotFound, "role.unknown", key)
	}
	all, err := s.store.versions(ctx, s.store.db.Read(), door.From(ctx).Org, key)
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	if r, ok := base(key); ok {
		all = append(all, r)
	}
	if len(all) == 0 {
		return nil, fault.New(fault.NotFound, "role.unknown", key)
	}
	return all, s.mask(ctx, all)
}

// mask takes away the names of organisations that the viewer does not see: what is decided
// above holds below, but who stands above is not shown.
func (s *Service) mask(ctx context.Context, all []Role) error {
	for i, r := range all {
		if r.Org == "" {
			continue
		}
		if ok, err := s.store.sees(ctx, s.store.db.Read(), door.From(ctx).Org, r.Org); err != nil {
			return err
		} else if !ok {
			all[i].Org, all[i].OrgName, all[i].Maker = Above, "", ""
		}
	}
	return nil
}

// Above stands for an organisation above the viewer's, which is not shown.
const Above = "above"

// Change makes a new version of a role for the viewer's organisation and all below. The
// key of a role that does not exist yet adds it. Where a role that there is gets more
// permissions, a second person has to agree.
func (s *Service) Change(ctx context.Context, r Role, reason string) (o Outcome, err error) {
	defer fault.Wrap(&err, "change role %s", r.Key)
	if r, err = checkRole(r); err != nil {
		return o, err
	}
	if reason, err = words("reason", reason, longestText); err != nil {
		return o, err
	}
	v := door.From(ctx)
	more, err := s.more(ctx, r)
	if err != nil {
		return o, err
	}
	if len(more) > 0 && s.asks(ctx) {
		o.Proposal, err = s.proposeChange(ctx, r, more, reason)
		return o, err
	}
	return o, s.store.db.Write(ctx, v.Act("role.change", r.Key), func(tx *db.Tx) error {
		return s.keepVersion(ctx, tx, v.Org, r, reason)
	})
}

// Add is Change for a role that there must not be yet.
func (s *Service) Add(ctx context.Context, r Role, reason string) (Outcome, error) {
	if _, err := s.Role(ctx, r.Key); err == nil {
		return Outcome{}, fault.At("key", "role.taken", r.Key)
	} else if keyForm.MatchString(r.Key) && fault.Of(err) != fault.NotFound {
		return Outcome{}, err
	}
	return s.Change(ctx, r, reason)
}

// checkRole returns a role as it can be kept.
func checkRole(r Role) (_ Role, err error) {
	if !keyForm.MatchString(r.Key) {
		return r, fault.At("key", "role.key_form", r.Key)
	}
	if r.Name.DE, err = words("name_de", r.Name.DE, longestName); err != nil {
		return r, err
	}
	if r.Purpose.DE, err = words("purpose_de", r.Purpose.DE, longestText); err != nil {
		return r, err
	}
	for field, t := range map[string]*string{"name_en": &r.Name.EN, "purpose_en": &r.Purpose.EN} {
		if *t, err = fault.Text(field, *t, longestText); err != nil {
			return r, err
		}
	}
	for field, lines := range map[string][]Text{"responsibilities": r.Responsibilities, "competences": r.Competences} {
		if err := checkLines(field, lines); err != nil {
			return r, err
		}
	}
	r.Grants = slices.Compact(slices.Sorted(slices.Values(r.Grants)))
	if i := slices.IndexFunc(r.Grants, func(g string) bool { return len(g) > 100 || !grantForm.MatchString(g) }); i >= 0 {
		return r, fault.At("grants", "role.grant_form", r.Grants[i])
	}
	if len(r.Grants) > mostGrants {
		return r, fault.At("grants", "role.grants_many", len(r.Grants), mostGrants)
	}
	return r, nil
}

func checkLines(field string, lines []Text) error {
	if len(lines) > mostLines {
		return fault.At(field, "role.lines_many", len(lines), mostLines)
	}
	for _, t := range lines {
		if _, err := words(field, t.DE, longestText); err != nil {
			return err
		}
		if _, err := fault.Text(field, t.EN, longestText); err != nil {
			return err
		}
	}
	return nil
}

// words returns a text that must be there, without blanks around it.
func words(field, text string, most int) (string, error) {
	text, err := fault.Text(field, text, most)
	if err == nil && text == "" {
		err = fault.At(field, "role.missing."+field)
	}
	return text, err
}
