// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package severity says how bad a vulnerability is: it computes the base score of
// CVSS vectors (v2, v3.0, v3.1, v4.0) and reads the words that advisories use
// instead. Unknown is a level of its own, neither harmless nor dangerous.
package severity

import (
	"fmt"
	"strings"
)

// A Level is a severity in words, the higher the worse. The numbers are stored.
type Level uint8

const (
	Unknown Level = iota // nobody said, or not so that we understand it
	None                 // scored, and harmless
	Low
	Medium
	High
	Critical
)

var names = [...]string{"unknown", "none", "low", "medium", "high", "critical"}

// Levels lists all levels, worst first, unknown last.
func Levels() []Level { return []Level{Critical, High, Medium, Low, None, Unknown} }

// String gives the English word in lower case, "critical".
func (l Level) String() string {
	if int(l) < len(names) {
		return names[l]
	}
	return names[Unknown]
}

// MarshalText writes the level as its word.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads one of the six words of String.
func (l *Level) UnmarshalText(text []byte) error {
	for i, n := range names {
		if n == string(text) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("severity level is %.40q, want one of %s", text, strings.Join(names[:], ", "))
}

// words are the levels as advisories write them: GitHub, NVD, Red Hat ("important"),
// Ubuntu and Debian ("negligible", "unimportant").
var words = map[string]Level{
	"none": None, "informational": None,
	"low": Low, "negligible": Low, "minor": Low, "unimportant": Low,
	"medium": Medium, "moderate": Medium,
	"high": High, "important": High, "major": High,
	"critical": Critical, "severe": Critical, "catastrophic": Critical,
}

// Word gives the level of a word in any case, Unknown for every other text.
func Word(w string) Level {
	if len(w) > 20 {
		return Unknown
	}
	return words[strings.ToLower(strings.TrimSpace(w))]
}

// OfScore gives the level of a score by the scale of CVSS v3 and v4, for which
// v2's scale has fewer steps (no critical, no none); version is as in Rating.
func OfScore(score float64, version string) Level {
	switch {
	case !(score >= 0 && score <= 10):
		return Unknown
	case score < 0.1 && version != "2.0":
		return None
	case score < 4:
		return Low
	case score < 7:
		return Medium
	case score < 9 || version == "2.0":
		return High
	}
	return Critical
}
