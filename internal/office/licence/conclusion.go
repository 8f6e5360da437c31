// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"slices"
	"strconv"
	"time"

	"allmende/internal/engine/bom"
	"allmende/internal/engine/spdx"
	"allmende/internal/engine/version"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/change"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
)

// A Conclusion is what licence a package version has, as an organisation found out. It counts
// for that organisation and all below, in place of what bills of materials say.
type Conclusion struct {
	ID      string        `json:"id"`
	Package string        `json:"package" doc:"Number of the package, the same on every instance."`
	Title   string        `json:"title" doc:"Package and version."`
	PURL    string        `json:"purl,omitempty"`
	Version int           `json:"version" doc:"Of the conclusion: how often it was made."`
	State   string        `json:"state" enum:"active,replaced,withdrawn"`
	Origin  string        `json:"origin,omitempty" doc:"Conclusion of an earlier version of the package that this one was taken over from."`
	Org     ospo.OrgID    `json:"org"`
	OrgName string        `json:"orgName,omitempty"`
	Person  ospo.PersonID `json:"person"`
	Maker   string        `json:"personName,omitempty"`
	Created string        `json:"created"`
	ConclusionInput

	pack ospo.PackageID
}

// ConclusionInput is what somebody concludes.
type ConclusionInput struct {
	Expression string `json:"expression" doc:"SPDX expression of ids of the list or own licences."`
	Reason     string `json:"reason"`
	Source     string `json:"source,omitempty" doc:"What was looked at: a file, an address, a letter."`
	Reuse      bool   `json:"reuse,omitempty" doc:"Later versions of the package take it over."`
}

// concludedTo lists what was concluded in view to be under a licence, or with an exception.
func (s *Service) concludedTo(ctx context.Context, id string) ([]Conclusion, error) {
	all, err := s.Conclusions(ctx, "")
	return slices.DeleteFunc(all, func(c Conclusion) bool { return holds(spdx.Normalise(c.Expression), exact(id)) < maybe }), err
}

// At is when it was concluded.
func (c Conclusion) At() time.Time { return db.Time(c.Created) }

func (s *Service) checked(ctx context.Context, in ConclusionInput) (_ ConclusionInput, err error) {
	text, err := words("expression", in.Expression, longestLine)
	if err != nil {
		return in, err
	}
	r := spdx.Normalise(text)
	if r.Certainty != spdx.Exact {
		return in, fault.At("expression", "licence.conclusion.inexact", text)
	}
	own, err := s.ownIDs(ctx)
	if err != nil {
		return in, err
	}
	for l := range r.Expr.Licences {
		if _, known := own[l.ID]; l.Own() && !known {
			return in, fault.At("expression", "licence.conclusion.own_unknown", l.ID)
		}
	}
	in.Expression = r.Expr.String()
	if in.Reason, err = words("reason", in.Reason, longestNote); err != nil {
		return in, err
	}
	in.Source, err = perhaps("source", in.Source, longestLine)
	return in, err
}

// packageID reads the number of a package.
func packageID(text string) (ospo.PackageID, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, notFound()
	}
	return ospo.PackageID(n), nil
}

// Conclude records the licence of a package that some bill of materials in view lists. It
// takes the place of what the organisation concluded before.
func (s *Service) Conclude(ctx context.Context, number string, in ConclusionInput) (id string, err error) {
	defer fault.Wrap(&err, "conclude the licence of package %s", number)
	p, err := s.inView(ctx, number)
	if err != nil {
		return "", err
	}
	if in, err = s.checked(ctx, in); err != nil {
		return "", err
	}
	v := door.From(ctx)
	c := Conclusion{ID: db.NewID(), ConclusionInput: in, pack: p.ID}
	return c.ID, s.store.db.Write(ctx, v.Act("licence.conclude", p.Title()), func(tx *db.Tx) error {
		before, err := s.store.replaced(ctx, tx, v.Org, p.ID)
		if err != nil {
			return err
		}
		tx.Act.Diff = change.Between(before.ConclusionInput, in)
		if before.ID == "" {
			tx.Act.Diff = change.Added(in)
		}
		c.Version = before.Version + 1
		if err := s.store.addConclusion(ctx, tx, v.Org, c); err != nil || !in.Reuse {
			return err
		}
		return s.spread(ctx, tx, v.Org, p, c)
	})
}

