// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package access decides who may do what where, and says why. What it decides on are
// facts that others have read: the tree of organisations, what accounts may by their
// level, and roles that people hold or hold for somebody who is away.
//
// A permission is "room.verb". It is granted by itself, by "room.*", by "*.verb" or by
// "*"; what is granted in an organisation holds for all below it. Nothing takes a
// permission away: whoever wants less grants less.
package access

import (
	"strings"

	"allmende/internal/ospo"
)

// Covers reports whether a grant contains a permission. The door has the same rule; a
// test of the room that introduces both holds them together.
func Covers(grant, permission string) bool {
	if grant == "*" || grant == permission {
		return true
	}
	room, verb, _ := strings.Cut(permission, ".")
	head, tail, ok := strings.Cut(grant, ".")
	return ok && (head == "*" || head == room) && (tail == "*" || tail == verb)
}

// Ways in which a person comes to a permission.
const (
	ByLevel   = "level"   // of the account
	ByMandate = "mandate" // a role held
	ByDeputy  = "deputy"  // a role of somebody who is away
)

// A Holding is something that gives a person grants in an organisation and below it.
type Holding struct {
	Way     string        `json:"way" doc:"level, mandate or deputy."`
	Org     ospo.OrgID    `json:"org" doc:"Where it is held; it holds for all below."`
	Grants  []string      `json:"-"`
	Level   string        `json:"level,omitempty"`
	Mandate string        `json:"mandate,omitempty" doc:"Id of the mandate."`
	Role    string        `json:"role,omitempty"`
	Version int           `json:"version,omitempty" doc:"Version of the role that applies there."`
	For     ospo.PersonID `json:"for,omitempty" doc:"Who is away, where a deputy acts."`
	Until   string        `json:"until,omitempty" doc:"Last day, where there is one."`
}

// A Reason is a holding with the one of its grants that decides.
type Reason struct {
	Holding
	Grant string `json:"grant"`
}

// Index answers questions about one day. It is safe for concurrent use.
type Index struct {
	parent   map[ospo.OrgID]ospo.OrgID
	holdings map[ospo.PersonID][]Holding
}

// NewIndex takes the tree, each organisation with the one above it, and what people hold.
func NewIndex(parent map[ospo.OrgID]ospo.OrgID, holdings map[ospo.PersonID][]Holding) *Index {
	return &Index{parent, holdings}
}

// within reports whether org is root or lies below it. A tree that bites its own tail
// ends after as many steps as there are organisations.
func (x *Index) within(org, root ospo.OrgID) bool {
	for range len(x.parent) + 1 {
		if org == root {
			return true
		}
		up, ok := x.parent[org]
		if !ok || up == "" {
			return false
		}
		org = up
	}
	return false
}

// Holdings lists what counts for a person in an organisation: held there or above.
func (x *Index) Holdings(person ospo.PersonID, org ospo.OrgID) []Holding {
	var out []Holding
	for _, h := range x.holdings[person] {
		if x.within(org, h.Org) {
			out = append(out, h)
		}
	}
	return out
}

// Reasons lists why a person may do something in an organisation; none means no.
func (x *Index) Reasons(person ospo.PersonID, permission string, org ospo.OrgID) []Reason {
	var out []Reason
	for _, h := range x.holdings[person] {
		if !x.within(org, h.Org) {
			continue
		}
		for _, g := range h.Grants {
			if Covers(g, permission) {
				out = append(out, Reason{h, g})
				break
			}
		}
	}
	return out
}

// May reports whether there is a reason.
func (x *Index) May(person ospo.PersonID, permission string, org ospo.OrgID) bool {
	for _, h := range x.holdings[person] {
		for _, g := range h.Grants {
			if Covers(g, permission) && x.within(org, h.Org) {
				return true
			}
		}
	}
	return false
}
