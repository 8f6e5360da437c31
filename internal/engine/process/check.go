// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import (
	"iter"
	"slices"
	"strings"
)

// Kinds lists what can be wrong in a definition that can be read; each has a sentence in the
// language of the reader.
//
//	needs           At lacks what Of names: name, asked, source, roles, states, transitions, else, outcome
//	no_translation  the text Of (name, about, help, else, asked) of At is not in both languages
//	duplicate       the id At stands twice, as Of (field, state, task, transition, choice, role), or At names a state twice (from)
//	no_end          no state is an end
//	unreachable     no way leads from the start to the state At
//	dead            no way leads from the state At to an end: whoever comes there stays there
//	leaves_end      the transition At leaves the end Of
//	end_tasks       the end At has tasks that nobody will ever do
//	unknown_state   At names the state Of, which there is not
//	unknown_role    At names the role Of, which the house does not have
//	undeclared_role At names the role Of, which the definition does not list under roles
//	idle_role       the role Of is listed and does nothing
//	unknown_field   the task At fills in the field Of, which there is not
//	idle_field      no task fills in the field At
//	bad_guard       the guard or condition of At cannot be used: Of says why
//	same_eyes       the transition At wants a second person and names no first one
var Kinds = []string{"needs", "no_translation", "duplicate", "no_end", "unreachable", "dead", "leaves_end", "end_tasks", "unknown_state",
	"unknown_role", "undeclared_role", "idle_role", "unknown_field", "idle_field", "bad_guard", "same_eyes"}

// A Flaw is one thing wrong in a definition.
type Flaw struct {
	Kind string // one of Kinds
	At   string // id of the field, state, task, transition or definition
	Of   string
	Line int // where At stands, 0 if nowhere
}

type checker struct {
	d     *Definition
	known []string // roles of the house
	flaws []Flaw
}

// Check says what is wrong in a definition, given the keys of the roles that the house has.
// None means that the procedure can be used: each state can be reached and left, each role is
// there, each guard can be asked, and each text is there in both languages.
func Check(d *Definition, roles []string) []Flaw {
	c := &checker{d: d, known: roles}
	c.complete()
	c.twice()
	c.translations()
	c.roles()
	c.fields()
	c.ways()
	c.guards()
	return c.flaws
}

func (c *checker) flaw(kind, at, of string) {
	if f := (Flaw{kind, at, of, c.d.Line(at)}); !slices.Contains(c.flaws, f) {
		c.flaws = append(c.flaws, f)
	}
}

func (c *checker) complete() {
	for what, lacks := range ordered(
		"source", c.d.Source == "", "roles", len(c.d.Roles) == 0, "states", len(c.d.States) == 0, "transitions", len(c.d.Transitions) == 0) {
		if lacks {
			c.flaw("needs", c.d.ID, what)
		}
	}
	for _, t := range c.d.Transitions {
		if t.Guard != "" && t.Else.Empty() {
			c.flaw("needs", t.ID, "else")
		}
		if t.FourEyes != "" && t.Role == "" {
			c.flaw("same_eyes", t.ID, t.FourEyes)
		}
	}
	for _, s := range c.d.States {
		if s.End && len(s.Tasks) > 0 {
			c.flaw("end_tasks", s.ID, "")
		}
		if !s.End && s.Outcome != "" {
			c.flaw("needs", s.ID, "end")
		}
	}
}

// ordered goes through pairs of a word and whether it holds.
func ordered(pairs ...any) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if !yield(pairs[i].(string), pairs[i+1].(bool)) {
				return
			}
		}
	}
}

func (c *checker) twice() {
	once := func(of string) func(id string) {
		seen := map[string]bool{}
		return func(id string) {
			if seen[id] {
				c.flaw("duplicate", id, of)
			}
			seen[id] = true
		}
	}
	role, field, state, task, step := once("role"), once("field"), once("state"), once("task"), once("transition")
	for _, r := range c.d.Roles {
		role(r)
	}
	for _, f := range c.d.Fields {
		field(f.ID)
		choice := once("choice")
		for _, one := range f.Choices {
			choice(one.ID)
		}
	}
	for _, s := range c.d.States {
		state(s.ID)
		for _, t := range s.Tasks {
			task(t.ID)
		}
	}
	for _, t := range c.d.Transitions {
		step(t.ID)
		for i, from := range t.From {
			if slices.Contains(t.From[:i], from) {
				c.flaw("duplicate", t.ID, "from")
			}
		}
	}
}

// texts goes through all texts of a definition, with the id they stand at.
func (d *Definition) texts() iter.Seq2[string, Text] {
	return func(yield func(string, Text) bool) {
		for at, named := range d.named() {
			if !yield(at, named.text) {
				return
			}
		}
	}
}

type named struct {
	what string
	text Text
	must bool
}

