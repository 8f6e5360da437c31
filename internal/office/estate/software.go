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

// Software returns an entry that the viewer may see; any other is not found.
func (s *Service) Software(ctx context.Context, id ospo.SoftwareID) (Software, error) {
	return s.store.software(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// Add registers a software with its releases and their uses.
func (s *Service) Add(ctx context.Context, in SoftwareInput) (id ospo.SoftwareID, err error) {
	ids, err := s.AddMany(ctx, door.From(ctx).Act("estate.add", ""), []SoftwareInput{in})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// AddMany registers several software in one transaction, each with an entry of its own in
// the log. The ids are in the order of the input.
func (s *Service) AddMany(ctx context.Context, act ospo.Act, in []SoftwareInput) (ids []ospo.SoftwareID, err error) {
	defer fault.Wrap(&err, "add %d software", len(in))
	act.What = "estate.add"
	err = s.store.db.Write(ctx, act, func(tx *db.Tx) error {
		var touched []ospo.ReleaseID
		for i, one := range in {
			id, releases, err := s.addOne(ctx, tx, one)
			if err != nil {
				return err
			}
			ids, touched = append(ids, id), append(touched, releases...)
			if i == 0 {
				tx.Act = stating(noted(tx.Act, "estate.add", string(id)), one) // the entry of the transaction itself
				continue
			}
			if err := tx.Note(ctx, stating(noted(tx.Act, "estate.add", string(id)), one)); err != nil {
				return err
			}
		}
		return s.changed(ctx, tx, touched...)
	})
	return ids, err
}

func (s *Service) addOne(ctx context.Context, tx *db.Tx, in SoftwareInput) (ospo.SoftwareID, []ospo.ReleaseID, error) {
	in, err := in.checked()
	if err != nil {
		return "", nil, err
	}
	w := in.software(tx.Act.Org)
	if w.SupplierID, err = s.store.ensureSupplier(ctx, tx, in.Supplier); err != nil {
		return "", nil, err
	}
	id, created, err := s.store.addSoftware(ctx, tx, w)
	if err == nil && !created {
		err = fault.At("name", "estate.name_taken", in.Name)
	}
	if err != nil {
		return "", nil, err
	}
	var releases []ospo.ReleaseID
	for _, r := range in.Releases {
		one, err := s.addRelease(ctx, tx, w.Org, id, r)
		if err != nil {
			return "", nil, err
		}
		releases = append(releases, one)
	}
	return id, releases, nil
}

// software returns a new entry as the input describes it.
func (in SoftwareInput) software(org ospo.OrgID) Software {
	return Software{ID: ospo.SoftwareID(db.NewID()), Org: org, Name: in.Name, Kind: in.Kind, PurposeDE: in.PurposeDE, PurposeEN: in.PurposeEN,
		Licence: in.Licence, Website: in.Website, Repository: in.Repository, PURL: in.PURL, Supplier: in.Supplier, Source: in.Source, Checked: in.Checked}
}

// Edit changes what is known of a software. seen is Software.Changed as the editor saw
// it: who was slower is told so and loses nothing.
func (s *Service) Edit(ctx context.Context, id ospo.SoftwareID, seen string, in SoftwareInput) (err error) {
	in, err = in.checked()
	if err != nil {
		return err
	}
	return s.store.db.Write(ctx, door.From(ctx).Act("estate.edit", string(id)), func(tx *db.Tx) error {
		old, err := s.mine(ctx, tx, id)
		if err != nil {
			return err
		}
		if seen != "" && seen != old.Changed {
			return fault.At("", "estate.somebody_faster", db.Time(old.Changed))
		}
		w := in.software(old.Org)
		w.ID, w.Retired, w.SupplierID = old.ID, old.Retired, old.SupplierID
		if fold(in.Supplier) != fold(old.Supplier) {
			if w.SupplierID, err = s.store.ensureSupplier(ctx, tx, in.Supplier); err != nil {
				return err
			}
		}
		tx.Act.Diff = change.Between(old, w, "changed")
		return s.store.editSoftware(ctx, tx, w)
	})
}

// mine returns a software that the acting organisation may change; what it may only see
// is not found as far as changing goes.
func (s *Service) mine(ctx context.Context, tx *db.Tx, id ospo.SoftwareID) (Software, error) {
	w, err := s.store.software(ctx, tx, tx.Act.Org, id)
	if err == nil && !w.Mine {
		err = fault.New(fault.NotFound, "fault.not_found")
	}
	return w, err
}

// Retire takes a software out of service: its releases with it, and the uses of its keeper's
// tree end today. Uses by others go on until they end them.
func (s *Service) Retire(ctx context.Context, id ospo.SoftwareID) error {
	return s.store.db.Write(ctx, door.From(ctx).Act("estate.retire", string(id)), func(tx *db.Tx) error {
		w, err := s.mine(ctx, tx, id)
		if err != nil {
			return err
		}
		ids, err := s.store.releasesOf(ctx, tx, w.Org, id)
		if err != nil {
			return err
		}
		for _, r := range ids {
			if err := s.store.retireRelease(ctx, tx, r); err != nil {
				return err
			}
		}
		now := w
		now.Retired = tx.Now
		tx.Act.Diff = change.Between(w, now)
		return errors.Join(s.store.retireSoftware(ctx, tx, id, tx.Now), s.changed(ctx, tx, ids...))
	})
}

// Restore puts a retired software back into service. Its releases are put back one by one.
func (s *Service) Restore(ctx context.Context, id ospo.SoftwareID) error {
	return s.store.db.Write(ctx, door.From(ctx).Act("estate.restore", string(id)), func(tx *db.Tx) error {
		old, err := s.mine(ctx, tx, id)
		if err != nil {
			return err
		}
		now := old
		now.Retired = ""
		tx.Act.Diff = change.Between(old, now)
		return s.store.retireSoftware(ctx, tx, id, "")
	})
}
