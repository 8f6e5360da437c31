// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// turn makes a version of a role that differs from the present one in its state alone.
func (s *Service) turn(ctx context.Context, act ospo.Act, key, reason string, retired bool) (err error) {
	defer fault.Wrap(&err, "turn role %s", key)
	r, err := s.Role(ctx, key)
	if err != nil {
		return err
	}
	if r.Retired == retired {
		return fault.New(fault.Conflict, map[bool]string{true: "role.retired_already", false: "role.active_already"}[retired], key)
	}
	if reason, err = words("reason", reason, longestText); err != nil {
		return err
	}
	r.Retired = retired
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		return s.store.addVersion(ctx, tx, act.Org, r, reason)
	})
}
