// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"allmende/internal/browser"
)

var pictures = flag.String("pictures", "", "write docs/screenshots anew: all, or the names of some, with commas")

// city starts the demo behind a real address and signs a browser in. One database: what a
// page looks like does not depend on it.
func city(t *testing.T) (p *browser.Page, address string, a *App) {
	t.Helper()
	p = browser.Start(t)
	a = open(t, t.TempDir()+"/demo.db")
	login, password, err := a.Demo(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a.Handler)
	t.Cleanup(s.Close)
	p.Look(1280, 900, false)
	p.Visit(s.URL + "/")
	p.Fill("#f-login", login)
	p.Fill("#f-password", password)
	if status := p.Follow("main button[type=submit]"); status != 200 || p.Has("#f-password") {
		t.Fatalf("signing in: %d at %s", status, p.Where())
	}
	speak(p, "de")
	return p, s.URL, a
}

// speak switches the page to a language, if it is not in it already.
func speak(p *browser.Page, tongue string) {
	if p.Has("button[name=lang][value=" + tongue + "]") {
		p.Follow("button[name=lang]")
	}
}

// named are addresses whose last part is a word that we chose, and handedOut those that hand a
// file out.
var (
	named     = regexp.MustCompile(`^(/licence/entry|/licence/own|/policy/profile|/duty/catalogue|/duty/release/\*/to|/casework/type|/casework/new|/intake/ask)/[^/]+`)
	handedOut = regexp.MustCompile(`/casework/type/[^/]+/bpmn$|/casework/case/[^/]+/opinion/[^/]+/(json|odt)$|/procedure/text/[^/]+/(yaml|bpmn)$|/library/text/[^/]+/yaml$|/budget/pot/[^/]+/csv$|/contract/paper/[^/]+/(json|odt)$|/desk/case/[^/]+/file/[^/]+$|/procurement/(award|study|survey|description)/[^/]+/edition/\d+/(json|odt)$|/procurement/trial/[^/]+/json$|/procurement/case/[^/]+/dossier/(json|odt)$|/scoring/round/[^/]+/(json|odt)$|/duty/release/[^/]+/(notice/[a-z]+|sources/csv|sbom/[a-z0-9-]+)$`)
)

// numbered are the ids in addresses: pages that differ by nothing else are of one kind.
var numbered = regexp.MustCompile(`/([0-9a-f]{8}-[0-9a-f-]{27}|\d+|(CVE|GHSA|GO)-[\w-]+|kitm[\w-]*|musterstadt[\w-]*)(/|$)`)

// kinds picks one address of each kind of page that is linked from the overview on.
func kinds(t *testing.T, p *browser.Page, base string, look func(path string)) {
	t.Helper()
	seen, next := map[string]bool{}, []string{"/"}
	for len(next) > 0 {
		path := next[0]
		next = next[1:]
		bare, _, _ := strings.Cut(path, "?")
		kind := named.ReplaceAllString(numbered.ReplaceAllString(bare, "/*$3"), "$1/*")
		if strings.Contains(path, "?q=") {
			kind += "?q=*" // the answer, not the question
		}
		if seen[kind] || strings.HasPrefix(path, "/api/openapi") || handedOut.MatchString(bare) || strings.HasSuffix(bare, "/raw") || strings.Contains(filepath.Ext(bare), "csv") || slices.Contains([]string{".xlsx", ".json", ".jsonl", ".odt", ".ics"}, filepath.Ext(bare)) {
			continue
		}
		seen[kind] = true
		if status := p.Visit(base + path); status != 200 {
			t.Errorf("%s, a link on our own pages, is answered %d", path, status)
			continue
		}
		begun := time.Now()
		look(path)
		if took := time.Since(begun); took > 10*time.Second {
			t.Logf("%s took %s to look at", path, took.Round(time.Second))
		}
		var links []string
		p.Ask(`[...document.querySelectorAll("a[href^='/']")].map(a => a.getAttribute("href").split("#")[0])`, &links)
		next = append(next, links...)
	}
	if len(seen) < 30 {
		t.Errorf("only %d kinds of page are linked", len(seen))
	}
}

// Every kind of page, in the light or in the dark, on a desk and on a phone: axe finds
// nothing, nothing is blocked or missing, nothing scrolls sideways.
func TestR15EveryPageIsAccessible(t *testing.T) {
	t.Parallel() // takes minutes
	p, base, _ := city(t)
	dark := false
	kinds(t, p, base, func(path string) {
		dark = !dark
		p.Look(1280, 900, dark)
		for _, v := range p.Axe() {
			t.Errorf("%s: %s", path, v)
		}
		p.Look(320, 700, dark)
		if p.Scrolls() {
			t.Errorf("%s scrolls sideways at a width of 320", path)
		}
		for _, e := range p.Errors() {
			t.Errorf("%s: %s", path, e)
		}
		if strings.Contains(p.Text("body"), "%!") {
			t.Errorf("%s shows a text with other arguments than it has places", path)
		}
	})
}

