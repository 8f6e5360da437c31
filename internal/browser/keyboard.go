// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package browser

import (
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A Focus is where the keyboard is.
type Focus struct {
	Element string // tag, id and the beginning of its name: `a#skip "Zum Inhalt"`
	Visible bool   // one sees that the focus is there
	OnPage  bool   // false when it has left the page's elements
	Place   int    // of the element in the document, to know it again
}

func (f Focus) String() string {
	if f.Visible {
		return f.Element
	}
	return f.Element + " (focus cannot be seen)"
}

// The focus is visible if the element, or one close to it, looks different without.
const focusNow = `(() => {
	const el = document.activeElement;
	if (!el || el === document.body || el === document.documentElement) return {Element: 'page', OnPage: false, Visible: true, Place: -1};
	if (!window.allmendeCalm) {
		window.allmendeCalm = new CSSStyleSheet();
		window.allmendeCalm.replaceSync('*,*::before,*::after{transition:none!important;animation:none!important}');
		document.adoptedStyleSheets = [...document.adoptedStyleSheets, window.allmendeCalm];
	}
	const near = [el, el.parentElement, el.nextElementSibling, el.firstElementChild, ...(el.labels || [])].filter(Boolean);
	const look = () => near.flatMap(e => [null, '::before', '::after'].map(pseudo => {
		const s = getComputedStyle(e, pseudo);
		return [s.outline, s.outlineOffset, s.boxShadow, s.border, s.backgroundColor, s.color, s.textDecoration, s.top, s.left].join();
	})).join();
	const focused = look();
	el.blur();
	const plain = look();
	el.focus({preventScroll: true});
	const box = el.getBoundingClientRect();
	const name = (el.getAttribute('aria-label') || el.innerText || el.name || el.value || '').trim().replace(/\s+/g, ' ').slice(0, 40);
	return {
		Element: el.tagName.toLowerCase() + (el.id ? '#' + el.id : '') + ' ' + JSON.stringify(name),
		Visible: focused !== plain && box.width > 1 && box.height > 1,
		OnPage: true,
		Place: [...document.querySelectorAll('*')].indexOf(el),
	};
})()`

// Tab presses the tab key and returns where the keyboard is then.
func (p *Page) Tab() Focus {
	p.t.Helper()
	p.run("press tab", chromedp.KeyEvent(kb.Tab))
	var f Focus
	p.Ask(focusNow, &f)
	return f
}

// TabThrough presses the tab key until the focus has been everywhere, and returns the
// way it took. A page that keeps the focus, or has more than most stops, fails the test.
func (p *Page) TabThrough(most int) []Focus {
	p.t.Helper()
	var way []Focus
	seen := map[int]bool{}
	for range most {
		f := p.Tab()
		if !f.OnPage || len(way) > 0 && f.Place == way[0].Place {
			return way
		}
		if seen[f.Place] {
			p.t.Fatalf("the focus is caught at %s after %d stops", f, len(way))
		}
		seen[f.Place] = true
		way = append(way, f)
	}
	p.t.Fatalf("more than %d stops by keyboard", most)
	return nil
}
