// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package browser

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Visit opens url, waits until it has loaded, and returns its HTTP status.
func (p *Page) Visit(url string) int {
	p.t.Helper()
	return p.arrive("visit "+url, chromedp.Navigate(url))
}

// Follow clicks on what selector (CSS) finds, waits for the document it leads to, and
// returns its HTTP status.
func (p *Page) Follow(selector string) int {
	p.t.Helper()
	return p.arrive("follow "+selector, chromedp.Click(selector, chromedp.ByQuery))
}

// Click clicks on what selector finds and stays on the page.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.run("click "+selector, chromedp.Click(selector, chromedp.ByQuery))
}

// Fill writes text into a field, in place of what it holds.
func (p *Page) Fill(selector, text string) {
	p.t.Helper()
	p.run("fill "+selector, chromedp.Clear(selector, chromedp.ByQuery), chromedp.SendKeys(selector, text, chromedp.ByQuery))
}

// Type types into an empty field, also one of several lines, which Fill cannot clear.
func (p *Page) Type(selector, text string) {
	p.run("type into "+selector, chromedp.SendKeys(selector, text, chromedp.ByQuery))
}

// Paste puts text into a field in place of what it holds, at one stroke.
func (p *Page) Paste(selector, text string) {
	p.t.Helper()
	p.run("paste into "+selector, chromedp.Focus(selector, chromedp.ByQuery), chromedp.Evaluate("document.activeElement.select()", nil), input.InsertText(text))
}

// Choose picks the option with the given value from a list.
func (p *Page) Choose(selector, value string) {
	p.t.Helper()
	p.run("choose in "+selector, chromedp.SetValue(selector, value, chromedp.ByQuery))
}

// Pick picks the option with the given value from a list that sends itself, waits for the
// document it leads to, and returns its HTTP status.
func (p *Page) Pick(selector, value string) int {
	p.t.Helper()
	return p.arrive("pick in "+selector, chromedp.SetValue(selector, value, chromedp.ByQuery))
}

// Attach puts files into a file field.
func (p *Page) Attach(selector string, files ...string) {
	p.t.Helper()
	for i, f := range files {
		abs, err := filepath.Abs(f)
		if err != nil {
			p.t.Fatal(err)
		}
		files[i] = abs
	}
	p.run("attach to "+selector, chromedp.SetUploadFiles(selector, files, chromedp.ByQuery))
}

// Enter presses the enter key, waits for the document it leads to, and returns its HTTP status.
func (p *Page) Enter() int {
	p.t.Helper()
	return p.arrive("press enter", chromedp.KeyEvent(kb.Enter))
}

// Wait waits until selector finds something that can be seen.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.run("wait for "+selector, chromedp.WaitVisible(selector, chromedp.ByQuery))
}

// Text returns what a reader sees of what selector finds first.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	var s string
	p.run("read "+selector, chromedp.Text(selector, &s, chromedp.ByQuery))
	return s
}

// Has reports whether selector finds anything.
func (p *Page) Has(selector string) bool {
	p.t.Helper()
	var found bool
	p.Ask("document.querySelector("+quote(selector)+") !== null", &found)
	return found
}

// Where returns the address of the page.
func (p *Page) Where() string {
	p.t.Helper()
	var s string
	p.run("read the address", chromedp.Location(&s))
	return s
}

// Title returns the page's title.
func (p *Page) Title() string {
	p.t.Helper()
	var s string
	p.run("read the title", chromedp.Title(&s))
	return s
}

// Ask evaluates a JavaScript expression, waits if it is a promise, and keeps its value
// in out. It works on pages without script, too, and no content security policy hinders it.
func (p *Page) Ask(js string, out any) {
	p.t.Helper()
	p.run("ask the page", chromedp.Evaluate(js, out, func(e *runtime.EvaluateParams) *runtime.EvaluateParams {
		return e.WithAwaitPromise(true).WithReturnByValue(true)
	}))
}

// NoScript turns the scripts of pages off or on again, from the next visit.
func (p *Page) NoScript(off bool) {
	p.t.Helper()
	p.run("turn scripts off", emulation.SetScriptExecutionDisabled(off))
}

// Look sets the size of the window in CSS pixels, and light or dark colours.
func (p *Page) Look(width, height int, dark bool) {
	p.t.Helper()
	p.run("set the window", emulation.SetDeviceMetricsOverride(int64(width), int64(height), 1, false), calm(dark))
}

// Scrolls reports whether the page is wider than its window, so that one has to scroll sideways.
func (p *Page) Scrolls() bool {
	p.t.Helper()
	var wide bool
	p.Ask("document.documentElement.scrollWidth > document.documentElement.clientWidth", &wide)
	return wide
}

// Screenshot writes a PNG of the page as it is at the given size; with height 0, of the
// whole page however long.
func (p *Page) Screenshot(path string, width, height int, dark bool) {
	p.t.Helper()
	whole := height == 0
	if whole {
		height = 900
	}
	p.Look(width, height, dark)
	var png []byte
	shot := chromedp.CaptureScreenshot(&png)
	if whole {
		shot = chromedp.FullScreenshot(&png, 100)
	}
	p.run("take a screenshot", shot)
	png = slim(png)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// Paper shows the page as it is printed, or as on a screen again.
func (p *Page) Paper(on bool) {
	p.t.Helper()
	medium := map[bool]string{true: "print", false: "screen"}[on]
	p.run("show the page as "+medium, emulation.SetEmulatedMedia().WithMedia(medium))
}

// Shows reports whether anything that selector finds can be seen.
func (p *Page) Shows(selector string) bool {
	p.t.Helper()
	var shown bool
	p.Ask("[...document.querySelectorAll("+quote(selector)+")].some(e => e.checkVisibility())", &shown)
	return shown
}

// Print returns the page as a printer would get it, as an A4 PDF.
func (p *Page) Print() []byte {
	p.t.Helper()
	const inch = 25.4 // mm
	var pdf []byte
	p.run("print", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		pdf, _, err = page.PrintToPDF().WithPaperWidth(210 / inch).WithPaperHeight(297 / inch).WithGenerateTaggedPDF(true).Do(ctx)
		return err
	}))
	return pdf
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// Authenticator gives the browser a device that holds passkeys and says who is there
// without asking.
func (p *Page) Authenticator() {
	p.t.Helper()
	p.run("plug a device in", webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	}))
}
