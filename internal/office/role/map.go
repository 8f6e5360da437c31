// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Measures of the role map, in units of its view box.
const (
	mapWidth  = 760
	boxHeight = 40
	boxGap    = 12
	boxWidth  = 270
)

func number(n int) string { return strconv.Itoa(n) }

// drawMap draws roles at the left, people at the right, and between them who holds what:
// a line for a holder, a broken one for a deputy. A role that nobody fills has a broken
// edge, a person of another house a thick one. The words say the same.
func drawMap(posts []PostRow, words mapWords) string {
	people, place := mapPeople(posts)
	step := boxHeight + boxGap
	height := max(len(posts), len(people))*step + 4
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="rolemap" viewBox="0 0 %d %d" role="img" aria-labelledby="rolemap-title" focusable="false"><title id="rolemap-title">%s</title>`,
		mapWidth, height, html.EscapeString(words.title))
	right := mapWidth - boxWidth - 2
	top := func(i, n int) int { return 2 + i*step + (max(len(posts), len(people))-n)*step/2 }
	for i, p := range posts {
		from := top(i, len(posts)) + boxHeight/2
		for _, t := range slices.Concat(p.Holders, p.Below) {
			line(&b, from, top(place[t.Name+"\n"+t.House], len(people))+boxHeight/2, right, "s-act")
			if at, ok := place[t.Deputy+"\n"]; ok && t.Deputy != "" {
				line(&b, from, top(at, len(people))+boxHeight/2, right, "s-broken")
			}
		}
	}
	for i, p := range posts {
		class, note := "f-none", words.states[p.State]
		if p.State == "vacant" {
			class = "f-none s-broken"
		}
		box(&b, 2, top(i, len(posts)), class, p.Name, note)
	}
	for i, p := range people {
		class := "f-none"
		if p.outside {
			class = "f-none s-thick"
		}
		box(&b, right, top(i, len(people)), class, p.name, p.note(words))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

// mapWords are the words of the picture in the reader's language.
type mapWords struct {
	title, away, outside, deputy string
	states                       map[string]string
}

type mapPerson struct {
	name, house         string
	outside, away, only bool // only: a deputy of others, no more
}

func (p mapPerson) note(w mapWords) string {
	notes := []string{}
	if p.house != "" {
		notes = append(notes, p.house)
	}
	if p.only {
		notes = append(notes, w.deputy)
	}
	if p.outside {
		notes = append(notes, w.outside)
	}
	if p.away {
		notes = append(notes, w.away)
	}
	return strings.Join(notes, " · ")
}

// mapPeople lists who holds or deputises, in the order of the roles, and where each stands.
// A deputy is known by name alone.
func mapPeople(posts []PostRow) ([]mapPerson, map[string]int) {
	var people []mapPerson
	place := map[string]int{}
	for _, p := range posts {
		for _, t := range slices.Concat(p.Holders, p.Below) {
			key := t.Name + "\n" + t.House
			if _, ok := place[key]; !ok {
				place[key], people = len(people), append(people, mapPerson{name: t.Name, house: t.House})
				if _, ok := place[t.Name+"\n"]; !ok {
					place[t.Name+"\n"] = place[key]
				}
			}
			one := &people[place[key]]
			one.outside, one.away = one.outside || t.Outside, one.away || t.Away != ""
		}
	}
	for _, p := range posts {
		for _, t := range slices.Concat(p.Holders, p.Below) {
			if _, ok := place[t.Deputy+"\n"]; !ok && t.Deputy != "" {
				place[t.Deputy+"\n"], people = len(people), append(people, mapPerson{name: t.Deputy, only: true})
			}
		}
	}
	return people, place
}

func line(b *strings.Builder, from, to, right int, class string) {
	mid := (boxWidth + right) / 2
	fmt.Fprintf(b, `<path class="%s" d="M%d %dC%d %d %d %d %d %d"/>`, class, boxWidth+2, from, mid, from, mid, to, right, to)
}

func box(b *strings.Builder, x, y int, class, head, note string) {
	fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="%d" height="%d" rx="4"/><text class="f-text" x="%d" y="%d">%s</text><text class="f-muted" x="%d" y="%d">%s</text>`,
		class, x, y, boxWidth, boxHeight, x+10, y+17, html.EscapeString(short(head)), x+10, y+33, html.EscapeString(short(note)))
}

// short cuts what does not fit into a box; the table below has it whole.
func short(text string) string {
	const most = 38
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
