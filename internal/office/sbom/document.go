// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"time"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// document is one row of what was taken in.
type document struct {
	id      ospo.DocumentID
	org     ospo.OrgID
	release ospo.ReleaseID
	sum     string
	Figures
	notes    []Flaw
	uploaded time.Time
	person   ospo.PersonID
	current  bool
}

// fill puts the facts of a document into its receipt.
func (r *Receipt) fill(d document, state string) {
	r.State, r.Document, r.Sum, r.Figures = state, number(d.id), d.sum, d.Figures
	r.Warnings, r.Uploaded, r.Href = d.notes, d.uploaded, pageOf(d.id)
}

// kept writes a time as the database keeps it; the zero time is unknown.
func kept(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(db.Clock)
}
