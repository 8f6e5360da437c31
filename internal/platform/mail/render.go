// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package mail

import (
	"bytes"
	"errors"
	"html/template"
	"slices"
	"strings"
	"time"

	"allmende/internal/platform/lang"
)

// A Text is a letter as its reader gets it.
type Text struct {
	Subject, Text string
	HTML          string        // the whole document
	Body          template.HTML // the part of it that is shown in the preview
}

// A paragraph is one line in the reader's language.
type paragraph struct {
	Say, Href string
	Item      bool
}

type sheet struct {
	Lang, Subject, Foot, Home string
	Parts                     []paragraph
}

var page = template.Must(template.ParseFS(files, "templates/letter/letter.html"))

// render writes a letter in a language. A link stands in the text with its address, so
// that it works wherever it is read.
func (o *Outbox) render(tongue, home string, c Content) (t Text, err error) {
	s := sheet{Lang: tongue, Home: home, Subject: o.say(tongue, c.Subject), Foot: o.Texts.T(tongue, "mail.foot", home)}
	var b strings.Builder
	for _, l := range c.Lines {
		p := paragraph{Say: o.say(tongue, l), Item: l.Item}
		if l.Path != "" {
			p.Href = home + l.Path
		}
		s.Parts = append(s.Parts, p)
		b.WriteString(p.plain())
	}
	b.WriteString("-- \n" + s.Foot + "\n")
	var whole, body bytes.Buffer
	err = errors.Join(page.Execute(&whole, s), page.ExecuteTemplate(&body, "letter", s))
	return Text{s.Subject, b.String(), whole.String(), template.HTML(body.String())}, err
}

// say is a line in a language; days in it, kept as YYYY-MM-DD, are written as the reader does.
func (o *Outbox) say(tongue string, l Line) string {
	args := slices.Clone(l.Args)
	for i, x := range args {
		if text, ok := x.(string); ok && len(text) == len(time.DateOnly) {
			args[i] = lang.Days(tongue, text)
		}
	}
	return o.Texts.T(tongue, l.Key, args...)
}

func (p paragraph) plain() string {
	switch {
	case p.Item && p.Href != "":
		return "* " + p.Say + "\n  " + p.Href + "\n\n"
	case p.Item:
		return "* " + p.Say + "\n\n"
	case p.Href != "":
		return p.Say + ":\n" + p.Href + "\n\n"
	}
	return p.Say + "\n\n"
}

func testLetter() Content {
	return Content{Subject: Line{Key: "mail.test.subject"}, Lines: []Line{{Key: "mail.test.text"}, {Key: "mail.test.link", Path: "/"}}}
}
