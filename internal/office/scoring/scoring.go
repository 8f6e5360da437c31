// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package scoring

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"sync"

	"allmende/internal/engine/award"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// What one must be allowed to.
const (
	mayRead   = "scoring.read"
	mayWrite  = "scoring.write"  // rounds, bids, own statements and points, consensus
	mayDecide = "scoring.decide" // close
)

// Announced is a frozen edition of an award setup, with its text and that text's SHA-256.
type Announced struct {
	Org              ospo.OrgID
	Title, Body, Sum string
}

// Service is the evaluation of bids.
type Service struct {
	store store

	// Setup hands out a frozen edition that the viewer may see; a draft is not found.
	Setup func(ctx context.Context, paper string, edition int) (Announced, error)

	// Faults and Notes put what the engine says into sentences in the reader's language.
	Faults func(ctx context.Context, s award.Setup, all []award.Fault) []string
	Notes  func(ctx context.Context, s award.Setup, all []award.Note) []string
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "scoring", Files: files, Rows: rows, Nav: nav, Pages: s.pages(), Ops: s.ops(), Permits: []string{mayDecide, mayWrite}}
}

// texts are the room's own, for sentences that are put together.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("scoring: " + err.Error()) // a file of the program itself is broken
	}
	return c
})

// tongue is the language of whoever asks.
func tongue(ctx context.Context) string {
	if t := door.From(ctx).Lang; t != "" {
		return t
	}
	return "de"
}

// say is a text of the room in the reader's language.
func say(ctx context.Context, key string, args ...any) string {
	return texts().T(tongue(ctx), key, args...)
}

// Bounds of what a person writes, in characters.
const (
	longestLine = 300
	longestText = 5_000
)

// canonical writes a value as JSON without blanks, its members by name, and sums it up.
func canonical(v any) (body, sha string, err error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", "", err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var ordered any
	if err := d.Decode(&ordered); err != nil {
		return "", "", err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(ordered); err != nil {
		return "", "", err
	}
	body = strings.TrimSuffix(out.String(), "\n")
	return body, sum(body), nil
}

func sum(body string) string {
	h := sha256.Sum256([]byte(body))
	return hex.EncodeToString(h[:])
}
