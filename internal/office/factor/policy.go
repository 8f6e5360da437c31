// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package factor

import (
	"context"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Rules are whom an organisation can ask for a second factor, the mildest first: nobody,
// who administers, everybody with an account. Of those of an organisation and all above it
// the strictest counts.
var Rules = []string{"nobody", "admin", "all"}

// SetRule sets the rule of the viewer's organisation. It holds from the next sign-in on.
func (s *Service) SetRule(ctx context.Context, rule string) (err error) {
	defer fault.Wrap(&err, "set the rule for second factors")
	if !slices.Contains(Rules, rule) {
		return fault.At("rule", "factor.rule_unknown", rule)
	}
	v := door.From(ctx)
	return s.store.db.Write(ctx, v.Act("factor.rule.set", string(v.Org)), func(tx *db.Tx) error {
		return s.store.setRule(ctx, tx, v.Org, rule)
	})
}

// Rule returns the own rule of an organisation and the one that counts there.
func (s *Service) Rule(ctx context.Context, org ospo.OrgID) (own, counts string, err error) {
	all, err := s.store.rules(ctx, org)
	own, counts = Rules[0], Rules[0]
	for of, rule := range all {
		if of == org {
			own = rule
		}
		if slices.Index(Rules, rule) > slices.Index(Rules, counts) {
			counts = rule
		}
	}
	return own, counts, err
}

// Wanted reports whether a person needs a second factor.
func (s *Service) Wanted(ctx context.Context, person ospo.PersonID) (bool, error) {
	m, err := s.store.member(ctx, person)
	if err != nil {
		return false, err
	}
	_, rule, err := s.Rule(ctx, m.org)
	if err != nil || rule != "admin" {
		return rule == "all", err
	}
	return s.Administers(ctx, person)
}
