// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"time"

	"allmende/internal/ospo"
)

// An Event is one entry of the log about a thing of the register.
type Event struct {
	What   string
	Person string // name, or empty where no person did it
	Door   string
	At     time.Time
}

// timeline lists what the viewer's tree did to the things with the given ids, the latest first.
func (s *Service) timeline(ctx context.Context, root ospo.OrgID, ids ...string) ([]Event, error) {
	return s.store.events(ctx, root, ids[:min(len(ids), most)], 20)
}