func (d *Definition) named() iter.Seq2[string, named] {
	return func(yield func(string, named) bool) {
		ok := true
		say := func(at, what string, t Text, must bool) { ok = ok && yield(at, named{what, t, must}) }
		say(d.ID, "name", d.Name, true)
		say(d.ID, "about", d.About, true)
		say(d.ID, "asked", d.Asked, false)
		for _, f := range d.Fields {
			say(f.ID, "name", f.Name, true)
			say(f.ID, "help", f.Help, false)
			for _, one := range f.Choices {
				say(f.ID, "choice "+one.ID, one.Name, true)
			}
		}
		for _, s := range d.States {
			say(s.ID, "name", s.Name, true)
			for _, t := range s.Tasks {
				say(t.ID, "name", t.Name, true)
			}
		}
		for _, t := range d.Transitions {
			say(t.ID, "name", t.Name, true)
			say(t.ID, "else", t.Else, false)
		}
	}
}

func (c *checker) translations() {
	for at, n := range c.d.named() {
		de, en := strings.TrimSpace(n.text.DE) != "", strings.TrimSpace(n.text.EN) != ""
		if n.must && !de && !en {
			c.flaw("needs", at, n.what)
		} else if de != en {
			c.flaw("no_translation", at, n.what)
		}
	}
}

func (c *checker) roles() {
	at := map[string]bool{}
	role := func(id, key string) {
		if key == "" {
			return
		}
		at[key] = true
		if !slices.Contains(c.known, key) {
			c.flaw("unknown_role", id, key)
		}
		if !slices.Contains(c.d.Roles, key) {
			c.flaw("undeclared_role", id, key)
		}
	}
	for _, s := range c.d.States {
		for _, t := range s.Tasks {
			if t.Role == "" {
				c.flaw("needs", t.ID, "role")
			}
			role(t.ID, t.Role)
			role(t.ID, t.Escalate)
		}
	}
	for _, t := range c.d.Transitions {
		if t.Role == "" {
			c.flaw("needs", t.ID, "role")
		}
		role(t.ID, t.Role)
		role(t.ID, t.FourEyes)
	}
	for _, r := range c.d.Roles {
		if !slices.Contains(c.known, r) {
			c.flaw("unknown_role", c.d.ID, r)
		} else if !at[r] {
			c.flaw("idle_role", c.d.ID, r)
		}
	}
}

func (c *checker) fields() {
	filled := map[string]bool{}
	for _, s := range c.d.States {
		for _, t := range s.Tasks {
			for _, id := range t.Fields {
				filled[id] = true
				if _, ok := c.d.Field(id); !ok {
					c.flaw("unknown_field", t.ID, id)
				}
			}
		}
	}
	for _, f := range c.d.Fields {
		if !filled[f.ID] {
			c.flaw("idle_field", f.ID, "")
		}
	}
}

// ways follows the transitions from the start and, backwards, from the ends.
func (c *checker) ways() {
	if len(c.d.States) == 0 {
		return
	}
	on, back := map[string][]string{}, map[string][]string{}
	for _, t := range c.d.Transitions {
		c.stated(t)
		for _, from := range t.From {
			on[from], back[t.To] = append(on[from], t.To), append(back[t.To], from)
		}
	}
	var ends []string
	for _, s := range c.d.States {
		if s.End {
			ends = append(ends, s.ID)
		}
	}
	if len(ends) == 0 {
		c.flaw("no_end", c.d.ID, "")
	}
	from, to := reach(on, c.d.States[0].ID), reach(back, ends...)
	for _, s := range c.d.States {
		if !from[s.ID] {
			c.flaw("unreachable", s.ID, "")
		} else if !to[s.ID] && len(ends) > 0 {
			c.flaw("dead", s.ID, "")
		}
	}
}

func (c *checker) stated(t Transition) {
	for _, id := range append(slices.Clone(t.From), t.To) {
		if _, ok := c.d.State(id); !ok {
			c.flaw("unknown_state", t.ID, id)
		}
	}
	if len(t.From) == 0 {
		c.flaw("needs", t.ID, "from")
	}
	for _, id := range t.From {
		if s, _ := c.d.State(id); s.End {
			c.flaw("leaves_end", t.ID, id)
		}
	}
}

// reach lists what can be reached along ways.
func reach(ways map[string][]string, from ...string) map[string]bool {
	seen := map[string]bool{}
	for len(from) > 0 {
		at := from[0]
		from = from[1:]
		if !seen[at] {
			seen[at] = true
			from = append(from, ways[at]...)
		}
	}
	return seen
}

func (c *checker) guards() {
	for _, f := range c.d.Fields {
		c.rule(f.ID, f.When)
		if r := c.d.rules[f.When]; f.When != "" && slices.Contains(r.names, f.ID) {
			c.flaw("bad_guard", f.ID, "it asks about the field itself")
		}
	}
	for _, t := range c.d.Transitions {
		c.rule(t.ID, t.Guard)
	}
}

func (c *checker) rule(at, text string) {
	if text == "" {
		return
	}
	if r, ok := c.d.rules[text]; !ok {
		c.flaw("bad_guard", at, "the definition was not read by Parse")
	} else if r.err != nil {
		c.flaw("bad_guard", at, r.err.Error())
	}
}
