// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	"strings"
	"testing"
)

func TestFieldsForLicencesAreRead(t *testing.T) {
	for text, want := range map[string]struct{ certainty, expr string }{
		"MIT":                              {Exact, "MIT"},
		"mit or apache-2.0":                {Exact, "MIT OR Apache-2.0"},
		"GPL-3.0":                          {Exact, "GPL-3.0-only"},
		"GPL-2.0+":                         {Exact, "GPL-2.0-or-later"},
		"GPL-2.0-with-classpath-exception": {Exact, "GPL-2.0-only WITH Classpath-exception-2.0"},
		"LicenseRef-Haus":                  {Exact, "LicenseRef-Haus"},
		"GPLv2+CPE":                        {Likely, "GPL-2.0-only WITH Classpath-exception-2.0"},
		"GPL-2.0-or-later with classpath":  {Likely, "GPL-2.0-or-later WITH Classpath-exception-2.0"},
		"GPLv2+":                           {Likely, "GPL-2.0-or-later"},
		"GPL v3":                           {Likely, "GPL-3.0-only"},
		"GNU General Public License v2 or later (GPLv2+)":                  {Likely, "GPL-2.0-or-later"},
		"License :: OSI Approved :: GNU General Public License v3 (GPLv3)": {Likely, "GPL-3.0-only"},
		"GNU Lesser General Public License 2.1":                            {Likely, "LGPL-2.1-only"},
		"GNU Library or Lesser General Public License (LGPL)":              {Ambiguous, ""},
		"Apache-Lizenz 2.0":                           {Likely, "Apache-2.0"},
		"The Apache Software License, Version 2.0":    {Likely, "Apache-2.0"},
		"Apache License Version 2.0, January 2004":    {None, ""},
		"MIT/Apache-2.0":                              {Likely, "MIT OR Apache-2.0"},
		"MIT License":                                 {Likely, "MIT"},
		"The MIT License (MIT)":                       {Likely, "MIT"},
		"BSD 3-Clause \"New\" or \"Revised\" License": {Likely, "BSD-3-Clause"},
		"New BSD License":                             {Likely, "BSD-3-Clause"},
		"BSD":                                         {Ambiguous, ""},
		"GPL":                                         {Ambiguous, ""},
		"GNU General Public License":                  {Ambiguous, ""},
		"Apache":                                      {Ambiguous, ""},
		"EUPL":                                        {Ambiguous, ""},
		"PSF2":                                        {Likely, "PSF-2.0"},
		"ODbL":                                        {Likely, "ODbL-1.0"},
		"MIT, Apache-2.0":                             {Ambiguous, ""},
		"GPL/MIT":                                     {Ambiguous, ""},
		"https://www.apache.org/licenses/LICENSE-2.0.txt": {Likely, "Apache-2.0"},
		"http://opensource.org/licenses/BSD-3-Clause":     {Likely, "BSD-3-Clause"},
		"https://creativecommons.org/licenses/by/4.0/":    {Likely, "CC-BY-4.0"},
		"Public Domain":       {Ambiguous, ""},
		"":                    {None, ""},
		"NOASSERTION":         {None, ""},
		"MIT AND NOASSERTION": {None, ""},
		"Foo-1.0":             {None, ""},
		"License":             {None, ""},
		"2.0":                 {None, ""},
		"see LICENSE file":    {None, ""},
		"MIT\x00":             {None, ""},
		"MIT (see LICENSE)":   {None, ""},
		"ISC AND Latex2e AND MIT-US-export AND (GPL-2.0-or-later WITH Texinfo-exception)": {None, ""},
		"GPL-2.0-only AND MIT License AND (GPL-2.0-or-later WITH Texinfo-exception)":      {Likely, "GPL-2.0-only AND MIT AND GPL-2.0-or-later WITH Texinfo-exception"},
		"(GPL-2+ OR Artistic-2) AND Expat":                                                {Likely, "(GPL-2.0-or-later OR Artistic-2.0) AND MIT"},
		"MIT AND (GPL OR ISC)":                                                            {Ambiguous, ""},
		"GPL or later":                                                                    {Ambiguous, ""},
		"MIT WITH Foo":                                                                    {None, ""},
		"MIT and Apache 2 or BSD-3-Clause":                                                {None, ""},
		strings.Repeat("MIT OR ", 1<<20):                                                  {None, ""},
		strings.Repeat("(", 1000) + "MIT" + strings.Repeat(")", 1000):                     {None, ""},
	} {
		r := Normalise(text)
		if r.Certainty != want.certainty || want.expr != "" && r.String() != want.expr {
			t.Errorf("%.70q is read as %q, %s (%s); want %q, %s", text, r, r.Certainty, r.Why, want.expr, want.certainty)
		}
		if (r.Certainty == Ambiguous) != (len(r.Candidates) > 1) || r.Why == "" {
			t.Errorf("%.70q: %s with candidates %q, why %q", text, r.Certainty, r.Candidates, r.Why)
		}
	}
}

