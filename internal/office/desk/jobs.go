// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"time"

	"allmende/internal/fault"
	"allmende/internal/platform/change"
	"allmende/internal/platform/clam"
	"allmende/internal/platform/db"
	"allmende/internal/platform/job"
)

// Kinds of task.
const (
	scanKind = "desk.scan"
	dropKind = "desk.drop"
)

// again is after how long a scanner that did not answer is asked once more.
const again = 15 * time.Minute

// kept is for how long it is looked whether the content of what was removed is gone.
const kept = 48 * time.Hour

// work names the workers of the room.
func (s *Service) work() {
	s.queue.Handle(scanKind, s.scan)
	s.queue.Handle(dropKind, func(ctx context.Context, _ *job.Run) error { return s.drop(ctx) })
	s.queue.Every(dropKind, 24*time.Hour)
}

// Use lets a scanner look at what comes, and at what came before there was one.
func (s *Service) Use(scanner Scanner) {
	s.Scanner = scanner
	s.queue.Every(scanKind, again)
}

// scan shows the scanner each file that it has not seen. Where it does not answer at all the task
// fails and comes again; the files wait. One file for which it does not answer is put off, so that
// those after it have their turn.
func (s *Service) scan(ctx context.Context, run *job.Run) error {
	if s.Scanner == nil {
		return nil
	}
	all, err := s.store.unseen(ctx, s.store.db.Now().Add(-again))
	if err != nil || len(all) == 0 {
		return err
	}
	version, err := s.Scanner.Version(ctx)
	if err != nil {
		return fault.Because(err, fault.Upstream, "desk.scanner.silent")
	}
	failed := 0
	for i, f := range all {
		if err := s.look(ctx, run, version, f); err != nil {
			if _, gone := s.Scanner.Version(ctx); gone != nil {
				return fault.Because(gone, fault.Upstream, "desk.scanner.silent")
			}
			failed++
			slog.WarnContext(ctx, "a file could not be scanned", "file", f.ID, "err", err)
			if err := s.store.db.Keep(ctx, func(tx *db.Tx) error { return s.store.tried(ctx, tx, f) }); err != nil {
				return err
			}
		}
		if err := run.Progress(ctx, i+1, len(all), f.Name); err != nil {
			return err
		}
	}
	if failed > 0 {
		return fault.New(fault.Upstream, "desk.scanner.failed", failed, len(all))
	}
	return nil
}

// look shows the scanner one file and keeps what it said.
func (s *Service) look(ctx context.Context, run *job.Run, version string, f File) error {
	was := f.Scan
	data, err := s.blobs.Get(f.blob)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil { // a backup without documents was restored: the file waits, and says why
		f.Scan, f.Finding = waiting, "-"
		return s.said(ctx, run, was, f)
	}
	name, err := s.Scanner.Scan(ctx, data)
	f.Scanner = version
	switch {
	case errors.Is(err, clam.ErrRefused):
		f.Scan, f.Finding = waiting, err.Error()
	case err != nil:
		return fault.Because(err, fault.Upstream, "desk.scanner.silent")
	case name != "":
		f.Scan, f.Finding = found, name
	default:
		f.Scan, f.Finding = clean, ""
	}
	return s.said(ctx, run, was, f)
}

// said keeps what the scanner said, where that is anything new.
func (s *Service) said(ctx context.Context, run *job.Run, was string, f File) error {
	if was == f.Scan && f.Finding == f.seen {
		return nil
	}
	if len(f.Finding) > longestLine {
		f.Finding = f.Finding[:longestLine]
	}
	act := run.Act("desk.scan", f.ID)
	act.Org = f.org
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(map[string]string{"scan": was}, map[string]string{"scan": f.Scan, "finding": f.Finding, "scanner": f.Scanner})
		return s.store.setScan(ctx, tx, f)
	})
}

// drop removes the contents of files that were removed lately, unless something else points to
// them. One that came a moment ago stays until the next time: somebody may be about to point to it.
func (s *Service) drop(ctx context.Context) error {
	sums, err := s.store.dropped(ctx, s.store.db.Now().Add(-kept))
	if err != nil {
		return err
	}
	for _, sum := range sums {
		held, err := s.Held(ctx, sum)
		if err != nil {
			return err
		}
		if held {
			continue
		}
		if _, err := s.blobs.Drop(sum, time.Now().Add(-s.Rest)); err != nil {
			return err
		}
	}
	return nil
}