// The main job by keyboard alone and without script: ask where it runs, read the answer.
func TestTheQuestionIsAskedByKeyboardWithoutScript(t *testing.T) {
	p, base, _ := city(t)
	p.NoScript(true)
	p.Visit(base + "/")
	for range 40 {
		if f := p.Tab(); strings.Contains(f.String(), "#q") || p.Has("#q:focus") {
			break
		}
	}
	if !p.Has("#q:focus") {
		t.Fatal("the search box is not reached by Tab")
	}
	p.Fill("#q", "CVE-2021-44228")
	if status := p.Enter(); status != 200 || !strings.Contains(p.Text("h1"), "CVE-2021-44228") || !p.Has("#affected tbody tr") {
		t.Errorf("%d at %s: %s", status, p.Where(), p.Text("main"))
	}
	for _, f := range p.TabThrough(60) {
		if !f.Visible {
			t.Errorf("the focus is not seen on %s", f)
		}
	}
}

// A bill of materials is brought in by the browser, several at once.
func TestUploadInTheBrowser(t *testing.T) {
	p, base, _ := city(t)
	dir := t.TempDir()
	for _, version := range []string{"7.1", "7.2"} {
		if err := os.WriteFile(filepath.Join(dir, version+".json"), []byte(log4j("Ratsbote", version, "2.14.1")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.Visit(base + "/sbom/upload")
	p.Attach("input[type=file]", filepath.Join(dir, "7.1.json"))
	if status := p.Follow("main button[type=submit]"); status != 200 || !strings.Contains(p.Text("main"), "Ratsbote") {
		t.Fatalf("%d at %s: %s", status, p.Where(), p.Text("main"))
	}
	p.Visit(base + "/where?q=" + "log4j-core")
	if !strings.Contains(p.Text("#affected"), "Ratsbote 7.1") {
		t.Errorf("what was uploaded is not found: %s", p.Text("main"))
	}
}

// The pictures of the documentation; look at them after a change of the pages.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("with -pictures=all the documentation's pictures are written anew")
	}
	p, base, _ := city(t)
	dir := "../../docs/screenshots"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	shots := []struct{ name, path string }{
		{"home", "/"}, {"estate", "/estate"}, {"where", "/where?q=CVE-2021-44228"}, {"vulnerability", "/vulnerability"}, {"sbom", "/sbom"}, {"upload", "/sbom/upload"},
		{"role-map", "/role/map"}, {"role-matrix", "/role/matrix"},
		{"licence", "/licence/entry/EUPL-1.2"}, {"policy", "/policy"}, {"duty", "/duty"}, {"compat", "/compat?licence=EUPL-1.2&parts=MIT%0AGPL-3.0-or-later%0AMPL-2.0"},
		{"simulate", "/policy/simulate?licence=ISC&verdict=deny"},
		{"board", "/casework"}, {"procedure", "/casework/type/software_request"}, {"counter", "/intake"}, {"ideas", "/idea/portfolio"},
	}
	for _, link := range []struct{ name, page, selector string }{
		{"case", "/casework/cases?q=Foyer", "main tbody a"}, {"budget", "/budget", "main tbody a"}, {"contract-plan", "/contract?q=Zammad", "main tbody a"}, {"record", "/casework/cases?q=Ausleihe", "main tbody a"},
		{"survey", "/procurement", "main a[href*='/procurement/survey/']"}, {"trial", "/procurement", "main a[href*='/procurement/award/']"}, {"study", "/procurement", "main a[href*='/procurement/study/']"},
		{"release", "/where?q=log4j-core", "#affected tbody a"}, {"verdict", "/policy?q=Newman", "main tbody a"}, {"question", "/policy/questions?state=decided", "main tbody a"},
	} {
		var path string
		p.Visit(base + link.page)
		p.Ask(`document.querySelector("`+link.selector+`").getAttribute("href")`, &path)
		switch link.name {
		case "contract-plan":
			path += "/plan"
		case "record":
			path += "/record"
		case "trial":
			p.Visit(base + path)
			p.Ask(`document.querySelector("main a[href*='/procurement/trial/']").getAttribute("href")`, &path)
		}
		shots = append(shots, struct{ name, path string }{link.name, path})
	}
	if *pictures != "all" {
		wanted := strings.Split(*pictures, ",")
		shots = slices.DeleteFunc(shots, func(s struct{ name, path string }) bool { return !slices.Contains(wanted, s.name) })
	}
	for _, tongue := range []string{"de", "en"} {
		p.Look(1280, 900, false)
		p.Visit(base + "/")
		speak(p, tongue)
		for _, s := range shots {
			p.Visit(base + s.path)
			height := map[string]int{"policy": 1400, "duty": 1400, "board": 900, "case": 1250, "procedure": 1400, "record": 1250, "survey": 1250, "trial": 1250, "study": 1250, "contract-plan": 1250, "budget": 1250}[s.name] // long pages; of others the whole
			p.Screenshot(filepath.Join(dir, s.name+"-"+tongue+".png"), 1280, height, false)
			if slices.Contains([]string{"home", "where", "release", "licence", "policy", "duty", "compat", "verdict", "case", "counter"}, s.name) && tongue == "de" {
				p.Screenshot(filepath.Join(dir, s.name+"-dark.png"), 1280, height, true)
				p.Screenshot(filepath.Join(dir, s.name+"-phone.png"), 360, height, false)
			}
		}
	}
}
