// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/transfer"
)

// Version is that of the folder's format. Newer ones are refused.
const Version = 1

const (
	manifestFile = "manifest.json"
	logFile      = "log.jsonl"
	documents    = "documents"
)

// A Manifest says what is in a folder. It is written last: without it nothing has left.
type Manifest struct {
	Allmende string     `json:"allmende"` // "organisation"
	Version  int        `json:"version"`
	Program  string     `json:"program"`
	Made     time.Time  `json:"made"`
	Org      ospo.OrgID `json:"org"`
	Name     string     `json:"name"`

	// State is the SHA-256 of "file sha256" of all files that tell of the state, in the order
	// of their names: two folders with the same one hold the same, whenever and wherever made.
	State     string   `json:"state"`
	Files     []Kind   `json:"files"`
	Documents int      `json:"documents"`
	Bytes     int64    `json:"bytes"`  // of the documents
	Origin    string   `json:"origin"` // name of the log that log.jsonl is a part of
	Log       Kind     `json:"log"`
	Stays     []Stayed `json:"stays"` // tables of which nothing leaves
}

// A Kind is one file of the folder: the rows of one table.
type Kind struct {
	File   string `json:"file"`
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"`
	Past   bool   `json:"past,omitempty"` // tells of the way here, not of the state
}

// A Stayed table leaves nothing, and why: "secret", "new" (it arises anew), "here".
type Stayed struct {
	Table string `json:"table"`
	Why   string `json:"why"`
}

// A Watch is told how far something is; total is 0 where nobody knows.
type Watch func(ctx context.Context, done, total int, what string) error

// Export writes a top organisation and all below it into a new folder.
func (s *Service) Export(ctx context.Context, name, folder string, watch Watch) (m Manifest, err error) {
	defer fault.Wrap(&err, "export %s into %s", name, folder)
	o, err := s.top(ctx, s.store.db.Read(), name)
	if err != nil {
		return m, err
	}
	if err := fresh(folder); err != nil {
		return m, err
	}
	act := door.From(ctx).ActFor(o.ID, "tenant.export", string(o.ID))
	if err := s.store.db.Write(ctx, act, func(*db.Tx) error { return nil }); err != nil {
		return m, err
	}
	m = Manifest{Allmende: "organisation", Version: Version, Program: s.Program, Made: s.store.db.Now().UTC(), Org: o.ID, Name: o.Name}
	var sums []string
	if err := s.store.db.AtOneMoment(ctx, func(q db.Querier) error {
		sums, err = s.writeRows(ctx, q, folder, &m)
		return err
	}); err != nil {
		return m, err
	}
	if err := s.writeDocuments(ctx, folder, sums, &m, watch); err != nil {
		return m, err
	}
	if err := s.writeLog(ctx, folder, &m); err != nil {
		return m, err
	}
	return m, writeManifest(folder, m)
}

// fresh makes a folder, which must not be there or be empty.
func fresh(folder string) error {
	there, err := os.ReadDir(folder)
	if err == nil && len(there) > 0 {
		return fault.New(fault.Conflict, "tenant.folder_used", folder)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.MkdirAll(filepath.Join(folder, documents), 0o700)
}

// writeRows writes a file for each table that has rows and returns the sums of the
// documents that they point to.
func (s *Service) writeRows(ctx context.Context, q db.Querier, folder string, m *Manifest) ([]string, error) {
	c := newCheck(m.Org)
	for _, t := range s.Tables {
		if t.Columns == "" {
			m.Stays = append(m.Stays, Stayed{t.Name, t.Stays})
			continue
		}
		k, text, err := s.pack(ctx, q, t, m.Org, c)
		if err != nil {
			return nil, err
		}
		if k.Rows == 0 {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, k.File), text, 0o600); err != nil {
			return nil, err
		}
		m.Files = append(m.Files, k)
	}
	m.State = state(m.Files)
	return c.sums(), c.loose()
}

// pack writes the rows of a table, a line each, in the order of their bytes.
func (s *Service) pack(ctx context.Context, q db.Querier, t transfer.Table, root ospo.OrgID, c *check) (Kind, []byte, error) {
	var lines [][]byte
	for row, err := range t.Rows(ctx, q, root) {
		if err != nil {
			return Kind{}, nil, err
		}
		line, err := t.Line(row)
		if err != nil {
			return Kind{}, nil, err
		}
		lines = append(lines, line)
		c.note(t, row, len(lines))
	}
	slices.SortFunc(lines, bytes.Compare)
	var text bytes.Buffer
	for _, l := range lines {
		text.Write(append(l, '\n'))
	}
	return Kind{File: t.Name + ".jsonl", Rows: len(lines), SHA256: blob.Sum(text.Bytes()), Past: t.Past}, text.Bytes(), nil
}

// state sums up what tells of the state.
func state(files []Kind) string {
	var lines []string
	for _, k := range files {
		if !k.Past {
			lines = append(lines, k.File+" "+k.SHA256+"\n")
		}
	}
	slices.Sort(lines)
	return blob.Sum([]byte(strings.Join(lines, "")))
}

func (s *Service) writeDocuments(ctx context.Context, folder string, sums []string, m *Manifest, watch Watch) error {
	for i, sum := range sums {
		raw, err := s.blobs.Get(sum)
		if errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.Conflict, "tenant.document_lost", sum)
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, documents, sum), raw, 0o600); err != nil {
			return err
		}
		m.Documents, m.Bytes = m.Documents+1, m.Bytes+int64(len(raw))
		if err := watch(ctx, i+1, len(sums), sum); err != nil {
			return err
		}
	}
	return nil
}

// writeLog writes what the organisation itself may read of the log.
func (s *Service) writeLog(ctx context.Context, folder string, m *Manifest) (err error) {
	v := door.From(ctx)
	v.Org, v.OrgName = m.Org, m.Name
	f, err := os.OpenFile(filepath.Join(folder, logFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum, first := sha256.New(), &opening{}
	if err := errors.Join(s.Log(door.With(ctx, v), io.MultiWriter(f, sum, first)), f.Close()); err != nil {
		return err
	}
	var head struct{ Origin string }
	if err := json.Unmarshal(first.line(), &head); err != nil {
		return fmt.Errorf("the first line of the log: %w", err)
	}
	m.Origin, m.Log = head.Origin, Kind{File: logFile, Rows: first.lines, SHA256: hex.EncodeToString(sum.Sum(nil)), Past: true}
	return nil
}

// An opening keeps the first line of what is written through it and counts all.
type opening struct {
	text  []byte
	lines int
}

func (o *opening) Write(p []byte) (int, error) {
	if o.lines == 0 {
		o.text = append(o.text, p...)
	}
	o.lines += bytes.Count(p, []byte{'\n'})
	return len(p), nil
}

func (o *opening) line() []byte {
	line, _, _ := bytes.Cut(o.text, []byte{'\n'})
	return line
}

func writeManifest(folder string, m Manifest) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	part := filepath.Join(folder, manifestFile+".part")
	if err := os.WriteFile(part, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(part, filepath.Join(folder, manifestFile))
}
