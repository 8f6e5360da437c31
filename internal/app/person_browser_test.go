// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"allmende/internal/browser"
)

// A visit is somebody at a browser who finds things by what is written on them: fields by their
// label, buttons and links by their words.
type visit struct {
	*browser.Page
	t    *testing.T
	base string
	n    int // of what was found
}

// find marks what has the given words in the part of the page that a heading, a legend or a row
// of a table names (all of it where empty), and returns its selector.
const find = `((what, words, part, mark) => {
	const said = e => { const c = e.cloneNode(true); c.querySelectorAll('small, .kern-sr-only').forEach(x => x.remove()); return c.textContent.replace(/\s+/g, ' ').trim(); };
	const parts = () => [...document.querySelectorAll('fieldset, section, li, tr')].filter(e =>
		e.matches('tr') ? e.textContent.includes(part) : [...e.children].some(h => h.matches('legend, h2, h3') && said(h) === part));
	const roots = part === '' ? [document] : parts();
	if (!roots.length) return 'no part of the page is called so; there are: ' + [...document.querySelectorAll('main legend, main h2, main h3')].map(said).join(' | ');
	const all = roots.flatMap(r => what === 'field' ? [...r.querySelectorAll('label')].filter(l => l.control) : [...r.querySelectorAll('button, a[href]')].filter(e => e.checkVisibility()));
	const names = e => [said(e), e.getAttribute('aria-label') || ''];
	const hit = all.find(e => names(e).includes(words)) || all.find(e => names(e).some(n => n.startsWith(words)));
	if (!hit) return 'not found; there are: ' + all.map(said).join(' | ');
	(what === 'field' ? hit.control : hit).setAttribute('data-found', mark);
	return '';
})`

func (v *visit) find(what, words, part string) string {
	v.t.Helper()
	v.n++
	mark := fmt.Sprint(v.n)
	args, _ := json.Marshal([]string{what, words, part, mark})
	var wrong string
	v.Ask(find+"(..."+string(args)+")", &wrong)
	if wrong != "" {
		v.t.Fatalf("%s %q in %q at %s: %s\n%s", what, words, part, v.Where(), wrong, strings.Join(strings.Fields(v.Text("main")), " "))
	}
	return `[data-found="` + mark + `"]`
}

// goes opens a page by what stands in the navigation.
func (v *visit) goes(item string) {
	v.t.Helper()
	if v.Has("button.menu") {
		var shown bool
		if v.Ask(`document.querySelector("button.menu").checkVisibility()`, &shown); shown {
			v.Click("button.menu")
		}
	}
	v.press(item, "")
}

// press clicks on a button or a link, and minds that the page it leads to is there.
func (v *visit) press(words, part string) {
	v.t.Helper()
	if status := v.pressed(words, part); status != 200 {
		v.t.Fatalf("%q is answered %d at %s: %s", words, status, v.Where(), v.Text("main"))
	}
}

// pressed clicks on a button or a link and returns the status of the page it leads to.
func (v *visit) pressed(words, part string) int {
	v.t.Helper()
	status := v.Follow(v.find("button", words, part))
	if status == 422 {
		v.Errors() // Chromium complains about that, and it is meant
	}
	return status
}

// write fills fields in: label, text and so on.
func (v *visit) write(part string, pairs ...string) {
	v.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		at := v.find("field", pairs[i], part)
		var kind string
		v.Ask(`(e => e.type)(document.querySelector(`+"`"+at+"`"+`))`, &kind)
		switch kind {
		case "select-one":
			v.Choose(at, v.option(at, pairs[i+1]))
		case "checkbox":
			v.Click(at)
		case "date": // the keys that a date takes depend on the browser's language
			v.Choose(at, pairs[i+1])
		default:
			v.Paste(at, pairs[i+1])
		}
	}
}

// option is the value of an option by its words.
func (v *visit) option(at, words string) string {
	v.t.Helper()
	args, _ := json.Marshal([]string{at, words})
	var value string
	v.Ask(`((at, words) => { const o = [...document.querySelector(at).options].find(o => o.text.trim() === words); return o ? 'is ' + o.value : [...document.querySelector(at).options].map(o => o.text).join(' | '); })(...`+string(args)+`)`, &value)
	value, ok := strings.CutPrefix(value, "is ")
	if !ok {
		v.t.Fatalf("%q is not offered; there are: %s", words, value)
	}
	return value
}

// sees minds that the page says something.
func (v *visit) sees(texts ...string) {
	v.t.Helper()
	page := strings.Join(strings.Fields(v.Text("main")), " ")
	for _, text := range texts {
		if !strings.Contains(page, text) {
			v.t.Errorf("%s does not say %q: %s", v.Where(), text, page)
		}
	}
}

// unseen minds that the page does not say something.
func (v *visit) unseen(texts ...string) {
	v.t.Helper()
	page := strings.Join(strings.Fields(v.Text("main")), " ")
	for _, text := range texts {
		if strings.Contains(page, text) {
			v.t.Errorf("%s says %q: %s", v.Where(), text, page)
		}
	}
}

// checks minds that the page keeps nobody out and that nothing of it is missing.
func (v *visit) checks() {
	v.t.Helper()
	for _, x := range v.Axe() {
		v.t.Errorf("%s: %s", v.Where(), x)
	}
	if v.Scrolls() {
		v.t.Errorf("%s scrolls sideways", v.Where())
	}
	for _, e := range v.Errors() {
		v.t.Errorf("%s: %s", v.Where(), e)
	}
}

// phone and desk are how wide the window is.
func (v *visit) phone() { v.Look(360, 740, false) }
func (v *visit) desk()  { v.Look(1280, 900, false) }

// fetch reads a file that the page offers, as the browser would save it.
func (v *visit) fetch(words string) []byte {
	v.t.Helper()
	at := v.find("button", words, "")
	var text string
	v.Ask(`fetch(document.querySelector(`+"`"+at+"`"+`).href).then(r => r.arrayBuffer()).then(b => btoa(Array.from(new Uint8Array(b), c => String.fromCharCode(c)).join('')))`, &text)
	body, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		v.t.Fatal(err)
	}
	return body
}
