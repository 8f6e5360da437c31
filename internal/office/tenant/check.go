// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package tenant

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/transfer"
)

// A spot is where in a folder something stands.
type spot struct {
	table string
	line  int
}

func (p spot) file() string { return p.table + ".jsonl" }

// A reference is a row naming one of another table.
type reference struct {
	spot
	column, to, value string
}

// A check knows what the lines of a folder say of each other.
type check struct {
	root   ospo.OrgID
	parent map[string]spot // organisations, by id
	above  map[string]string
	keys   map[string]map[string]spot // values of columns that must be single, by "table.column"
	firsts map[string]map[string]bool // values of the first column, by table
	orgs   map[string]spot            // whose rows there are, with one of them
	refs   []reference
	blobs  map[string]spot
	faults []error
}

func newCheck(root ospo.OrgID) *check {
	return &check{root: root, parent: map[string]spot{}, above: map[string]string{}, keys: map[string]map[string]spot{},
		firsts: map[string]map[string]bool{}, orgs: map[string]spot{}, blobs: map[string]spot{}}
}

// organisations is the table whose rows are the organisations themselves.
const organisations = "governance_org"

// mostFaults is how many faults are told at once.
const mostFaults = 50

func (c *check) say(key string, at spot, args ...any) {
	if len(c.faults) < mostFaults {
		c.faults = append(c.faults, fault.New(fault.Unreadable, key, append([]any{at.file(), at.line}, args...)...))
	}
}

// note remembers what a row says.
func (c *check) note(t transfer.Table, row []any, line int) {
	at := spot{t.Name, line}
	cell := func(column string) string {
		if i := t.Place(column); i >= 0 {
			s, _ := row[i].(string)
			return s
		}
		return ""
	}
	if c.firsts[t.Name] == nil {
		c.firsts[t.Name] = map[string]bool{}
	}
	first, _ := row[0].(string)
	c.firsts[t.Name][first] = true
	if t.Name == organisations {
		c.parent[first], c.above[first] = at, cell("parent")
	} else if org := cell("org"); c.orgs[org] == (spot{}) {
		c.orgs[org] = at
	}
	for _, column := range transfer.List(t.Unique) {
		c.single(t.Name+"."+column, cell(column), at, column)
	}
	for column, to := range t.Refs {
		if v := cell(column); v != "" {
			c.refs = append(c.refs, reference{at, column, to, v})
		}
	}
	if v := cell(t.Blob); t.Blob != "" && v != "" {
		c.blobs[v] = at
	}
}

func (c *check) single(key, value string, at spot, column string) {
	if value == "" {
		return
	}
	if c.keys[key] == nil {
		c.keys[key] = map[string]spot{}
	}
	if before, twice := c.keys[key][value]; twice {
		c.say("tenant.line_twice", at, column, value, before.line)
	}
	c.keys[key][value] = at
}

// sums are those of the documents that rows point to.
func (c *check) sums() []string { return slices.Sorted(maps.Keys(c.blobs)) }

// loose returns faults where rows name what is not in the folder: before an export they
// say that organisations of two trees share something.
func (c *check) loose() error {
	for _, r := range c.refs {
		if !c.firsts[r.to][r.value] {
			c.say("tenant.line_loose", r.spot, r.column, r.value, r.to+".jsonl")
		}
	}
	return errors.Join(c.faults...)
}

// whole returns faults where the folder is not one tree of organisations and their rows.
func (c *check) whole() error {
	for org, at := range c.orgs {
		if _, ok := c.parent[org]; !ok {
			c.say("tenant.line_foreign", at, org)
		}
	}
	for org, at := range c.parent {
		up := c.above[org]
		if _, known := c.parent[up]; !known && (org != string(c.root) || up != "") {
			c.say("tenant.line_loose", at, "parent", up, organisations+".jsonl")
		}
	}
	if len(c.faults) == 0 && len(c.tree()) != len(c.parent) {
		c.say("tenant.line_circle", c.parent[slices.Sorted(maps.Keys(c.parent))[0]])
	}
	return c.loose()
}

// tree lists the organisations, the upper ones first; those that hang on none are left out.
func (c *check) tree() []ospo.OrgID {
	out := []ospo.OrgID{}
	if _, ok := c.parent[string(c.root)]; ok {
		out = append(out, c.root)
	}
	for i := 0; i < len(out); i++ {
		var below []ospo.OrgID
		for org, up := range c.above {
			if up == string(out[i]) {
				below = append(below, ospo.OrgID(org))
			}
		}
		slices.SortFunc(below, cmp.Compare[ospo.OrgID])
		out = append(out, below...)
	}
	return out
}
