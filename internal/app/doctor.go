// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"io/fs"
	"os"
	"strings"

	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
)

// A Finding is one thing that the doctor looked at. State is ok, warn, fail or unknown;
// Say and Remedy are sentences in the reader's language, Remedy empty where all is well.
type Finding struct {
	Check  string `json:"check"`
	State  string `json:"state"`
	Say    string `json:"say"`
	Remedy string `json:"remedy,omitempty"`
}

// An Examination is what the doctor is asked to look at: the settings of the server, and
// what lies beside it.
type Examination struct {
	Options
	Listen    string
	Cert, Key string // files of the TLS certificate
	Backups   string // folder with backups
	Lang      string
}

// A doctor looks at one instance and changes nothing: it opens no server, makes no tables
// and sends no mail.
type doctor struct {
	Examination
	texts lang.Catalogue
	rooms []module
	db    *db.DB
	found []Finding
}

// A module is whatever has tables of its own.
type module struct {
	name  string
	files fs.FS
}

// Examine looks at everything and returns what it found, in a fixed order.
func Examine(ctx context.Context, e Examination) ([]Finding, error) {
	a := assemble(nil, e.Options)
	d := &doctor{Examination: e}
	for _, m := range a.modules() {
		d.rooms = append(d.rooms, module{m.Name, m.Files})
	}
	var err error
	if d.texts, err = a.words(); err != nil {
		return nil, err
	}
	d.settings()
	if d.reach(ctx) {
		defer d.db.Close()
		d.migrations(ctx)
		d.operator(ctx)
		d.integrity(ctx)
		d.clock(ctx)
		d.log(ctx)
	}
	d.disk()
	d.documents()
	d.mirrors(ctx)
	d.certificate(ctx)
	d.letters(ctx)
	d.keys(ctx)
	d.backups()
	return d.found, nil
}

func (d *doctor) note(check, state, say string, args ...any) {
	d.found = append(d.found, Finding{Check: check, State: state, Say: d.texts.T(d.Lang, say, args...)})
}

// advise adds what to do to what was noted last.
func (d *doctor) advise(remedy string, args ...any) {
	d.found[len(d.found)-1].Remedy = d.texts.T(d.Lang, remedy, args...)
}

func (d *doctor) reach(ctx context.Context) bool {
	if !strings.HasPrefix(d.Database, "postgres") {
		if _, err := os.Stat(d.Database); err != nil { // opening would make the file
			d.note("database", "fail", "app.doctor.database.none", d.Database)
			d.advise("app.doctor.database.none_remedy", d.Database)
			return false
		}
	}
	var err error
	if d.db, err = db.Open(d.Database); err == nil {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		err = d.db.Ping(ctx)
	}
	if err != nil {
		if d.db != nil {
			d.db.Close()
			d.db = nil
		}
		d.note("database", "fail", "app.doctor.database.dead", Named(d.Database))
		d.advise("app.doctor.database.dead_remedy")
		return false
	}
	d.note("database", "ok", "app.doctor.database.fine", Named(d.Database), d.db.Kind())
	return true
}
