// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package obligation

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"allmende/internal/engine/spdx"
)

// Version is the edition of the catalogue. It goes up with each change of what an entry says.
const Version = 2

// Closed lists of what entries are made of; each value has a word in lang/ of the room.
var (
	Actors  = []string{"distributor", "modifier", "operator", "user"}
	Actions = []string{"include", "keep", "mark", "provide", "offer", "license", "rename", "refrain", "declare", "clarify"}
	Objects = []string{"licence-text", "copyright-notice", "notice-file", "acknowledgement", "change-notice", "interface-notice", "source", "source-offer",
		"installation", "relinking", "same-licence", "terms", "names", "trademark", "patent", "warranty", "authorship", "contract", "licence", "exception"}
)

// A Duty is one thing that licences oblige to.
type Duty struct {
	ID       string   `yaml:"id"`
	Licences []string `yaml:"licences"` // ids of the SPDX list that say so
	Classes  []string `yaml:"classes"`  // classes of licences for which it stands in; see [Fallback]
	Actor    string   `yaml:"actor"`    // one of Actors: whom it binds
	MustNot  bool     `yaml:"must_not"` // something to leave undone; it is never fulfilled once and for all
	Action   string   `yaml:"action"`   // one of Actions
	Object   string   `yaml:"object"`   // one of Objects
	Trigger  string   `yaml:"trigger"`  // one of the keys of triggers
	Modified bool     `yaml:"modified"` // only where something was changed

	Section  string            `yaml:"section"`  // "4(a)", "Art. 5"; empty where the licence has none
	Sections map[string]string `yaml:"sections"` // by licence, where they differ
	Of       map[string]string `yaml:"of"`       // whose section it is, where a licence builds on another
	Quote    string            `yaml:"quote"`    // a few words of the licence that stand there

	DE string `yaml:"de"`
	EN string `yaml:"en"`

	Reviewed string `yaml:"-"` // day on which somebody compared the entry with the licence, YYYY-MM-DD
}

// In is the duty in our own words, in German or English.
func (d Duty) In(tongue string) string {
	if tongue == "de" {
		return d.DE
	}
	return d.EN
}

// Clause names where a licence says so: "Apache-2.0 §4(a)", "EUPL-1.2 Art. 5", or the licence
// with the words it begins with, where it has no sections. Empty for what a class asks for.
func (d Duty) Clause(licence string) string {
	if !slices.Contains(d.Licences, licence) {
		return ""
	}
	section := d.section(licence)
	switch {
	case section == "":
		return licence + ": “" + d.Quote + "”"
	case section[0] >= '0' && section[0] <= '9':
		section = "§" + section
	}
	if of := d.Of[licence]; of != "" {
		return of + " " + section + " (" + licence + ")"
	}
	return licence + " " + section
}

func (d Duty) section(licence string) string {
	if s := d.Sections[licence]; s != "" {
		return s
	}
	return d.Section
}

//go:embed data/*.yaml
var data embed.FS

// A family is one file of the catalogue.
type family struct {
	Reviewed string   `yaml:"reviewed"`
	None     []string `yaml:"none"` // licences that oblige to nothing
	Duties   []Duty   `yaml:"duties"`
}

var (
	all   []Duty              // in the order of the files
	byID  = map[string]Duty{} // all, by id
	of    = map[string][]Duty{}
	class = map[string][]Duty{}
	held  = map[string]bool{} // licences that the catalogue holds, those that oblige to nothing included
)

// The catalogue is part of the program: where it cannot be read the program is broken, and says
// so when it starts.
func init() {
	names, err := fs.Glob(data, "data/*.yaml")
	if err != nil {
		panic("obligation: " + err.Error())
	}
	for _, name := range names {
		text, err := data.ReadFile(name)
		if err == nil {
			err = load(text)
		}
		if err != nil {
			panic("obligation: " + name + ": " + err.Error())
		}
	}
}

func load(text []byte) error {
	var f family
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		return err
	}
	for _, id := range f.None {
		held[id] = true
	}
	for _, one := range f.Duties {
		one.Reviewed = f.Reviewed
		if err := one.check(); err != nil {
			return fmt.Errorf("%s: %w", one.ID, err)
		}
		all, byID[one.ID] = append(all, one), one
		for _, id := range one.Licences {
			of[id], held[id] = append(of[id], one), true
		}
		for _, c := range one.Classes {
			class[c] = append(class[c], one)
		}
	}
	return nil
}

// check says what is wrong with an entry: what was got, what was wanted.
func (d Duty) check() error {
	for _, one := range []struct {
		what, got string
		want      []string
	}{{"actor", d.Actor, Actors}, {"action", d.Action, Actions}, {"object", d.Object, Objects}} {
		if !slices.Contains(one.want, one.got) {
			return fmt.Errorf("%s %q: want one of %s", one.what, one.got, strings.Join(one.want, ", "))
		}
	}
	if triggers[d.Trigger] == nil {
		return fmt.Errorf("trigger %q is none", d.Trigger)
	}
	if _, twice := byID[d.ID]; d.ID == "" || twice {
		return fmt.Errorf("id %q: want one that occurs once", d.ID)
	}
	for _, id := range d.Licences {
		if _, ok := spdx.Find(id); !ok || d.Quote == "" {
			return fmt.Errorf("licence %q: want one of the SPDX list, and words that it says", id)
		}
	}
	if d.DE == "" || d.EN == "" || len(d.Licences) == 0 == (len(d.Classes) == 0) {
		return fmt.Errorf("want a sentence in both languages, and licences or classes")
	}
	return nil
}

// All lists the catalogue, in the order in which it is written down.
func All() []Duty { return slices.Clone(all) }

// Find returns the duty with an id.
func Find(id string) (Duty, bool) {
	d, ok := byID[id]
	return d, ok
}

// Holds reports whether the catalogue holds a licence, so that no class has to stand in.
func Holds(licence string) bool { return held[canonical(licence)] }

// Of lists what a licence obliges to, whatever is done with it; nil for one that the catalogue
// does not hold, and for one that obliges to nothing.
func Of(licence string) []Duty { return slices.Clone(of[canonical(licence)]) }

// canonical is an id as the list names it today.
func canonical(id string) string {
	l, _ := spdx.Licence{ID: id}.Present()
	return l.ID
}
