// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package governance

import (
	"context"
	"net/http"

	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// A Node is an organisation in the tree with those below it.
type Node struct {
	Org
	People   int // of the organisation itself
	Below    int // organisations below, on all levels
	Level    int // 0 for the topmost shown
	Children []Node
}

// plant makes trees of organisations that come with the upper levels first.
func plant(units []unit) []Node {
	below := map[ospo.OrgID][]unit{}
	seen := map[ospo.OrgID]bool{}
	var tops []unit
	for _, u := range units {
		seen[u.ID] = true
		if seen[u.Parent] {
			below[u.Parent] = append(below[u.Parent], u)
		} else {
			tops = append(tops, u)
		}
	}
	return grow(tops, below, 0)
}

func grow(units []unit, below map[ospo.OrgID][]unit, level int) []Node {
	var out []Node
	for _, u := range units {
		out = append(out, Node{u.Org, u.People, u.Below, level, grow(below[u.ID], below, level+1)})
	}
	return out
}

// TreePage shows the organisations that the viewer sees.
type TreePage struct {
	Nodes        []Node
	Shown, Total int
	People       int
	Admin        bool
	Factors      bool // sees who has a second factor
}

// More reports whether not all fit on the page.
func (p TreePage) More() bool { return p.Shown < p.Total }

const treeAtMost = 400 // organisations on the page; the upper levels come first

func (s *Service) treePage(r *http.Request) (TreePage, error) {
	v := door.From(r.Context())
	units, err := s.store.units(r.Context(), v.Org, treeAtMost)
	if err != nil || len(units) == 0 {
		return TreePage{Admin: mayAdmin(r)}, err
	}
	p := TreePage{Nodes: plant(units), Shown: len(units), Total: units[0].Below + 1, Admin: mayAdmin(r), Factors: v.May("factor.read")}
	p.People, err = s.store.countPeople(r.Context(), v.Org, sieve{state: "open"})
	return p, err
}

// OrgPage shows one organisation: what lies below it and who is in it.
type OrgPage struct {
	Org      Org
	Path     []Org // from the viewer's own down to the one above
	Children []Node
	Below    int
	People   []Person
	Count    int // people, of whom People are the first
	Admin    bool
}

// More reports whether not all people fit on the page.
func (p OrgPage) More() bool { return len(p.People) < p.Count }

const peopleOnOrg, childrenOnOrg = 25, 200

func (s *Service) orgPage(r *http.Request) (p OrgPage, err error) {
	ctx, id := r.Context(), ospo.OrgID(r.PathValue("org"))
	if p.Org, p.Path, err = s.located(ctx, id); err != nil {
		return p, err
	}
	units, err := s.store.children(ctx, id, childrenOnOrg)
	if err != nil {
		return p, err
	}
	p.Children, p.Admin = grow(units, nil, 0), mayAdmin(r)
	for _, n := range p.Children {
		p.Below += 1 + n.Below
	}
	f := sieve{org: string(id), state: "open", sort: "name"}
	if p.People, err = s.store.people(ctx, id, f, peopleOnOrg); err != nil {
		return p, err
	}
	p.Count, err = s.store.countPeople(ctx, id, f)
	return p, err
}

// located returns an organisation and the way to it from the viewer's own.
func (s *Service) located(ctx context.Context, id ospo.OrgID) (Org, []Org, error) {
	o, err := s.Org(ctx, id)
	if err != nil {
		return o, nil, err
	}
	path, err := s.store.path(ctx, door.From(ctx).Org, id)
	if err != nil || len(path) == 0 {
		return o, nil, err
	}
	return o, path[:len(path)-1], nil
}

// OrgForm adds or changes an organisation.
type OrgForm struct {
	Org     Org
	Path    []Org
	New     bool
	Own     bool // the viewer's own: only those above move it
	Below   int  // organisations that move with it
	Parents []web.Choice
	Kinds   []string
}

func (s *Service) newOrg(r *http.Request) (OrgForm, error) {
	parent := ospo.OrgID(r.FormValue("parent"))
	if parent == "" {
		parent = door.From(r.Context()).Org
	}
	f := OrgForm{New: true, Org: Org{Parent: parent, Kind: "department"}}
	return f, s.furnish(r, &f)
}

func (s *Service) addOrg(r *http.Request) (OrgForm, string, error) {
	f := OrgForm{New: true, Org: Org{Parent: ospo.OrgID(r.PostFormValue("parent")), Name: r.PostFormValue("name"), Kind: r.PostFormValue("kind")}}
	if err := s.furnish(r, &f); err != nil {
		return f, "", err
	}
	id, err := s.AddOrg(r.Context(), door.From(r.Context()).Act("governance.org.add", ""), f.Org)
	return f, "/governance/org/" + string(id), err
}

func (s *Service) editOrg(r *http.Request) (f OrgForm, err error) {
	if f.Org, f.Path, err = s.located(r.Context(), ospo.OrgID(r.PathValue("org"))); err != nil {
		return f, err
	}
	return f, s.furnish(r, &f)
}

func (s *Service) changeOrg(r *http.Request) (OrgForm, string, error) {
	f, err := s.editOrg(r)
	if err != nil {
		return f, "", err
	}
	f.Org.Name, f.Org.Kind = r.PostFormValue("name"), r.PostFormValue("kind")
	if !f.Own {
		f.Org.Parent = ospo.OrgID(r.PostFormValue("parent"))
	}
	proposal, err := s.Rearrange(r.Context(), f.Org)
	if proposal != "" {
		return f, "/approval/" + proposal, err
	}
	return f, "/governance/org/" + string(f.Org.ID), err
}

const parentsAtMost = 1000

// furnish fills in what can be chosen: every organisation in view but the one itself and
// those below it.
func (s *Service) furnish(r *http.Request, f *OrgForm) error {
	v := door.From(r.Context())
	units, err := s.store.units(r.Context(), v.Org, parentsAtMost)
	if err != nil {
		return err
	}
	f.Own, f.Kinds = f.Org.ID != "" && f.Org.ID == v.Org, Kinds
	f.Parents = choices(prune(plant(units), f.Org.ID, &f.Below), f.Org.Parent)
	return nil
}

// prune returns the tree without one branch, and how many organisations hung on it.
func prune(nodes []Node, id ospo.OrgID, below *int) []Node {
	var out []Node
	for _, n := range nodes {
		if n.ID == id {
			*below = n.Below
			continue
		}
		n.Children = prune(n.Children, id, below)
		out = append(out, n)
	}
	return out
}
