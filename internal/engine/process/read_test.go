// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestWhatPeopleWriteIsRead(t *testing.T) {
	five, ten := 5.0, 10.0
	fields := map[string]Field{
		"text": {ID: "f", Type: "text"}, "lines": {ID: "f", Type: "lines"}, "yesno": {ID: "f", Type: "yesno"}, "date": {ID: "f", Type: "date"},
		"number": {ID: "f", Type: "number"}, "money": {ID: "f", Type: "money"}, "bounded": {ID: "f", Type: "number", Min: &five, Max: &ten},
		"choice": {ID: "f", Type: "choice", Choices: []Choice{{ID: "a"}}},
	}
	d := &Definition{}
	for _, one := range strings.Split(strings.TrimSpace(`
money | 1.234,50 | 1234.50
money | 1,234.50 € | 1234.50
money | 1234,5 EUR | 1234.50
money | 1.234 | ambiguous
money | 1,234 | ambiguous
de | 1.234 | 1234.00
de | 1,234 | number
de | 1234.50 | 1234.50
de | 1,234.50 | number
de | 1.234,50 | 1234.50
de | € 5 | 5.00
de | 1.50 | 1.50
en | 1,234 | 1234.00
en | 1.234 | number
en | 1.234,50 | number
en | 1234.5 | 1234.50
money | 1.234.567 | 1234567.00
money | 1 234,56 | 1234.56
money | 0,10 | 0.10
money | ,5 | number
money | 0 | 0.00
money | -3 | small
money | -0 | 0.00
money | 1,2345 | digits
money | 12.34.567 | number
money | 1.234,567.89 | number
money | 1,234,56 | number
money | 99999999999999 | digits
money | 9999999999999,99 | 9999999999999.99
money | zehn | number
money | 1e9 | number
money | , | number
money | 5, | number
number | 3,5 | 3.5
number | -3.5 | -3.5
number | 1.234 | ambiguous
number | 1,234 | ambiguous
number | 1234 | 1234
number | 0.125 | 0.125
number | 1.234,5 | 1234.5
number | NaN | number
bounded | 4 | small
bounded | 11 | large
bounded | 10 | 10
yesno | Ja | true
yesno | no | false
yesno | vielleicht | yesno
date | 3.4.2026 | 2026-04-03
date | 2026-04-03 | 2026-04-03
date | 31.02.2026 | date
date | 4/3/2026 | date
choice | a | a
choice | b | choice
text | Fahrrad | Fahrrad
text |  | <nil>
number |  | <nil>`), "\n") {
		p := strings.Split(one, "|")
		kind, tongue := strings.TrimSpace(p[0]), ""
		if kind == "de" || kind == "en" {
			kind, tongue = "money", kind
		}
		got, err := d.ReadIn(fields[kind], p[1], tongue)
		said := fmt.Sprint(got)
		if m, ok := errors.AsType[*Misread](err); ok {
			said = m.Why
		} else if err != nil {
			t.Errorf("%s: %v is no *Misread", one, err)
		}
		if want := strings.TrimSpace(p[2]); said != want {
			t.Errorf("%s: got %s (%v)", one, said, err)
		}
	}
	for _, long := range []string{strings.Repeat("ä", 501), "two\nlines", "\xff"} {
		if _, err := d.Read(fields["text"], long); err == nil {
			t.Errorf("%.20q is a text", long)
		}
	}
	if got, err := d.Read(fields["lines"], "two\r\nlines"); err != nil || got != "two\nlines" {
		t.Errorf("%v, %v", got, err)
	}
}
