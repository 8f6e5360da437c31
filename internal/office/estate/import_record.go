// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package estate

import (
	"slices"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/lang"
)

// A record is one line of a table, its values in the form in which they are kept. What the
// line does not say is missing.
type record struct {
	line   int
	values map[string]string
	org    ospo.OrgID
	faults []*fault.Error
}

func (r record) get(field string) string { return r.values[field] }

// any reports whether the line says one of the fields.
func (r record) any(fields ...string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return r.values[f] != "" })
}

// record reads one line.
func (p *planner) record(line int, cells []string) record {
	r := record{line: line, values: map[string]string{}, org: p.root}
	for _, f := range Fields {
		if i, ok := p.mapping[f]; ok && cells[i] != "" {
			r.read(p, f, cells[i])
		}
	}
	if r.get("name") == "" && r.get("external") == "" {
		r.fail("estate.import.name", line)
	}
	return r
}

func (r *record) fail(key string, args ...any) {
	r.faults = append(r.faults, fault.New(fault.Invalid, key, args...).(*fault.Error))
}

// Values that are one of a list.
var listed = map[string][]string{"kind": Kinds, "role": Roles, "criticality": Criticalities}

func (r *record) read(p *planner, field, cell string) {
	switch field {
	case "kind", "role", "criticality":
		v, ok := p.s.value(field, listed[field], cell)
		if !ok {
			r.fail("estate.import.value", r.line, cell, p.heading(field))
			return
		}
		r.values[field] = v
	case "since", "contract_until", "released", "supported", "checked":
		day, err := parseDay(field, cell)
		if err != nil {
			r.fail("estate.import.day", r.line, cell, p.heading(field))
			return
		}
		r.values[field] = string(day)
	case "org":
		id, ok := p.reg.org(cell)
		if !ok {
			r.fail("estate.import.org", r.line, cell, lang.Some(p.reg.offices))
			return
		}
		r.org, r.values[field] = id, cell
	default:
		r.text(p, field, cell)
	}
}

// text reads a free text.
func (r *record) text(p *planner, field, cell string) {
	limit := lineLimit
	switch field {
	case "purpose", "description", "description_en":
		limit = textLimit
	case "purl":
		if _, err := barePURL(cell); err != nil {
			r.fail("estate.import.purl", r.line, cell)
			return
		}
	case "website", "repository":
		if address(field, tidy(cell)) != nil {
			r.fail("estate.import.address", r.line, cell)
			return
		}
	}
	if limit == lineLimit {
		cell = tidy(cell)
	}
	if len(cell) > limit {
		r.fail("estate.import.too_long", r.line, p.heading(field), len(cell), limit)
		return
	}
	r.values[field] = cell
}
