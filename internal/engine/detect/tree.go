// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package detect

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"allmende/internal/engine/spdx"
)

// A Tree is all that was found in a tree of files.
type Tree struct {
	Name     string    `json:"name"`
	Files    []File    `json:"files"`    // those with a finding or a note, by path
	Looked   int       `json:"looked"`   // all files
	Without  int       `json:"without"`  // text files with neither a finding nor a licence beside them
	Licences []Count   `json:"licences"` // by files, the most frequent first
	Packages []Claim   `json:"packages"` // manifests, what they declare and what was found
	Problems []Problem `json:"problems"`
	Cut      string    `json:"cut,omitempty"` // why not all was looked at
}

// A Count is how many files have a licence.
type Count struct {
	Licence string `json:"licence"`
	Files   int    `json:"files"`
}

// A Claim is what a manifest declares beside what was found next to it.
type Claim struct {
	Package
	Path     string   `json:"path"`
	Licence  string   `json:"licence,omitempty"` // declared, as it was read
	Detected []string `json:"detected"`          // texts in the same folder or the nearest one above
	Stand    string   `json:"stand"`             // agree, differ, untexted (declared, no text), undeclared (text, nothing declared), unknown
}

// A Problem is something a person should look at.
type Problem struct {
	Key    string `json:"kind"` // changed, extra, differ, untexted, undeclared, unread, absent, unused, unlisted, bounded
	Path   string `json:"path"`
	Detail string `json:"detail,omitempty"`
}

const mostProblems = 5000

// Conclude puts what was found in the files together. The order of files does not matter.
func Conclude(name string, files []File) Tree {
	t := Tree{Name: name, Looked: len(files), Files: []File{}, Licences: []Count{}, Packages: []Claim{}, Problems: []Problem{}}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	for _, p := range annotate(files) {
		t.problem(p)
	}
	counts := map[string]int{}
	for _, f := range files {
		for _, id := range f.Licences() {
			counts[id]++
		}
		if len(f.Findings) > 0 || f.Note != "" && f.Note != "binary" || f.Package != nil {
			t.Files = append(t.Files, f)
		} else if f.Note == "" && !about(f.Path) {
			t.Without++
		}
		t.look(f)
	}
	for id, n := range counts {
		t.Licences = append(t.Licences, Count{id, n})
	}
	slices.SortFunc(t.Licences, func(a, b Count) int { return cmp.Or(b.Files-a.Files, strings.Compare(a.Licence, b.Licence)) })
	t.claims(files)
	t.reuse(files, counts)
	slices.SortStableFunc(t.Problems, func(a, b Problem) int { return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Key, b.Key)) })
	return t
}

// about are files that say what applies to others and need no licence themselves.
func about(name string) bool {
	return strings.HasSuffix(name, ".license") || path.Base(path.Dir(name)) == "LICENSES"
}

// annotate gives files what stands beside them: in their .license, and in annotations. It
// returns which of these are left out because there are too many.
func annotate(files []File) (left []Problem) {
	at := make(map[string]int, len(files))
	var rules []annotation
	patterns := 0
	for i, f := range files {
		at[f.Path] = i
		if text := f.left.String(); text != "" {
			left = append(left, Problem{"bounded", f.Path, text})
		}
		some, lost := affordable(f.rules, &patterns)
		if rules = append(rules, some...); lost > 0 {
			left = append(left, Problem{"bounded", f.Path, fmt.Sprintf("path %d > %d", patterns+lost, mostPatterns)})
		}
	}
	for _, f := range files {
		of, ok := strings.CutSuffix(f.Path, ".license")
		i, there := at[of]
		if !ok || !there {
			continue
		}
		for _, x := range f.Findings {
			if x.Kind == Tag {
				files[i].add(Finding{Kind: Beside, Licence: x.Licence, Certain: x.Certain, From: f.Path})
			}
		}
		files[i].Copyright = append(files[i].Copyright, f.Copyright...)
	}
	if len(rules) == 0 {
		return left
	}
	for i := range files {
		files[i].apply(rules)
	}
	return left
}

// affordable are the annotations whose patterns can be tried on each file, given how many of
// the tree are tried already; those that come last first, for they count before the others. lost
// is how many patterns are not tried.
func affordable(all []annotation, tried *int) (out []annotation, lost int) {
	for _, a := range slices.Backward(all) {
		if *tried+len(a.patterns) > mostPatterns {
			lost += len(a.patterns)
			continue
		}
		*tried += len(a.patterns)
		out = append(out, a)
	}
	slices.Reverse(out)
	return out, lost
}

// apply gives a file the last annotation that fits. What the file says itself comes first,
// unless the annotation overrides it (REUSE 3.3, section on precedence).
func (f *File) apply(rules []annotation) {
	for _, a := range slices.Backward(rules) {
		if !a.fits(f.Path) {
			continue
		}
		own := f.has(Tag) || f.has(Beside)
		if a.precedence == "override" {
			f.Findings = slices.DeleteFunc(f.Findings, func(x Finding) bool { return x.Kind == Tag || x.Kind == Notice || x.Kind == Beside })
		} else if own && a.precedence != "aggregate" {
			return
		}
		if a.licence != "" {
			x := said(Beside, a.licence, 0)
			x.From = a.from
			f.add(x)
		}
		if f.Copyright == nil { // shared by all files that fit
			f.Copyright = slices.Clip(a.copyright)
		} else if room := mostHolders - len(f.Copyright); room > 0 {
			f.Copyright = append(f.Copyright, a.copyright[:min(len(a.copyright), room)]...)
		}
		return
	}
}

func (t *Tree) problem(p Problem) {
	if len(t.Problems) < mostProblems {
		t.Problems = append(t.Problems, p)
	}
}