// "GPL" must never become one version by itself.
func TestAVersionIsNeverGuessed(t *testing.T) {
	r := Normalise("GPL")
	if r.Expr.String() != "" || len(r.Candidates) < 4 || r.Why != "spdx.read.version" {
		t.Errorf("GPL is read as %+v", r)
	}
	for _, c := range r.Candidates {
		if n := Normalise(c); n.Certainty != Exact {
			t.Errorf("the candidate %s is %s", c, n.Certainty)
		}
	}
}

// Each name of the list is read as its licence, or as one of several that bear it.
func TestEachNameOfTheListIsRead(t *testing.T) {
	wrong := 0
	for _, e := range List() {
		if Deprecated(e.ID) {
			continue
		}
		r := Normalise(e.Name)
		found := false
		for _, c := range r.all() {
			found = found || c == e.ID
		}
		if !found {
			wrong++
			t.Logf("%s: %q is read as %q, %s", e.ID, e.Name, r, r.Certainty)
		}
	}
	if wrong > 12 {
		t.Errorf("%d of %d names are read as something else", wrong, len(List()))
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"GPLv2+CPE", "A AND (MIT)", "(GPL-2+ OR X11) AND ISC", "MIT/Apache-2.0", "a, b; c", "İ or ſ", "(MIT", "License :: x (y)", "GPL-2+ or 1.3c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := Normalise(s)
		for _, c := range r.Candidates {
			if _, err := Parse(c); err != nil {
				t.Fatalf("%q has a candidate that is no expression: %q", s, c)
			}
		}
		if e, err := Parse(s); err == nil && r.Definite() {
			e, _ = e.Present()
			for l := range e.Licences {
				if l.Listed && !strings.Contains(r.String(), l.String()) {
					t.Fatalf("%q is read as %q, without %s", s, r, l)
				}
			}
		}
		if r.Definite() {
			again := Normalise(r.String())
			if again.Certainty != Exact || again.String() != r.String() {
				t.Fatalf("%q is read as %q, and that as %q, %s", s, r, again, again.Certainty)
			}
		}
	})
}

func BenchmarkNormalise(b *testing.B) {
	for _, text := range []string{"MIT", "GPLv2+CPE", "GNU General Public License"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				Normalise(text)
			}
		})
	}
}

// What breaks off is not read as what is left of it: it would pass for less than it says.
func TestWhatBreaksOffIsNoReading(t *testing.T) {
	for _, text := range []string{"((((MIT", "MIT)", "MIT AND", "MIT OR", "AND GPL-3.0-only", "MIT WITH", "(MIT AND GPL-3.0-only"} {
		if r := Normalise(text); r.Certainty != None {
			t.Errorf("%q is read as %s, %s", text, r.Expr, r.Certainty)
		}
	}
}
