// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"html/template"
	"strconv"
	"text/template/parse"

	"allmende/internal/platform/lang"
)

// fold puts the texts that are the same on every showing of a page into its templates, once:
// {{t "estate.title"}} becomes its words. Two thirds of the calls in a template are such,
// and a call costs a template more than anything else. It must come before the first
// execution, for escaping fixes the templates.
func fold(t *template.Template, texts lang.Catalogue, tongue string) {
	f := folder{texts, tongue}
	for _, t := range t.Templates() {
		if t.Tree != nil && t.Tree.Root != nil {
			f.list(t.Tree.Root)
		}
	}
}

type folder struct {
	texts  lang.Catalogue
	tongue string
}

func (f folder) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for i, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			f.pipe(n.Pipe)
			if s, ok := said(n.Pipe); ok {
				l.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(template.HTMLEscapeString(s))}
			}
		case *parse.TemplateNode:
			f.pipe(n.Pipe)
		case *parse.IfNode:
			f.branch(&n.BranchNode)
		case *parse.WithNode:
			f.branch(&n.BranchNode)
		case *parse.RangeNode:
			f.branch(&n.BranchNode)
		}
	}
}

func (f folder) branch(b *parse.BranchNode) {
	f.pipe(b.Pipe)
	f.list(b.List)
	f.list(b.ElseList)
}

// pipe turns the calls in it whose arguments are words into words.
func (f folder) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for _, c := range p.Cmds {
		for i, a := range c.Args {
			inner, ok := a.(*parse.PipeNode)
			if !ok {
				continue
			}
			f.pipe(inner)
			if s, ok := said(inner); ok {
				c.Args[i] = word(s, inner.Pos)
			}
		}
	}
	if len(p.Cmds) != 1 {
		return // what comes down the pipe is one more argument
	}
	if s, ok := f.call(p.Cmds[0].Args); ok {
		p.Cmds[0].Args = []parse.Node{word(s, p.Pos)}
	}
}

// call says what t and word answer to words.
func (f folder) call(args []parse.Node) (string, bool) {
	name, ok := args[0].(*parse.IdentifierNode)
	if !ok || len(args) < 2 {
		return "", false
	}
	var words []string
	for _, a := range args[1:] {
		s, ok := a.(*parse.StringNode)
		if !ok {
			return "", false
		}
		words = append(words, s.Text)
	}
	switch {
	case name.Ident == "t":
		rest := make([]any, 0, len(words))
		for _, w := range words[1:] {
			rest = append(rest, w)
		}
		return f.texts.T(f.tongue, words[0], rest...), true
	case name.Ident == "word" && len(words) == 2:
		return f.texts.T(f.tongue, words[0]+"."+words[1]), true
	}
	return "", false
}

// said returns the words of a pipe that is nothing but words.
func said(p *parse.PipeNode) (string, bool) {
	if len(p.Cmds) != 1 || len(p.Decl) > 0 || len(p.Cmds[0].Args) != 1 {
		return "", false
	}
	s, ok := p.Cmds[0].Args[0].(*parse.StringNode)
	if !ok {
		return "", false
	}
	return s.Text, true
}

func word(s string, at parse.Pos) *parse.StringNode {
	return &parse.StringNode{NodeType: parse.NodeString, Pos: at, Quoted: strconv.Quote(s), Text: s}
}
