// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package spdx

import (
	"errors"
	"strings"
	"testing"
)

func TestExpressionsAreReadAndWritten(t *testing.T) {
	for text, want := range map[string]string{
		"MIT":                                  "MIT",
		"mit":                                  "MIT",
		" ( MIT ) ":                            "MIT",
		"MIT OR Apache-2.0":                    "MIT OR Apache-2.0",
		"(MIT or apache-2.0) and bsd-3-clause": "(MIT OR Apache-2.0) AND BSD-3-Clause",
		"MIT OR Apache-2.0 AND ISC":            "MIT OR Apache-2.0 AND ISC",
		"MIT AND (Apache-2.0 AND ISC)":         "MIT AND Apache-2.0 AND ISC",
		"GPL-2.0+":                             "GPL-2.0+",
		"Apache-2.0+":                          "Apache-2.0+",
		"GPL-2.0-only WITH classpath-exception-2.0":     "GPL-2.0-only WITH Classpath-exception-2.0",
		"LicenseRef-Haus OR DocumentRef-a:LicenseRef-b": "LicenseRef-Haus OR DocumentRef-a:LicenseRef-b",
		"MIT WITH AdditionRef-x":                        "MIT WITH AdditionRef-x",
		"mit with DocumentRef-a:AdditionRef-x":          "MIT WITH DocumentRef-a:AdditionRef-x",
		"gpl-2.0-with-classpath-exception":              "GPL-2.0-with-classpath-exception",
		"MIT\tand\n(ISC)":                               "MIT AND ISC",
		"(MIT)AND(ISC)":                                 "MIT AND ISC",
		"NOASSERTION":                                   "NOASSERTION",
		"Foo-1.0":                                       "Foo-1.0",
	} {
		e, err := Parse(text)
		if err != nil || e.String() != want {
			t.Errorf("%q is read as %q, %v; want %q", text, e, err, want)
		}
		if again, err := Parse(e.String()); err != nil || again.String() != want {
			t.Errorf("%q read again is %q, %v", want, again, err)
		}
	}
}

func TestWhatIsNoExpressionSaysWhere(t *testing.T) {
	for text, want := range map[string]struct {
		column int
		key    string
	}{
		"":                                    {1, "spdx.licence"},
		"MIT OR":                              {7, "spdx.licence"},
		"MIT Apache-2.0":                      {5, "spdx.after"},
		"(MIT":                                {5, "spdx.open"},
		"MIT)":                                {4, "spdx.after"},
		"AND MIT":                             {1, "spdx.licence"},
		"MIT WITH":                            {9, "spdx.exception"},
		"MIT/Apache":                          {1, "spdx.id"},
		"MIT And ISC":                         {5, "spdx.after"}, // operators are in capitals or in small letters
		"LicenseRef-":                         {1, "spdx.id"},
		"LicenseRef-a+":                       {1, "spdx.id"},
		"DocumentRef-a:MIT":                   {1, "spdx.id"},
		"DocumentRef-:MIT":                    {1, "spdx.id"},
		"MIT WITH DocumentRef-a:LicenseRef-b": {10, "spdx.exception"},
		"(MIT AND ISC) WITH Classpath-exception-2.0":                {15, "spdx.after"},
		"MIT WITH Classpath-exception-2.0 WITH Bison-exception-2.2": {34, "spdx.after"},
		"MIT+ WITH":               {10, "spdx.exception"},
		"()":                      {2, "spdx.licence"},
		strings.Repeat("(", 1000): {102, "spdx.too_deep"},
	} {
		_, err := Parse(text)
		var s *SyntaxError
		if !errors.As(err, &s) || s.Column != want.column || s.Key != want.key {
			t.Errorf("%.20q: %v, want column %d and %s", text, err, want.column, want.key)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"MIT", "MIT OR Apache-2.0", "(MIT OR Apache-2.0) AND GPL-2.0-only WITH Classpath-exception-2.0"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				if _, err := Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
