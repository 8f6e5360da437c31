// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package role

import (
	"bytes"
	"slices"

	"go.yaml.in/yaml/v3"
)

// A Set is the roles that the program ships, with where they come from.
type Set struct {
	Version int    `yaml:"version"`
	Source  string `yaml:"source"`
	Checked string `yaml:"checked"` // day on which the source was read
	Roles   []Role `yaml:"roles"`
}

// shipped is the set in data/roles.yaml. It is part of the program: where it cannot be
// read, the program is broken, and says so when it starts.
var shipped = func() Set {
	text, err := files.ReadFile("data/roles.yaml")
	if err != nil {
		panic("role: " + err.Error())
	}
	var s Set
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		panic("role: data/roles.yaml: " + err.Error())
	}
	for i := range s.Roles {
		s.Roles[i].Version = s.Version
	}
	return s
}()

// base returns a role as the program ships it.
func base(key string) (Role, bool) {
	if i := slices.IndexFunc(shipped.Roles, func(r Role) bool { return r.Key == key }); i >= 0 {
		return shipped.Roles[i], true
	}
	return Role{}, false
}
