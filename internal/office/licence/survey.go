// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"

	"allmende/internal/engine/spdx"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// A Holding is a present bill of materials in view, and whose it is.
type Holding struct {
	Document ospo.DocumentID
	Release  ospo.ReleaseID
	Version  string
	Software ospo.SoftwareID
	Name     string // of the software
	Owner    string // organisation that keeps the record
}

// A lot is some packages of a document with the licence that counts for them. Where somebody
// of the house concluded it, that is in place of what the document says.
type lot struct {
	pair
	packages   int64
	conclusion *Conclusion
}

// A survey is the licences of all that the viewer may see.
type survey struct {
	holdings []Holding
	lots     map[ospo.DocumentID][]lot
	said     map[int64]said
	own      map[string]Own // by id
}

// survey looks through the estate of the viewer.
func (s *Service) survey(ctx context.Context) (v survey, err error) {
	defer fault.Wrap(&err, "look through the licences in the estate")
	root := door.From(ctx).Org
	if v.holdings, err = s.store.holdings(ctx, root); err != nil {
		return v, err
	}
	if v.own, err = s.ownIDs(ctx); err != nil {
		return v, err
	}
	if err := s.weigh(ctx, &v); err != nil {
		return v, err
	}
	return v, s.conclude(ctx, &v)
}

// weigh fills in the lots as the documents have them.
func (s *Service) weigh(ctx context.Context, v *survey) error {
	ids := make([]ospo.DocumentID, len(v.holdings))
	for i, h := range v.holdings {
		ids[i] = h.Document
	}
	shares, err := s.shares(ctx, ids)
	if err != nil {
		return err
	}
	v.lots = make(map[ospo.DocumentID][]lot, len(shares))
	wanted := map[int64]bool{}
	for id, all := range shares {
		lots := make([]lot, len(all))
		for i, m := range all {
			lots[i] = lot{pair: m.pair, packages: m.packages}
			wanted[m.declared], wanted[m.concluded] = true, true
		}
		v.lots[id] = lots
	}
	v.said, err = s.read(ctx, wanted)
	return err
}

// conclude moves the packages whose licence somebody concluded to lots of their own.
func (s *Service) conclude(ctx context.Context, v *survey) error {
	concluded, err := s.counting(ctx)
	if err != nil || len(concluded) == 0 {
		return err
	}
	packages := make([]ospo.PackageID, 0, len(concluded))
	for id := range concluded {
		packages = append(packages, id)
	}
	places, err := s.Shelf.Holders(ctx, s.store.db.Read(), packages)
	if err != nil {
		return err
	}
	held := map[ospo.DocumentID][]ospo.PackageID{}
	var ids []ospo.DocumentID
	for _, p := range places {
		if _, seen := v.lots[p.Document]; !seen {
			continue
		}
		if held[p.Document] == nil {
			ids = append(ids, p.Document)
		}
		held[p.Document] = append(held[p.Document], p.Package)
	}
	lists, err := s.Shelf.Inventories(ctx, s.store.db.Read(), ids)
	if err != nil {
		return err
	}
	for id, all := range held {
		for _, p := range all {
			if at, ok := lists[id].Find(p); ok {
				v.move(id, pair{lists[id].Declared[at], lists[id].Concluded[at]}, concluded[p])
			}
		}
	}
	return nil
}

// move takes one package of a document out of its lot, into one of a conclusion.
func (v *survey) move(id ospo.DocumentID, from pair, c *Conclusion) {
	for i := range v.lots[id] {
		l := &v.lots[id][i]
		if l.pair == from && l.conclusion == nil && l.packages > 0 {
			l.packages--
			v.lots[id] = append(v.lots[id], lot{pair: from, packages: 1, conclusion: c})
			return
		}
	}
}

// counts is what counts for a lot: the text, and what it is read as.
func (v survey) counts(l lot) said {
	if l.conclusion != nil {
		return said{l.conclusion.Expression, spdx.Normalise(l.conclusion.Expression)}
	}
	return v.said[l.pair.counts()]
}

// contradicts reports whether a document concluded another licence than the authors
// declared, and nobody of the house said which is right.
func (v survey) contradicts(l lot) bool {
	if l.conclusion != nil || l.declared == 0 || l.concluded == 0 || l.declared == l.concluded {
		return false
	}
	d, c := v.said[l.declared].reading, v.said[l.concluded].reading
	return d.Definite() && c.Definite() && d.String() != c.String()
}

// class is that of an expression, with the licences that the viewer's organisations keep.
func (v survey) class(e spdx.Expr) spdx.Class { return e.ReachBy(v.classOf) }

func (v survey) classOf(l spdx.Licence) spdx.Class {
	if o, ok := v.own[l.ID]; ok {
		return o.Class
	}
	return l.Reach()
}
