// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package procurement

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"allmende/internal/engine/market"
	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
	"allmende/internal/platform/web"
)

// What one must be allowed to.
const (
	mayRead   = "procurement.read"
	mayWrite  = "procurement.write"  // drafts, new editions, trials
	mayDecide = "procurement.decide" // freeze
)

// A Matter is a case that a paper can belong to.
type Matter struct{ ID, Name string }

// A Round is an evaluation of bids by an edition of a setup.
type Round struct {
	Href, Person string
	Edition      int
	Opened       time.Time
	Closed       time.Time // zero: it is going on
}

// Service is the papers of procurement.
type Service struct {
	store store

	// Places are who the viewer is in each organisation that they can act for.
	Places func(ctx context.Context) ([]door.Viewer, error)

	// Cases lists the cases that the viewer can link; Case names one that the viewer may see.
	Cases func(ctx context.Context) ([]Matter, error)
	Case  func(ctx context.Context, id string) (string, error)

	// Denied reports whether a case says that no usable open source was found; nil for never.
	Denied func(ctx context.Context, id string) (bool, error)

	// Products are names of software that criteria must not hold.
	Products func(ctx context.Context) ([]string, error)

	// Library is the catalogue in force for an organisation, Edition one that a paper names.
	// Nil: what ships.
	Library func(ctx context.Context, org ospo.OrgID) (market.Catalogue, error)
	Edition func(ctx context.Context, org ospo.OrgID, p market.Pin) (market.Catalogue, error)

	// Rounds lists where bids were evaluated by a paper, as far as the viewer may see that.
	Rounds func(ctx context.Context, paper string) ([]Round, error)

	// Whole is what other rooms keep of a case, for its dossier, as far as the viewer may see it;
	// a case that they may not see is not found.
	Whole func(ctx context.Context, id string, papers []Paper) (Whole, error)

	// Scoring is where bids are evaluated by a frozen edition; empty where the viewer may not.
	Scoring func(ctx context.Context, paper string, edition int) (href string)
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "procurement", Files: files, Rows: rows, Nav: nav, Case: []web.Panel{web.ShowPanel("panel.html", s.casePanel)}, Pages: s.pages(), Ops: s.ops(), Permits: []string{mayDecide, mayWrite}}
}

// texts are the room's own, for sentences that are put together.
var texts = sync.OnceValue(func() lang.Catalogue {
	c, err := lang.Load(files)
	if err != nil {
		panic("procurement: " + err.Error()) // a file of the program itself is broken
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
	d.UseNumber() // a seed has more digits than a float
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

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }
