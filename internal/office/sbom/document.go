// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"sync"
	"time"

	"allmende/internal/engine/bom"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
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

// A Document is one bill of materials as the viewer sees it.
type Document struct {
	ID       string         `json:"document" doc:"Number of the document."`
	Org      ospo.OrgID     `json:"org"`
	OrgName  string         `json:"orgName"`
	Release  ospo.ReleaseID `json:"release"`
	Software string         `json:"software"`
	Version  string         `json:"version" doc:"Of the software."`
	Sum      string         `json:"sum" doc:"SHA-256"`
	Current  bool           `json:"current" doc:"It is the release's present document; others are history."`
	Figures
	Warnings []Flaw    `json:"warnings,omitempty" doc:"The first hundred; only where one document is asked for."`
	Uploaded time.Time `json:"uploaded"`
	Person   string    `json:"person,omitempty" doc:"Who uploaded it."`
	Href     string    `json:"href" doc:"The document's page."`

	id ospo.DocumentID
}

// Title names the release that the document is of.
func (d Document) Title() string { return release{Software: d.Software, Version: d.Version}.Title() }

// Kilobytes is the size in units of 1,000 bytes, at least one.
func (d Document) Kilobytes() int { return max(1, d.Size/1000) }

// fill puts the facts of a document into its receipt.
func (r *Receipt) fill(d document, state string) {
	r.State, r.Document, r.Sum, r.Figures = state, number(d.id), d.sum, d.Figures
	r.Warnings, r.Uploaded, r.Href = d.notes, d.uploaded, pageOf(d.id)
}

// A Filter narrows the list of documents.
type Filter struct {
	Text    string         // in the name of the software
	Format  string         // "CycloneDX" or "SPDX"
	Org     ospo.OrgID     // and those below it
	Problem string         // one of Problems
	Release ospo.ReleaseID // with its history
}

// Problems are what a document can lack, in the order in which they are offered.
var Problems = []string{"warnings", "without_purl", "without_licence", "unplaced", "not_complete"}

// Documents lists present documents that the viewer may see.
func (s *Service) Documents(ctx context.Context, f Filter, o Order) ([]Document, error) {
	return s.store.documents(ctx, door.From(ctx).Org, f, o)
}

// Document returns a document that the viewer may see; any other is not found.
func (s *Service) Document(ctx context.Context, id string) (Document, error) {
	d, err := s.store.document(ctx, door.From(ctx).Org, id)
	d.Warnings = word(texts(), tongue(ctx), d.Warnings)
	return d, err
}

// Raw returns a document as it was uploaded, unpacked.
func (s *Service) Raw(d Document) ([]byte, error) {
	return s.blobs.Get(d.Sum)
}

// reread reads the raw document again, for what its rows do not hold.
func (s *Service) reread(ctx context.Context, d Document) (*bom.Document, error) {
	raw, err := s.Raw(d)
	if err != nil {
		return nil, err
	}
	c, err := s.read(ctx, raw)
	if err != nil {
		return nil, err
	}
	return c.doc, nil
}

// numbers are those that this process may give to documents.
type numbers struct {
	mu         sync.Mutex
	next, left int64
}

const reserved = 100

// number returns a number that no document has.
func (s *Service) number(ctx context.Context) (ospo.DocumentID, error) {
	s.numbers.mu.Lock()
	defer s.numbers.mu.Unlock()
	if s.numbers.left == 0 {
		first, err := s.store.reserve(ctx, reserved)
		if err != nil {
			return 0, err
		}
		s.numbers.next, s.numbers.left = first, reserved
	}
	id := s.numbers.next
	s.numbers.next, s.numbers.left = id+1, s.numbers.left-1
	return ospo.DocumentID(id), nil
}

// kept writes a time as the database keeps it; the zero time is unknown.
func kept(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(db.Clock)
}

// Present counts the present documents of the whole instance.
func (s *Service) Present(ctx context.Context) (int, error) { return s.store.present(ctx) }
