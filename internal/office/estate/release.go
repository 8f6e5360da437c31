// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"
	"errors"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// Releases lists the releases of a software that the viewer may see, the newest entry first.
func (s *Service) Releases(ctx context.Context, id ospo.SoftwareID) ([]Release, error) {
	return s.store.releases(ctx, s.store.db.Read(), door.From(ctx).Org, []ospo.SoftwareID{id})
}

// AddRelease registers a release of a software with its uses.
func (s *Service) AddRelease(ctx context.Context, software ospo.SoftwareID, in ReleaseInput) (id ospo.ReleaseID, err error) {
	err = s.store.db.Write(ctx, door.From(ctx).Act("estate.release.add", string(software)), func(tx *db.Tx) error {
		w, err := s.mine(ctx, tx, software)
		if err != nil {
			return err
		}
		if id, err = s.addRelease(ctx, tx, w.Org, software, in); err != nil {
			return err
		}
		tx.Act = stating(noted(tx.Act, "estate.release.add", string(id)), in)
		return errors.Join(s.store.reviveSoftware(ctx, tx, software), s.changed(ctx, tx, id))
	})
	return id, err
}

// addRelease adds a release to a software that the caller has checked.
func (s *Service) addRelease(ctx context.Context, tx *db.Tx, owner ospo.OrgID, software ospo.SoftwareID, in ReleaseInput) (ospo.ReleaseID, error) {
	in, err := in.checked()
	if err != nil {
		return "", err
	}
	r := in.release(owner, software)
	if err := s.store.addRelease(ctx, tx, r); err != nil {
		return "", err
	}
	for _, u := range in.Uses {
		if _, err := s.addUse(ctx, tx, r.ID, u); err != nil {
			return "", err
		}
	}
	return r.ID, nil
}

func (in ReleaseInput) release(org ospo.OrgID, software ospo.SoftwareID) Release {
	return Release{ID: ospo.ReleaseID(db.NewID()), Org: org, Software: software, Version: in.Version, PURL: in.PURL, Released: in.Released, Supported: in.Supported}
}

// EditRelease changes what is known of a release.
func (s *Service) EditRelease(ctx context.Context, id ospo.ReleaseID, in ReleaseInput) (err error) {
	if in, err = in.checked(); err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).Act("estate.release.edit", string(id)), func(tx *db.Tx) error {
		old, err := s.mineRelease(ctx, tx, id)
		if err != nil {
			return err
		}
		r := in.release(old.Org, old.Software)
		r.ID, r.Name, r.Retired = old.ID, old.Name, old.Retired
		tx.Act.Diff = change.Between(old, r)
		return s.store.editRelease(ctx, tx, r)
	})
}

func (s *Service) mineRelease(ctx context.Context, tx *db.Tx, id ospo.ReleaseID) (Release, error) {
	r, err := s.store.release(ctx, tx, tx.Act.Org, id)
	if err == nil && !r.Mine {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	return r, err
}

// RetireRelease takes a release out of service and ends the uses of its keeper's tree today.
func (s *Service) RetireRelease(ctx context.Context, id ospo.ReleaseID) error {
	return s.store.db.Write(ctx, door.From(ctx).Act("estate.release.retire", string(id)), func(tx *db.Tx) error {
		r, err := s.mineRelease(ctx, tx, id)
		if err != nil {
			return err
		}
		now := r
		now.Retired = tx.Now
		tx.Act.Diff = change.Between(r, now)
		return errors.Join(s.store.retireRelease(ctx, tx, id), s.changed(ctx, tx, id))
	})
}

// RestoreRelease puts a retired release, and its software, back into service.
func (s *Service) RestoreRelease(ctx context.Context, id ospo.ReleaseID) error {
	return s.store.db.Write(ctx, door.From(ctx).Act("estate.release.restore", string(id)), func(tx *db.Tx) error {
		r, err := s.mineRelease(ctx, tx, id)
		if err != nil {
			return err
		}
		now := r
		now.Retired = ""
		tx.Act.Diff = change.Between(r, now)
		return errors.Join(s.store.restoreRelease(ctx, tx, id), s.store.reviveSoftware(ctx, tx, r.Software), s.changed(ctx, tx, id))
	})
}
