// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"

	"allmende/internal/office"
	"allmende/internal/platform/db"
)

// Service is the organisations, the people and their accounts.
type Service struct {
	store store

	// TreeChanged is called, within the transaction, when organisations were added or moved.
	TreeChanged []func(ctx context.Context, tx *db.Tx) error
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "governance", Files: files}
}
