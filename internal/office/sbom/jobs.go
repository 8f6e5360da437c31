// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"allmende/internal/engine/bom"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/job"
)

// importKind is the task that takes many documents in.
const importKind = "sbom.import"

// An order is what an import is told: files kept in the blob store, of which archives
// hold several documents.
type order struct {
	Files             []file
	Software, Version string
	Release           ospo.ReleaseID
	Org               ospo.OrgID
	Lang              string
}

type file struct{ Name, Sum string }

// Import takes the documents in by and by: a task with one line a document. It may be
// cut short at any time; the next run goes on where the report ends.
func (s *Service) Import(ctx context.Context, to Upload, names []string, contents [][]byte) (task string, err error) {
	defer fault.Wrap(&err, "order the import of %d files", len(names))
	if _, err := s.target(ctx, to); err != nil {
		return "", err
	}
	o := order{Software: to.Software, Version: to.Version, Release: to.Release, Org: to.Org, Lang: tongue(ctx)}
	for i, name := range names {
		sum, err := s.blobs.Put(contents[i])
		if err != nil {
			return "", err
		}
		o.Files = append(o.Files, file{short(name), sum})
	}
	act := door.From(ctx).Act("sbom.import", fmt.Sprint(len(names)))
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		task, err = s.queue.Enqueue(ctx, tx, importKind, o, "")
		return err
	})
	s.queue.Wake()
	return task, err
}

// together is how many documents an import reads at a time.
const together = 8

// importAll is the worker of an import.
func (s *Service) importAll(ctx context.Context, run *job.Run) error {
	var o order
	if err := run.Args(&o); err != nil {
		return err
	}
	ctx = door.With(ctx, door.Viewer{Org: run.Org, Person: run.Person, Lang: o.Lang, Door: "job", Request: run.ID})
	done, err := run.Reported(ctx)
	if err != nil {
		return err
	}
	l := load{service: s, run: run, order: o, skip: done, done: done, total: len(o.Files)}
	for _, f := range o.Files {
		if err := l.add(ctx, f); err != nil {
			return err
		}
	}
	if err := l.send(ctx); err != nil {
		return err
	}
	return run.Progress(ctx, l.done, l.done, "")
}

// A load is what an import has in hand.
type load struct {
	service *Service
	run     *job.Run
	order   order
	skip    int // documents that an earlier run has reported
	done    int
	total   int
	batch   []Upload
}

// add puts a kept file on the load, or all documents of an archive.
func (l *load) add(ctx context.Context, f file) error {
	data, err := l.service.blobs.Get(f.Sum)
	if err != nil {
		return err
	}
	if !archived(data) {
		return l.put(ctx, f.Name, data)
	}
	l.total += countArchive(data) - 1
	for name, content := range entries(data, l.service.Limits) {
		name = strings.TrimSuffix(f.Name+"/"+short(name), "/") // what is wrong with the archive itself bears no name
		if content.err != nil {
			err = l.refuse(ctx, name, content.err)
		} else {
			err = l.put(ctx, name, content.data)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *load) put(ctx context.Context, name string, data []byte) error {
	if l.skip > 0 {
		l.skip--
		return nil
	}
	l.batch = append(l.batch, Upload{File: name, Data: data, Release: l.order.Release, Software: l.order.Software, Version: l.order.Version, Org: l.order.Org})
	if len(l.batch) < together {
		return nil
	}
	return l.send(ctx)
}

// refuse reports a file that is no document, after those before it.
func (l *load) refuse(ctx context.Context, name string, why error) error {
	if l.skip > 0 {
		l.skip--
		return nil
	}
	if err := l.send(ctx); err != nil {
		return err
	}
	return l.report(ctx, name, Receipt{}, why)
}

// send takes the batch in, side by side, and reports it in the order of the files.
func (l *load) send(ctx context.Context) error {
	receipts, faults := make([]Receipt, len(l.batch)), make([]error, len(l.batch))
	var wg sync.WaitGroup
	for i, in := range l.batch {
		wg.Go(func() { receipts[i], faults[i] = l.take(ctx, in) })
	}
	wg.Wait()
	for i, in := range l.batch {
		if err := l.report(ctx, in.File, receipts[i], faults[i]); err != nil {
			return err
		}
	}
	l.batch = l.batch[:0]
	return nil
}

// take is Take where a panic would end the whole process.
func (l *load) take(ctx context.Context, in Upload) (r Receipt, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("take in %q: %v", in.File, p)
		}
	}()
	return l.service.Take(ctx, in)
}

// report writes the line of one document. A fault that is ours ends this run; the next
// one begins with that document.
func (l *load) report(ctx context.Context, name string, r Receipt, why error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var err error
	switch {
	case why != nil && fault.Of(why) == fault.Internal:
		return why
	case why != nil:
		said := fault.Say(why)[0]
		err = l.run.Report(ctx, "error", placed(name, why), said.Key, said.Args...)
	case r.State == Recognised:
		err = l.run.Report(ctx, "ok", name, "sbom.line.recognised", r.Software, r.Version)
	case r.WarningCount > 0:
		err = l.run.Report(ctx, "warning", name, "sbom.line.warnings", r.Software, r.Version, r.Components, r.WarningCount)
	default:
		err = l.run.Report(ctx, "ok", name, "sbom.line.created", r.Software, r.Version, r.Components)
	}
	if err != nil {
		return err
	}
	l.done++
	return l.run.Progress(ctx, l.done, max(l.total, l.done), name)
}

// placed adds line and column to a file's name, as compilers write it.
func placed(name string, why error) string {
	if p, ok := errors.AsType[*bom.Problem](why); ok && p.Line > 0 {
		return fmt.Sprintf("%s:%d:%d", name, p.Line, p.Column)
	}
	return name
}
