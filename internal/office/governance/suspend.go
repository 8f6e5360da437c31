// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"strings"
	"unicode/utf8"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// SuspendOrg keeps out everybody of an organisation and of all below it, people and programs,
// until [Service.ResumeOrg]. Data stays. Only who stands above an organisation does so.
func (s *Service) SuspendOrg(ctx context.Context, act ospo.Act, org ospo.OrgID, reason string) (err error) {
	defer fault.Wrap(&err, "suspend %s", org)
	if reason = strings.TrimSpace(reason); reason == "" || !utf8.ValidString(reason) || utf8.RuneCountInString(reason) > longestReason {
		return fault.At("reason", "governance.suspend.reason", longestReason)
	}
	act.What, act.On = "governance.org.suspend", string(org)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.above(ctx, tx, act.Org, org); err != nil {
			return err
		}
		tx.Act.Org = about(act, org)
		return s.store.suspend(ctx, tx, org, reason)
	})
}

const longestReason = 500

// ResumeOrg lets an organisation in again.
func (s *Service) ResumeOrg(ctx context.Context, act ospo.Act, org ospo.OrgID) (err error) {
	defer fault.Wrap(&err, "resume %s", org)
	act.What, act.On = "governance.org.resume", string(org)
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.above(ctx, tx, act.Org, org); err != nil {
			return err
		}
		tx.Act.Org = about(act, org)
		return s.store.resume(ctx, tx, org)
	})
}

// above returns a fault unless from sees org and is another.
func (s *Service) above(ctx context.Context, tx *db.Tx, from, org ospo.OrgID) error {
	if err := s.store.reach(ctx, tx, from, org); err != nil {
		return err
	}
	if from == org {
		return fault.New(fault.Invalid, "governance.suspend.own")
	}
	return nil
}
