// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"context"
	"time"

	"allmende/internal/fault"
	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/lang"
)

// Text is a text in both languages; where English is lacking everybody reads German.
type Text struct {
	DE string `json:"de" yaml:"de"`
	EN string `json:"en,omitempty" yaml:"en"`
}

// In returns the text in a language, else in German.
func (t Text) In(tongue string) string {
	if tongue == "en" && t.EN != "" {
		return t.EN
	}
	return t.DE
}

// Levels are the levels of a competence; their words are competence.level.….
var Levels = []int{0, 1, 2, 3, 4}

// Highest is the highest level.
const Highest = 4

// A Competence is something that people know or can do.
type Competence struct {
	Key   string `json:"key" yaml:"key"`
	Name  Text   `json:"name" yaml:"name"`
	About Text   `json:"about" yaml:"about"`
	Years int    `json:"years" yaml:"years" doc:"For how many years a confirmation holds."`

	Version int           `json:"version" yaml:"-"`
	Org     ospo.OrgID    `json:"org,omitempty" yaml:"-" doc:"Who decided this version; absent as the program ships it."`
	OrgName string        `json:"orgName,omitempty" yaml:"-"`
	Retired bool          `json:"retired,omitempty" yaml:"-"`
	Reason  string        `json:"reason,omitempty" yaml:"-" doc:"Why this version was made."`
	Person  ospo.PersonID `json:"person,omitempty" yaml:"-"`
	Maker   string        `json:"personName,omitempty" yaml:"-"`
	Created string        `json:"created,omitempty" yaml:"-"`
}

// A Need is the level at which a role needs a competence.
type Need struct {
	Role       string `json:"role" doc:"Key of the role."`
	Competence string `json:"competence" doc:"Key of the competence."`
	Level      int    `json:"level" doc:"1 to 4; 0 is not at all."`
	Version    int    `json:"version"`
	Proposal   bool   `json:"proposal,omitempty" doc:"The level is a proposal of the program; no organisation decided it."`
	Reason     string `json:"reason,omitempty"`
	Maker      string `json:"personName,omitempty"`
	Created    string `json:"created,omitempty"`
}

// A Role is a role as the room of roles tells of it.
type Role struct {
	Key         string `json:"key"`
	Name        Text   `json:"name"`
	Competences []Text `json:"competences" doc:"As the role itself names them."`
}

// A Holding is a person holding a role today.
type Holding struct {
	Role       string
	Org        ospo.OrgID // where the role is held
	OrgName    string
	Person     ospo.PersonID
	Name       string
	House      string // name of the person's own organisation
	Deputy     ospo.PersonID
	DeputyName string
}

// Service is the competences of people and roles.
type Service struct {
	store store

	// Roles lists the roles in use in the viewer's organisation; Holdings who holds one
	// there or below; Held the keys of those that a person holds today, wherever.
	Roles    func(ctx context.Context) ([]Role, error)
	Holdings func(ctx context.Context) ([]Holding, error)
	Held     func(ctx context.Context, person ospo.PersonID) ([]string, error)
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "competence", Files: files, Rows: rows, Stocks: stocks, Nav: s.nav(), Pages: s.pages(), Ops: s.ops()}
}

// today is the day on the readers' clocks.
func (s *Service) today() string { return lang.Day(s.store.db.Now()) }

// Bounds of what a person writes, in characters.
const (
	longestName = 200
	longestText = 2_000
)

func inLevels(field string, level, least int) error {
	if level < least || level > Highest {
		return fault.At(field, "competence.level_bad", level, least, Highest)
	}
	return nil
}

func notFound() error { return fault.New(fault.NotFound, "fault.not_found") }

func errorOr(err, or error) error {
	if err != nil {
		return err
	}
	return or
}

// At is when a version was made.
func (c Competence) At() time.Time { return db.Time(c.Created) }
