// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import "slices"

// Text is a text in both languages; where English is lacking everybody reads German.
type Text struct {
	DE string `yaml:"de" json:"de"`
	EN string `yaml:"en" json:"en"`
}

// In returns the text in a language, else in German.
func (t Text) In(tongue string) string {
	if tongue == "en" && t.EN != "" || t.DE == "" {
		return t.EN
	}
	return t.DE
}

// Empty reports whether there is no text in either language.
func (t Text) Empty() bool { return t.DE == "" && t.EN == "" }

// Closed lists of what definitions are made of.
var (
	Areas    = []string{"take", "give", "steer"}
	Types    = []string{"text", "lines", "choice", "yesno", "date", "number", "money"}
	Outcomes = []string{"done", "refused", "withdrawn"}
)

// A Definition is one version of a procedure. The first state is the one a case begins in.
type Definition struct {
	ID          string       `yaml:"id"`
	Version     int          `yaml:"version"`
	Name        Text         `yaml:"name"`
	About       Text         `yaml:"about"`
	Area        string       `yaml:"area"`    // one of Areas
	Asked       Text         `yaml:"asked"`   // how a department would put it; empty: not offered to departments
	Source      string       `yaml:"source"`  // where the procedure comes from
	Checked     string       `yaml:"checked"` // day on which it was compared with its source, YYYY-MM-DD
	Roles       []string     `yaml:"roles"`   // keys of the roles that take part
	Fields      []Field      `yaml:"fields"`
	States      []State      `yaml:"states"`
	Transitions []Transition `yaml:"transitions"`

	Text string `yaml:"-" json:"-"` // id of the text that a house has written; empty for what ships
	Sum  string `yaml:"-" json:"-"` // SHA-256 of the text, in hexadecimal

	rules map[string]rule // guards and conditions, by their text
	lines map[string]int  // where an id stands, for messages
}

// A Field is something that is asked. Its answer is a fact of the case.
type Field struct {
	ID       string   `yaml:"id"`
	Name     Text     `yaml:"name"`
	Help     Text     `yaml:"help"`
	Type     string   `yaml:"type"` // one of Types
	Choices  []Choice `yaml:"choices"`
	Required bool     `yaml:"required"`
	When     string   `yaml:"when"` // expression that says when it is asked; empty: always
	Min      *float64 `yaml:"min"`  // of numbers and amounts; without one an amount may not be negative
	Max      *float64 `yaml:"max"`
}

// A Choice is one of the answers to a field of type choice.
type Choice struct {
	ID   string `yaml:"id"`
	Name Text   `yaml:"name"`
}

// A State is where a case stands. The tasks of a state run in parallel.
type State struct {
	ID      string `yaml:"id"`
	Name    Text   `yaml:"name"`
	End     bool   `yaml:"end"`
	Outcome string `yaml:"outcome"` // of an end: one of Outcomes
	Tasks   []Task `yaml:"tasks"`
}

// A Task is work for a role in a state.
type Task struct {
	ID       string   `yaml:"id"`
	Name     Text     `yaml:"name"`
	Role     string   `yaml:"role"`
	Days     int      `yaml:"days"`     // working days to do it in; 0: no deadline
	Escalate string   `yaml:"escalate"` // role that is told when the deadline passes
	Fields   []string `yaml:"fields"`   // what is filled in
	Optional bool     `yaml:"optional"` // does not hold the case back
}

// A Transition is a step from one state to another.
type Transition struct {
	ID       string   `yaml:"id"`
	Name     Text     `yaml:"name"`
	From     []string `yaml:"from"`
	To       string   `yaml:"to"`
	Role     string   `yaml:"role"`      // who takes it
	Guard    string   `yaml:"guard"`     // expression over the facts that must be true; empty: always
	Else     Text     `yaml:"else"`      // the sentence where the guard says no, or nobody stated what it asks for: true of both
	Reason   bool     `yaml:"reason"`    // whoever takes it writes down why
	FourEyes string   `yaml:"four_eyes"` // role of the second person; empty: one is enough
	Anyway   bool     `yaml:"anyway"`    // open tasks do not hold it back
}

// Start is the state a case begins in.
func (d *Definition) Start() State {
	if len(d.States) == 0 {
		return State{}
	}
	return d.States[0]
}

// Field returns the field with an id.
func (d *Definition) Field(id string) (Field, bool) {
	return find(d.Fields, func(f Field) bool { return f.ID == id })
}

// State returns the state with an id.
func (d *Definition) State(id string) (State, bool) {
	return find(d.States, func(s State) bool { return s.ID == id })
}

// Transition returns the transition with an id.
func (d *Definition) Transition(id string) (Transition, bool) {
	return find(d.Transitions, func(t Transition) bool { return t.ID == id })
}

// Task returns the task with an id, and the state it belongs to.
func (d *Definition) Task(id string) (Task, State, bool) {
	for _, s := range d.States {
		if t, ok := find(s.Tasks, func(t Task) bool { return t.ID == id }); ok {
			return t, s, true
		}
	}
	return Task{}, State{}, false
}

func find[T any](list []T, is func(T) bool) (found T, ok bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	return found, false
}
