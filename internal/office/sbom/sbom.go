// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"

	"allmende/internal/engine/bom"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
	"allmende/internal/platform/lang"
)

// Service takes bills of materials in and tells what they say.
type Service struct {
	store store
	blobs blob.Store
	queue *job.Queue

	lanes      lanes
	ferry      ferry
	shelf      shelf
	numbers    numbers
	readers    chan struct{} // one for each document being read
	known      *known        // packages
	knownTerms *known

	// Texts are those of all rooms, for faults of others that stand in an answer; without
	// them the room's own are used.
	Texts lang.Catalogue

	// Limits bound what uploads may cost.
	Limits Limits

	// Ensure finds or registers software and release for the organisation that acts.
	// The estate is introduced here.
	Ensure func(ctx context.Context, tx *db.Tx, software, version, purl string) (release ospo.ReleaseID, created bool, err error)

	// Arrived is called within the transaction that takes a document in.
	Arrived []func(ctx context.Context, tx *db.Tx, a bom.Arrival) error
	// Shelved is called after many documents were worked in: a time to tidy up after them.
	Shelved []func(ctx context.Context) error
	// Received is called after each transaction that took documents in.
	Received []func(ctx context.Context) error

	// Findings counts the known vulnerabilities of a release for the answer to an
	// upload; nil where nobody knows any.
	Findings func(ctx context.Context, release ospo.ReleaseID) (Findings, error)

	// Licences judges the licences of a release for the answer to an upload; nil where
	// nobody does.
	Licences func(ctx context.Context, release ospo.ReleaseID) (*LicenceVerdict, error)
}

// LicenceVerdict is a verdict on the licences of a release, with how many packages have which.
type LicenceVerdict struct {
	Verdict string `json:"verdict" enum:"allow,review,unknown,deny"`
	Deny    int    `json:"deny"`
	Unknown int    `json:"unknown"`
	Review  int    `json:"review"`
	Allow   int    `json:"allow"`
	Profile string `json:"profile" doc:"Id of the profile."`
	Version string `json:"version" doc:"Of the profile."`
	Href    string `json:"href" doc:"The page with the reasons."`
}

// Findings counts known vulnerabilities by severity.
type Findings struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Unknown  int `json:"unknown" doc:"Without a severity."`

	Unchecked int `json:"unchecked" doc:"Packages that could not be checked, for example because no advisories are loaded for them. They are not clean."`
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "sbom", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Fields: s.fields, Sign: s.sign, Release: panels(s)}
}

// tongue is the language of whoever asks.
func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return "en"
}
