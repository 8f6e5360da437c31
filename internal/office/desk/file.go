// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package desk

import (
	"context"
	"errors"
	"io"
	"net/url"
	"os"
	"slices"
	"time"

	"allmende/internal/engine/filetype"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// MostBytes is how large a file may be where nobody says otherwise.
const MostBytes = 25 << 20

// mostFiles bounds how many files lie beside one case.
const mostFiles = 200

// What the scanner said of a file.
const (
	unscanned = "none"
	waiting   = "wait"
	clean     = "clean"
	found     = "found"
)

// A File belongs to a case.
type File struct {
	ID         string        `json:"id"`
	Case       string        `json:"case" doc:"Id of the case."`
	Name       string        `json:"name"`
	Media      string        `json:"media" doc:"Media type by content."`
	Size       int64         `json:"size" doc:"In bytes."`
	Sum        string        `json:"sha256"`
	Scan       string        `json:"scan" enum:"none,wait,clean,found" doc:"none: no scanner is configured; wait: it has not answered yet; found: the file is kept back."`
	Finding    string        `json:"finding,omitempty" doc:"What the scanner recognised, or why it did not look."`
	Scanner    string        `json:"scanner,omitempty" doc:"Which scanner with which signatures."`
	Scanned    string        `json:"scanned,omitempty"`
	Person     ospo.PersonID `json:"person" doc:"Empty where the file came from outside."`
	PersonName string        `json:"personName,omitempty"`
	Source     string        `json:"source,omitempty" doc:"Who brought it from outside, as the system there says."`
	Created    string        `json:"created"`
	Remover    ospo.PersonID `json:"remover,omitempty"`
	Removed    string        `json:"removed,omitempty" doc:"Since when the content is gone; its sum stays."`
	Reason     string        `json:"reason,omitempty" doc:"Why it was removed."`

	org     ospo.OrgID
	blob    string
	remover string // name
	spare   int    // places that it leaves free
	seen    string // finding, before the scanner is asked again
}

// At is when a file came.
func (f File) At() time.Time { return db.Time(f.Created) }

// Gone is when its content was removed.
func (f File) Gone() time.Time { return db.Time(f.Removed) }

// ScannedAt is when the scanner answered.
func (f File) ScannedAt() time.Time { return db.Time(f.Scanned) }

// KB is the size in thousands of bytes, rounded up.
func (f File) KB() int64 { return (f.Size + 999) / 1000 }

// RemoverName is who removed it.
func (f File) RemoverName() string { return f.remover }

// Ready reports whether a file is handed out.
func (f File) Ready() bool { return f.blob != "" && (f.Scan == clean || f.Scan == unscanned) }

// Path is the address of the content.
func (f File) Path() string { return "/desk/case/" + f.Case + "/file/" + url.PathEscape(f.ID) }

// Files lists what belongs to a case, the oldest first.
func (s *Service) Files(ctx context.Context, id string) ([]File, error) {
	m, err := s.Matter(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.store.filesOf(ctx, s.store.db.Read(), m)
}

// File returns one of a case that the viewer sees.
func (s *Service) File(ctx context.Context, id, file string) (File, error) {
	m, err := s.Matter(ctx, id)
	if err != nil {
		return File{}, err
	}
	return s.store.file(ctx, s.store.db.Read(), m, file)
}

// receive reads a file, onto the disk: whoever sends it may be slow, and memory is for those that are
// there. It says how large it is where that is too large, so that nothing of
// it is kept. What comes after the limit is counted and thrown away, and only so far: the sender
// gets an answer rather than a broken connection.
func (s *Service) receive(r io.Reader, into io.Writer) error {
	n, err := io.Copy(into, io.LimitReader(r, s.Most+1))
	if err == nil && n > s.Most {
		more, _ := io.Copy(io.Discard, io.LimitReader(r, 8*s.Most))
		key := "desk.file.large"
		if more == 8*s.Most {
			key = "desk.file.larger"
		}
		return fault.At("file", key, megabytes(n+more), megabytes(s.Most))
	}
	if err != nil {
		return broken(err)
	}
	return nil
}

// broken says why a file did not arrive.
func broken(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fault.Because(err, fault.Invalid, "desk.file.slow")
	}
	return fault.Because(err, fault.Invalid, "desk.file.cut")
}

// megabytes is a size as people say it, rounded up to tenths.
func megabytes(n int64) float64 { return float64((n*10+(1<<20)-1)>>20) / 10 }

// Attach keeps a file with a case. Nothing is kept unless all of it is in order.
func (s *Service) Attach(ctx context.Context, id, name string, r io.Reader) (f File, err error) {
	defer fault.Wrap(&err, "attach a file to case %s", id)
	m, err := s.Part(ctx, id)
	if err != nil {
		return f, err
	}
	arrived, err := os.CreateTemp("", "allmende-file-*")
	if err != nil {
		return f, err
	}
	defer os.Remove(arrived.Name())
	defer arrived.Close()
	if err := s.receive(r, arrived); err != nil {
		return f, err
	}
	done, err := s.lane(ctx)
	if err != nil {
		return f, err
	}
	defer done()
	data, err := os.ReadFile(arrived.Name())
	if err != nil {
		return f, err
	}
	if f, err = s.examine(m, name, data); err != nil {
		return f, err
	}
	f.Person = door.From(ctx).Human()
	err = s.keep(ctx, door.From(ctx).ActFor(m.Org, "desk.attach", f.ID), m, &f, data, nil)
	return f, err
}

// lane waits until one file more may be held in memory; done is called when it is not any more.
func (s *Service) lane(ctx context.Context) (done func(), err error) {
	select {
	case s.lanes <- struct{}{}:
		return func() { <-s.lanes }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// keep puts a file that was examined beside its case; more is done in the same transaction.
func (s *Service) keep(ctx context.Context, act ospo.Act, m Matter, f *File, data []byte, more func(ctx context.Context, tx *db.Tx) error) (err error) {
	if s.Scanner != nil {
		f.Scan = waiting
	}
	f.Sum = blob.Sum(data)
	if err := s.room(ctx, s.store.db.Read(), m, *f); err != nil {
		return err
	}
	if f.blob, err = s.blobs.Put(data); err != nil {
		return err
	}
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		if err := s.enter(ctx, tx, m, f); err != nil || more == nil {
			return err
		}
		return more(ctx, tx)
	})
	if err == nil && s.Scanner != nil {
		s.queue.Wake()
	}
	return err
}

// room returns a fault where a file lies beside a case already, or as many as may. Those that were
// removed do not count.
func (s *Service) room(ctx context.Context, q db.Querier, m Matter, f File) error {
	all, err := s.store.filesOf(ctx, q, m)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o File) bool { return o.Removed != "" })
	if len(all) >= mostFiles {
		return fault.New(fault.Conflict, "desk.file.many", mostFiles)
	}
	if i := slices.IndexFunc(all, func(o File) bool { return o.Sum == f.Sum }); i >= 0 {
		return fault.At("file", "desk.file.twice", all[i].Name)
	}
	if len(all) >= mostFiles-f.spare {
		return fault.New(fault.Conflict, "desk.file.spare", len(all), f.spare)
	}
	return nil
}

