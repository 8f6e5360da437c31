// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"time"

	"allmende/internal/office"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/lang"
)

// Text is a text of a role in both languages. A city that writes German alone is read in
// German by everybody.
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

// A Role says what somebody does in the office and what they may for it.
type Role struct {
	Key              string   `json:"key" yaml:"key"`
	Name             Text     `json:"name" yaml:"name"`
	Purpose          Text     `json:"purpose" yaml:"purpose"`
	Responsibilities []Text   `json:"responsibilities" yaml:"responsibilities"`
	Competences      []Text   `json:"competences" yaml:"competences" doc:"What who fills the role should know."`
	Grants           []string `json:"grants" yaml:"grants" doc:"Permissions: *, estate.*, *.read or sbom.write."`
	Steering         bool     `json:"steering" yaml:"steering" doc:"Says where the house is going; not given to another house without a reason."`

	Version int           `json:"version" yaml:"-"`
	Org     ospo.OrgID    `json:"org,omitempty" yaml:"-" doc:"Who decided this version; absent as the program ships it."`
	OrgName string        `json:"orgName,omitempty" yaml:"-"`
	Retired bool          `json:"retired,omitempty" yaml:"-"`
	Reason  string        `json:"reason,omitempty" yaml:"-" doc:"Why this version was made."`
	Person  ospo.PersonID `json:"person,omitempty" yaml:"-"`
	Maker   string        `json:"personName,omitempty" yaml:"-"`
	Created time.Time     `json:"created,omitzero" yaml:"-"`
}

// Service is the roles and who holds them.
type Service struct {
	store store

	// Permissions are those that pages and operations ask for, in order.
	Permissions []string

	desk *approval.Desk // where acts wait for a second person; nil where none is asked

	// Texts are the words of the role map.
	Texts lang.Catalogue

	// Levels says what an account may by its level alone.
	Levels func(level string) []string
}

// Room describes this folder to the office.
func (s *Service) Room() office.Room {
	return office.Room{Name: "role", Files: files, Rows: rows, Stocks: stocks, Nav: s.nav(), Pages: s.pages(), Ops: s.ops()}
}
