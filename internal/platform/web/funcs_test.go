// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package web

import "testing"

// What somebody wrote is text; addresses in it are links, without what closes the sentence, and
// nothing else becomes markup.
func TestAddressesInTextAreLinks(t *testing.T) {
	for in, want := range map[string]string{
		"Siehe https://a.example/x?b=1&c=2.": `Siehe <a class="kern-link wrap" rel="noopener noreferrer nofollow" href="https://a.example/x?b=1&amp;c=2">https://a.example/x?b=1&amp;c=2</a>.`,
		"(http://a.example)":                 `(<a class="kern-link wrap" rel="noopener noreferrer nofollow" href="http://a.example">http://a.example</a>)`,
		"<b>javascript:alert(1)</b>":         "&lt;b&gt;javascript:alert(1)&lt;/b&gt;",
		`https://a.example/"onload="x`:       `<a class="kern-link wrap" rel="noopener noreferrer nofollow" href="https://a.example/">https://a.example/</a>&#34;onload=&#34;x`,
		"https:// und http://":               "https:// und http://",
	} {
		if got := string(linked(in)); got != want {
			t.Errorf("%q is shown as %s, want %s", in, got, want)
		}
	}
}