// look notes what is wrong with one file.
func (t *Tree) look(f File) {
	for _, x := range f.Findings {
		switch {
		case x.Kind == Extra:
			t.problem(Problem{"extra", f.Path, x.Licence + ": " + strings.Join(x.Changes, "; ")})
		case x.Kind == Changed:
			t.problem(Problem{"changed", f.Path, x.Licence + ": " + strings.Join(x.Changes, "; ")})
		case !x.Certain && (x.Kind == Tag || x.Kind == Manifest || x.Kind == Beside):
			t.problem(Problem{"unlisted", f.Path, x.Licence})
		}
	}
	if f.Note != "" && f.Note != "binary" {
		t.problem(Problem{"unread", f.Path, f.Note})
	}
}

// claims compares what manifests declare with the texts in their folder, or in the nearest
// one above it that has any.
func (t *Tree) claims(files []File) {
	texts, shelf := map[string][]string{}, map[string][]string{} // by folder; shelf is what lies in LICENSES/, for whichever file
	for _, f := range files {
		for _, x := range f.Findings {
			if dir := path.Dir(f.Path); x.Kind == Text || x.Kind == Changed {
				texts := texts
				if path.Base(dir) == "LICENSES" {
					dir, texts = path.Dir(dir), shelf
				}
				id := x.Licence
				if x.Kind == Changed {
					id = "changed " + id
				}
				if !slices.Contains(texts[dir], id) {
					texts[dir] = append(texts[dir], id)
				}
			}
		}
	}
	for _, f := range files {
		if f.Package == nil {
			continue
		}
		c := Claim{Package: *f.Package, Path: f.Path, Detected: []string{}}
		for _, x := range f.Findings {
			if x.Kind == Manifest {
				c.Licence = x.Licence
			}
		}
		for dir := path.Dir(f.Path); ; dir = path.Dir(dir) {
			if found := texts[dir]; len(found) > 0 {
				c.Detected = found
				break
			}
			if found := c.of(shelf[dir]); len(found) > 0 {
				c.Detected = found
				break
			}
			if dir == "." || dir == "/" {
				break
			}
		}
		c.Stand = stand(c)
		if c.Stand == "differ" || c.Stand == "untexted" || c.Stand == "undeclared" && c.Type != "golang" {
			t.problem(Problem{c.Stand, f.Path, c.Licence + " / " + strings.Join(c.Detected, ", ")})
		}
		t.Packages = append(t.Packages, c)
	}
}

// of are those of the texts that the declared expression names: a folder LICENSES/ has the
// texts of all files.
func (c Claim) of(texts []string) (out []string) {
	e, err := spdx.Parse(c.Licence)
	if err != nil {
		return nil
	}
	for l := range e.Licences {
		for _, id := range texts {
			if family(id) == family(l.ID) && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// stand compares a declared expression with the texts found: every licence of it has to be
// there, of alternatives at least one, and no text may be of another licence.
func stand(c Claim) string {
	e, err := spdx.Parse(c.Licence)
	switch {
	case c.Licence == "" && len(c.Detected) == 0:
		return "unknown"
	case c.Licence == "":
		return "undeclared"
	case len(c.Detected) == 0:
		return "untexted"
	case err != nil:
		return "differ"
	}
	named := func(id string) bool {
		for l := range e.Licences {
			if family(l.ID) == family(id) {
				return true
			}
		}
		return false
	}
	if !held(e, c.Detected) || slices.ContainsFunc(c.Detected, func(id string) bool { return !named(id) && !explained(e, id) }) {
		return "differ"
	}
	return "agree"
}

// held reports whether the texts that an expression needs are there.
func held(e spdx.Expr, texts []string) bool {
	switch e.Op {
	case spdx.And:
		return !slices.ContainsFunc(e.Args, func(a spdx.Expr) bool { return !held(a, texts) })
	case spdx.Or:
		return slices.ContainsFunc(e.Args, func(a spdx.Expr) bool { return held(a, texts) })
	}
	return slices.ContainsFunc(texts, func(id string) bool { return family(id) == family(e.Licence.ID) })
}

// explained reports whether a text comes along with another licence: LGPL-3.0 adds to GPL-3.0,
// whose text stands beside it.
func explained(e spdx.Expr, id string) bool {
	if family(id) != "GPL-3.0" {
		return false
	}
	for l := range e.Licences {
		if family(l.ID) == "LGPL-3.0" {
			return true
		}
	}
	return false
}

// reuse compares LICENSES/ with what is used, where there is such a folder.
func (t *Tree) reuse(files []File, counts map[string]int) {
	have := map[string]string{}
	for _, f := range files {
		if path.Dir(f.Path) == "LICENSES" {
			base := path.Base(f.Path)
			have[strings.TrimSuffix(strings.TrimSuffix(base, ".txt"), ".md")] = f.Path
		}
	}
	if len(have) == 0 {
		return
	}
	used := map[string]bool{}
	for text := range counts {
		e, err := spdx.Parse(text)
		if err != nil {
			continue
		}
		for l := range e.Licences {
			used[l.ID] = true
			if l.Exception != "" {
				used[l.Exception] = true
			}
		}
	}
	for id := range used {
		if have[id] == "" && said(Tag, id, 0).Certain {
			t.problem(Problem{"absent", "LICENSES/", id})
		}
	}
	stated := map[string]bool{}
	for _, f := range files {
		for _, x := range f.Findings {
			if x.Kind != Text && x.Kind != Changed && x.Kind != Extra {
				if e, err := spdx.Parse(x.Licence); err == nil {
					for l := range e.Licences {
						stated[l.ID], stated[l.Exception] = true, true
					}
				}
			}
		}
	}
	for id, p := range have {
		if !stated[id] {
			t.problem(Problem{"unused", p, id})
		}
	}
}
