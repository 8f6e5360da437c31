// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"strings"

	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// A register is all that an organisation sees of the estate, in memory, to be compared
// with a table. What the table adds is added to it, so that later lines find it.
type register struct {
	orgs      map[string]ospo.OrgID // by id and by folded name; "" where two bear it
	offices   []string              // names of the organisations
	software  map[ospo.SoftwareID]*item[Software]
	names     map[string]*item[Software] // by folded name, one's own before others'
	releases  map[ospo.ReleaseID]*item[Release]
	versions  map[ospo.SoftwareID]map[string]*item[Release]
	uses      map[ospo.ReleaseID][]*item[Use]
	externals map[string][]*item[Use]
	contracts map[string]*item[Contract]
	users     map[ospo.SoftwareID]int // uses that go on

	added added
}

// added is what a table adds to the register, in the order of the table.
type added struct {
	software []*item[Software]
	releases []*item[Release]
	uses     []*item[Use]
}

func (a added) count() int { return len(a.software) + len(a.releases) + len(a.uses) }

func newRegister() *register {
	return &register{orgs: map[string]ospo.OrgID{}, software: map[ospo.SoftwareID]*item[Software]{}, names: map[string]*item[Software]{},
		releases: map[ospo.ReleaseID]*item[Release]{}, versions: map[ospo.SoftwareID]map[string]*item[Release]{}, uses: map[ospo.ReleaseID][]*item[Use]{},
		externals: map[string][]*item[Use]{}, contracts: map[string]*item[Contract]{}, users: map[ospo.SoftwareID]int{}}
}

// org finds an organisation by id or name.
func (g *register) org(text string) (ospo.OrgID, bool) {
	id, ok := g.orgs[tidy(text)]
	if !ok {
		id, ok = g.orgs[fold(text)]
	}
	return id, ok && id != ""
}

func (g *register) knowOrg(o org) {
	name := fold(o.Name)
	if _, twice := g.orgs[name]; twice {
		g.orgs[name] = ""
	} else {
		g.orgs[name] = o.ID
	}
	g.orgs[string(o.ID)] = o.ID
	g.offices = append(g.offices, o.Name)
}

func (g *register) knowSoftware(w Software) {
	it := &item[Software]{was: w, now: w}
	g.software[w.ID] = it
	if known := g.names[fold(w.Name)]; known == nil || !known.now.Mine {
		g.names[fold(w.Name)] = it
	}
}

func (g *register) knowRelease(it *item[Release]) {
	g.releases[it.now.ID] = it
	if g.versions[it.now.Software] == nil {
		g.versions[it.now.Software] = map[string]*item[Release]{}
	}
	g.versions[it.now.Software][it.now.Version] = it
}

func (g *register) knowUse(it *item[Use]) {
	g.uses[it.now.Release] = append(g.uses[it.now.Release], it)
	if it.now.External != "" {
		g.externals[it.now.External] = append(g.externals[it.now.External], it)
	}
	if r := g.releases[it.now.Release]; r != nil && it.now.Ended == "" {
		g.users[r.now.Software]++
	}
}

// byExternal finds the use that bears a number of another register, preferably the one of
// the given organisation.
func (g *register) byExternal(number string, org ospo.OrgID) *item[Use] {
	found := g.externals[number]
	for _, u := range found {
		if u.now.Org == org {
			return u
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

// useOf finds the use of a release that a line is about: of its organisation, in its role
// if there are several, and not one that bears another number.
func (g *register) useOf(release ospo.ReleaseID, r *record) *item[Use] {
	var best *item[Use]
	for _, u := range g.uses[release] {
		number := r.get("external")
		if u.now.Org != r.org || number != "" && u.now.External != "" && u.now.External != number {
			continue
		}
		if best == nil || u.now.Role == r.get("role") && best.now.Role != r.get("role") || best.now.Ended != "" && u.now.Ended == "" {
			best = u
		}
	}
	return best
}

// number notes the number of another register that the table gives to a use.
func (g *register) number(u *item[Use], number string) {
	if number != "" && g.byExternal(number, u.now.Org) != u {
		g.externals[number] = append(g.externals[number], u)
	}
}

// anyRelease finds the release of a line that says no version: the one that the line's use
// or its organisation runs, else the only one there is.
func (g *register) anyRelease(software ospo.SoftwareID, org ospo.OrgID, u *item[Use]) *item[Release] {
	if u != nil {
		if r := g.releases[u.now.Release]; r.now.Software == software {
			return r
		}
	}
	var only *item[Release]
	for _, r := range g.versions[software] {
		for _, u := range g.uses[r.now.ID] {
			if u.now.Org == org && u.now.Ended == "" {
				return r
			}
		}
		only = r
	}
	if len(g.versions[software]) == 1 {
		return only
	}
	return nil
}

func (g *register) newSoftware(name string, org ospo.OrgID) *item[Software] {
	w := Software{ID: ospo.SoftwareID(db.NewID()), Org: org, Name: name, Kind: "unknown", Mine: true}
	it := &item[Software]{now: w, fresh: true}
	g.software[w.ID], g.names[fold(name)] = it, it
	g.added.software = append(g.added.software, it)
	return it
}

func (g *register) newRelease(w Software, version string) *item[Release] {
	r := Release{ID: ospo.ReleaseID(db.NewID()), Org: w.Org, Software: w.ID, Name: w.Name, Version: version, Mine: true}
	it := &item[Release]{now: r, fresh: true}
	g.knowRelease(it)
	g.added.releases = append(g.added.releases, it)
	return it
}

func (g *register) newUse(release ospo.ReleaseID, org ospo.OrgID) *item[Use] {
	it := &item[Use]{now: Use{ID: db.NewID(), Org: org, Release: release, Role: "user", Criticality: "unknown"}, fresh: true}
	g.knowUse(it)
	g.added.uses = append(g.added.uses, it)
	return it
}

// contract finds a contract by its number. One that is only in the table is not noted here:
// the use that names it registers it.
func (g *register) contract(number string) *item[Contract] {
	it := g.contracts[strings.TrimSpace(number)]
	if it == nil {
		it = &item[Contract]{now: Contract{Number: number}, fresh: true}
		g.contracts[number] = it
	}
	return it
}
