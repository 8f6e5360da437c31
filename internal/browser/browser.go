// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package browser lets tests use Allmende as a person does: in a real Chromium, by
// keyboard, in the dark, on a phone, without script, and with axe-core looking for what
// keeps people out. Only tests import it.
package browser

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take on a busy machine.
const patience = 30 * time.Second

// A Page is a tab of a Chromium of its own, with a profile of its own. What cannot be
// done fails the test.
type Page struct {
	t      testing.TB
	ctx    context.Context
	mu     sync.Mutex
	errors []string
}

// Start opens a page in the Chromium that ALLMENDE_TEST_CHROMIUM names, and closes it
// with the test. Without that variable the test is skipped.
func Start(t testing.TB) *Page {
	t.Helper()
	path := os.Getenv("ALLMENDE_TEST_CHROMIUM")
	if path == "" {
		t.Skip("set ALLMENDE_TEST_CHROMIUM to the path of a Chromium to run this in a browser")
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // the tests may run as root, and see our own pages only
		chromedp.DisableGPU,
		chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("lang", "de-DE"),
		chromedp.WSURLReadTimeout(2*patience),
	)...)
	ctx, closeTab := chromedp.NewContext(alloc, chromedp.WithErrorf(grumble))
	t.Cleanup(func() { closeTab(); stop() })
	p := &Page{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, p.hear)
	// The first run starts Chromium and must not have a deadline: it would end with it.
	if err := chromedp.Run(ctx, log.Enable(), runtime.Enable(), calm(false)); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return p
}

// grumble passes on what chromedp says, except that Chromium is newer than it.
func grumble(format string, args ...any) {
	if !strings.HasPrefix(format, "unhandled") {
		fmt.Fprintf(os.Stderr, "chromedp: "+format+"\n", args...)
	}
}

// run does actions and fails the test with what was attempted.
func (p *Page) run(what string, actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// arrive does actions that lead to a new document and returns its HTTP status.
func (p *Page) arrive(what string, actions ...chromedp.Action) int {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	r, err := chromedp.RunResponse(ctx, actions...)
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
	return int(r.Status)
}

// hear keeps what the page complains about: errors of scripts, violations of the
// content security policy, files that are not there.
func (p *Page) hear(event any) {
	var said string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		said = e.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		if e.Type != runtime.APITypeError && e.Type != runtime.APITypeAssert {
			return
		}
		said = "console:"
		for _, a := range e.Args {
			said += " " + string(a.Value) + a.Description
		}
	case *log.EventEntryAdded:
		if e.Entry.Level != log.LevelError {
			return
		}
		said = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errors = append(p.errors, said)
}

// Errors returns what the page complained about since the last call.
func (p *Page) Errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.errors
	p.errors = nil
	return out
}

// calm asks for little motion, so that nothing is caught half way, and for the dark
// colours where wanted.
func calm(dark bool) chromedp.Action {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-reduced-motion", Value: "reduce"},
		{Name: "prefers-color-scheme", Value: scheme},
	})
}
