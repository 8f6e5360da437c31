// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package compat

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"allmende/internal/engine/combine"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Matrix is a file of OSADL that somebody brought in, for an organisation and all below it.
type Matrix struct {
	ID       string        `json:"id"`
	Org      ospo.OrgID    `json:"org"`
	OrgName  string        `json:"orgName,omitempty" doc:"Absent: one above the viewer's."`
	Name     string        `json:"name" doc:"Of the file."`
	Date     string        `json:"date" doc:"That the file gives itself, or that somebody gave it; YYYY-MM-DD."`
	Sum      string        `json:"sha256"`
	Bytes    int           `json:"bytes"`
	Licences int           `json:"licences"`
	Cells    int           `json:"cells"`
	Flaws    int           `json:"flaws" doc:"Rows and cells that are missing or strange; they are unknown."`
	Person   ospo.PersonID `json:"person,omitempty"`
	By       string        `json:"personName,omitempty" doc:"Absent: somebody of another organisation."`
	Created  string        `json:"created"`
	Current  bool          `json:"current" doc:"The one that is asked."`
}

// Attribution is what CC-BY-4.0 asks to be said wherever the matrix is shown.
const Attribution = "© Open Source Automation Development Lab (OSADL) eG, CC-BY-4.0"

// At is when it was brought in.
func (m Matrix) At() time.Time { return db.Time(m.Created) }

// Day is the date of the file; the zero time where nobody gave one.
func (m Matrix) Day() time.Time { t, _ := time.Parse(time.DateOnly, m.Date); return t }

// Import keeps a matrix. It is asked from now on; those before it stay.
func (s *Service) Import(ctx context.Context, name, date string, data []byte) (m Matrix, err error) {
	defer fault.Wrap(&err, "import matrix %s", name)
	v := door.From(ctx)
	if name, err = fault.Words("file", name, longestLine); err != nil {
		return m, err
	}
	read, err := combine.ReadMatrix(data)
	if err != nil {
		return m, fault.Because(err, fault.Unreadable, "compat.matrix_bad", err.Error())
	}
	if read.Date != "" {
		date = read.Date
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return m, fault.At("date", "compat.date_bad", cut(date))
	}
	sum := sha256.Sum256(data)
	m = Matrix{ID: db.NewID(), Org: v.Org, OrgName: v.OrgName, By: v.Name, Name: name, Date: date, Sum: hex.EncodeToString(sum[:]), Bytes: len(data), Licences: len(read.Licences), Cells: read.Cells, Flaws: len(read.Flaws),
		Person: v.Human(), Created: s.store.db.Stamp(), Current: true}
	return m, s.store.db.Write(ctx, v.Act("compat.matrix.import", m.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(m, "id", "org", "orgName", "person", "personName", "created", "current")
		return s.store.addMatrix(ctx, tx, m, string(data))
	})
}

// Matrices lists those that the viewer's organisation is answered by, the latest first: its
// own and those of the organisations above it.
func (s *Service) Matrices(ctx context.Context) ([]Matrix, error) {
	all, err := s.store.matrices(ctx, door.From(ctx).Org)
	if len(all) > 0 {
		all[0].Current = true
	}
	return all, err
}

// Matrix returns one, with what is in it.
func (s *Service) Matrix(ctx context.Context, id string) (m Matrix, read combine.Matrix, err error) {
	all, err := s.Matrices(ctx)
	if err != nil {
		return m, read, err
	}
	for _, m := range all {
		if m.ID == id {
			read, err = s.content(ctx, m)
			return m, read, err
		}
	}
	return m, read, notFound()
}

// Remove takes a matrix away that was brought in by mistake.
func (s *Service) Remove(ctx context.Context, id string) (err error) {
	defer fault.Wrap(&err, "remove matrix %s", id)
	m, _, err := s.Matrix(ctx, id)
	if err != nil {
		return err
	}
	v := door.From(ctx)
	if m.Org != v.Org {
		return fault.New(fault.Forbidden, "compat.matrix_above")
	}
	return s.store.db.Write(ctx, v.Act("compat.matrix.remove", id), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(map[string]string{"name": m.Name, "date": m.Date, "sha256": m.Sum}, nil)
		return s.store.removeMatrix(ctx, tx, m)
	})
}

// current is the matrix that is asked for the viewer; nil where nobody has brought one in.
func (s *Service) current(ctx context.Context) (combine.Matrix, *Matrix, error) {
	all, err := s.Matrices(ctx)
	if err != nil || len(all) == 0 {
		return combine.Matrix{}, nil, err
	}
	m, err := s.content(ctx, all[0])
	return m, &all[0], err
}

// held is how many matrices stay in memory; one has some 3 MB.
const held = 4

func (s *Service) content(ctx context.Context, m Matrix) (combine.Matrix, error) {
	s.mu.Lock()
	read, ok := s.read[m.ID]
	s.mu.Unlock()
	if ok {
		return read, nil
	}
	data, err := s.store.data(ctx, m)
	if err != nil {
		return read, err
	}
	if read, err = combine.ReadMatrix([]byte(data)); err != nil {
		return read, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.read) >= held || s.read == nil {
		s.read = map[string]combine.Matrix{}
	}
	s.read[m.ID] = read
	return read, nil
}
