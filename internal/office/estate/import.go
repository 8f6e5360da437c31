// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"errors"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/sheet"
)

// An ImportReport says what an import did, or would do, line by line.
type ImportReport struct {
	Rows      int               `json:"rows"`
	New       int               `json:"new"`
	Update    int               `json:"update"`
	Unchanged int               `json:"unchanged"`
	Broken    int               `json:"broken" doc:"Lines with an error; one is enough to refuse the whole table."`
	Written   bool              `json:"written"`
	Mapping   map[string]string `json:"mapping" doc:"Heading of the column from which each field was read."`
	Lines     []ImportLine      `json:"lines" doc:"All broken lines, and the others up to a thousand."`
}

// An ImportLine says what became of one line of the table.
type ImportLine struct {
	Line    int            `json:"line"`
	Action  string         `json:"action" enum:"new,update,unchanged,error"`
	Name    string         `json:"name,omitempty"`
	Version string         `json:"version,omitempty"`
	Org     string         `json:"org,omitempty"`
	Changes []string       `json:"changes,omitempty" doc:"Fields that change."`
	Reasons []string       `json:"reasons,omitempty" doc:"Why the line is broken."`
	Faults  []*fault.Error `json:"-"`
}

// linesReported is how many lines without an error a report lists.
const linesReported = 1000

// Import reads software, releases and uses from a table in CSV or XLSX and writes all of
// it, or with dryRun nothing. Where a single line is broken nothing is written either: the
// error names each broken line, and the report has them all. What the register knows
// already is updated: a line is found again by its number (the field external), else by
// name, version and organisation. Cells that are empty change nothing. Without a mapping
// the columns are told by their headings.
func (s *Service) Import(ctx context.Context, data []byte, m Mapping, dryRun bool) (rep ImportReport, err error) {
	v := door.From(ctx)
	read := s.ReadTable(data, m)
	if read.err != nil {
		return ImportReport{}, read.err
	}
	if dryRun {
		p, err := s.plan(ctx, s.store.db.Read(), v.Org, read)
		if err != nil {
			return ImportReport{}, err
		}
		return s.say(p.report, v.Lang), nil
	}
	rep, err = s.run(ctx, v.Act("estate.import", ""), read)
	return s.say(rep, v.Lang), err
}

// A Reading is a table with what its columns mean.
type Reading struct {
	Table   *sheet.Table
	Mapping Mapping
	broken  []*sheet.LineError
	err     error // about the whole file
}

// ReadTable reads a table. Without a mapping the columns are told by their headings.
func (s *Service) ReadTable(data []byte, m Mapping) Reading {
	t, err := sheet.Read(data, s.Limits)
	if t == nil {
		return Reading{err: err}
	}
	if m == nil {
		m = s.Guess(t.Head)
	}
	r := Reading{Table: t, Mapping: m, broken: sheet.Broken(err)}
	if !m.names(t.Head) {
		r.err = fault.New(fault.Invalid, "estate.import.no_name", join(t.Head))
	}
	return r
}

// run plans and writes in one transaction, so that nothing changes between the two.
func (s *Service) run(ctx context.Context, act ospo.Act, read Reading) (rep ImportReport, err error) {
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		p, err := s.plan(ctx, tx, act.Org, read)
		if err != nil {
			return err
		}
		rep = p.report
		if rep.Broken > 0 {
			return refusal(rep)
		}
		return p.write(ctx, tx)
	})
	rep.Written = err == nil
	return rep, err
}

// refusal is the error of an import with broken lines: how many, and each with its reason.
func refusal(rep ImportReport) error {
	var errs []error
	for _, l := range rep.Lines {
		if l.Action != "error" {
			continue
		}
		if len(errs) == 0 {
			errs = append(errs, fault.New(fault.Invalid, "estate.import.refused", rep.Broken, l.Line))
		}
		for _, f := range l.Faults {
			errs = append(errs, f)
		}
	}
	return errors.Join(errs...)
}

// say fills in the reasons in the reader's language and shortens the report.
func (s *Service) say(rep ImportReport, tongue string) ImportReport {
	others := 0
	rep.Lines = slices.DeleteFunc(slices.Clone(rep.Lines), func(l ImportLine) bool {
		if l.Action != "error" {
			others++
		}
		return l.Action != "error" && others > linesReported
	})
	for i := range rep.Lines {
		for _, f := range rep.Lines[i].Faults {
			rep.Lines[i].Reasons = append(rep.Lines[i].Reasons, s.texts.Fault(orElse(tongue, "en"), f))
		}
	}
	return rep
}
