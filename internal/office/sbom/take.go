// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package sbom

import (
	"cmp"
	"context"
	"strings"

	"allmende/internal/engine/bom"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// An Upload is a document and what it is to be taken in for: a release of the register,
// or a software by name. Both empty, the document's own product says it.
type Upload struct {
	File     string // its name, for messages
	Data     []byte // as it came, perhaps packed with gzip
	Release  ospo.ReleaseID
	Software string
	Version  string     // of the software; empty takes the product's
	Org      ospo.OrgID // for whom; empty is the viewer's own organisation
}

// Take reads a document and puts it in the place of the release's former one. The same
// document again changes nothing, and the receipt says so.
func (s *Service) Take(ctx context.Context, in Upload) (_ Receipt, err error) {
	defer fault.Wrap(&err, "take in %q", in.File)
	to, err := s.target(ctx, in)
	if err != nil {
		return Receipt{}, err
	}
	c, err := s.read(ctx, in.Data)
	if err != nil {
		return Receipt{}, err
	}
	if err := to.name(c.doc); err != nil {
		return Receipt{}, err
	}
	if c.sum, err = s.blobs.Put(c.raw); err != nil {
		return Receipt{}, err
	}
	r, err := s.keep(ctx, to, c)
	if err != nil {
		return Receipt{}, err
	}
	r.File = in.File
	return s.complete(ctx, r)
}

// target is whose release a document is taken in for: id, or names still to be found.
type target struct {
	org               ospo.OrgID
	id                ospo.ReleaseID
	software, version string
	purl              string
	created           bool
}

// target checks what the viewer names against what the viewer may change.
func (s *Service) target(ctx context.Context, in Upload) (target, error) {
	v := door.From(ctx)
	to := target{org: cmp.Or(in.Org, v.Org), software: strings.TrimSpace(in.Software), version: strings.TrimSpace(in.Version)}
	if in.Release != "" {
		r, err := s.store.release(ctx, s.store.db.Read(), v.Org, in.Release)
		if err != nil {
			return to, err
		}
		if !r.Own {
			return to, fault.New(fault.Forbidden, "sbom.release_foreign", r.Software+" "+r.Version)
		}
		to.org, to.id = r.Org, r.ID
		return to, s.store.open(ctx, v.Org, to.org)
	}
	if to.org == v.Org {
		return to, nil
	}
	if err := s.store.within(ctx, v.Org, to.org); err != nil {
		return to, err
	}
	return to, s.store.open(ctx, v.Org, to.org)
}

// name takes from the document's product what nobody named.
func (to *target) name(d *bom.Document) error {
	if to.id != "" {
		return nil
	}
	if d.Root >= 0 {
		p := d.Components[d.Root]
		if to.software == "" {
			to.software, to.purl = p.Name, p.PURL
		}
		to.version = cmp.Or(to.version, p.Version)
	}
	if to.software == "" {
		return fault.New(fault.Unreadable, "sbom.product_missing")
	}
	return nil
}

// read unpacks and reads a document. No more are read at a time than there are processors.
func (s *Service) read(ctx context.Context, data []byte) (*content, error) {
	select {
	case s.readers <- struct{}{}:
		defer func() { <-s.readers }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	raw, err := unpack(data, s.Limits.Bytes)
	if err != nil {
		return nil, err
	}
	doc, err := bom.Read(raw, s.Limits.document())
	if err != nil {
		return nil, refusal(err)
	}
	c := gather(doc)
	c.raw = raw
	return c, nil
}

// settle finds or registers the release that was named.
func (s *Service) settle(ctx context.Context, tx *db.Tx, to *target) (err error) {
	if to.id == "" {
		if to.id, to.created, err = s.Ensure(ctx, tx, to.software, to.version, to.purl); err != nil {
			return err
		}
	}
	to.software, to.version, err = s.store.names(ctx, tx, to.id)
	return err
}

// admit makes c the present document of its release. It returns the packages that are
// known to be in the database once the transaction is committed.
func (s *Service) admit(ctx context.Context, tx *db.Tx, to target, c *content) (Receipt, candidates, error) {
	r := Receipt{Release: to.id, Software: to.software, Version: to.version, NewEntry: to.created}
	former, err := s.store.lock(ctx, tx, to)
	if err != nil {
		return r, candidates{}, err
	}
	had, err := s.store.find(ctx, tx, to.id, c.sum)
	if err != nil {
		return r, candidates{}, err
	}
	if had.id != 0 && had.id == former {
		r.fill(had, Recognised)
		return r, candidates{}, nil
	}
	kept, err := s.replace(ctx, tx, to, c, former, had.id)
	r.fill(kept, Created)
	if had.id != 0 {
		r.State = Restored
	}
	if former != 0 {
		r.Replaces = number(former)
	}
	return r, c.packages, err
}

// replace puts c in the place of the former document; again is its own number where the
// release had it before.
func (s *Service) replace(ctx context.Context, tx *db.Tx, to target, c *content, former, again ospo.DocumentID) (document, error) {
	before, err := s.Inventory(ctx, tx, former)
	if err != nil {
		return document{}, err
	}
	if err := s.store.retire(ctx, tx, former, before.Len()); err != nil {
		return document{}, err
	}
	if err := s.unplace(ctx, tx, again); err != nil {
		return document{}, err
	}
	fresh, err := s.intern(ctx, tx, c)
	if err != nil {
		return document{}, err
	}
	kept, err := s.store.insert(ctx, tx, to, c, again)
	if err != nil {
		return kept, err
	}
	a := bom.Arrival{Org: to.org, Release: to.id, Document: kept.id, New: described(fresh), Packages: c.items.IDs()}
	a.Gone = gone(before.IDs(), a.Packages)
	for _, tell := range s.Arrived {
		if err := tell(ctx, tx, a); err != nil {
			return kept, err
		}
	}
	return kept, nil
}

// intern makes sure that each package and term of c has its row, and returns the
// packages that had none.
func (s *Service) intern(ctx context.Context, tx *db.Tx, c *content) (candidates, error) {
	packages, err := s.known.missing(c.packages)
	if err != nil {
		return candidates{}, err
	}
	fresh, err := s.store.addPackages(ctx, tx, packages)
	if err != nil {
		return candidates{}, err
	}
	terms, err := s.knownTerms.missing(c.terms)
	if err != nil {
		return candidates{}, err
	}
	return fresh, s.store.addTerms(ctx, tx, terms)
}

// gone returns what is in before and not in now; both ascend.
func gone(before, now []ospo.PackageID) []ospo.PackageID {
	var out []ospo.PackageID
	for _, id := range before {
		for len(now) > 0 && now[0] < id {
			now = now[1:]
		}
		if len(now) == 0 || now[0] != id {
			out = append(out, id)
		}
	}
	return out
}

// complete adds to a receipt what others know and puts it into the reader's language.
func (s *Service) complete(ctx context.Context, r Receipt) (Receipt, error) {
	r.Warnings = word(texts(), tongue(ctx), r.Warnings)
	if s.Findings != nil {
		f, err := s.Findings(ctx, r.Release)
		if err != nil {
			return r, err
		}
		r.Findings = &f
	}
	if s.Licences == nil {
		return r, nil
	}
	var err error
	r.Licences, err = s.Licences(ctx, r.Release)
	return r, err
}
