// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package arch

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"
)

// A page is one parsed template file.
type page struct {
	path  string
	trees map[string]*parse.Tree
}

func allTemplates(t *testing.T) []page {
	var out []page
	err := walk(func(p string) error {
		if path.Ext(p) != ".html" || !within(p, "internal") || within(p, "internal/browser") {
			return nil
		}
		tr := parse.New(p)
		tr.Mode = parse.SkipFuncCheck
		trees := map[string]*parse.Tree{}
		if _, err := tr.Parse(read(t, p), "", "", trees); err != nil {
			t.Errorf("%s: %v", p, err)
		}
		out = append(out, page{p, trees})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// visit calls f for n and all nodes below it, in the order of the file.
func visit(n parse.Node, f func(parse.Node)) {
	f(n)
	branch := func(b *parse.BranchNode) {
		visit(b.Pipe, f)
		visit(b.List, f)
		if b.ElseList != nil {
			visit(b.ElseList, f)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			visit(c, f)
		}
	case *parse.ActionNode:
		visit(n.Pipe, f)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			visit(c, f)
		}
	case *parse.CommandNode:
		for _, c := range n.Args {
			visit(c, f)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			visit(n.Pipe, f)
		}
	case *parse.ChainNode:
		visit(n.Node, f)
	}
}

func (p page) visit(f func(parse.Node)) {
	for _, tr := range p.trees {
		if tr.Root != nil {
			visit(tr.Root, f)
		}
	}
}

func (p page) literals() []string {
	var out []string
	p.visit(func(n parse.Node) {
		if s, ok := n.(*parse.StringNode); ok {
			out = append(out, s.Text)
		}
	})
	return out
}

// uses returns the keys given to t and tn, with the number of arguments.
func (p page) uses() []use {
	var out []use
	p.visit(func(n parse.Node) {
		c, ok := n.(*parse.CommandNode)
		if !ok || len(c.Args) < 2 {
			return
		}
		name := strings.TrimLeft(c.Args[0].String(), ".$")
		key, ok := c.Args[1].(*parse.StringNode)
		if ok && (name == "t" || name == "tn") {
			out = append(out, use{p.path + ": " + strconv.Quote(key.Text), key.Text, len(c.Args) - 2})
		}
	})
	return out
}

// starts returns the keys that word completes: {{word "web.verdict" .X}} is web.verdict.ok …
func (p page) starts() []string {
	var out []string
	p.visit(func(n parse.Node) {
		if c, ok := n.(*parse.CommandNode); ok && len(c.Args) == 3 && c.Args[0].String() == "word" {
			if key, ok := c.Args[1].(*parse.StringNode); ok {
				out = append(out, key.Text+".")
			}
		}
	})
	return out
}

// html returns the text of a template with each action as a sign that is no letter.
func (p page) html() string {
	var b strings.Builder
	names := make([]string, 0, len(p.trees))
	for name := range p.trees {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if p.trees[name].Root == nil {
			continue
		}
		visit(p.trees[name].Root, func(n parse.Node) {
			switch n := n.(type) {
			case *parse.TextNode:
				b.Write(n.Text)
			case *parse.ActionNode, *parse.TemplateNode:
				b.WriteString("·")
			}
		})
		b.WriteString("\n")
	}
	return b.String()
}

func TestR14TemplatesSpeakThroughKeys(t *testing.T) {
	for _, p := range allTemplates(t) {
		for _, w := range spokenWords(p.html()) {
			t.Errorf("%s says %q itself; give it a key and write {{t \"…\"}}", p.path, w)
		}
		for _, s := range p.literals() {
			if sentence.MatchString(s) {
				t.Errorf("%s says %q itself; give it a key", p.path, s)
			}
		}
	}
}

// Words that are the same in every language.
var names = strings.Fields("Allmende KERN EUPL SBOM SBOMs CVE GHSA OSV KEV CISA EPSS FIRST CVSS CWE CSV XLSX JSON XML ODT API REST URL purl CPE VEX SPDX CycloneDX OpenAPI REUSE Deutsch English DE EN kB MB GB ms pkg Prometheus PostgreSQL SQLite")

var (
	silent    = regexp.MustCompile(`(?is)<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>|<(code|kbd|pre|samp)\b[^>]*>.*?</(code|kbd|pre|samp)>`)
	spokenIn  = regexp.MustCompile(`(?is)\s(?:title|alt|placeholder|label|summary|aria-label|aria-description|aria-roledescription)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
	tag       = regexp.MustCompile(`(?s)<[/!a-zA-Z](?:[^>"']|"[^"]*"|'[^']*')*>`)
	entity    = regexp.MustCompile(`&[a-zA-Z0-9#]+;`)
	name      = regexp.MustCompile(`\S*(?:\d|:\w|@)\S*`) // log4j-core, pkg:npm/x, AGPL-3.0-only
	word      = regexp.MustCompile(`\p{L}{2,}`)
	sentence  = regexp.MustCompile(`\p{L}{3,} \p{L}{2,}|[äöüßÄÖÜ]`)
	inputText = regexp.MustCompile(`(?is)<input\b[^>]*type="?(?:submit|button|reset)"?[^>]*\svalue="([^"]*)"`)
)

// spokenWords returns the words that a reader of the page would see or hear.
func spokenWords(html string) []string {
	html = silent.ReplaceAllString(html, " ")
	var b strings.Builder
	for _, attribute := range []*regexp.Regexp{spokenIn, inputText} {
		for _, m := range attribute.FindAllStringSubmatch(html, -1) {
			b.WriteString(strings.Join(m[1:], " ") + "\n")
		}
	}
	b.WriteString(tag.ReplaceAllString(html, "\n"))
	var out []string
	said := name.ReplaceAllString(entity.ReplaceAllString(b.String(), " "), " ")
	for _, w := range word.FindAllString(said, -1) {
		if !slices.Contains(names, w) {
			out = append(out, w)
		}
	}
	return out
}

func TestSpokenWords(t *testing.T) {
	for html, want := range map[string]string{
		`<p class="kern-body">·</p>`:                        "",
		`<p>Noch nichts</p>`:                                "Noch nichts",
		`<a title="Suche" href="/estate">·</a>`:             "Suche",
		`<!-- why --><code>allmende where</code>&nbsp;5 ×`:  "",
		`<a href="?q=log4j-core">log4j-core</a>: neu`:       "neu",
		`<input type="submit" value="Los">`:                 "Los",
		`<input type="hidden" name="a" value="user">`:       "",
		`<th scope="col">CVE</th><td data-x="a > b">·</td>`: "",
	} {
		if got := strings.Join(spokenWords(html), " "); got != want {
			t.Errorf("spokenWords(%q) = %q, want %q", html, got, want)
		}
	}
}
