// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package number

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestAnAmountIsReadInTheReadersLanguageOrRefused(t *testing.T) {
	for _, c := range []struct{ text, tongue, want string }{
		{"1.234,56", "de", "1234.56"}, {"1,234.56", "en", "1234.56"},
		{"1234,56", "de", "1234.56"}, {"1234.56", "en", "1234.56"},
		{"1.234", "de", "1234"}, {"1,234", "en", "1234"}, // the language decides, always the same way
		{"1.234", "en", Grouping}, {"1,234", "de", Grouping}, {"12,000", "de", Grouping}, {"12.000", "en", Grouping}, // thousands of the other language
		{"0,125", "de", "0.125"}, {"1234,567", "de", "1234.567"}, {"1.234,567", "de", "1234.567"}, {"12,0000", "de", "12"},
		{"12.50", "de", Grouping}, {"12,50", "en", Grouping}, // meant the other way, and not taken so
		{"1,234.56", "de", Grouping}, {"1.234,56", "en", Grouping},
		{"0.500", "de", Grouping}, {"0,500", "en", Grouping}, {"1.2345", "de", Grouping}, {"1234.567", "de", Grouping},
		{"1.234.567,89 €", "de", "1234567.89"}, {"EUR 1,000", "en", "1000"}, {"1 234 567", "de", "1234567"}, {"1\u202f234,5", "de", "1234.5"},
		{"1 234.567", "de", Grouping}, {"1 2", "de", Grouping},
		{"-5", "de", "-5"}, {"− 5,5 €", "de", "-5.5"}, {"+7", "en", "7"}, {"-0", "en", "0"},
		{"", "de", Empty}, {"  ", "en", Empty}, {"€", "de", Empty}, {"-", "en", Empty},
		{"1e9", "en", Malformed}, {"0x10", "en", Malformed}, {"1/3", "de", Malformed}, {"zwölf", "de", Malformed}, {"5 %", "de", Malformed}, {"--5", "de", Malformed},
		{",5", "de", Grouping}, {"5,", "de", Grouping}, {"1,2,3", "de", Grouping}, {".", "en", Grouping}, {".", "de", Grouping},
		{"1111111111111111111111111111111111111111111111111111111111111", "de", TooLong},
	} {
		got := ""
		x, err := Read(c.text, c.tongue)
		var f *Fault
		if errors.As(err, &f) {
			got = f.Kind
		} else {
			got = x.String()
		}
		if got != c.want {
			t.Errorf("%q in %s: %s, want %s", c.text, c.tongue, got, c.want)
		}
	}
}

func TestNumbersAreWrittenForProgramsAndPeople(t *testing.T) {
	third := Int(1).Div(Int(3))
	for got, want := range map[string]string{
		third.String():                           "1/3",
		third.Text("de", 4):                      "0,3333",
		third.Mul(Int(3)).String():               "1",
		Int(-1234567).Text("de", 2):              "−1.234.567,00",
		Int(-1234567).Text("en", 0):              "−1,234,567",
		Int(5).Div(Int(1000)).Text("en", 2):      "0.01", // half away from zero
		Int(-4).Div(Int(1000)).Text("en", 2):     "0.00",
		Int(12).Div(Int(10)).Pow(3).String():     "1.728",
		Exact{}.String():                         "0",
		Int(2).Div(Int(3)).Round(3).String():     "0.667",
		Exact{}.Sub(Int(2)).Add(Int(2)).String(): "0",
		OfFloat(0.5).String():                    "0.5",
		OfRat(Int(7).Rat()).Neg().Text("en", 1):  "−7.0",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestNumbersAreKeptInJSONToTheLastDigit(t *testing.T) {
	type pair struct {
		A Exact  `json:"a"`
		B *Exact `json:"b,omitempty"`
		C Exact  `json:"c,omitzero"`
	}
	for in, want := range map[string]string{
		`{"a":0.1}`: `{"a":"0.1"}`,
		`{"a":"0.10","b":12345678901234567890.5}`: `{"a":"0.1","b":"12345678901234567890.5"}`,
		`{"a":"1/3","b":null,"c":0}`:              `{"a":"1/3"}`,
		`{"a":1e3}`:                               "",
		`{"a":"1/0"}`:                             "",
		`{"a":"1,5"}`:                             "",
		`{"a":""}`:                                "",
		`{"a":true}`:                              "",
		`{"a":{}}`:                                "",
		`{"a":"\u0031"}`:                          "",
	} {
		var p pair
		got := ""
		if err := json.Unmarshal([]byte(in), &p); err == nil {
			out, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			got = string(out)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if Int(255).Bits() != 9 || (Exact{}).Bits() != 1 {
		t.Error("bits")
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"1.234,56", "EUR 1,000", "1/3", "−5", "1 234"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, tongue := range []string{"de", "en"} {
			x, err := Read(text, tongue)
			if err != nil {
				continue
			}
			again, err := Parse(x.String())
			if err != nil || again.Cmp(x) != 0 {
				t.Fatalf("%q is %s, which reads as %s, %v", text, x, again, err)
			}
			if again, err := Read(x.Text(tongue, 60), tongue); err == nil && again.Cmp(x) != 0 {
				t.Fatalf("%q is %s, which is written %s and reads as %s", text, x, x.Text(tongue, 60), again)
			}
		}
		if x, err := Parse(text); err == nil {
			if again, err := Parse(x.String()); err != nil || again.Cmp(x) != 0 {
				t.Fatalf("%q: %v", text, err)
			}
		}
	})
}
