// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package number

import (
	"strings"
)

// Kinds of what is wrong with a number that somebody typed.
const (
	Empty     = "empty"     // nothing there
	Malformed = "malformed" // other signs than digits, separators, a sign, a currency
	Grouping  = "grouping"  // separators that do not part thousands, or stand the wrong way round
	TooLong   = "too_long"
)

// A Fault says why a text is not taken for a number.
type Fault struct {
	Kind string
	Got  string
}

func (f *Fault) Error() string { return "number: " + f.Kind + ": " + f.Got }

// Read takes an amount as somebody types it in German ("de": 1.234,56) or English (1,234.56).
//
// The reader's language decides what a separator means, and nothing is guessed: "1.234" is one
// thousand two hundred and thirty-four in German and a little more than one in English. What
// the language does not allow is refused rather than read the other way: in German "12.50" and
// "1,234.56", in English "12,50". Refused is also what looks like thousands parted as in the other
// language: "12,000" in German; whoever means twelve writes 12,00 and whoever means more 12.000. Groups of thousands may be parted by blanks as well, and
// have exactly three digits. "€", "EUR" and a sign may stand beside the number.
func Read(text, tongue string) (Exact, error) {
	group, point := ",", "."
	if tongue == "de" {
		group, point = ".", ","
	}
	bare, negative := strip(text)
	whole, rest, decimal := strings.Cut(bare, point)
	switch {
	case bare == "":
		return Exact{}, &Fault{Empty, text}
	case len(text) > longest:
		return Exact{}, &Fault{TooLong, text[:longest]}
	case strings.Trim(bare, "0123456789., ") != "":
		return Exact{}, &Fault{Malformed, text}
	case decimal && (strings.Trim(rest, "0123456789") != "" || rest == "" || whole == ""):
		return Exact{}, &Fault{Grouping, text}
	}
	digits, ok := ungroup(whole, group)
	if !ok || decimal && len(rest) == 3 && len(whole) <= 3 && whole[0] != '0' {
		return Exact{}, &Fault{Grouping, text}
	}
	if decimal {
		digits += "." + rest
	}
	x, err := Parse(digits)
	if err != nil {
		return Exact{}, &Fault{Malformed, text}
	}
	if negative {
		x = x.Neg()
	}
	return x, nil
}

// strip takes blanks, a currency and a sign off.
func strip(text string) (bare string, negative bool) {
	bare = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "−", "-").Replace(text)
	for _, currency := range []string{"€", "EUR"} {
		if s := strings.TrimSpace(bare); strings.HasPrefix(s, currency) {
			bare = s[len(currency):]
			break
		} else if strings.HasSuffix(s, currency) {
			bare = s[:len(s)-len(currency)]
			break
		}
	}
	bare = strings.TrimSpace(bare)
	if s, ok := strings.CutPrefix(bare, "-"); ok {
		return strings.TrimSpace(s), true
	}
	return strings.TrimPrefix(bare, "+"), false
}

// ungroup joins groups of thousands, all parted by the same sign.
func ungroup(whole, group string) (string, bool) {
	sep := group
	if strings.Contains(whole, " ") {
		sep = " "
	}
	parts := strings.Split(whole, sep)
	for i, p := range parts {
		if p == "" || strings.Trim(p, "0123456789") != "" || len(parts) > 1 && (i > 0 && len(p) != 3 || i == 0 && len(p) > 3) {
			return "", false
		}
	}
	if len(parts) > 1 && strings.HasPrefix(parts[0], "0") { // "0.500" is not five hundred
		return "", false
	}
	return strings.Join(parts, ""), true
}
