// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"encoding/json"
	"errors"
	"runtime"
	"time"

	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

type store struct{ db *db.DB }

// New returns the bills of materials kept in d, their raw documents in blobs; long work
// goes through queue.
func New(d *db.DB, blobs blob.Store, queue *job.Queue) *Service {
	s := &Service{
		store: store{d}, blobs: blobs, queue: queue, Limits: Defaults,
		lanes: newLanes(), readers: make(chan struct{}, runtime.GOMAXPROCS(0)), known: newKnown(), knownTerms: newKnown(),
	}
	if queue != nil {
		queue.Handle(importKind, s.importAll)
	}
	return s
}

const documentColumns = `d.id, d.org, d.release, d.sum, d.size, d.format, d.version, d.encoding, d.serial, d.name, d.components, d.packages,
	d.direct, d.unplaced, d.without_purl, d.without_licence, d.duplicates, d.warnings, d.notes, d.complete, d.made, d.uploaded, d.person, d.current`

func bindDocument(d *document) []any {
	return []any{&d.id, &d.org, &d.release, &d.sum, &d.Size, &d.Format, &d.FormatVersion, &d.Encoding, &d.Serial, &d.Name, &d.Components, &d.Packages,
		&d.Direct, &d.Unplaced, &d.WithoutPURL, &d.WithoutLicence, &d.Duplicates, &d.WarningCount, flaws{&d.notes}, &d.Complete,
		stamp{&d.Made}, stamp{&d.uploaded}, &d.person, &d.current}
}

// stamp scans a kept time.
type stamp struct{ t *time.Time }

func (s stamp) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("a kept time is not text")
	}
	*s.t = db.Time(text)
	return nil
}

// flaws scans kept warnings.
type flaws struct{ f *[]Flaw }

func (f flaws) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("kept warnings are not text")
	}
	return json.Unmarshal([]byte(text), f.f)
}
