// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"allmende/internal/fault"
	"allmende/internal/office/audit"
	"allmende/internal/platform/blob"
	"allmende/internal/platform/db"
)

// A Restored says what was found in a backup and put in place.
type Restored struct {
	Entries   int    `json:"entries"`        // of the log, all proved
	Documents int    `json:"documents"`      // each held against its sum
	Rows      int    `json:"rows,omitempty"` // of all tables, counted on both sides; PostgreSQL only
	Key       string `json:"key,omitempty"`  // file of the key that the log is signed with, where it has to be put back
}

// Restore checks a backup and puts it in place of a database that is not there yet: the
// file is whole, the log proves itself, and each document has the content it was kept with.
// What is wrong is a fault, and then nothing was written. The backup may come from either
// database, and the target be either; a database on a server must be there and empty.
func Restore(ctx context.Context, from string, o Options) (r Restored, err error) {
	defer fault.Wrap(&err, "restore %s", from)
	if st, err := os.Stat(from); err == nil && st.IsDir() {
		from = filepath.Join(from, "allmende.db")
	}
	blobs := o.Blobs
	if blobs == "" {
		blobs = string(BlobsOf(o.Database))
	}
	key := o.AuditKey
	if key == "" {
		key = AuditKeyOf(o.Database, blobs)
	}
	if err := vacant(ctx, o.Database, blobs); err != nil {
		return r, err
	}
	if r, err = sound(ctx, from, key); err != nil {
		return r, err
	}
	// Documents come first, as in a backup: a record without its document must never be.
	part := blobs + ".part"
	defer os.RemoveAll(part)
	if err := errors.Join(os.RemoveAll(part), BlobsOf(from).Copy(part)); err != nil {
		return r, err
	}
	if looked, broken, err := soundness(part, 0); err != nil && !errors.Is(err, fs.ErrNotExist) || len(broken) > 0 || looked != r.Documents {
		return r, errors.Join(err, fault.New(fault.Unreadable, "app.restore_documents", len(broken), r.Documents, strings.Join(broken, ", ")))
	}
	if err := os.Rename(part, blobs); err != nil && !errors.Is(err, fs.ErrNotExist) { // where nothing was kept
		return r, err
	}
	if strings.HasPrefix(o.Database, "postgres") {
		r.Rows, err = restoreRows(ctx, from, o.Database, blobs)
	} else {
		err = restoreFile(ctx, from, o.Database)
	}
	if err != nil {
		return r, errors.Join(err, os.RemoveAll(blobs)) // was not there before, see vacant
	}
	return r, nil
}

// restoreFile puts an SQLite file in place of none.
func restoreFile(ctx context.Context, from, to string) error {
	d, err := db.Open(from)
	if err != nil {
		return err
	}
	defer d.Close()
	defer os.Remove(to + ".part")
	if err := errors.Join(remove(to+".part"), d.Snapshot(ctx, to+".part")); err != nil {
		return err
	}
	return os.Rename(to+".part", to)
}

