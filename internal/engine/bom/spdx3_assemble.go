// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import "strings"

// assemble puts the elements together once all are known.
func (r *spdx3Reader) assemble() *Document {
	if r.doc.Version == "" {
		r.warn("bom.format_missing", "/@graph", -1, "specVersion", "3.0.1")
	}
	if r.doc.Created.IsZero() && len(r.makers) == 0 {
		r.warn("bom.creation_missing", "/@graph", -1)
	}
	r.nameMakers()
	for _, s := range r.suppliers {
		if c := &r.doc.Components[s.component]; c.Supplier == "" {
			c.Supplier = r.agents[s.agent]
		}
	}
	roots := r.rootElements()
	for _, l := range r.links {
		r.apply(l, &roots)
	}
	if r.err != nil {
		return nil
	}
	r.doc.Complete = r.completeness()
	r.setRoots(roots)
	return r.finish(func(e edge, ref string) {
		if !strings.HasPrefix(ref, "https://spdx.org/rdf/") {
			r.warn("bom.dangling_ref", "/@graph/"+itoa(int(e.entry)), -1, clip(ref, 200))
		}
	})
}

// nameMakers fills in who made the document with which tools, each once.
func (r *spdx3Reader) nameMakers() {
	var makers, tools conjunction
	for _, n := range r.makers {
		makers.add(r.agents[n])
	}
	for _, n := range r.tools {
		tools.add(r.agents[n])
	}
	for _, list := range [][]int32{r.makers, r.tools} {
		for _, n := range list {
			if r.owner[n] == -1 {
				r.owner[n] = notPackage
			}
		}
	}
	r.doc.Authors, r.doc.Tools = named(makers.parts), named(tools.parts)
}

func named(list []string) []string {
	var kept []string
	for _, s := range list {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}

// rootElements follows rootElement from the document through SBOMs to packages.
func (r *spdx3Reader) rootElements() []int32 {
	queue := append([]int32(nil), r.documents...)
	if len(queue) == 0 {
		queue = append(queue, r.sboms...)
	}
	var roots []int32
	seen := make(map[int32]bool)
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if seen[n] {
			continue
		}
		seen[n] = true
		if i := r.owner[n]; i >= 0 {
			roots = append(roots, i)
		}
		queue = append(queue, r.bundles[n]...)
	}
	return roots
}

// relations3 lists the relationship types that say what is inside.
var relations3 = map[string]relation{
	"contains":              {contains: true},
	"hasOptionalComponent":  {contains: true},
	"packagedBy":            {contains: true, backwards: true},
	"dependsOn":             {depends: true},
	"hasDynamicLink":        {depends: true},
	"hasStaticLink":         {depends: true},
	"hasPrerequisite":       {depends: true},
	"hasOptionalDependency": {depends: true},
	"hasProvidedDependency": {depends: true},
}

// apply turns a relationship into licences, roots or edges.
func (r *spdx3Reader) apply(l link, roots *[]int32) {
	switch l.typ {
	case "hasDeclaredLicense", "hasConcludedLicense":
		r.applyLicence(l)
		return
	case "describes":
		for _, to := range l.to {
			if i := r.owner[to]; i >= 0 && r.bundles[l.from] == nil {
				*roots = append(*roots, i)
			}
		}
		return
	}
	meaning := relations3[l.typ]
	for _, to := range l.to {
		from := l.from
		if meaning.backwards {
			from, to = to, from
		}
		r.relate(from, to, l.entry, meaning.contains)
	}
}

func (r *spdx3Reader) applyLicence(l link) {
	i := r.owner[l.from]
	if i < 0 {
		return
	}
	var all conjunction
	for _, to := range l.to {
		if text := r.licences.text(to, r.names, 0); text != "" {
			all.add(text)
		}
	}
	c := &r.doc.Components[i]
	if l.typ == "hasDeclaredLicense" {
		c.Declared = r.word([]byte(all.String()))
	} else {
		c.Concluded = r.word([]byte(all.String()))
	}
}

// completeness sums up what the relationships say that list contents.
func (r *spdx3Reader) completeness() Completeness {
	stated, total := 0, 0
	for _, l := range r.links {
		if _, listed := relations3[l.typ]; !listed {
			continue
		}
		total++
		switch l.completeness {
		case "incomplete":
			return Incomplete
		case "complete":
			stated++
		}
	}
	if total > 0 && stated == total {
		return Complete
	}
	return Unknown
}

// A licenceBook knows the licence elements of a document.
type licenceBook struct {
	nodes map[int32]licenceNode
	done  map[int32]string
}

// A licenceNode is an expression, a listed or custom licence, or a combination.
type licenceNode struct {
	typ, name, expression string
	members               []int32
}

// text gives the SPDX expression of a licence element, "" when it asserts
// nothing. Combinations that are cyclic or too long are unknown too.
func (b *licenceBook) text(n int32, names []string, depth int) string {
	if s, ok := b.done[n]; ok {
		return s
	}
	if depth > 20 {
		return ""
	}
	b.done[n] = ""
	s := b.spell(n, names, depth)
	b.done[n] = s
	return s
}

func (b *licenceBook) spell(n int32, names []string, depth int) string {
	node, known := b.nodes[n]
	if !known || node.typ == "expandedlicensing_ListedLicense" || node.typ == "expandedlicensing_ListedLicenseException" {
		return licenceID(names[n])
	}
	switch node.typ {
	case "simplelicensing_LicenseExpression":
		return licence(node.expression)
	case "expandedlicensing_ConjunctiveLicenseSet":
		return b.join(node.members, " AND ", names, depth)
	case "expandedlicensing_DisjunctiveLicenseSet":
		return b.join(node.members, " OR ", names, depth)
	case "expandedlicensing_WithAdditionOperator":
		return b.join(node.members, " WITH ", names, depth)
	case "expandedlicensing_OrLaterOperator":
		return b.join(node.members, "", names, depth) + "+"
	}
	return node.name
}

func (b *licenceBook) join(members []int32, between string, names []string, depth int) string {
	return combine(len(members), between, func(i int) string { return b.text(members[i], names, depth+1) })
}

// licenceID gives "MIT" for https://spdx.org/licenses/MIT.
func licenceID(iri string) string {
	for _, prefix := range []string{"https://spdx.org/licenses/", "http://spdx.org/licenses/"} {
		if id, ok := strings.CutPrefix(iri, prefix); ok {
			return strings.TrimSuffix(strings.TrimSuffix(id, ".html"), "/")
		}
	}
	if strings.HasSuffix(iri, "NoneLicense") || strings.HasSuffix(iri, "Licensing/None") {
		return "NONE"
	}
	return ""
}
