// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"context"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
)

// An item is one thing of the register as it was and as the table wants it.
type item[T comparable] struct {
	was, now T
	fresh    bool
	said     map[string]int // on which line of the table each field was said
}

func (it *item[T]) dirty() bool { return it.fresh || it.was != it.now }

// A planner goes through a table and notes what has to change; it writes nothing itself.
type planner struct {
	s       *Service
	root    ospo.OrgID
	mapping Mapping
	head    []string
	reg     *register
	report  ImportReport
	inFile  map[string]bool // folded names that the table speaks of
	left    []ospo.ReleaseID
}

func (p *planner) heading(field string) string { return p.head[p.mapping[field]] }

// plan goes through the table as it would be written for root.
func (s *Service) plan(ctx context.Context, q db.Querier, root ospo.OrgID, read Reading) (*planner, error) {
	reg, err := s.store.register(ctx, q, root)
	if err != nil {
		return nil, err
	}
	t := read.Table
	p := &planner{s: s, root: root, mapping: read.Mapping, head: t.Head, reg: reg, inFile: map[string]bool{}}
	p.report = ImportReport{Rows: len(t.Rows) + len(read.broken), Mapping: read.Mapping.headings(t.Head)}
	for _, cells := range t.Rows {
		p.inFile[fold(cells[read.Mapping["name"]])] = true
	}
	broken := read.broken
	for i, cells := range t.Rows {
		for len(broken) > 0 && broken[0].Line < t.Lines[i] {
			p.add(ImportLine{Line: broken[0].Line, Action: "error", Faults: fault.Say(broken[0])})
			broken = broken[1:]
		}
		p.line(t.Lines[i], cells)
	}
	for _, b := range broken {
		p.add(ImportLine{Line: b.Line, Action: "error", Faults: fault.Say(b)})
	}
	return p, ctx.Err()
}

func (p *planner) add(l ImportLine) {
	switch l.Action {
	case "new":
		p.report.New++
	case "update":
		p.report.Update++
	case "unchanged":
		p.report.Unchanged++
	case "error":
		p.report.Broken++
	}
	p.report.Lines = append(p.report.Lines, l)
}

// line plans one line of the table.
func (p *planner) line(n int, cells []string) {
	r := p.record(n, cells)
	l := ImportLine{Line: n, Name: r.get("name"), Version: r.get("version"), Org: r.get("org")}
	if len(r.faults) == 0 {
		l.Action = p.apply(&r, &l)
	}
	if len(r.faults) > 0 {
		l.Action, l.Faults = "error", r.faults
	}
	p.add(l)
}

// apply finds what the line is about, or makes it, and sets what the line says.
func (p *planner) apply(r *record, l *ImportLine) (action string) {
	u := p.reg.byExternal(r.get("external"), r.org)
	if u == nil && r.get("name") == "" {
		r.fail("estate.import.name", r.line)
		return ""
	}
	c := changer{r: r}
	before := p.reg.added.count()
	w := p.software(&c, u)
	var release *item[Release]
	if p.speaksOfRelease(r) {
		w, release = p.release(r, w, u)
		l.Version = release.now.Version
		c.version(release)
	}
	c.facts(w)
	fresh := p.reg.added.count() > before
	if p.speaksOfUse(r) {
		fresh = p.use(&c, u, release)
	}
	l.Name = w.now.Name
	if fresh {
		return "new"
	}
	if l.Changes = c.changes; len(c.changes) > 0 {
		return "update"
	}
	return "unchanged"
}

// speaksOfUse reports whether the line says that somebody runs something. Where there is
// a column for the organisation, a line that leaves it and all else about the use empty
// does not.
func (p *planner) speaksOfUse(r *record) bool {
	if _, column := p.mapping["org"]; !column {
		return true
	}
	return r.any("org", "role", "purpose", "since", "criticality", "supplier", "contract", "external")
}

func (p *planner) speaksOfRelease(r *record) bool {
	return p.speaksOfUse(r) || r.any("version", "released", "supported")
}

// use sets what the line says of a use, and reports whether that is new.
func (p *planner) use(c *changer, u *item[Use], release *item[Release]) (fresh bool) {
	if u == nil {
		u = p.reg.useOf(release.now.ID, c.r)
	}
	if fresh = u == nil; fresh {
		u = p.reg.newUse(release.now.ID, c.r.org)
	}
	p.reg.number(u, c.r.get("external"))
	p.move(c, u, release)
	c.use(u)
	p.contract(c, u)
	return fresh
}

// software returns what the line is about: by its name, else the one of the use, which is
// then renamed where nothing else goes by the old name.
func (p *planner) software(c *changer, u *item[Use]) *item[Software] {
	var current *item[Software]
	if u != nil {
		current = p.reg.software[p.reg.releases[u.now.Release].now.Software]
	}
	name := c.r.get("name")
	if name == "" {
		return current
	}
	if w := p.reg.names[fold(name)]; w != nil {
		return w
	}
	if current != nil && current.now.Mine && !p.inFile[fold(current.now.Name)] && p.reg.users[current.now.ID] == 1 {
		current.now.Name = name
		p.reg.names[fold(name)] = current
		c.changes = append(c.changes, "name")
		return current
	}
	return p.reg.newSoftware(name, p.root)
}

// release returns the version that the line speaks of. What belongs to others cannot be
// given a new version: then the line is about an entry of one's own.
func (p *planner) release(r *record, w *item[Software], u *item[Use]) (*item[Software], *item[Release]) {
	version, said := r.values["version"]
	if !said {
		if found := p.reg.anyRelease(w.now.ID, r.org, u); found != nil {
			return w, found
		}
	}
	if found := p.reg.versions[w.now.ID][version]; found != nil {
		return w, found
	}
	if !w.now.Mine {
		w = p.reg.newSoftware(w.now.Name, p.root)
	}
	return w, p.reg.newRelease(w.now, version)
}

// move lets a use go over to another release or another organisation of the tree.
func (p *planner) move(c *changer, u *item[Use], to *item[Release]) {
	if u.now.Release != to.now.ID {
		change := "version"
		if p.reg.releases[u.now.Release].now.Software != to.now.Software {
			change = "name"
		}
		p.left = append(p.left, u.now.Release)
		u.now.Release = to.now.ID
		c.changes = append(c.changes, change)
	}
	if c.r.get("org") != "" && u.now.Org != c.r.org {
		u.now.Org = c.r.org
		c.changes = append(c.changes, "org")
	}
	if u.now.Ended != "" {
		u.now.Ended = ""
		c.changes = append(c.changes, "ended")
	}
}

// contract notes the end of the contract that a use names.
func (p *planner) contract(c *changer, u *item[Use]) {
	until := c.r.get("contract_until")
	if u.now.Contract == "" || until == "" {
		return
	}
	it := p.reg.contract(u.now.Contract)
	set(c, it, "contract_until", (*string)(&it.now.Until), until)
}
