// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package ticket

import (
	"html"
	"slices"
	"strings"
)

// Bounds of what somebody outside said, as it comes into a case.
const (
	longestSaid  = 9_000   // characters
	longestInput = 4 << 20 // bytes that are looked at
)

var (
	blocks = []string{"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "hr", "pre"}
	silent = []string{"script", "style", "head", "title", "template", "object", "iframe", "svg", "math"}
)

// Plain is the text of a piece of HTML: tags are left out, blocks begin a line, what no reader
// sees is not there, and nothing is ever fetched.
func Plain(in string) string {
	in = strings.ToValidUTF8(in[:min(len(in), longestInput)], "")
	var b strings.Builder
	for in != "" {
		text, rest, open := strings.Cut(in, "<")
		b.WriteString(html.UnescapeString(flat(text)))
		if !open {
			break
		}
		in = rest
		if strings.HasPrefix(in, "!--") {
			_, in, _ = strings.Cut(in, "-->")
			continue
		}
		name := tagName(in)
		if name == "" { // a lone sign
			b.WriteByte('<')
			continue
		}
		_, in, _ = strings.Cut(in, ">")
		if slices.Contains(silent, name) {
			in = behind(in, name)
		}
		if slices.Contains(blocks, strings.TrimPrefix(name, "/")) {
			b.WriteByte('\n')
		}
	}
	return tidy(b.String())
}

// tagName is the name of the tag that begins here, "/p" of one that ends; empty for none.
func tagName(in string) string {
	end := strings.IndexFunc(in, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '/' || r == '!' || r == '?')
	})
	if end < 0 {
		end = len(in)
	}
	name := strings.ToLower(in[:end])
	if strings.Trim(name, "0123456789/") == "" {
		return ""
	}
	return strings.TrimSuffix(name, "/")
}

// behind is what follows the end of an element of which nothing is read.
func behind(in, name string) string {
	for rest := in; ; {
		_, after, ok := strings.Cut(rest, "</")
		if !ok {
			return ""
		}
		if len(after) >= len(name) && strings.EqualFold(after[:len(name)], name) {
			_, after, _ = strings.Cut(after, ">")
			return after
		}
		rest = after
	}
}

// flat makes one blank of each run of white space, as HTML does.
func flat(text string) string {
	out := strings.Join(strings.Fields(text), " ")
	if out == "" {
		if text != "" {
			return " "
		}
		return ""
	}
	if strings.TrimLeft(text, " \t\r\n") != text {
		out = " " + out
	}
	if strings.TrimRight(text, " \t\r\n") != text {
		out += " "
	}
	return out
}

// tidy takes blanks at the ends of lines and all but one empty line away, and what no text may hold.
func tidy(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\r\n", "\n"), "\x00", "")
	var out []string
	for l := range strings.SplitSeq(text, "\n") {
		if l = strings.TrimSpace(l); l != "" || len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, l)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// short bounds a text; cut says whether something is missing.
func short(text string, most int) (out string, cut bool) {
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most])), true
	}
	return text, false
}
