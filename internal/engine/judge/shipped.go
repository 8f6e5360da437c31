// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package judge

import (
	"embed"
	"path"
	"slices"
)

//go:embed data
var files embed.FS

// Standard is the profile that applies where an organisation chose none.
const Standard = "opencode"

var shipped = func() []*Profile {
	entries, err := files.ReadDir("data")
	if err != nil {
		panic("judge: " + err.Error())
	}
	var out []*Profile
	for _, e := range entries {
		data, err := files.ReadFile(path.Join("data", e.Name()))
		if err != nil {
			panic("judge: " + err.Error())
		}
		p, err := Read(data)
		if err != nil {
			panic("judge: " + e.Name() + ": " + err.Error())
		}
		out = append(out, &p)
	}
	slices.SortStableFunc(out, func(a, b *Profile) int { return slices.Index(order, a.ID) - slices.Index(order, b.ID) })
	return out
}()

var order = []string{"opencode", "munich", "munich-ci", "france-publish", "france-sill", "italy"}

// Shipped lists the profiles that come with the program. They are shared: do not write there.
func Shipped() []*Profile { return shipped }

// Find returns a profile that comes with the program.
func Find(id string) (*Profile, bool) {
	i := slices.IndexFunc(shipped, func(p *Profile) bool { return p.ID == id })
	if i < 0 {
		return nil, false
	}
	return shipped[i], true
}
