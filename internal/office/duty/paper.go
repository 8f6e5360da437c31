// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package duty

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"strings"

	"allmende/internal/platform/lang"
	"allmende/internal/platform/odt"
)

// Papers are the forms in which a notice can be had, by the end of the file's name.
var Papers = []string{"txt", "html", "md", "odt"}

// types are their media types.
var types = map[string]string{"txt": "text/plain; charset=utf-8", "html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8", "odt": "application/vnd.oasis.opendocument.text"}

// A paper is something to write a notice on, from top to bottom.
type paper interface {
	Heading(level int, text string)
	Para(text string)
	Verbatim(text string) // as it stands, in lines
	List(all []string)
	Table(head []string, rows [][]string)
	Write(io.Writer) error
}

func newPaper(ctx context.Context, form, title, tongue string, n Notice) paper {
	switch form {
	case "html":
		return &webPaper{title: title, tongue: tongue}
	case "md":
		return &markPaper{}
	case "odt":
		return odtPaper{(&odt.Document{Title: title, Lang: tongue, Made: n.Made}).Dress(ctx)}
	}
	return &textPaper{}
}

// Print writes a notice in one of [Papers], in the reader's language.
func (n Notice) Print(ctx context.Context, form string, w io.Writer) error {
	title := say(ctx, "duty.notice.title", n.Title())
	p := newPaper(ctx, form, title, tongue(ctx), n)
	p.Heading(1, title)
	p.Para(say(ctx, "duty.notice.made", n.By, lang.Date(tongue(ctx), n.Made)))
	p.Para(say(ctx, "duty.notice.lead"))
	n.lacking(ctx, p)
	n.sources(ctx, p)
	n.components(ctx, p)
	n.texts(ctx, p)
	return p.Write(w)
}

// lacking says first what the document does not say.
func (n Notice) lacking(ctx context.Context, p paper) {
	p.Heading(2, say(ctx, "duty.notice.missing"))
	if len(n.Missing) == 0 {
		p.Para(say(ctx, "duty.notice.missing.none"))
		return
	}
	p.Para(say(ctx, "duty.notice.missing.lead"))
	for _, g := range n.Missing {
		p.Heading(3, say(ctx, "duty.gap."+g.What)+" ("+lang.Show(tongue(ctx), len(g.Of))+")")
		p.List(g.Of)
	}
}

func (n Notice) sources(ctx context.Context, p paper) {
	if len(n.Sources) == 0 {
		return
	}
	p.Heading(2, say(ctx, "duty.notice.sources"))
	if n.Offer == "" {
		p.Para(say(ctx, "duty.notice.offer.none"))
	} else {
		p.Para(n.Offer)
	}
	var rows [][]string
	for _, e := range n.Sources {
		rows = append(rows, []string{e.Title(), e.Licence, orText(e.Location, say(ctx, "duty.location.none"))})
	}
	p.Table([]string{say(ctx, "duty.component"), say(ctx, "duty.licence"), say(ctx, "duty.location")}, rows)
}

func (n Notice) components(ctx context.Context, p paper) {
	p.Heading(2, say(ctx, "duty.notice.components"))
	var rows [][]string
	for _, e := range n.Entries {
		licence := orText(e.Licence, say(ctx, "duty.unknown_licence"))
		if e.Said != "" {
			licence += "\n" + say(ctx, "duty.said", e.Said)
		}
		rows = append(rows, []string{e.Title(), licence, orText(e.Copyright, say(ctx, "duty.notice.no_copyright"))})
	}
	p.Table([]string{say(ctx, "duty.component"), say(ctx, "duty.licence"), say(ctx, "duty.notice.copyright")}, rows)
}

func (n Notice) texts(ctx context.Context, p paper) {
	p.Heading(2, say(ctx, "duty.notice.texts"))
	p.Para(say(ctx, "duty.notice.texts.lead"))
	for _, t := range n.Texts {
		p.Heading(3, t.ID+": "+t.Name)
		p.Verbatim(t.Text)
	}
}

func orText(s, or string) string {
	if s == "" {
		return or
	}
	return s
}

// A textPaper is plain text, 100 columns wide where it is ours.
type textPaper struct{ b bytes.Buffer }

func (p *textPaper) Heading(level int, text string) {
	text = plain(text)
	fmt.Fprintf(&p.b, "\n%s\n%s\n\n", text, strings.Repeat(map[bool]string{true: "=", false: "-"}[level < 3], min(100, len([]rune(text)))))
}

func (p *textPaper) Para(text string) { fmt.Fprintf(&p.b, "%s\n\n", plain(text)) }

func (p *textPaper) Verbatim(text string) {
	fmt.Fprintf(&p.b, "%s\n\n", plain(strings.TrimRight(text, "\n")))
}

func (p *textPaper) List(all []string) {
	for _, one := range all {
		fmt.Fprintf(&p.b, "- %s\n", plain(one))
	}
	p.b.WriteString("\n")
}

func (p *textPaper) Table(head []string, rows [][]string) {
	for _, r := range rows {
		for i, cell := range r {
			indent := strings.Repeat(" ", min(i, 1)*2)
			lines := strings.ReplaceAll(plain(cell), "\n", "\n"+indent+"  ")
			if i == 0 {
				fmt.Fprintf(&p.b, "%s\n", lines)
			} else {
				fmt.Fprintf(&p.b, "%s%s: %s\n", indent, head[i], lines)
			}
		}
		p.b.WriteString("\n")
	}
}

