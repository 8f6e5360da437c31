// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
)

// Kinds of tasks.
const (
	exportKind = "tenant.export"
	removeKind = "tenant.remove"
)

// archiveLife is how long an export waits to be fetched.
const archiveLife = 7 * 24 * time.Hour

// An order is what a task is told: for which organisation, and the export that a removal
// relies on.
type order struct {
	Org  ospo.OrgID `json:"org"`
	Task string     `json:"task,omitempty"`
}

func (o order) text() string {
	text, _ := json.Marshal(o) // two texts
	return string(text)
}

// work names the workers of the room.
func (s *Service) work(q *job.Queue) {
	q.Handle(exportKind, s.exportTask)
	q.Handle(removeKind, s.removeTask)
}

// enqueue orders a task for the viewer's organisation.
func (s *Service) enqueue(ctx context.Context, kind string, o order) (task string, err error) {
	act := door.From(ctx).Act("tenant.order", string(o.Org))
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		task, err = s.queue.Enqueue(ctx, tx, kind, o, "")
		return err
	})
	s.queue.Wake()
	return task, err
}

// acting is the context in which a task acts, in the name of whoever ordered it.
func acting(ctx context.Context, run *job.Run) context.Context {
	return door.With(ctx, door.Viewer{Org: run.Org, Person: run.Person, Door: "job", Request: run.ID})
}

func (s *Service) archive(task string) string { return filepath.Join(s.Shelf, task+".zip") }

// exportTask exports an organisation into an archive, which waits on the shelf. A run that
// was cut short begins again.
func (s *Service) exportTask(ctx context.Context, run *job.Run) error {
	var o order
	if err := run.Args(&o); err != nil {
		return err
	}
	ctx = acting(ctx, run)
	if err := errors.Join(os.MkdirAll(s.Shelf, 0o700), s.clear()); err != nil {
		return err
	}
	folder := filepath.Join(s.Shelf, run.ID)
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	m, err := s.Export(ctx, string(o.Org), folder, run.Progress)
	if err != nil {
		return err
	}
	if err := zipped(folder, s.archive(run.ID)); err != nil {
		return err
	}
	for _, k := range m.Files {
		if err := run.Report(ctx, "ok", k.File, "tenant.line.rows", k.Rows); err != nil {
			return err
		}
	}
	return errors.Join(run.Report(ctx, "ok", "", "tenant.line.ready", m.Name, m.Documents, "/tenant/org/"+string(m.Org)), run.Progress(ctx, 1, 1, ""))
}

// there reports whether a file is there.
func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// clear removes archives that nobody fetched for long.
func (s *Service) clear() error {
	there, err := os.ReadDir(s.Shelf)
	for _, e := range there {
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) > archiveLife {
			err = os.RemoveAll(filepath.Join(s.Shelf, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// zipped puts a folder into a zip file, whole or not at all.
func zipped(folder, to string) error {
	file, err := os.OpenFile(to+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	z := zip.NewWriter(file)
	if err := errors.Join(z.AddFS(os.DirFS(folder)), z.Close(), file.Close()); err != nil {
		return err
	}
	return os.Rename(to+".part", to)
}

// unpack lays an archive out in a new folder for as long as f runs.
func (s *Service) unpack(task string, f func(folder string) error) (err error) {
	z, err := zip.OpenReader(s.archive(task))
	if err != nil {
		return fault.Because(err, fault.NotFound, "tenant.archive_gone")
	}
	defer z.Close()
	folder, err := os.MkdirTemp(s.Shelf, "open-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := os.CopyFS(folder, z); err != nil {
		return err
	}
	return f(folder)
}

// removeTask removes an organisation that an archive holds. Once it is gone a second run
// finds nothing to do.
func (s *Service) removeTask(ctx context.Context, run *job.Run) error {
	var o order
	if err := run.Args(&o); err != nil {
		return err
	}
	ctx = acting(ctx, run)
	return s.unpack(o.Task, func(folder string) error {
		r, err := s.Remove(ctx, string(o.Org), folder)
		if fault.Of(err) == fault.NotFound && err != nil && run.Attempt > 1 {
			return nil
		}
		if err != nil {
			return err
		}
		for _, t := range r.Tables {
			if err := run.Report(ctx, "ok", t.Table, "tenant.line.rows", t.Rows); err != nil {
				return err
			}
		}
		return errors.Join(run.Report(ctx, "ok", "", "tenant.line.removed", r.Name, r.Documents, r.Kept), run.Progress(ctx, 1, 1, ""))
	})
}
