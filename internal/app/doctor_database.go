// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"time"

	"allmende/internal/office/audit"
	"allmende/internal/office/governance"
)

// migrations compares what the database has with what this program brings.
func (d *doctor) migrations(ctx context.Context) {
	has, err := d.db.Migrated(ctx)
	if err != nil {
		d.note("tables", "fail", "app.doctor.tables.unread", err.Error())
		d.advise("app.doctor.database.dead_remedy")
		return
	}
	var brings []string
	for _, m := range d.rooms {
		names, _ := fs.Glob(m.files, "migrations/*.sql")
		for _, n := range names {
			brings = append(brings, m.name+"/"+n)
		}
	}
	missing := slices.DeleteFunc(slices.Clone(brings), func(n string) bool { return slices.Contains(has, n) })
	unknown := slices.DeleteFunc(slices.Clone(has), func(n string) bool { return slices.Contains(brings, n) || strings.HasPrefix(n, "log/") })
	switch {
	case len(unknown) > 0:
		d.note("tables", "fail", "app.doctor.tables.newer", len(unknown), unknown[0])
		d.advise("app.doctor.tables.newer_remedy", Version)
	case len(missing) > 0:
		d.note("tables", "warn", "app.doctor.tables.older", len(missing), missing[0])
		d.advise("app.doctor.tables.older_remedy")
	default:
		d.note("tables", "ok", "app.doctor.tables.fine", len(has))
	}
}

// operator looks whether the organisation that is to operate the instance is there.
func (d *doctor) operator(ctx context.Context) {
	if d.Operator == "" {
		return
	}
	orgs, err := governance.New(d.db).AllOrgs(ctx)
	switch {
	case err != nil:
		d.note("operator", "unknown", "app.doctor.operator.unread")
	case !slices.ContainsFunc(orgs, func(o governance.Org) bool { return string(o.ID) == d.Operator }):
		d.note("operator", "fail", "app.operator_unknown", d.Operator)
		d.advise("app.doctor.operator.remedy")
	default:
		d.note("operator", "ok", "app.doctor.operator.fine", d.Operator)
	}
}

func (d *doctor) integrity(ctx context.Context) {
	flaws, known, err := d.db.Flaws(ctx)
	switch {
	case err != nil || len(flaws) > 0:
		d.note("integrity", "fail", "app.doctor.integrity.broken", strings.Join(append(flaws, inWords(err)...), "; "))
		d.advise("app.doctor.integrity.remedy")
	case !known:
		d.note("integrity", "unknown", "app.doctor.integrity.unknown")
	default:
		d.note("integrity", "ok", "app.doctor.integrity.fine")
	}
}

func inWords(err error) []string {
	if err == nil {
		return nil
	}
	return []string{err.Error()}
}

// drift is how far clocks may be apart: codes of apps live for half a minute.
const drift = 20 * time.Second

func (d *doctor) clock(ctx context.Context) {
	at, err := d.db.Time(ctx)
	apart := time.Since(at)
	switch {
	case err != nil || at.IsZero():
		d.note("clock", "unknown", "app.doctor.clock.unknown")
	case apart < -drift || !d.db.Lite() && apart > drift:
		d.note("clock", "fail", "app.doctor.clock.off", apart.Round(time.Second).String())
		d.advise("app.doctor.clock.remedy")
	default:
		d.note("clock", "ok", "app.doctor.clock.fine")
	}
}

// log proves the log against its own checkpoints, as "allmende audit verify" does.
func (d *doctor) log(ctx context.Context) {
	r, err := audit.VerifyDatabase(ctx, d.Database, audit.Trust{})
	switch {
	case err != nil:
		d.note("log", "unknown", "app.doctor.log.unread")
		d.advise("app.doctor.log.remedy")
	case !r.Good():
		d.note("log", "fail", "app.doctor.log.broken", r.All)
		d.advise("app.doctor.log.remedy")
	default:
		d.note("log", "ok", "app.doctor.log.fine", int(r.Size))
	}
}

// signing looks since when the log is signed with the present key. The database knows: a file
// is as young as the last time somebody copied it.
func (d *doctor) signing(ctx context.Context, log *audit.Service) {
	if d.db == nil {
		return // said already
	}
	switch since, err := log.SignsSince(ctx); {
	case err != nil:
		d.note("rotation", "unknown", "app.doctor.keys.unread", err.Error())
	case since.IsZero():
		d.note("rotation", "unknown", "app.doctor.keys.unused")
	case time.Since(since) > oldKey:
		d.note("rotation", "warn", "app.doctor.keys.signs", since)
		d.advise("app.doctor.keys.signs_remedy")
	default:
		d.note("rotation", "ok", "app.doctor.keys.signs", since)
	}
}
