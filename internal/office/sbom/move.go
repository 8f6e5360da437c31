// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Returning document comes back with its organisation from another instance.
type Returning struct {
	Release  ospo.ReleaseID
	Org      ospo.OrgID
	Sum      string // SHA-256
	Uploaded string // when it was taken in there, as the database keeps times
	Person   ospo.PersonID
}

// Return takes a document in as it was taken in before: whatever follows from it arises
// anew, day and person are those of then. Once more changes nothing. Documents of one
// release have to come in the order of their days.
func (s *Service) Return(ctx context.Context, r Returning, raw []byte) (err error) {
	defer fault.Wrap(&err, "take document %s in again", r.Sum)
	back, err := s.store.returned(ctx, r)
	if err != nil || back {
		return err
	}
	c, err := s.read(ctx, raw)
	if err != nil {
		return err
	}
	if c.sum, err = s.blobs.Put(c.raw); err != nil {
		return err
	}
	if _, err := s.keep(ctx, target{org: r.Org, id: r.Release}, c); err != nil {
		return err
	}
	act := door.From(ctx).ActFor(r.Org, "sbom.return", string(r.Release))
	return s.store.db.Write(ctx, act, func(tx *db.Tx) error { return s.store.backdate(ctx, tx, r) })
}

// Leave takes the documents of an organisation and all below it out of the present, before
// their rows go.
func (s *Service) Leave(ctx context.Context, tx *db.Tx, root ospo.OrgID) error {
	ids, err := s.store.presentOf(ctx, tx, root)
	if err != nil {
		return err
	}
	for _, id := range ids {
		v, err := s.Inventory(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := s.store.retire(ctx, tx, id, v.Len()); err != nil {
			return err
		}
	}
	return nil
}
