// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"allmende/internal/engine/bom"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

type store struct{ db *db.DB }

// New returns the bills of materials kept in d, their raw documents in blobs; long work
// goes through queue.
func New(d *db.DB, blobs blob.Store, queue *job.Queue) *Service {
	return &Service{store: store{d}, blobs: blobs, queue: queue, Limits: bom.Defaults}
}
