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
	Entries   int `json:"entries"`   // of the log, all proved
	Documents int `json:"documents"` // each held against its sum
}

// Restore checks a backup and puts it in place of a database that is not there yet: the
// file is whole, the log proves itself, and each document has the content it was kept with.
// What is wrong is a fault, and then nothing was written.
func Restore(ctx context.Context, from string, o Options) (r Restored, err error) {
	defer fault.Wrap(&err, "restore %s", from)
	if st, err := os.Stat(from); err == nil && st.IsDir() {
		from = filepath.Join(from, "allmende.db")
	}
	blobs := o.Blobs
	if blobs == "" {
		blobs = string(BlobsOf(o.Database))
	}
	if err := vacant(o.Database, blobs); err != nil {
		return r, err
	}
	if r, err = sound(ctx, from); err != nil {
		return r, err
	}
	d, err := db.Open(from)
	if err != nil {
		return r, err
	}
	defer d.Close()
	if err := d.Snapshot(ctx, o.Database); err != nil {
		return r, err
	}
	return r, BlobsOf(from).Copy(blobs)
}

// vacant returns a fault where something is already that a restored instance would overwrite.
func vacant(database, blobs string) error {
	if strings.HasPrefix(database, "postgres") {
		return fault.New(fault.Invalid, "app.restore_file")
	}
	for _, name := range []string{database, blobs} {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.Conflict, "app.restore_exists", name)
		}
	}
	return nil
}

// sound checks a backup and changes nothing in it.
func sound(ctx context.Context, from string) (r Restored, err error) {
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
	return Restored{int(report.Size), looked}, nil
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
