// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/pace"
)

type store struct {
	db             *db.DB
	idle, absolute time.Duration // of sessions
}

// New returns the organisations and people kept in d.
func New(d *db.DB) *Service {
	return &Service{store: store{d, Idle, Absolute}, guard: newGuard(), busy: make(chan struct{}, 1), resting: pace.Meter{Burst: 1, Every: time.Minute}}
}

// reach returns a fault unless an organisation lies within what from sees. Only the
// instance itself reaches everything, and what lies above the top.
func (s store) reach(ctx context.Context, q db.Querier, from, org ospo.OrgID) error {
	if from == System && org == "" {
		return nil
	}
	if !isID(org) {
		return fault.New(fault.NotFound, "governance.org.not_found")
	}
	n, err := db.Count(ctx, q, `
		SELECT count(*) FROM governance_scope WHERE org = $1 AND (root = $2 OR $3 = 'system' AND root = org)`, org, from, from)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "governance.org.not_found")
	}
	return err
}

// stamp writes a time as it is kept; the zero time is the empty text.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(db.Clock)
}