func (p *textPaper) Write(w io.Writer) error {
	_, err := w.Write(bytes.TrimLeft(p.b.Bytes(), "\n"))
	return err
}

// plain leaves out what a terminal or an editor would obey instead of show.
func plain(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, text)
}

// A markPaper is Markdown (CommonMark, with the tables of GFM left out: cells have lines).
type markPaper struct{ b bytes.Buffer }

var markEscapes = func() *strings.Replacer {
	var pairs []string
	for _, c := range "\\`*_{}[]<>#|~&" {
		pairs = append(pairs, string(c), "\\"+string(c))
	}
	return strings.NewReplacer(pairs...)
}()

// markdown escapes what Markdown would take for its own, at the beginning of a line too.
func markdown(text string) string {
	lines := strings.Split(markEscapes.Replace(plain(text)), "\n")
	for i, l := range lines {
		l = strings.TrimLeft(l, " \t")
		if l != "" && strings.ContainsRune("-+=", rune(l[0])) {
			l = "\\" + l
		}
		if n := strings.TrimLeft(l, "0123456789"); len(n) < len(l) && n != "" && (n[0] == '.' || n[0] == ')') {
			l = l[:len(l)-len(n)] + "\\" + n
		}
		lines[i] = l
	}
	return strings.Join(lines, "  \n")
}

func (p *markPaper) Heading(level int, text string) {
	fmt.Fprintf(&p.b, "%s %s\n\n", strings.Repeat("#", level), strings.ReplaceAll(markdown(text), "  \n", " "))
}

func (p *markPaper) Para(text string) { fmt.Fprintf(&p.b, "%s\n\n", markdown(text)) }

// Verbatim fences a text with more ticks than it has in a row.
func (p *markPaper) Verbatim(text string) {
	text = plain(strings.TrimRight(text, "\n"))
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	fmt.Fprintf(&p.b, "%s\n%s\n%s\n\n", fence, text, fence)
}

func (p *markPaper) List(all []string) {
	for _, one := range all {
		fmt.Fprintf(&p.b, "- %s\n", strings.ReplaceAll(markdown(one), "  \n", " "))
	}
	p.b.WriteString("\n")
}

func (p *markPaper) Table(head []string, rows [][]string) {
	for _, r := range rows {
		for i, cell := range r {
			if i == 0 {
				fmt.Fprintf(&p.b, "- **%s**\n", strings.ReplaceAll(markdown(cell), "  \n", " "))
			} else {
				fmt.Fprintf(&p.b, "  - %s: %s\n", markdown(head[i]), strings.ReplaceAll(markdown(cell), "\n", "\n    "))
			}
		}
	}
	p.b.WriteString("\n")
}

func (p *markPaper) Write(w io.Writer) error {
	_, err := w.Write(append(bytes.TrimRight(p.b.Bytes(), "\n"), '\n'))
	return err
}

// A webPaper is one page of HTML that needs nothing else.
type webPaper struct {
	b             bytes.Buffer
	title, tongue string
}

func esc(text string) string { return html.EscapeString(plain(text)) }

func lines(text string) string { return strings.ReplaceAll(esc(text), "\n", "<br>") }

func (p *webPaper) Heading(level int, text string) {
	fmt.Fprintf(&p.b, "<h%d>%s</h%d>\n", level, esc(text), level)
}

func (p *webPaper) Para(text string) { fmt.Fprintf(&p.b, "<p>%s</p>\n", lines(text)) }

func (p *webPaper) Verbatim(text string) { fmt.Fprintf(&p.b, "<pre>%s</pre>\n", esc(text)) }

func (p *webPaper) List(all []string) {
	p.b.WriteString("<ul>\n")
	for _, one := range all {
		fmt.Fprintf(&p.b, "<li>%s</li>\n", lines(one))
	}
	p.b.WriteString("</ul>\n")
}

func (p *webPaper) Table(head []string, rows [][]string) {
	p.b.WriteString("<table>\n<thead><tr>")
	for _, h := range head {
		fmt.Fprintf(&p.b, `<th scope="col">%s</th>`, esc(h))
	}
	p.b.WriteString("</tr></thead>\n<tbody>\n")
	for _, r := range rows {
		for i, cell := range r {
			if i == 0 {
				fmt.Fprintf(&p.b, `<tr><th scope="row">%s</th>`, lines(cell))
			} else {
				fmt.Fprintf(&p.b, "<td>%s</td>", lines(cell))
			}
		}
		p.b.WriteString("</tr>\n")
	}
	p.b.WriteString("</tbody></table>\n")
}

// What a browser needs to show it well, on a phone and on paper too.
const webStyle = `body{font:16px/1.5 sans-serif;margin:1.5rem auto;max-width:60rem;padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{border:1px solid;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid;padding-left:1rem}`

func (p *webPaper) Write(w io.Writer) error {
	_, err := fmt.Fprintf(w, "<!doctype html>\n<html lang=%q>\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>%s</title><style>%s</style></head>\n<body><main>\n%s</main></body>\n</html>\n",
		p.tongue, esc(p.title), webStyle, p.b.Bytes())
	return err
}

// An odtPaper is a text document for office programs.
type odtPaper struct{ *odt.Document }

// Verbatim keeps the lines of a text; a line too many between paragraphs is left out.
func (p odtPaper) Verbatim(text string) {
	p.Para(strings.ReplaceAll(strings.Trim(text, "\n"), "\n\n\n", "\n\n"))
}

// List writes each on a line of its own.
func (p odtPaper) List(all []string) {
	for _, one := range all {
		p.Para("– " + one)
	}
}
