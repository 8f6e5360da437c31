// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import "slices"

// A Change says what becomes of a running case that goes on by another version of its
// procedure. Where the version that it followed is not known any more Asked and Steps list all.
type Change struct {
	State  string   // where the case stands then; empty: the version has no such state, or it is an end
	Ends   []string // tasks that are open and that the state has no more, or for another role
	Begins []string // tasks that the state has and the case has not
	Lost   []string // facts that no field can hold any more
	Asked  []string // fields that are asked newly, or anew because what was known cannot be held
	Steps  []string // steps out of the state that are new, or taken by others, under other conditions, or to elsewhere
}

// Change compares: c is the case by the version before, old, nil where nobody knows it; done are
// its tasks of the state that are done; state is where it shall stand by d.
func (d *Definition) Change(old *Definition, c Case, done []string, state string) (out Change) {
	for id, value := range c.Facts {
		if f, ok := d.Field(id); !ok || !f.holds(value) {
			out.Lost = append(out.Lost, id)
		}
	}
	slices.Sort(out.Lost)
	facts := d.Held(c.Facts)
	for _, f := range d.Asks(facts) {
		if _, before := old.field(f.ID); !facts.Known(f.ID) && (!before || c.Facts.Known(f.ID)) {
			out.Asked = append(out.Asked, f.ID)
		}
	}
	to, ok := d.State(state)
	if !ok || to.End {
		return out
	}
	out.State = to.ID
	for _, open := range c.Open {
		if !to.keeps(old, c, open) {
			out.Ends = append(out.Ends, open)
		}
	}
	for _, t := range to.Tasks {
		if to.ID != c.State || !slices.Contains(done, t.ID) && (!slices.Contains(c.Open, t.ID) || !to.keeps(old, c, t.ID)) {
			out.Begins = append(out.Begins, t.ID)
		}
	}
	for _, t := range d.Transitions {
		if was, _ := old.transition(t.ID); slices.Contains(t.From, to.ID) && (was.Role != t.Role || was.FourEyes != t.FourEyes || was.Guard != t.Guard || was.To != t.To) {
			out.Steps = append(out.Steps, t.ID)
		}
	}
	return out
}

// Landings lists the states in which a case that stands in a state of another version can go on:
// in its own where that is there and no end, and nowhere else. Otherwise in those to which steps
// lead from the start that ask neither for a condition nor for a second person, for nobody puts
// a case behind a decision that nobody took.
func (d *Definition) Landings(state string) (out []State) {
	if s, ok := d.State(state); ok && !s.End {
		return []State{s}
	}
	ways := map[string][]string{}
	for _, t := range d.Transitions {
		for _, from := range t.From {
			if t.Guard == "" && t.FourEyes == "" {
				ways[from] = append(ways[from], t.To)
			}
		}
	}
	there := reach(ways, d.Start().ID)
	for _, s := range d.States {
		if there[s.ID] && !s.End {
			out = append(out, s)
		}
	}
	return out
}

// Held are those of the facts that the definition can hold.
func (d *Definition) Held(facts Facts) Facts {
	out := Facts{}
	for id, value := range facts {
		if f, ok := d.Field(id); ok && f.holds(value) {
			out[id] = value
		}
	}
	return out
}

// keeps reports whether an open task of a case goes on in a state: the same, for the same role.
func (s State) keeps(old *Definition, c Case, task string) bool {
	t, ok := find(s.Tasks, func(t Task) bool { return t.ID == task })
	if old == nil {
		return ok && s.ID == c.State
	}
	was, _, _ := old.Task(task)
	return ok && s.ID == c.State && was.Role == t.Role
}

// holds reports whether a field can have a value: of its kind, and within its choices and bounds.
func (f Field) holds(value any) bool {
	switch v := value.(type) {
	case bool:
		return f.Type == "yesno"
	case float64:
		least, most := bounds(f)
		return f.Type == "number" && v >= least && v <= most
	case string:
		again, err := (&Definition{}).ReadIn(f, v, "")
		return f.Type != "yesno" && f.Type != "number" && err == nil && again == v
	}
	return false
}

func (d *Definition) field(id string) (Field, bool) {
	if d == nil {
		return Field{}, false
	}
	return d.Field(id)
}

func (d *Definition) transition(id string) (Transition, bool) {
	if d == nil {
		return Transition{}, false
	}
	return d.Transition(id)
}