// spread lets the later versions of a package that are there already take a conclusion over.
func (s *Service) spread(ctx context.Context, tx *db.Tx, org ospo.OrgID, p Package, c Conclusion) error {
	all, err := s.store.siblings(ctx, tx, p)
	if err != nil {
		return err
	}
	for _, later := range all {
		if later.ID == p.ID || !follows(later, p) {
			continue
		}
		if err := s.takeOver(ctx, tx, org, later.ID, c); err != nil {
			return err
		}
	}
	return nil
}

// takeOver gives a package what was concluded of an earlier version, unless the organisation
// concluded something of it before.
func (s *Service) takeOver(ctx context.Context, tx *db.Tx, org ospo.OrgID, to ospo.PackageID, c Conclusion) error {
	n, err := s.store.versionsOf(ctx, tx, org, to)
	if err != nil || n > 0 {
		return err
	}
	origin := c.ID
	if c.Origin != "" {
		origin = c.Origin
	}
	return s.store.addConclusion(ctx, tx, org, Conclusion{ID: db.NewID(), ConclusionInput: c.ConclusionInput, Version: 1, Origin: origin, pack: to})
}

// follows reports whether a package is a later version of another. Versions that cannot be
// compared do not follow each other.
func follows(later, earlier Package) bool {
	d, err := version.Compare(later.ecosystem(), later.Version, earlier.Version)
	return err == nil && d > 0
}

// inherit lets packages that are new to the instance take over what organisations concluded
// of earlier versions and want reused: the latest of those that come before.
func (s *Service) inherit(ctx context.Context, tx *db.Tx, release ospo.ReleaseID, news []bom.Package) error {
	if len(news) == 0 {
		return nil
	}
	kinds, err := s.store.reusing(ctx, tx, release)
	if err != nil || len(kinds) == 0 {
		return err
	}
	for _, n := range news {
		to := Package{ID: n.ID, PURL: n.Key, Type: n.Type, Namespace: n.Namespace, Name: n.Name, Version: n.Version}
		best := map[ospo.OrgID]kept{}
		for _, k := range kinds[to.family()] {
			if old, ok := best[k.org]; follows(to, k.of) && (!ok || follows(k.of, old.of)) {
				best[k.org] = k
			}
		}
		for org, k := range best {
			if err := s.takeOver(ctx, tx, org, to.ID, k.Conclusion); err != nil {
				return err
			}
		}
	}
	return nil
}

// Withdraw takes a conclusion of the viewer's organisation back: what bills of materials say
// counts again.
func (s *Service) Withdraw(ctx context.Context, id, reason string) (err error) {
	defer fault.Wrap(&err, "withdraw conclusion %s", id)
	if reason, err = words("reason", reason, longestNote); err != nil {
		return err
	}
	v := door.From(ctx)
	c, err := s.store.conclusion(ctx, v.Org, id)
	if err != nil {
		return err
	}
	if c.State != "active" {
		return fault.New(fault.Conflict, "licence.conclusion.past")
	}
	return s.store.db.Write(ctx, v.Act("licence.withdraw", c.Title), func(tx *db.Tx) error {
		tx.Act.Diff = change.Between(map[string]string{"expression": c.Expression}, map[string]string{"reason": reason})
		return s.store.withdraw(ctx, tx, v.Org, id)
	})
}

// Conclusions lists what the viewer's organisation and those below concluded, the latest
// first; with number only of one package, past ones too.
func (s *Service) Conclusions(ctx context.Context, number string) ([]Conclusion, error) {
	pack := ospo.PackageID(0)
	if number != "" {
		var err error
		if pack, err = packageID(number); err != nil {
			return nil, err
		}
	}
	return s.store.conclusions(ctx, door.From(ctx).Org, pack)
}

// counting gives the conclusions that count for the viewer's organisation, by package.
func (s *Service) counting(ctx context.Context) (map[ospo.PackageID]*Conclusion, error) {
	all, err := s.store.counting(ctx, door.From(ctx).Org)
	out := make(map[ospo.PackageID]*Conclusion, len(all))
	for i := range all {
		out[all[i].pack] = &all[i]
	}
	return out, err
}
