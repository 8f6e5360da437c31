// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package access

import "allmende/internal/ospo"

// A Matrix says for people × organisations × permissions what may be done. Its cells are
// bits: five hundred people in two hundred organisations with sixty permissions are six
// million answers in 800 kB.
type Matrix struct {
	People      []ospo.PersonID
	Orgs        []ospo.OrgID
	Permissions []string

	words int // 64-bit words a cell
	place map[ospo.OrgID]int
	bits  []uint64 // person, organisation, permission
}

// Matrix answers for all the given people, organisations and permissions at once.
func (x *Index) Matrix(people []ospo.PersonID, orgs []ospo.OrgID, permissions []string) *Matrix {
	m := &Matrix{People: people, Orgs: orgs, Permissions: permissions, words: (len(permissions) + 63) / 64, place: make(map[ospo.OrgID]int, len(orgs))}
	m.bits = make([]uint64, len(people)*len(orgs)*m.words)
	for i, o := range orgs {
		m.place[o] = i
	}
	below := x.below(orgs, m.place)
	masks := map[string][]uint64{}
	for p, person := range people {
		for _, h := range x.holdings[person] {
			mask := m.mask(masks, h)
			for _, o := range below[h.Org] {
				cell := m.cell(p, o)
				for w, bits := range mask {
					cell[w] |= bits
				}
			}
		}
	}
	return m
}

// below lists for each organisation that stands at or above some of the given ones, which.
func (x *Index) below(orgs []ospo.OrgID, place map[ospo.OrgID]int) map[ospo.OrgID][]int {
	out := map[ospo.OrgID][]int{}
	for _, o := range orgs {
		up := o
		for range len(x.parent) + 1 {
			out[up] = append(out[up], place[o])
			next, ok := x.parent[up]
			if !ok || next == "" {
				break
			}
			up = next
		}
	}
	return out
}

// mask is what the grants of a holding cover. Holdings of one role in one version have
// the same.
func (m *Matrix) mask(known map[string][]uint64, h Holding) []uint64 {
	key := ""
	for _, g := range h.Grants {
		key += g + " "
	}
	if mask, ok := known[key]; ok {
		return mask
	}
	mask := make([]uint64, m.words)
	for i, p := range m.Permissions {
		for _, g := range h.Grants {
			if Covers(g, p) {
				mask[i/64] |= 1 << (i % 64)
				break
			}
		}
	}
	known[key] = mask
	return mask
}

func (m *Matrix) cell(person, org int) []uint64 {
	at := (person*len(m.Orgs) + org) * m.words
	return m.bits[at : at+m.words]
}

// May reports whether the person at one place of the matrix may do the permission at
// another in an organisation.
func (m *Matrix) May(person, permission int, org ospo.OrgID) bool {
	o, ok := m.place[org]
	return ok && m.cell(person, o)[permission/64]&(1<<(permission%64)) != 0
}

// Any reports whether the person may do anything at all in an organisation.
func (m *Matrix) Any(person int, org ospo.OrgID) bool {
	o, ok := m.place[org]
	if !ok {
		return false
	}
	for _, bits := range m.cell(person, o) {
		if bits != 0 {
			return true
		}
	}
	return false
}
