// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package browser

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const good = `<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Bestand</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head><body>
<header><a href="#content" id="skip">Zum Inhalt</a></header>
<main id="content" tabindex="-1"><h1>Bestand</h1>
<form action="/found"><label for="q">Suche</label> <input id="q" name="q"> <button id="go">Suchen</button></form>
<p id="script">ohne Script</p><script src="/script.js"></script></main></body></html>`

const bad = `<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Falsch</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>Falsch</h1><img src="/dot.png"><p class="wide" style="color:red">breit</p><button id="dim">Unsichtbar</button>
<script>document.title = "never"</script></main></body></html>`

const style = `body{margin:0;color:#000;background:#fff}a,button{display:inline-block;min-height:2rem}:focus-visible{outline:4px solid #00f}
@media (prefers-color-scheme:dark){body{color:#fff;background:#000}a{color:#9cf}}#dim:focus,#dim:focus-visible{outline:none;box-shadow:none}.wide{width:2000px}`

// serve shows the pages under a policy as strict as Allmende's.
func serve(t *testing.T) string {
	page := func(text, kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind+"; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
			fmt.Fprint(w, text)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", page(good, "text/html"))
	mux.HandleFunc("/bad", page(bad, "text/html"))
	mux.HandleFunc("/style.css", page(style, "text/css"))
	mux.HandleFunc("/script.js", page(`document.getElementById("script").textContent = "mit Script"`, "text/javascript"))
	mux.HandleFunc("/found", func(w http.ResponseWriter, r *http.Request) {
		page("<title>Fund</title><link rel=icon href=data:,><h1>"+r.FormValue("q")+"</h1>", "text/html")(w, r)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestAGoodPageIsUsedByKeyboard(t *testing.T) {
	p, site := Start(t), serve(t)
	if code := p.Visit(site + "/"); code != 200 {
		t.Fatalf("status %d, want 200", code)
	}
	if found := p.Axe(); len(found) > 0 {
		t.Errorf("axe finds %v on a good page", found)
	}
	way := p.TabThrough(10)
	got := make([]string, len(way))
	for i, f := range way {
		got[i] = f.String()
	}
	if want := []string{`a#skip "Zum Inhalt"`, `input#q "q"`, `button#go "Suchen"`}; !slices.Equal(got, want) {
		t.Errorf("the keyboard goes %q, want %q", got, want)
	}
	p.Fill("#q", "log4j")
	if code := p.Enter(); code != 200 || p.Text("h1") != "log4j" || !strings.HasSuffix(p.Where(), "/found?q=log4j") || p.Title() != "Fund" {
		t.Errorf("the search led to %s (%d), %q", p.Where(), code, p.Text("h1"))
	}
	if said := p.Errors(); len(said) > 0 {
		t.Errorf("the page complains: %q", said)
	}
}

func TestABadPageIsCaught(t *testing.T) {
	p, site := Start(t), serve(t)
	p.Visit(site + "/bad")
	if found := p.Axe(); !slices.ContainsFunc(found, func(v Violation) bool {
		return v.ID == "image-alt" && strings.Contains(v.String(), "/dot.png")
	}) {
		t.Errorf("axe does not find the picture without alt: %v", found)
	}
	said := strings.Join(p.Errors(), "\n")
	for _, want := range []string{"Content Security Policy", "404"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing about %q in what the page complains about: %s", want, said)
		}
	}
	p.Look(320, 600, false)
	if !p.Scrolls() {
		t.Error("a page of 2000 px does not scroll sideways in a window of 320 px")
	}
	p.Visit(site + "/")
	if p.Scrolls() {
		t.Error("the good page scrolls sideways")
	}
}

func TestAnUnseenFocusIsCaught(t *testing.T) {
	p, site := Start(t), serve(t)
	p.Visit(site + "/bad")
	if f := p.Tab(); f.Visible || !strings.HasPrefix(f.Element, "button#dim") {
		t.Errorf("got %+v, want the button with a focus that cannot be seen", f)
	}
}

func TestScriptsCanBeTurnedOff(t *testing.T) {
	p, site := Start(t), serve(t)
	p.Visit(site + "/")
	if got := p.Text("#script"); got != "mit Script" {
		t.Errorf("with script: %q", got)
	}
	p.NoScript(true)
	p.Visit(site + "/")
	if got := p.Text("#script"); got != "ohne Script" {
		t.Errorf("without script: %q", got)
	}
	p.Fill("#q", "cups")
	if p.Follow("#go"); p.Text("h1") != "cups" {
		t.Errorf("the form without script led to %q", p.Text("h1"))
	}
}

func TestScreenshotsShowTheDark(t *testing.T) {
	p, site := Start(t), serve(t)
	p.Visit(site + "/")
	for _, tt := range []struct {
		dark bool
		want uint32
	}{{false, 0xffff}, {true, 0}} {
		path := filepath.Join(t.TempDir(), "shots", "page.png")
		p.Screenshot(path, 400, 300, tt.dark)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if r, _, _, _ := img.At(399, 299).RGBA(); r != tt.want || img.Bounds().Dx() != 400 || img.Bounds().Dy() != 300 {
			t.Errorf("dark %v: size %v, red in the corner %x, want 400x300 and %x", tt.dark, img.Bounds(), r, tt.want)
		}
	}
	if pdf := p.Print(); !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("the print begins with %q, want a PDF", pdf[:min(8, len(pdf))])
	}
}