// enter writes a file down, if there is room.
func (s *Service) enter(ctx context.Context, tx *db.Tx, m Matter, f *File) error {
	if err := s.room(ctx, tx, m, *f); err != nil {
		return err
	}
	f.Created = tx.Now
	tx.Act.Diff = change.Added(map[string]any{"case": m.Number, "name": f.Name, "media": f.Media, "size": f.Size, "sha256": f.Sum})
	if err := s.store.addFile(ctx, tx, *f); err != nil || s.Scanner == nil {
		return err
	}
	_, err := s.queue.Enqueue(ctx, tx, scanKind, nil, scanKind)
	return err
}

// examine says what a file is, or why it is not taken.
func (s *Service) examine(m Matter, name string, data []byte) (f File, err error) {
	f = File{ID: db.NewID(), Case: m.ID, Name: filetype.Clean(name), Size: int64(len(data)), Scan: unscanned, org: m.Org}
	if len(data) == 0 {
		return f, fault.At("file", "desk.file.empty")
	}
	if f.Name == "" {
		f.Name = "-"
	}
	found := filetype.Look(f.Name, data)
	f.Media = found.Media
	switch {
	case found.Problem == "":
		return f, nil
	case found.Where != "":
		return f, fault.At("file", "desk.refused.within."+found.Problem, f.Name, found.Where)
	}
	return f, fault.At("file", "desk.refused."+found.Problem, f.Name)
}

// Content is what a file holds, for who may have it.
func (s *Service) Content(ctx context.Context, id, file string) (f File, data []byte, err error) {
	defer fault.Wrap(&err, "hand out file %s of case %s", file, id)
	if f, err = s.File(ctx, id, file); err != nil {
		return f, nil, err
	}
	switch {
	case f.Removed != "":
		return f, nil, fault.New(fault.Conflict, "desk.file.removed", f.Name)
	case f.Scan == found:
		return f, nil, fault.New(fault.Conflict, "desk.file.found", f.Name, f.Finding)
	case !f.Ready():
		return f, nil, fault.New(fault.Conflict, "desk.file.waits", f.Name)
	}
	data, err = s.blobs.Get(f.blob)
	return f, data, err
}

// Remove takes the content of a file away. Who brought it can, and who works on cases; that it
// was there, with its sum and why it went, stays.
func (s *Service) Remove(ctx context.Context, id, file, reason string) (err error) {
	defer fault.Wrap(&err, "remove file %s of case %s", file, id)
	m, err := s.Part(ctx, id)
	if err != nil {
		return err
	}
	v := door.From(ctx)
	f, err := s.store.file(ctx, s.store.db.Read(), m, file)
	if err != nil {
		return err
	}
	if f.Person != v.Human() {
		if err := v.Check(mayWrite); err != nil {
			return err
		}
	}
	if reason, err = fault.Words("reason", reason, longestLine); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).ActFor(m.Org, "desk.remove", f.ID), func(tx *db.Tx) error {
		tx.Act.Diff = change.Added(map[string]any{"case": m.Number, "name": f.Name, "sha256": f.Sum, "reason": reason})
		done, err := s.store.removeFile(ctx, tx, f, v.Human(), reason)
		if err == nil && !done {
			err = fault.New(fault.Conflict, "desk.file.removed", f.Name)
		}
		if err == nil {
			_, err = s.queue.Enqueue(ctx, tx, dropKind, nil, dropKind)
		}
		return err
	})
}

// Things says what ids in the log stand for.
func (s *Service) Things(ctx context.Context, ids []string) (names, hrefs map[string]string, err error) {
	names, hrefs = map[string]string{}, map[string]string{}
	all, err := s.store.things(ctx, door.From(ctx).Org, ids)
	for _, t := range all {
		names[t[0]], hrefs[t[0]] = t[1], "/desk/texts"
		if t[2] != "" {
			hrefs[t[0]] = "/desk/case/" + t[2]
		}
	}
	return names, hrefs, err
}
