// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// Package demo holds the fictional city that a demonstration starts with: its
// organisations, people, suppliers and contracts, what it runs, bills of materials of
// real software made by real tools, and advisories with true ids and ranges in our own
// words. data/SOURCES.md says where each fact comes from and what is invented. Nothing
// here knows a database: whoever starts a demonstration carries the city into the rooms.
package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
)

//go:embed data
var data embed.FS

// A City is everything a demonstration is filled with. All ids are short names that are
// unique within the city and its kind ("it-betrieb", "node-red").
type City struct {
	Note      Text       `json:"note"` // what is invented
	Home      string     `json:"city"` // id of the organisation whose people use the demonstration
	Orgs      []Org      `json:"orgs"` // a parent stands before its children
	People    []Person   `json:"people"`
	Suppliers []Supplier `json:"suppliers"`
	Software  []Software `json:"software"`

	Roles    Roles     `json:"-"`
	Findings []Finding `json:"-"` // of the audit office

	Competences  Competences   `json:"-"`
	Meetings     Meetings      `json:"-"`
	Duties       Duties        `json:"-"`
	Policy       Policy        `json:"-"`
	Licences     Licences      `json:"-"`
	Choices      []Choice      `json:"-"` // of licences
	Cases        []Case        `json:"-"`
	Awards       []Award       `json:"-"`
	Rounds       []Round       `json:"-"`
	Studies      []Study       `json:"-"`
	Library      []Library     `json:"-"`
	Surveys      []Survey      `json:"-"`
	Guests       []Guest       `json:"-"`
	Ideas        []Idea        `json:"-"`
	Desk         Desk          `json:"-"`
	Descriptions []Description `json:"-"`
	Contracts    []Contract    `json:"-"`
	Budgets      []Budget      `json:"-"`

	Documents []Document `json:"-"` // bills of materials, ordered by file name

	Advisories fs.FS  `json:"-"` // OSV records, one JSON file each, in one folder
	KEV        []byte `json:"-"` // known exploited vulnerabilities, CSV with CISA's columns
	EPSS       []byte `json:"-"` // exploit prediction scores, CSV with FIRST's columns
}

// Text is a text in both languages.
type Text struct {
	DE string `json:"de"`
	EN string `json:"en"`
}

// An Org is an organisation in the tree; without Parent it is the top.
type Org struct {
	ID     string `json:"id"`
	Parent string `json:"parent"`
	Kind   string `json:"kind"` // provider, city, municipality, department or enterprise
	Name   Text   `json:"name"`
}

// A Person has an account in the demonstration.
type Person struct {
	ID    string `json:"id"`
	Org   string `json:"org"`
	Name  string `json:"name"`
	Login string `json:"login"` // address under .example, which nobody can own
	Role  Text   `json:"role"`  // what the person does in the house
	Level string `json:"level"` // admin, editor, reader, or none where roles say it all
}

// A Supplier delivers or looks after software. All are invented.
type Supplier struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Load reads the city. An error says which file is wrong and how.
func Load() (City, error) {
	c := City{}
	for _, part := range []struct {
		name string
		into any
	}{
		{"estate", &c}, {"roles", &c.Roles}, {"findings", &c.Findings}, {"competences", &c.Competences},
		{"duties", &c.Duties}, {"meetings", &c.Meetings}, {"policy", &c.Policy}, {"licences", &c.Licences},
		{"choices", &c.Choices}, {"cases", &c.Cases}, {"contracts", &c.Contracts}, {"budgets", &c.Budgets},
		{"library", &c.Library}, {"awards", &c.Awards}, {"rounds", &c.Rounds}, {"studies", &c.Studies}, {"surveys", &c.Surveys},
		{"descriptions", &c.Descriptions}, {"desk", &c.Desk}, {"guests", &c.Guests}, {"ideas", &c.Ideas},
	} {
		if err := read("data/"+part.name+".json", part.into); err != nil {
			return c, err
		}
	}
	var err error
	if c.Documents, err = documents(); err != nil {
		return c, err
	}
	if c.Advisories, err = fs.Sub(data, "data/advisories"); err != nil {
		return c, fmt.Errorf("advisories of the demonstration: %w", err)
	}
	if c.KEV, err = data.ReadFile("data/kev.csv"); err != nil {
		return c, fmt.Errorf("exploited vulnerabilities of the demonstration: %w", err)
	}
	if c.EPSS, err = data.ReadFile("data/epss.csv"); err != nil {
		return c, fmt.Errorf("exploit predictions of the demonstration: %w", err)
	}
	return c, nil
}

func read(name string, into any) error {
	raw, err := data.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return fmt.Errorf("%s of the demonstration: %w", name, err)
	}
	return nil
}
