// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// A Picture is a procedure drawn: states as boxes, the ways between them as lines with a head,
// in the form of SVG. Whoever shows it says the same in words, too.
type Picture struct {
	Width, Height int
	Boxes         []PictureBox
	Lines         []PictureLine
}

// A PictureBox is a state with its name on up to three lines.
type PictureBox struct {
	X, Y, W, H int
	Class      string
	Words      []PictureWord
}

// A PictureWord is one line of a name.
type PictureWord struct {
	X, Y int
	Text string
}

// A PictureLine is a way; D and Head are in the form of SVG.
type PictureLine struct{ D, Head, Name string }

// fits is how many letters fit into a box.
const fits = 24

// Draw lays a procedure out with the names of its states and steps in German or English.
func (d *Definition) Draw(tongue string) Picture {
	l := d.Layout()
	p := Picture{Width: l.Width, Height: l.Height}
	for _, n := range l.Nodes {
		state, _ := d.State(n.State)
		class := "f-none"
		if state.End {
			class = "f-none s-thick"
		} else if n.State == d.Start().ID {
			class = "f-none s-act"
		}
		b := PictureBox{X: n.X, Y: n.Y, W: n.W, H: n.H, Class: class}
		lines := wrap(state.Name.In(tongue))
		for i, text := range lines {
			b.Words = append(b.Words, PictureWord{n.X + n.W/2, n.Y + n.H/2 + 5 + 16*i - 8*(len(lines)-1), text})
		}
		p.Boxes = append(p.Boxes, b)
	}
	for _, e := range l.Edges {
		var names []string
		for _, id := range e.Transitions {
			t, _ := d.Transition(id)
			names = append(names, t.Name.In(tongue))
		}
		p.Lines = append(p.Lines, PictureLine{stroke(e.Points), head(e.Points), strings.Join(names, ", ")})
	}
	return p
}

func stroke(points []Point) string {
	var b strings.Builder
	for i, at := range points {
		fmt.Fprintf(&b, "%s%d %d", map[bool]string{true: "M", false: "L"}[i == 0], at.X, at.Y)
	}
	return b.String()
}

// head is a triangle at the end of a way, as it points.
func head(points []Point) string {
	if len(points) < 2 {
		return ""
	}
	from, to := points[len(points)-2], points[len(points)-1]
	dx, dy := float64(to.X-from.X), float64(to.Y-from.Y)
	length := math.Hypot(dx, dy)
	if length == 0 {
		return ""
	}
	dx, dy = dx/length, dy/length
	at := func(along, aside float64) string {
		return fmt.Sprintf("%.0f,%.0f", float64(to.X)-along*dx-aside*dy, float64(to.Y)-along*dy+aside*dx)
	}
	return at(0, 0) + " " + at(9, 5) + " " + at(9, -5)
}

// wrap breaks a name into at most three lines.
func wrap(name string) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(name) {
		last := lines[len(lines)-1]
		switch {
		case last == "":
			lines[len(lines)-1] = word
		case utf8.RuneCountInString(last)+1+utf8.RuneCountInString(word) <= fits:
			lines[len(lines)-1] = last + " " + word
		case len(lines) < 3:
			lines = append(lines, word)
		default:
			lines[2] = strings.TrimSuffix(last, "…") + "…"
		}
	}
	return lines
}
