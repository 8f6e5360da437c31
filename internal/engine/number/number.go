// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package number holds exact numbers: fractions of whole numbers of any size, so that adding,
// dividing and comparing lose nothing. Whoever compares bids or sums up money over years must
// not decide by the last bit of a float. Numbers are rounded only when they are written, half
// away from zero, to as many places as whoever writes them asks for.
//
// It stands on math/big alone. A decimal type of fixed places would round each quotient of
// quality and price before bids are ranked by it; a fraction need not.
package number

import (
	"errors"
	"math/big"
	"strings"
)

// Exact is a number without rounding. The zero value is 0; values never change.
type Exact struct{ r *big.Rat }

var zero = new(big.Rat)

func (x Exact) rat() *big.Rat {
	if x.r == nil {
		return zero
	}
	return x.r
}

// Int is a whole number.
func Int(n int64) Exact { return Exact{new(big.Rat).SetInt64(n)} }

// Add returns x + y.
func (x Exact) Add(y Exact) Exact { return Exact{new(big.Rat).Add(x.rat(), y.rat())} }

// Sub returns x − y.
func (x Exact) Sub(y Exact) Exact { return Exact{new(big.Rat).Sub(x.rat(), y.rat())} }

// Mul returns x · y.
func (x Exact) Mul(y Exact) Exact { return Exact{new(big.Rat).Mul(x.rat(), y.rat())} }

// Div returns x / y. It panics where y is 0: whoever divides has looked before.
func (x Exact) Div(y Exact) Exact { return Exact{new(big.Rat).Quo(x.rat(), y.rat())} }

// Neg returns −x.
func (x Exact) Neg() Exact { return Exact{new(big.Rat).Neg(x.rat())} }

// Pow returns x to a power of 0 or more.
func (x Exact) Pow(n int) Exact {
	out := Int(1)
	for range n {
		out = out.Mul(x)
	}
	return out
}

// Cmp is negative where x < y, 0 where they are equal, positive where x > y.
func (x Exact) Cmp(y Exact) int { return x.rat().Cmp(y.rat()) }

// Sign is −1, 0 or 1.
func (x Exact) Sign() int { return x.rat().Sign() }

// IsZero reports whether x is 0, so that JSON can leave it out.
func (x Exact) IsZero() bool { return x.Sign() == 0 }

// Float is the nearest float, for pictures and for draws.
func (x Exact) Float() float64 { f, _ := x.rat().Float64(); return f }

// Rat is a copy for whoever calculates further with math/big.
func (x Exact) Rat() *big.Rat { return new(big.Rat).Set(x.rat()) }

// OfRat is the number that a fraction of math/big stands for.
func OfRat(r *big.Rat) Exact { return Exact{new(big.Rat).Set(r)} }

// OfFloat is exactly what a float stands for; 0 for what is no number.
func OfFloat(f float64) Exact {
	r := new(big.Rat).SetFloat64(f)
	if r == nil {
		return Exact{}
	}
	return Exact{r}
}

// Round is x to a number of places, half away from zero.
func (x Exact) Round(places int) Exact {
	r, _ := new(big.Rat).SetString(x.rat().FloatString(places))
	return Exact{r}
}

// String is x as a program reads it, without loss: "1234.5" where the decimal ends, else the
// fraction, "1/3". Equal numbers have equal texts.
func (x Exact) String() string {
	if n, exact := x.rat().FloatPrec(); exact {
		return x.rat().FloatString(n)
	}
	return x.rat().String()
}

// MarshalText writes [Exact.String].
func (x Exact) MarshalText() ([]byte, error) { return []byte(x.String()), nil }

// UnmarshalText reads what MarshalText wrote; see [Parse].
func (x *Exact) UnmarshalText(text []byte) error {
	y, err := Parse(string(text))
	if err == nil {
		*x = y
	}
	return err
}

// Text writes x for people, rounded to a number of places and grouped: "1.234,50" in German,
// "1,234.50" in English.
func (x Exact) Text(tongue string, places int) string {
	group, point := ",", "."
	if tongue == "de" {
		group, point = ".", ","
	}
	s, sign := x.rat().FloatString(places), ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	whole, rest, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + group + whole[i:]
	}
	if rest != "" {
		whole += point + rest
	}
	if strings.Trim(s, "0.") == "" {
		sign = "" // what rounds to nothing has no sign
	}
	return sign + whole
}

// UnmarshalJSON takes a text or a number: "1234.50" and 1234.50 are the same, to the last digit.
func (x *Exact) UnmarshalJSON(data []byte) error {
	text := string(data)
	if text == "null" {
		return nil
	}
	if len(text) > 1 && text[0] == '"' {
		text = text[1 : len(text)-1]
	}
	return x.UnmarshalText([]byte(text))
}

// Bits is how much room a number takes, above and below its line. Whoever takes numbers from
// outside bounds it: each multiplication adds the bits of both.
func (x Exact) Bits() int { return x.rat().Num().BitLen() + x.rat().Denom().BitLen() }

// longest bounds what is read as a number, in bytes.
const longest = 60

var errNumber = errors.New("no number: want digits with a point before decimals, such as 1234.50, or a fraction of whole numbers, such as 1/3")

// Parse reads a number as a program writes it: "1234.5", "-3", "1/3". No grouping, no exponent.
func Parse(text string) (Exact, error) {
	plain, point, bar := strings.TrimPrefix(text, "-"), 0, 0
	for i := range len(plain) {
		switch c := plain[i]; {
		case c == '.' && i > 0 && i < len(plain)-1:
			point++
		case c == '/' && i > 0 && i < len(plain)-1:
			bar++
		case c < '0' || c > '9':
			return Exact{}, errNumber
		}
	}
	if plain == "" || point+bar > 1 || len(plain) > 4096 {
		return Exact{}, errNumber
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok { // a denominator of 0
		return Exact{}, errNumber
	}
	return Exact{r}, nil
}
