// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package browser

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
)

//go:embed axe-4.14.1/axe.min.js
var axe string

// A Violation is one thing on the page that keeps people out, found by axe-core.
type Violation struct {
	ID     string // of the rule, for example "image-alt"
	Impact string // minor, moderate, serious or critical
	Help   string // the rule in a sentence
	Nodes  []struct {
		HTML    string
		Summary string `json:"failureSummary"`
		Target  []any
	}
}

// String says what is wrong and where, for the output of a test.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n  at %v: %s\n  %s", n.Target, n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n  "))
	}
	return b.String()
}

// WCAG 2.2 at level AA, and what axe-core calls best practice.
const axeRun = `axe.run(document, {
	runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
	rules: {'target-size': {enabled: true}},
	resultTypes: ['violations'],
}).then(r => r.violations)`

// Axe looks for violations of WCAG 2.2 AA on the page as it is now.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	p.run("load axe", chromedp.Evaluate(axe+";true", nil))
	var found []Violation
	p.Ask(axeRun, &found)
	return found
}