func remove(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// restoreRows copies a backup into an empty database on a server. The backup may be older
// than the program: a copy of it is brought up to date first.
func restoreRows(ctx context.Context, from, to, blobs string) (rows int, err error) {
	folder, err := os.MkdirTemp("", "allmende-restore-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	stage := filepath.Join(folder, "allmende.db")
	if err := restoreFile(ctx, from, stage); err != nil {
		return 0, err
	}
	source, err := tabled(ctx, stage, blobs)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	target, err := tabled(ctx, to, blobs)
	if err != nil {
		return 0, err
	}
	defer target.Close()
	if err := alike(ctx, source, target); err != nil {
		return 0, err
	}
	if rows, err = source.CopyTo(ctx, target); err != nil {
		return 0, err
	}
	report, err := audit.VerifyDatabase(ctx, to, audit.Trust{})
	if err != nil || !report.Good() {
		return rows, fault.Because(err, fault.Unreadable, "app.restore_log", Named(to), report.All)
	}
	return rows, nil
}

// tabled opens a database whose tables are up to date, and does nothing else there.
func tabled(ctx context.Context, where, blobs string) (*db.DB, error) {
	d, err := db.Open(where)
	if err != nil {
		return nil, err
	}
	if err := assemble(d, Options{Database: where, Blobs: blobs}).migrate(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// alike returns a fault where a backup has tables that the program does not know: it is of a
// newer one, and what those tables hold would be lost.
func alike(ctx context.Context, source, target *db.DB) error {
	has, err := source.Migrated(ctx)
	if err != nil {
		return err
	}
	knows, err := target.Migrated(ctx)
	for _, m := range has {
		if err == nil && !slices.Contains(knows, m) {
			return fault.New(fault.Unreadable, "app.restore_newer", m)
		}
	}
	return err
}

// vacant returns a fault where something is already that a restored instance would overwrite.
func vacant(ctx context.Context, database, blobs string) error {
	names := []string{database, blobs}
	if strings.HasPrefix(database, "postgres") {
		names = names[1:]
		d, err := db.Open(database)
		if err != nil {
			return fault.Because(err, fault.Unreadable, "app.restore_away", Named(database))
		}
		defer d.Close()
		full, err := d.Used(ctx)
		if err != nil {
			return fault.Because(err, fault.Unreadable, "app.restore_away", Named(database))
		}
		if full {
			return fault.New(fault.Conflict, "app.restore_full", Named(database))
		}
	}
	for _, name := range names {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.Conflict, "app.restore_exists", name)
		}
	}
	return nil
}

// sound checks a backup and changes nothing in it. key is where the key of the log will be
// looked for.
func sound(ctx context.Context, from, key string) (r Restored, err error) {
	if _, err := os.Stat(from); err != nil {
		return r, fault.Because(err, fault.NotFound, "app.restore_none", from)
	}
	d, err := db.Open(from)
	if err != nil {
		return r, fault.Because(err, fault.Unreadable, "app.restore_broken", from)
	}
	defer d.Close()
	has, err := d.Migrated(ctx)
	if err != nil || len(has) == 0 {
		return r, fault.Because(err, fault.Unreadable, "app.restore_broken", from)
	}
	if flaws, _, err := d.Flaws(ctx); err != nil || len(flaws) > 0 {
		return r, fault.Because(errors.Join(err, errors.New(strings.Join(flaws, "; "))), fault.Unreadable, "app.restore_broken", from)
	}
	report, err := audit.VerifyDatabase(ctx, from, audit.Trust{})
	if err != nil || !report.Good() {
		return r, fault.Because(err, fault.Unreadable, "app.restore_log", from, report.All)
	}
	looked, broken, err := soundness(string(BlobsOf(from)), 0)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	if len(broken) > 0 {
		return r, fault.New(fault.Unreadable, "app.restore_documents", len(broken), looked, broken[0])
	}
	r = Restored{Entries: int(report.Size), Documents: looked}
	log := audit.New(d, nil)
	log.Key = key
	gone, err := log.Lost(ctx)
	if gone {
		r.Key = key
	}
	return r, err
}

// soundness reads documents of a folder and holds each against its sum: at most so many,
// spread over all of them; 0 reads all.
func soundness(folder string, most int) (looked int, broken []string, err error) {
	var sums []string
	err = filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(p) == ".zst" {
			sums = append(sums, filepath.Base(filepath.Dir(p))+strings.TrimSuffix(filepath.Base(p), ".zst"))
		}
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	step := 1
	if most > 0 && len(sums) > most {
		step = len(sums) / most
	}
	for i := 0; i < len(sums); i += step {
		looked++
		if _, err := blob.Folder(folder).Get(sums[i]); err != nil {
			broken = append(broken, sums[i])
		}
	}
	return looked, broken, nil
}

// A backup among others is named after the moment it was made.
const backupName = "2006-01-02T150405Z"

var backupForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d{6}Z$`)

// backupsIn lists the backups in a folder, the oldest first. Whatever else lies there is
// not looked at.
func backupsIn(folder string) []string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		if _, err := os.Stat(filepath.Join(path, "allmende.db")); err == nil && backupForm.MatchString(e.Name()) {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

// BackupAmong makes a backup in a folder of its own within another, and then removes the
// oldest there until keep are left. It returns the new one.
func (a *App) BackupAmong(ctx context.Context, folder string, keep int) (made string, err error) {
	made = filepath.Join(folder, a.DB.Now().UTC().Format(backupName))
	if err := a.Backup(ctx, made); err != nil {
		return "", err
	}
	all := backupsIn(folder)
	for _, old := range all[:max(0, len(all)-keep)] {
		if err := os.RemoveAll(old); err != nil {
			return made, err
		}
	}
	return made, nil
}
