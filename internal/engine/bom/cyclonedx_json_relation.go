// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

// dependencies reads who depends on whom.
func (r *cyclonedxReader) dependencies() {
	for i := range r.elements {
		var from int32 = -1
		targets := r.targets[:0]
		for name := range r.members {
			switch string(name) {
			case "ref":
				from = r.refSymbol()
			case "dependsOn":
				targets = r.refSymbols(targets)
			default:
				r.skip()
			}
		}
		r.targets = targets
		for _, to := range targets {
			if from < 0 || r.err != nil {
				break
			}
			r.relate(from, to, int32(i), false)
		}
	}
}

// refSymbol reads a reference and gives its number, -1 for none.
func (r *cyclonedxReader) refSymbol() int32 {
	ref := r.bytes()
	if ref == nil {
		return -1
	}
	if n, ok := r.symbols[string(ref)]; ok {
		return n
	}
	return r.newSymbol(r.keep(ref))
}

// refSymbols reads a list of references and adds their numbers.
func (r *cyclonedxReader) refSymbols(list []int32) []int32 {
	for range r.elements {
		if n := r.refSymbol(); n >= 0 {
			list = append(list, n)
		}
	}
	return list
}

func (r *cyclonedxReader) dangling(e edge, ref string) {
	r.warn("bom.dangling_ref", "/dependencies/"+itoa(int(e.entry)), -1, clip(ref, 200))
}

// compositions reads what the document says about its completeness.
func (r *cyclonedxReader) compositions() {
	for range r.elements {
		aggregate, refs := "", r.targets[:0]
		for name := range r.members {
			switch string(name) {
			case "aggregate":
				aggregate = r.token()
			case "assemblies", "dependencies":
				refs = r.refSymbols(refs)
			default:
				r.skip()
			}
		}
		r.stated.add(aggregate, refs)
		r.targets = refs
	}
}
