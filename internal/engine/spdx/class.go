// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
)

// A Class is what kind of licence it is: how far its conditions reach.
type Class string

// The classes. Unknown is none of them: it is shown, and never counts as permissive.
const (
	Unknown      Class = ""
	PublicDomain Class = "public-domain" // no conditions
	Permissive   Class = "permissive"    // notices only
	Weak         Class = "weak"          // the file or the library stays under it: LGPL, MPL, EPL
	Strong       Class = "strong"        // the whole work: GPL
	Network      Class = "network"       // the whole work, also for users over a network: AGPL, EUPL
	Proprietary  Class = "proprietary"   // no free licence: use or change is limited
)

// Classes lists the classes, the widest reach last.
var Classes = []Class{PublicDomain, Permissive, Weak, Strong, Network, Proprietary}

//go:embed classes.json
var classesJSON []byte

// classified is classes.json: which licences are of which class, and by what. A family is
// all licences whose id begins alike and that stand in no group; the first that fits counts.
type classified struct {
	Checked  string
	Families []struct {
		Prefix, Source string
		Class          Class
	}
	Linking struct {
		Source string
		IDs    []string
	}
	Groups []struct {
		Source string
		Class  Class
		IDs    []string
	}
}

// A reason is a class with what decides it.
type reason struct {
	class  Class
	source string
}

var classesChecked, linking, classOf = readClasses()

func readClasses() (checked string, linking []string, out map[string]reason) {
	var c classified
	if err := json.Unmarshal(classesJSON, &c); err != nil {
		panic("spdx: the classes that are built in: " + err.Error())
	}
	out = make(map[string]reason, len(entries))
	for _, g := range c.Groups {
		for _, id := range g.IDs {
			out[id] = reason{g.Class, g.Source}
		}
	}
	for id := range entries {
		for _, f := range c.Families {
			if _, done := out[id]; !done && strings.HasPrefix(id, f.Prefix) {
				out[id] = reason{f.Class, f.Source}
			}
		}
	}
	return c.Checked, c.Linking.IDs, out
}

// ClassOf is the class of a licence of the list, by its id in any case; Unknown for any
// other, and for those that nobody has judged.
func ClassOf(id string) Class {
	id, _, _ = licenceID(id)
	return classOf[id].class
}

// ClassSource says what decides the class of a licence, and when that was read; empty where
// the class is unknown.
func ClassSource(id string) (source, checked string) {
	id, _, _ = licenceID(id)
	r := classOf[id]
	if r.source == "" {
		return "", ""
	}
	return r.source, classesChecked
}

// Reach is the class of a licence with its exception: one that lets other code be joined
// with the work takes GPL to the reach of LGPL.
func (l Licence) Reach() Class {
	c := ClassOf(l.ID)
	if c == Strong && slices.Contains(linking, l.Exception) {
		return Weak
	}
	return c
}

// Reach is the class of what an expression asks for at the least: of licences that all apply
// the widest, of licences to choose from the narrowest. Unknown among those that all apply
// makes the whole unknown; among those to choose from it is left aside.
func (e Expr) Reach() Class { return e.ReachBy(Licence.Reach) }

// ReachBy is Reach where of says what the class of a single licence is.
func (e Expr) ReachBy(of func(Licence) Class) Class {
	if e.Op == Leaf {
		return of(e.Licence)
	}
	best := Unknown
	for i, a := range e.Args {
		c := a.ReachBy(of)
		switch {
		case e.Op == And && c == Unknown:
			return Unknown
		case e.Op == Or && best == Unknown, e.Op == And && i == 0,
			e.Op == And && rank(c) > rank(best), e.Op == Or && c != Unknown && rank(c) < rank(best):
			best = c
		}
	}
	return best
}

func rank(c Class) int { return slices.Index(Classes, c) }
