// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package bom

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// graph reads a document from lines "a: b c": a depends on b and c. The first
// name is the root unless it is "-".
func graph(t *testing.T, root string, lines ...string) *Document {
	t.Helper()
	var names, edges []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, line := range lines {
		from, to, _ := strings.Cut(line, ":")
		add(from)
		for _, name := range strings.Fields(to) {
			add(name)
		}
		edges = append(edges, fmt.Sprintf(`{"ref":%q,"dependsOn":["%s"]}`, from, strings.Join(strings.Fields(to), `","`)))
	}
	text := cdx
	var components []string
	for _, name := range names {
		c := fmt.Sprintf(`{"bom-ref":%q,"name":%q}`, name, name)
		if name == root {
			text += `"metadata":{"component":` + c + `},`
		} else {
			components = append(components, c)
		}
	}
	return mustRead(t, []byte(text+`"components":[`+strings.Join(components, ",")+`],"dependencies":[`+strings.Join(edges, ",")+`]}`))
}

// parents writes a tree as "b<a": a leads to b.
func parents(d *Document) string {
	var list []string
	for i, p := range d.Tree() {
		switch name := d.Components[i].Name; p {
		case -1:
			list = append(list, name)
		case -2:
			list = append(list, name+"?")
		default:
			list = append(list, name+"<"+d.Components[p].Name)
		}
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func TestTree(t *testing.T) {
	for _, c := range []struct {
		name, root string
		lines      []string
		want       string
	}{
		{"a chain", "a", []string{"a: b", "b: c"}, "a b<a c<b"},
		{"the shortest path counts", "a", []string{"a: b d", "b: c", "c: d", "d: e"}, "a b<a c<b d<a e<d"},
		{"cycles end", "a", []string{"a: b", "b: c", "c: a b c"}, "a b<a c<b"},
		{"a part by itself", "a", []string{"a: b", "x: y", "y: x"}, "a b<a x? y?"},
		{"no root", "-", []string{"a: b", "b: c", "d: c"}, "a b<a c<d d"},
		{"a root that depends on nothing", "r", []string{"r:", "a: b"}, "a b<a r"},
		{"only a cycle", "-", []string{"a: b", "b: a"}, "a? b?"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, line := range c.lines {
				c.lines[i] = strings.Replace(line, `:`, `: `, 1)
			}
			if got := parents(graph(t, c.root, c.lines...)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestTreeFallsBackOnNesting(t *testing.T) {
	doc := mustRead(t, []byte(cdx+`"metadata":{"component":{"bom-ref":"r","name":"r","components":[{"bom-ref":"inner","name":"inner"}]}},
"components":[{"bom-ref":"a","name":"a","components":[{"name":"deep","components":[{"name":"deeper"}]},{"bom-ref":"b","name":"b"}]},
{"name":"lost","components":[{"name":"lost too"}]},{"bom-ref":"far","name":"far"}],
"dependencies":[{"ref":"r","dependsOn":["a","b"]},{"ref":"inner","dependsOn":["far"]}]}`))
	want := "a<r b<r deep<a deeper<deep far<inner inner<r lost too? lost? r"
	if got := parents(doc); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := pathNames(doc, 3); got != "r > a > deep" {
		t.Errorf("the path of deep is %s", got)
	}
	if got := pathNames(doc, 6); got != "lost" {
		t.Errorf("the path of lost is %s", got)
	}
}

func TestEdgesAreThereOnce(t *testing.T) {
	doc := graph(t, "a", "a: b b c", "a: b", "c: c")
	if got := fmt.Sprint(doc.Edges); got != "[[1 2] [] []]" {
		t.Errorf("got %s", got)
	}
}

// A hundred thousand components in a row must neither overflow a stack nor take long.
func TestTreeOfALongChain(t *testing.T) {
	const n = 100_000
	d := &Document{Root: 0, Components: make([]Component, n), Edges: make([][]int32, n)}
	for i := range n {
		d.Components[i].Parent = -1
		if i+1 < n {
			d.Edges[i] = []int32{int32(i + 1)}
		}
	}
	start := time.Now()
	if got := len(d.Path(n - 1)); got != n {
		t.Errorf("the path has %d components", got)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestPlacesAreCountedInCharacters(t *testing.T) {
	data := []byte("äö\r\nüx\n\nz")
	for _, c := range []struct{ offset, line, column int }{
		{-1, 0, 0}, {99, 0, 0}, {0, 1, 1}, {2, 1, 2}, {6, 2, 1}, {8, 2, 2}, {10, 3, 1}, {11, 4, 1}, {12, 4, 2},
	} {
		line, column := locate(data, int64(c.offset))
		if line != c.line || column != c.column {
			t.Errorf("byte %d is at %d:%d, want %d:%d", c.offset, line, column, c.line, c.column)
		}
	}
	list := make([]Warning, 4)
	locateAll(data, list, []int64{11, -1, 2, 8})
	got := ""
	for _, w := range list {
		got += fmt.Sprintf("%d:%d ", w.Line, w.Column)
	}
	if got != "4:1 0:0 1:2 2:2 " {
		t.Errorf("got %s", got)
	}
}
