// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import (
	"html"
	"html/template"
	"strings"
	"testing"

	"allmende/internal/platform/lang"
)

// A page says the same whether its texts were put in once or are looked up each time: in
// running text, in attributes, as arguments, in branches that are never taken.
func TestFoldingChangesNoWord(t *testing.T) {
	texts := lang.Catalogue{"de": {
		"a.plain": `Müller & "Söhne" <x> + 1`, "a.of": "%s von %s", "a.kind.one": "eins", "a.rest": "Rest %s",
	}}
	s := &Site{Texts: texts}
	const page = `{{define "part"}}<i>{{.}}</i>{{end}}{{define "page"}}<title>{{t "a.plain"}}</title>
<p title="{{t "a.plain"}}" data-say='{{t "a.rest" "1"}}'>{{t "a.plain"}}</p>
{{if .On}}{{t "a.of" (t "a.kind.one") .Name}}{{else}}{{t "a.rest" (word "a.kind" "one")}}{{end}}
{{range .List}}{{word "a.kind" .}}{{with t "a.plain"}}{{.}}{{end}}{{end}}
{{$x := t "a.plain"}}{{$x}}{{template "part" (t "a.plain")}}{{t "a.plain" | printf "%s!"}}{{"fest"}}{{t "a.missing"}}{{end}}`
	type data struct {
		On   bool
		Name string
		List []string
	}
	render := func(folded bool, d data) string {
		tm := template.Must(template.New("x").Funcs(s.funcs("de")).Parse(page))
		if folded {
			fold(tm, texts, "de")
			if left := strings.Count(tm.Lookup("page").Tree.Root.String(), `t "a.`); left != 2 {
				t.Errorf("%d calls are left, want the one with an argument that changes and the one before a pipe", left)
			}
		}
		var b strings.Builder
		if err := tm.ExecuteTemplate(&b, "page", d); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, d := range []data{{}, {true, `<b>"Ohm"</b>`, []string{"one", "two"}}} {
		want, got := render(false, d), render(true, d)
		if html.UnescapeString(got) != html.UnescapeString(want) {
			t.Errorf("folded:\n%s\nwant:\n%s", got, want)
		}
		if strings.Contains(got, "<x>") || strings.Contains(got, "<b>") {
			t.Errorf("a text became markup:\n%s", got)
		}
	}
}
