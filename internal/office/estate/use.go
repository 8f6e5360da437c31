// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// UsesOf lists the uses of releases within the viewer's tree, those that ended last.
func (s *Service) UsesOf(ctx context.Context, releases ...ospo.ReleaseID) ([]Use, error) {
	return s.store.uses(ctx, s.store.db.Read(), door.From(ctx).Org, releases)
}

// Use returns one use within the viewer's tree; any other is not found.
func (s *Service) Use(ctx context.Context, id string) (Use, error) {
	return s.store.use(ctx, s.store.db.Read(), door.From(ctx).Org, id)
}

// AddUse notes that an organisation of the viewer's tree runs a release that the viewer may see.
func (s *Service) AddUse(ctx context.Context, release ospo.ReleaseID, in UseInput) (id string, err error) {
	err = s.store.db.Write(ctx, door.From(ctx).Act("estate.use.add", string(release)), func(tx *db.Tx) error {
		r, err := s.store.release(ctx, tx, tx.Act.Org, release)
		if err == nil && r.Retired != "" {
			err = fault.At("", "estate.use.retired")
		}
		if err != nil {
			return err
		}
		if id, err = s.addUse(ctx, tx, release, in); err != nil {
			return err
		}
		tx.Act.Diff = change.Added(in)
		return s.changed(ctx, tx, release)
	})
	return id, err
}

// addUse adds a use of a release that the caller has checked.
func (s *Service) addUse(ctx context.Context, tx *db.Tx, release ospo.ReleaseID, in UseInput) (string, error) {
	u, err := s.readUse(ctx, tx, in, Use{})
	if err != nil {
		return "", err
	}
	u.ID, u.Release = db.NewID(), release
	return u.ID, s.store.addUse(ctx, tx, u)
}

// readUse checks the input and looks up, or registers, the contract and the supplier it
// names. What it names as before stays what it was, whoever keeps the entry.
func (s *Service) readUse(ctx context.Context, tx *db.Tx, in UseInput, old Use) (Use, error) {
	in, err := in.checked()
	if err != nil {
		return Use{}, err
	}
	if in.Org == "" {
		in.Org = tx.Act.Org
	}
	if err := s.store.within(ctx, tx, tx.Act.Org, in.Org); err != nil {
		return Use{}, err
	}
	u := Use{Org: in.Org, Role: in.Role, Purpose: in.Purpose, Since: in.Since, Criticality: in.Criticality, External: in.External,
		SupplierID: old.SupplierID, ContractID: old.ContractID}
	if fold(in.Supplier) != fold(old.Supplier) {
		if u.SupplierID, err = s.store.ensureSupplier(ctx, tx, in.Supplier); err != nil {
			return u, err
		}
	}
	if in.Contract != old.Contract || old.KnowsContract {
		u.ContractID, err = s.store.ensureContract(ctx, tx, in.Contract, u.SupplierID, in.ContractEnd)
	}
	return u, err
}

// EditUse changes a use. With another release of the same software in the input, the use
// moves there; a release of the acting tree that nobody uses any more is retired.
func (s *Service) EditUse(ctx context.Context, id string, in UseInput) error {
	return s.store.db.Write(ctx, door.From(ctx).Act("estate.use.edit", ""), func(tx *db.Tx) error {
		old, err := s.store.use(ctx, tx, tx.Act.Org, id)
		if err != nil {
			return err
		}
		tx.Act.On = string(old.Release)
		u, err := s.readUse(ctx, tx, in, old)
		if err != nil {
			return err
		}
		u.ID, u.Release, u.Ended = id, old.Release, old.Ended // what ended stays so
		if in.Release != "" && in.Release != old.Release {
			if u.Release, err = s.sibling(ctx, tx, old.Release, in.Release); err != nil {
				return err
			}
		}
		tx.Act.Diff = change.Between(old, u, "org_name", "contract", "contract_until", "supplier", "version") // names of what the ids say
		if err := s.store.editUse(ctx, tx, u); err != nil {
			return err
		}
		return s.moved(ctx, tx, old, u)
	})
}

// sibling returns to, if it is in service, may be seen, and belongs to the software of from.
func (s *Service) sibling(ctx context.Context, tx *db.Tx, from, to ospo.ReleaseID) (ospo.ReleaseID, error) {
	a, err := s.store.release(ctx, tx, tx.Act.Org, from)
	if err != nil {
		return "", err
	}
	b, err := s.store.release(ctx, tx, tx.Act.Org, to)
	if err != nil || a.Software != b.Software || b.Retired != "" {
		return "", fault.At("release", "estate.use.release")
	}
	return b.ID, nil
}

// moved tells of a use that changed its release or its organisation.
func (s *Service) moved(ctx context.Context, tx *db.Tx, old, now Use) error {
	if old.Release == now.Release {
		if old.Org == now.Org {
			return nil
		}
		return s.changed(ctx, tx, old.Release)
	}
	left, err := s.store.retireUnused(ctx, tx, old.Release)
	if err == nil && left {
		err = tx.Note(ctx, noted(tx.Act, "estate.release.retire", string(old.Release)))
	}
	if err != nil {
		return err
	}
	return s.changed(ctx, tx, old.Release, now.Release)
}

// EndUse notes that an organisation does not run a release any more, as of today.
func (s *Service) EndUse(ctx context.Context, id string) (release ospo.ReleaseID, err error) {
	err = s.store.db.Write(ctx, door.From(ctx).Act("estate.use.end", ""), func(tx *db.Tx) error {
		u, err := s.store.use(ctx, tx, tx.Act.Org, id)
		if err != nil {
			return err
		}
		release, tx.Act.On = u.Release, string(u.Release)
		now := u
		now.Ended = Day(tx.Now[:10])
		tx.Act.Diff = change.Between(u, now)
		if err := s.store.endUse(ctx, tx, id); err != nil {
			return err
		}
		return s.changed(ctx, tx, release)
	})
	return release, err
}
