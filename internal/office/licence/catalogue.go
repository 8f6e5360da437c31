// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package licence

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"allmende/internal/engine/spdx"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
)

// Kinds of entry of the catalogue.
const (
	Listed    = "listed"    // on the SPDX License List
	Kept      = "own"       // kept by an organisation
	Exception = "exception" // stands after WITH
)

// An Entry is a licence, or an exception, in the catalogue.
type Entry struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Kind       string `json:"kind" enum:"listed,own,exception"`
	Class      string `json:"class" doc:"How far its conditions reach; empty is unknown."`
	OSI        bool   `json:"osi" doc:"Approved by the Open Source Initiative, as the SPDX list says."`
	FSF        string `json:"fsf,omitempty" enum:"yes,no" doc:"Whether the Free Software Foundation calls it free; absent where it says nothing."`
	OpenCode   string `json:"openCode" enum:"approved,similar,refused,unknown" doc:"Status on the list of openCode; similar is approved as being as good as another licence."`
	Deprecated string `json:"deprecated,omitempty" doc:"The id that stands in its place today."`
	Summary    bool   `json:"summary" doc:"There is a summary in plain words."`
	Retired    bool   `json:"retired,omitempty" doc:"Own licence that is not for use any more."`
	Products   int    `json:"products" doc:"Products in view that hold it."`
	Packages   int64  `json:"packages" doc:"Entries in bills of materials in view."`
}

// A Filter narrows the catalogue; empty fields do not.
type Filter struct {
	Text     string // in id or name
	Kind     string
	Class    string // "unknown" is none
	OSI      string // "yes" or "no"
	OpenCode string
	Used     string // "yes" or "no": in the estate
}

// Sorts are the orders of the catalogue, the first by default.
var Sorts = []string{"id", "name", "class", "products", "packages"}

// Catalogue lists the licences that a filter lets through.
func (s *Service) Catalogue(ctx context.Context, f Filter, sort string, desc bool) ([]Entry, error) {
	all, err := s.entries(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(e Entry) bool { return !f.passes(e) })
	slices.SortFunc(all, func(a, b Entry) int {
		by := a.compare(b, sort)
		if desc {
			by = -by
		}
		return cmp.Or(by, strings.Compare(strings.ToLower(a.ID), strings.ToLower(b.ID)))
	})
	return all, nil
}

func (e Entry) compare(o Entry, sort string) int {
	switch sort {
	case "name":
		return strings.Compare(strings.ToLower(e.Name), strings.ToLower(o.Name))
	case "class":
		return cmp.Compare(slices.Index(spdx.Classes, spdx.Class(e.Class)), slices.Index(spdx.Classes, spdx.Class(o.Class)))
	case "products":
		return cmp.Compare(e.Products, o.Products)
	case "packages":
		return cmp.Compare(e.Packages, o.Packages)
	}
	return strings.Compare(strings.ToLower(e.ID), strings.ToLower(o.ID))
}

func (f Filter) passes(e Entry) bool {
	want := strings.ToLower(f.Text)
	yes := func(want string, is bool) bool { return want == "" || (want == "yes") == is }
	return (want == "" || strings.Contains(strings.ToLower(e.ID), want) || strings.Contains(strings.ToLower(e.Name), want)) &&
		(f.Kind == "" || f.Kind == e.Kind) && (f.Class == "" || f.Class == classWord(spdx.Class(e.Class))) && (f.OpenCode == "" || f.OpenCode == e.OpenCode) &&
		yes(f.OSI, e.OSI) && yes(f.Used, e.Packages > 0)
}

// entries are the whole catalogue, with where it is used where the viewer may know that.
func (s *Service) entries(ctx context.Context) ([]Entry, error) {
	own, err := s.ownIDs(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, 900)
	for _, e := range spdx.List() {
		out = append(out, listed(e))
	}
	for _, id := range spdx.Exceptions() {
		out = append(out, Entry{ID: id, Name: spdx.ExceptionName(id), Kind: Exception, OpenCode: OpenCode.of(id).Status})
	}
	for _, o := range own {
		out = append(out, Entry{ID: o.ID, Name: o.Name, Kind: Kept, Class: string(o.Class), OpenCode: "unknown", Retired: o.Retired})
	}
	if !door.From(ctx).May("sbom.read") {
		return out, nil
	}
	used, err := s.usage(ctx)
	for i := range out {
		u := used[out[i].ID]
		out[i].Products, out[i].Packages = u.products, u.packages
	}
	return out, err
}

func listed(e spdx.Entry) Entry {
	out := Entry{ID: e.ID, Name: e.Name, Kind: Listed, Class: string(spdx.ClassOf(e.ID)), OSI: e.OSI, FSF: string(e.FSF), OpenCode: OpenCode.of(e.ID).Status}
	if l, why := (spdx.Licence{ID: e.ID}).Present(); why != "" {
		out.Deprecated = l.String()
	}
	_, out.Summary = Summaries[e.ID]
	return out
}

// usage counts products and packages of each id, of licences and of exceptions.
func (s *Service) usage(ctx context.Context) (map[string]used, error) {
	v, err := s.survey(ctx)
	if err != nil {
		return nil, err
	}
	ids := map[string][]string{} // of a text
	out, products := map[string]used{}, map[string]map[ospo.SoftwareID]bool{}
	for _, h := range v.holdings {
		for _, l := range v.lots[h.Document] {
			c := v.counts(l)
			if l.packages == 0 || !c.reading.Definite() {
				continue
			}
			all, ok := ids[c.text]
			if !ok {
				all = named(c.reading.Expr)
				ids[c.text] = all
			}
			for _, id := range all {
				if products[id] == nil {
					products[id] = map[ospo.SoftwareID]bool{}
				}
				products[id][h.Software] = true
				u := out[id]
				u.packages += l.packages
				out[id] = u
			}
		}
	}
	for id, all := range products {
		u := out[id]
		u.products = len(all)
		out[id] = u
	}
	return out, nil
}

type used struct {
	products int
	packages int64
}

// named are the ids in an expression, each once.
func named(e spdx.Expr) (out []string) {
	for l := range e.Licences {
		for _, id := range []string{l.ID, l.Exception} {
			if id != "" && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}
