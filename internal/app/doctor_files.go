// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"allmende/internal/office/audit"
)

const mib = 1 << 20

func (d *doctor) disk() {
	place := filepath.Dir(d.Database)
	if strings.HasPrefix(d.Database, "postgres") {
		place = "."
	}
	if whole, err := filepath.Abs(place); err == nil {
		place = whole
	}
	free, all, known := room(place)
	switch {
	case !known:
		d.note("disk", "unknown", "app.doctor.disk.unknown", place)
	case free < 200*mib:
		d.note("disk", "fail", "app.doctor.disk.left", int(free/mib), place)
		d.advise("app.doctor.disk.remedy")
	case free < 2048*mib || free < all/20:
		d.note("disk", "warn", "app.doctor.disk.left", int(free/mib), place)
		d.advise("app.doctor.disk.remedy")
	default:
		d.note("disk", "ok", "app.doctor.disk.left", int(free/mib), place)
	}
}

// sampled is how many documents are read and held against their sums.
const sampled = 100

func (d *doctor) documents() {
	folder := d.Blobs
	if folder == "" {
		folder = string(BlobsOf(d.Database))
	}
	looked, broken, err := soundness(folder, sampled)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.note("documents", "unknown", "app.doctor.documents.none", folder)
	case err != nil:
		d.note("documents", "fail", "app.doctor.documents.unread", folder, err.Error())
		d.advise("app.doctor.documents.remedy")
	case len(broken) > 0:
		d.note("documents", "fail", "app.doctor.documents.broken", len(broken), looked, broken[0])
		d.advise("app.doctor.documents.remedy")
	default:
		d.note("documents", "ok", "app.doctor.documents.fine", looked)
	}
}

func (d *doctor) mirrors(ctx context.Context) {
	if len(d.Mirrors) == 0 {
		d.note("mirrors", "unknown", "app.doctor.mirrors.none")
		return
	}
	for _, host := range d.Mirrors {
		if err := answers(ctx, host, "https://"+host+"/"); err != nil {
			d.note("mirrors", "warn", "app.doctor.mirrors.silent", host)
			d.advise("app.doctor.mirrors.remedy", host)
			continue
		}
		d.note("mirrors", "ok", "app.doctor.mirrors.fine", host)
	}
}

// oldKey is the age at which a key should be replaced.
const oldKey = 2 * 365 * 24 * time.Hour

func (d *doctor) keys(ctx context.Context) {
	log := audit.New(d.db, nil)
	if log.Key = d.AuditKey; log.Key == "" {
		log.Key = AuditKeyOf(d.Database, cmp.Or(d.Blobs, string(BlobsOf(d.Database))))
	}
	if gone, err := d.lost(ctx, log); err == nil && gone {
		d.note("keys", "fail", "app.doctor.keys.lost", log.KeyFile())
		d.advise("app.doctor.keys.lost_remedy")
	} else if d.closed(log.KeyFile()) {
		d.signing(ctx, log)
	}
	if st, err := os.Stat(d.Key); d.closed(d.Key) && err == nil && time.Since(st.ModTime()) > oldKey {
		d.note("keys", "warn", "app.doctor.keys.old", d.Key, st.ModTime())
		d.advise("app.doctor.keys.old_remedy")
	}
}

// closed looks whether a key's file, where there is one, is its owner's alone.
func (d *doctor) closed(name string) bool {
	if name == "" {
		return true
	}
	switch st, err := os.Stat(name); {
	case err != nil:
		d.note("keys", "unknown", "app.doctor.keys.none", name)
		return false
	case st.Mode().Perm()&0o077 != 0:
		d.note("keys", "fail", "app.doctor.keys.open", name, st.Mode().Perm().String())
		d.advise("app.doctor.keys.open_remedy", name)
	default:
		d.note("keys", "ok", "app.doctor.keys.fine", name)
	}
	return true
}

func (d *doctor) backups() {
	if d.Backups == "" {
		d.note("backups", "unknown", "app.doctor.backups.unnamed")
		d.advise("app.doctor.backups.unnamed_remedy")
		return
	}
	newest := time.Time{}
	for _, b := range append(backupsIn(d.Backups), d.Backups) { // several by --keep, or one by itself
		if st, err := os.Stat(filepath.Join(b, "allmende.db")); err == nil && st.ModTime().After(newest) {
			newest = st.ModTime()
		}
	}
	switch age := time.Since(newest); {
	case newest.IsZero():
		d.note("backups", "fail", "app.doctor.backups.none", d.Backups)
		d.advise("app.doctor.backups.remedy")
	case age > 7*24*time.Hour:
		d.note("backups", "fail", "app.doctor.backups.newest", newest)
		d.advise("app.doctor.backups.remedy")
	case age > 36*time.Hour:
		d.note("backups", "warn", "app.doctor.backups.newest", newest)
		d.advise("app.doctor.backups.remedy")
	default:
		d.note("backups", "ok", "app.doctor.backups.newest", newest)
	}
}
