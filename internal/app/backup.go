// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"allmende/internal/fault"
)

// Backup writes everything into a new folder: allmende.db, an SQLite file from either
// database, and the documents beside it. It is of one moment, consistent while others go
// on working, and "allmende serve --db FOLDER/allmende.db" runs on it as it is.
//
// Records are copied first: each document was kept before its record, so none is missing.
func (a *App) Backup(ctx context.Context, folder string) (err error) {
	defer fault.Wrap(&err, "backup into %s", folder)
	to := filepath.Join(folder, "allmende.db")
	if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Conflict, "app.backup_exists", to)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := a.backupRecords(ctx, to); err != nil {
		return err
	}
	return a.Blobs.Copy(string(BlobsOf(to)))
}

func (a *App) backupRecords(ctx context.Context, to string) error {
	if a.DB.Lite() {
		return a.DB.Snapshot(ctx, to)
	}
	copied, err := New(ctx, Options{Database: to})
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	_, err = a.DB.CopyTo(ctx, copied.DB)
	return errors.Join(err, copied.Close())
}
