// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package severity

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"
)

// limit is the longest vector read, in bytes; the longest legal one has 220.
const limit = 300

// A Rating is a severity and where it comes from.
type Rating struct {
	Score   float64 // 0 to 10; meaningful only if Scored
	Scored  bool
	Level   Level
	Version string // "2.0", "3.0", "3.1", "4.0"; empty for words and bare numbers
	Vector  string // as given, empty for words
	Err     error  // why a vector has no score, a sentence; nil if it has one
}

// Rate computes the rating of a CVSS vector: the base score for versions 2 and 3,
// for version 4 the score of what the vector holds (CVSS-B, -BT …). A bare number
// from 0 to 10 is taken as score, a word as level. What is none of these is
// Unknown and has Err.
func Rate(text string) Rating {
	text = strings.TrimSpace(text)
	if l := Word(text); l != Unknown {
		return Rating{Level: l}
	}
	r := Rating{}
	if len(text) > limit {
		r.Err = fmt.Errorf("CVSS vector is %d bytes long, want at most %d", len(text), limit)
		return r
	}
	r.Vector = text
	if r.Score, r.Err = score(text, &r.Version); r.Err != nil {
		r.Score = 0
		return r
	}
	r.Scored, r.Level = true, OfScore(r.Score, r.Version)
	return r
}

// Worst gives the worst of several ratings: the highest level, among equals the
// highest score, then the newest version of CVSS. Without any it is Unknown.
// A known level outweighs an unknown one.
func Worst(ratings ...Rating) Rating {
	var worst Rating
	for i, r := range ratings {
		if i == 0 || cmp.Or(cmp.Compare(r.Level, worst.Level), cmp.Compare(r.Score, worst.Score), cmp.Compare(r.Version, worst.Version)) > 0 {
			worst = r
		}
	}
	return worst
}

// Of gives the rating of an advisory: the worst of its vectors, or, if none can be
// scored, the level of its word ("MODERATE"), or Unknown with the first Err.
func Of(vectors []string, word string) Rating {
	ratings := make([]Rating, len(vectors))
	for i, v := range vectors {
		ratings[i] = Rate(v)
	}
	worst := Worst(ratings...)
	if worst.Level == Unknown {
		worst.Level = Word(word)
	}
	return worst
}

// score reads one vector and says which version of CVSS it follows.
func score(vector string, version *string) (s float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("CVSS vector %q: the library failed: %v", vector, r)
		}
	}()
	switch {
	case vector == "":
		return 0, errors.New("CVSS vector is empty")
	case strings.HasPrefix(vector, "CVSS:4.0/"):
		*version = "4.0"
		v, err := gocvss40.ParseVector(vector)
		return scored(vector, err, func() float64 { return v.Score() })
	case strings.HasPrefix(vector, "CVSS:3.1/"):
		*version = "3.1"
		v, err := gocvss31.ParseVector(vector)
		return scored(vector, err, func() float64 { return v.BaseScore() })
	case strings.HasPrefix(vector, "CVSS:3.0/"):
		*version = "3.0"
		v, err := gocvss30.ParseVector(vector)
		return scored(vector, err, func() float64 { return v.BaseScore() })
	case strings.HasPrefix(vector, "CVSS:") && !strings.HasPrefix(vector, "CVSS:2.0/"):
		return 0, fmt.Errorf("CVSS vector %q has an unknown version, want 2.0, 3.0, 3.1 or 4.0", vector)
	case strings.Contains(vector, "/"):
		*version = "2.0"
		v, err := gocvss20.ParseVector(bare(vector))
		return scored(vector, err, func() float64 { return v.BaseScore() })
	}
	return number(vector)
}

func scored(vector string, err error, of func() float64) (float64, error) {
	if err != nil {
		return 0, fmt.Errorf("CVSS vector %q: %w", vector, err)
	}
	return of(), nil
}

// bare takes off what some sources put around vectors of version 2.
func bare(vector string) string {
	vector = strings.TrimPrefix(vector, "CVSS:2.0/")
	return strings.TrimSuffix(strings.TrimPrefix(vector, "("), ")")
}

func number(text string) (float64, error) {
	s, err := strconv.ParseFloat(text, 64)
	if err != nil || !(s >= 0 && s <= 10) {
		return 0, fmt.Errorf("severity is %q, want a CVSS vector, a score from 0 to 10 or a word such as HIGH", text)
	}
	return s, nil
}
