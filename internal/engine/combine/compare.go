// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package combine

import "allmende/internal/engine/spdx"

// How two answers stand to each other.
const (
	Agree     = "agree"     // the same
	Contrary  = "contrary"  // one says yes, the other no
	Shade     = "shade"     // one says that it depends
	OneKnows  = "one-knows" // one does not know
	NobodyHas = "nobody"    // neither knows
)

// A Comparison is both answers to one question.
type Comparison struct {
	Out, In string
	Rule    Verdict
	Matrix  Cell
	Stand   string
}

// Stand says how our answer and the matrix's stand to each other.
func Stand(ours, theirs Answer) string {
	switch {
	case ours == Unknown && theirs == Unknown:
		return NobodyHas
	case ours == Unknown || theirs == Unknown:
		return OneKnows
	case ours == theirs:
		return Agree
	case ours == Depends || theirs == Depends:
		return Shade
	}
	return Contrary
}

// Compare asks both for each pair of licences that the rules speak of and the matrix has,
// for what the matrix is about: code in one work, passed on.
func (m Matrix) Compare() []Comparison {
	var all []Comparison
	for _, out := range Licences() {
		for _, in := range Licences() {
			c := m.Ask(out, in)
			if c.Missing != "" || out == in {
				continue
			}
			v := Pair(out, spdx.Licence{ID: in, Listed: true}, Use{Way: Merged, Reach: Given, Modified: true})
			all = append(all, Comparison{out, in, v, c, Stand(v.Answer, c.Answer)})
		}
	}
	return all
}
