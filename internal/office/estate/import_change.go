// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import "strings"

// A changer sets what one line says and notes what that changes.
type changer struct {
	r       *record
	changes []string
}

// set sets one field. Two lines that say different things of one thing contradict each
// other, and nobody but the reader can tell which is right.
func set[T comparable](c *changer, it *item[T], field string, to *string, value string) {
	if value == "" {
		return
	}
	same := *to == value
	if field == "supplier" || field == "maker" {
		same = strings.EqualFold(*to, value)
	}
	if line, said := it.said[field]; said && !same {
		c.r.fail("estate.import.contradiction", c.r.line, value, line, *to)
		return
	}
	if it.said == nil {
		it.said = map[string]int{}
	}
	if _, said := it.said[field]; !said {
		it.said[field] = c.r.line
	}
	if !same {
		*to = value
		c.changes = append(c.changes, field)
	}
}

// A saying is a field and where its value goes.
type saying struct {
	field string
	to    *string
}

// facts sets what is said of the software. What belongs to others stays as they say.
func (c *changer) facts(w *item[Software]) {
	if !w.now.Mine {
		return
	}
	if w.now.Retired != "" {
		w.now.Retired = ""
		c.changes = append(c.changes, "retired")
	}
	n := &w.now
	bare, _ := barePURL(c.r.get("purl"))
	for _, f := range []saying{{"description", &n.PurposeDE}, {"description_en", &n.PurposeEN}, {"licence", &n.Licence}, {"maker", &n.Supplier},
		{"website", &n.Website}, {"repository", &n.Repository}, {"source", &n.Source}, {"checked", (*string)(&n.Checked)}} {
		set(c, w, f.field, f.to, c.r.get(f.field))
	}
	set(c, w, "purl", &n.PURL, bare)
	if kind := c.r.get("kind"); kind != "unknown" {
		set(c, w, "kind", &n.Kind, kind)
	}
}

// version sets what is said of the release.
func (c *changer) version(r *item[Release]) {
	if !r.now.Mine {
		return
	}
	if r.now.Retired != "" {
		r.now.Retired = ""
		c.changes = append(c.changes, "retired")
	}
	set(c, r, "released", (*string)(&r.now.Released), c.r.get("released"))
	set(c, r, "supported", (*string)(&r.now.Supported), c.r.get("supported"))
	if purl := c.r.get("purl"); strings.Contains(purl, "@") {
		set(c, r, "purl", &r.now.PURL, purl)
	}
}

// use sets what is said of the use.
func (c *changer) use(u *item[Use]) {
	n := &u.now
	for _, f := range []saying{{"role", &n.Role}, {"purpose", &n.Purpose}, {"since", (*string)(&n.Since)}, {"supplier", &n.Supplier}, {"contract", &n.Contract}, {"external", &n.External}} {
		set(c, u, f.field, f.to, c.r.get(f.field))
	}
	if level := c.r.get("criticality"); level != "unknown" {
		set(c, u, "criticality", &n.Criticality, level)
	}
}
