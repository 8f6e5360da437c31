// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package office says what a room is: one task of an open-source office, with its own
// tables, pages, operations and words.
package office

import (
	"context"
	"io/fs"

	"allmende/internal/ospo"
	"allmende/internal/platform/api"
	"allmende/internal/platform/expiry"
	"allmende/internal/platform/transfer"
	"allmende/internal/platform/web"
)

// A Room is one folder below internal/office. Its name is the folder's name, the first
// word of its tables, of its paths and of its permissions.
type Room struct {
	Name   string
	Files  fs.FS            // migrations/, templates/ and lang/
	Rows   []transfer.Table // those of its tables that have organisations, in the order of insertion
	Stocks []expiry.Stock   // what it does not keep for ever

	Nav   []web.Entry
	Pages []web.Page
	Ops   []api.Op

	Permits []string      // permissions that are asked for within pages and operations
	Foreign []api.Foreign // routes of protocols that others have laid down

	Fields  func(ctx context.Context) ([]web.Field, error)                      // cards of the overview
	Sign    func(ctx context.Context, release ospo.ReleaseID) (web.Sign, error) // its sign on a release
	Release []web.Panel                                                         // its panels on a release
	Licence []web.Panel                                                         // its panels on a licence

	Software, Advisory, Case []web.Panel // its panels on a software, an advisory, a case
	Under                    string      // room whose permission to read its panels ask for; empty: its own
}
