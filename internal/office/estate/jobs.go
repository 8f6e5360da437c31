// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"fmt"

	"allmende/internal/platform/job"
)

// work names the workers of the room.
func (s *Service) work(q *job.Queue) { q.Handle(importKind, s.runImport) }

const importKind = "estate.import"

// importArgs are the arguments of an import.
type importArgs struct {
	Upload string `json:"upload"`
}

// runImport does an import that somebody started on its page. Run again after a kill it
// finds what it has written, and changes nothing.
func (s *Service) runImport(ctx context.Context, run *job.Run) error {
	var args importArgs
	if err := run.Args(&args); err != nil {
		return err
	}
	up, err := s.store.upload(ctx, s.store.db.Read(), run.Org, args.Upload)
	if err != nil {
		return err
	}
	data, err := s.blobs.Get(up.Sum)
	if err != nil {
		return fmt.Errorf("the uploaded table: %w", err)
	}
	read := s.ReadTable(data, up.Mapping)
	if read.err != nil {
		return read.err
	}
	rep, err := s.run(ctx, run.Act("estate.import", up.ID), read)
	if rep.Rows == 0 && err != nil {
		return err
	}
	return s.tell(ctx, run, rep, err)
}

// linesTold is how many lines of each kind the report of a task lists.
const linesTold = 500

// tell writes the report of an import line by line: all that is wrong, or what was done.
func (s *Service) tell(ctx context.Context, run *job.Run, rep ImportReport, cause error) error {
	told := 0
	for _, l := range rep.Lines {
		if told == linesTold || cause != nil && l.Action != "error" || l.Action == "unchanged" {
			continue
		}
		told++
		if err := tellLine(ctx, run, l); err != nil {
			return err
		}
	}
	level := "ok"
	if cause != nil {
		level = "error"
	}
	if err := run.Report(ctx, level, "", "estate.import.sum", plain([]any{rep.New, rep.Update, rep.Unchanged, rep.Broken})...); err != nil {
		return err
	}
	if cause != nil {
		return cause
	}
	return run.Progress(ctx, rep.Rows, rep.Rows, "")
}

func tellLine(ctx context.Context, run *job.Run, l ImportLine) error {
	place := fmt.Sprint(l.Line)
	switch {
	case l.Action == "error":
		for _, f := range l.Faults {
			if err := run.Report(ctx, "error", place, f.Key, plain(f.Args)...); err != nil {
				return err
			}
		}
		return nil
	case l.Action == "new":
		return run.Report(ctx, "ok", place, "estate.import.told_new", Release{Name: l.Name, Version: l.Version}.Title())
	}
	return run.Report(ctx, "ok", place, "estate.import.told_update", Release{Name: l.Name, Version: l.Version}.Title())
}

// plain writes the arguments of a text as texts: a report is kept as JSON, which has only
// one kind of number.
func plain(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = fmt.Sprint(a)
	}
	return out
}
