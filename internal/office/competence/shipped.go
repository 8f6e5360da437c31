// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package competence

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// A Set is the catalogue that the program ships, with where it comes from.
type Set struct {
	Version     int                       `yaml:"version"`
	Source      string                    `yaml:"source"`
	Checked     string                    `yaml:"checked"` // day on which the source was read
	Years       int                       `yaml:"years"`
	Competences []Competence              `yaml:"competences"`
	Needs       map[string]map[string]int `yaml:"needs"` // role: competence: level
}

// Shipped is the catalogue in data/catalogue.yaml. It is part of the program: where it cannot
// be read, the program is broken, and says so when it starts.
var Shipped = func() Set {
	text, err := files.ReadFile("data/catalogue.yaml")
	if err != nil {
		panic("competence: " + err.Error())
	}
	s, err := read(text)
	if err != nil {
		panic("competence: data/catalogue.yaml: " + err.Error())
	}
	return s
}()

func read(text []byte) (s Set, err error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return s, err
	}
	known := map[string]bool{}
	for i := range s.Competences {
		c := &s.Competences[i]
		if known[c.Key] || !keyForm.MatchString(c.Key) {
			return s, fmt.Errorf("competence %q: want a key of small letters that occurs once", c.Key)
		}
		known[c.Key], c.Version = true, s.Version
		if c.Years == 0 {
			c.Years = s.Years
		}
	}
	for role, needs := range s.Needs {
		for key, level := range needs {
			if !known[key] || level < 1 || level > Highest {
				return s, fmt.Errorf("role %s needs %s at level %d: want a competence of the list and a level from 1 to %d", role, key, level, Highest)
			}
		}
	}
	return s, nil
}
