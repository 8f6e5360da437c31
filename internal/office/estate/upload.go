// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// An Upload is a table that was brought to be imported.
type Upload struct {
	ID      string
	Org     ospo.OrgID
	Name    string // of the file
	Sum     string // of its content, in the blob store
	Mapping Mapping
	Task    string // that imports it, or has; empty before
	Created string
}

// Bring keeps a table, to be looked at and then imported. What cannot be read at all is
// refused here.
func (s *Service) Bring(ctx context.Context, name string, data []byte) (id string, err error) {
	read := s.ReadTable(data, nil)
	if read.Table == nil {
		return "", read.err
	}
	sum, err := s.blobs.Put(data)
	if err != nil {
		return "", err
	}
	v := door.From(ctx)
	up := Upload{ID: db.NewID(), Org: v.Org, Name: name, Sum: sum, Mapping: read.Mapping}
	return up.ID, s.store.db.Write(ctx, v.Act("estate.import.upload", up.ID), func(tx *db.Tx) error {
		return s.store.addUpload(ctx, tx, up)
	})
}

// Preview returns an upload with what importing it would do under a mapping; nil takes the
// headings' word.
func (s *Service) Preview(ctx context.Context, id string, m Mapping) (Upload, Reading, ImportReport, error) {
	v := door.From(ctx)
	up, err := s.store.upload(ctx, s.store.db.Read(), v.Org, id)
	if err != nil {
		return up, Reading{}, ImportReport{}, err
	}
	data, err := s.blobs.Get(up.Sum)
	if err != nil {
		return up, Reading{}, ImportReport{}, err
	}
	read := s.ReadTable(data, m)
	if read.err != nil {
		return up, read, ImportReport{}, read.err
	}
	p, err := s.plan(ctx, s.store.db.Read(), v.Org, read)
	if err != nil {
		return up, read, ImportReport{}, err
	}
	return up, read, s.say(p.report, v.Lang), nil
}

// Start enqueues the import of an upload under a mapping and returns the task.
func (s *Service) Start(ctx context.Context, id string, m Mapping) (task string, err error) {
	err = s.store.db.Write(ctx, door.From(ctx).Act("estate.import.start", id), func(tx *db.Tx) error {
		up, err := s.store.upload(ctx, tx, tx.Act.Org, id)
		if err == nil && up.Task != "" {
			err = fault.New(fault.Conflict, "estate.import.started")
		}
		if err != nil {
			return err
		}
		if task, err = s.queue.Enqueue(ctx, tx, importKind, importArgs{id}, importKind+" "+id); err != nil {
			return err
		}
		up.Mapping, up.Task = m, task
		return s.store.startUpload(ctx, tx, up)
	})
	if err == nil {
		s.queue.Wake()
	}
	return task, err
}
