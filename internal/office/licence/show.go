// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/inventory"
	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
	"allmende/internal/platform/lang"
)

// own are the texts of this room, for what is said outside templates.
var own = func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("licence: " + err.Error())
	}
	return c
}()

// A Detail is all that the catalogue says of a licence.
type Detail struct {
	Entry
	URL           string         `json:"url,omitempty" doc:"Where the SPDX list says it is from."`
	Text          string         `json:"text,omitempty" doc:"Its wording, as the SPDX list or the organisation gives it."`
	Plain         *Summary       `json:"plain,omitempty" doc:"What it allows and asks for, in plain words; no legal advice."`
	Status        OpenCodeStatus `json:"openCodeStatus"`
	StatusVersion string         `json:"openCodeVersion"`
	StatusSource  string         `json:"openCodeSource"`
	ClassSource   string         `json:"classSource,omitempty" doc:"What decides the class."`
	ClassChecked  string         `json:"classChecked,omitempty"`
	MarksSource   string         `json:"marksSource"`
	ListVersion   string         `json:"listVersion"`
	Renewed       string         `json:"renewed,omitempty" enum:"only,later,exception,same" doc:"Why the id is not used any more."`
	Own           *Own           `json:"own,omitempty"`
}

// Show returns what is known of a licence, by its id in any case. An own one that does not
// count for the viewer is not found.
func (s *Service) Show(ctx context.Context, id string) (d Detail, err error) {
	d = Detail{StatusVersion: OpenCode.Version, StatusSource: OpenCode.Source, ListVersion: spdx.ListVersion}
	d.MarksSource, _ = spdx.MarksSource()
	if e, ok := spdx.Find(id); ok {
		d.Entry, d.URL, d.Text, d.Status = listed(e), e.URL, spdx.Text(e.ID), OpenCode.of(e.ID)
		d.ClassSource, d.ClassChecked = spdx.ClassSource(e.ID)
		_, d.Renewed = spdx.Licence{ID: e.ID}.Present()
		if sum, ok := Summaries[e.ID]; ok {
			d.Plain = &sum
		}
		return d, nil
	}
	if i := slices.IndexFunc(spdx.Exceptions(), func(x string) bool { return strings.EqualFold(x, id) }); i >= 0 {
		x := spdx.Exceptions()[i]
		d.Entry, d.Status = Entry{ID: x, Name: spdx.ExceptionName(x), Kind: Exception, OpenCode: OpenCode.of(x).Status}, OpenCode.of(x)
		return d, nil
	}
	all, err := s.ownIDs(ctx)
	if err != nil {
		return d, err
	}
	o, ok := all[id]
	if !ok {
		return d, notFound()
	}
	d.Entry, d.Text, d.Own, d.Status = Entry{ID: o.ID, Name: o.Name, Kind: Kept, Class: string(o.Class), OpenCode: "unknown", Retired: o.Retired}, o.Text, &o, OpenCodeStatus{Status: "unknown"}
	return d, nil
}

// Exactly is Find of one id alone, as a licence or as an exception.
func (s *Service) Exactly(ctx context.Context, id string) (Found, error) {
	return s.found(ctx, exact(id))
}

// A Saying is what one bill of materials says of the licence of a package.
type Saying struct {
	Holding
	Declared, Concluded Term
}

// Sayings lists what the bills of materials in view say of a package, by product.
func (s *Service) Sayings(ctx context.Context, id ospo.PackageID) ([]Saying, error) {
	holdings, err := s.documentsWith(ctx, id)
	if err != nil {
		return nil, err
	}
	documents := make([]ospo.DocumentID, len(holdings))
	for i, h := range holdings {
		documents[i] = h.Document
	}
	lists, err := s.Shelf.Inventories(ctx, s.store.db.Read(), documents)
	if err != nil {
		return nil, err
	}
	wanted := map[int64]bool{}
	at := func(v inventory.Inventory) (pair, bool) {
		i, ok := v.Find(id)
		if !ok {
			return pair{}, false
		}
		return pair{v.Declared[i], v.Concluded[i]}, true
	}
	for _, v := range lists {
		if p, ok := at(v); ok {
			wanted[p.declared], wanted[p.concluded] = true, true
		}
	}
	said, err := s.read(ctx, wanted)
	if err != nil {
		return nil, err
	}
	own, err := s.ownIDs(ctx)
	if err != nil {
		return nil, err
	}
	view := survey{own: own}
	var out []Saying
	for _, h := range holdings {
		if p, ok := at(lists[h.Document]); ok {
			out = append(out, Saying{h, *view.term(said[p.declared]), *view.term(said[p.concluded])})
		}
	}
	slices.SortFunc(out, func(a, b Saying) int {
		return strings.Compare(strings.ToLower(a.Name+"\x00"+a.Version), strings.ToLower(b.Name+"\x00"+b.Version))
	})
	return out, nil
}

func contains(all []string, one string) bool { return slices.Contains(all, one) }

func classNamed(c string) spdx.Class { return spdx.Class(c) }
