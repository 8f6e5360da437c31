// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"errors"

	"allmende/internal/engine/purl"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
)

// Ensure finds a release in what the acting organisation's tree keeps, or registers
// software and release for the acting organisation. Software is found by its package URL
// without version, else by its name; either may be empty, not both. What was retired is
// in service again. created says that the release is new.
func (s *Service) Ensure(ctx context.Context, tx *db.Tx, name, version, packageURL string) (id ospo.ReleaseID, created bool, err error) {
	defer fault.Wrap(&err, "find or register release %q of software %q", version, name)
	bare, name, version := readRoot(name, version, packageURL)
	if name == "" {
		return "", false, fault.At("name", "estate.name_missing")
	}
	if err := errors.Join(short("name", name, lineLimit), short("version", version, lineLimit)); err != nil {
		return "", false, err // what the register's own form and table refuse comes in by no other door
	}
	software, owner, err := s.ensureSoftware(ctx, tx, name, bare)
	if err != nil {
		return "", false, err
	}
	id, created, revived, err := s.store.ensureRelease(ctx, tx, owner, software, version, packageURL)
	if err != nil {
		return "", false, err
	}
	if created {
		if err := tx.Note(ctx, stating(noted(tx.Act, "estate.release.add", string(id)), Release{Software: software, Version: version, PURL: packageURL})); err != nil {
			return "", false, err
		}
	}
	if created || revived {
		err = s.changed(ctx, tx, id)
	}
	return id, created, err
}

// readRoot takes from the package URL what name and version leave open. bare is the
// package URL without version, or "" where it cannot be read.
func readRoot(name, version, packageURL string) (bare, tidied, v string) {
	p, err := purl.Parse(packageURL)
	if err == nil {
		if name == "" {
			name = p.Name
		}
		if version == "" {
			version = p.Version
		}
		p.Version, p.Qualifiers, p.Subpath = "", "", ""
		bare = p.Key()
	}
	return bare, tidy(name), tidy(version)
}

func (s *Service) ensureSoftware(ctx context.Context, tx *db.Tx, name, bare string) (ospo.SoftwareID, ospo.OrgID, error) {
	found, owner, err := s.store.findSoftware(ctx, tx, tx.Act.Org, fold(name), bare)
	if err == nil {
		return found, owner, s.store.reviveSoftware(ctx, tx, found)
	}
	if fault.Of(err) != fault.NotFound {
		return "", "", err
	}
	id, created, err := s.store.addSoftware(ctx, tx, Software{ID: ospo.SoftwareID(db.NewID()), Org: tx.Act.Org, Name: name, Kind: "unknown", PURL: bare})
	if err == nil && created {
		err = tx.Note(ctx, stating(noted(tx.Act, "estate.add", string(id)), Software{Name: name, Kind: "unknown", PURL: bare}))
	}
	return id, tx.Act.Org, err
}

// noted is act as a second entry of the log within the same transaction.
func noted(act ospo.Act, what, on string) ospo.Act {
	act.What, act.On, act.Diff = what, on, ""
	return act
}

// stating is act with what a new record says of itself.
func stating(act ospo.Act, record any) ospo.Act {
	act.Diff = change.Added(record)
	return act
}
