// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"cmp"
	"context"
	"slices"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/bomwrite"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// SBOM writes the present bill of materials of a release in one of [bomwrite.Formats], with the
// licences that were concluded: a choice that was recorded, what the document itself concluded,
// else what a name says that only one licence has.
func (s *Service) SBOM(ctx context.Context, release ospo.ReleaseID, format string) ([]byte, error) {
	if !slices.Contains(bomwrite.Formats, format) {
		return nil, fault.At("format", "duty.format_bad", format)
	}
	d, w, r, err := s.opened(ctx, release)
	if err != nil {
		return nil, err
	}
	return bomwrite.Encode(format, concluded(d, w), bomwrite.About{ID: db.NewID(), Made: s.store.db.Now(), Tool: "Allmende", Version: s.Version, Author: r.by,
		Name: r.Name, Release: r.Version, Licences: say(ctx, "duty.sbom.remark")})
}

// concluded is a copy of a document with the licences that count.
func concluded(d *bom.Document, w *reader) *bom.Document {
	out := *d
	out.Components = slices.Clone(d.Components)
	for i := range out.Components {
		c := &out.Components[i]
		said := cmp.Or(c.Concluded, c.Declared)
		switch choice := w.choice(said, c.PURL); {
		case choice != "":
			c.Concluded = choice
		case said != "":
			if e := expression(said); !unsaid(e) && e.String() != said {
				c.Concluded = e.String()
			}
		}
	}
	return &out
}

// Named finds the release that the viewer may see of a software and a version.
func (s *Service) Named(ctx context.Context, software, version string) (ospo.ReleaseID, error) {
	all, err := s.store.named(ctx, door.From(ctx).Org, software, version)
	switch {
	case err != nil:
		return "", err
	case len(all) == 0:
		return "", fault.New(fault.NotFound, "duty.no_release", software, version)
	case len(all) > 1:
		return "", fault.New(fault.Conflict, "duty.many_releases", software, version, len(all))
	}
	return all[0].ID, nil
}
