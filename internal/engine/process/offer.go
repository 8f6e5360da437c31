// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package process

import "slices"

// A Case is where one running procedure stands, as far as the rules need to know.
type Case struct {
	State string
	Facts Facts
	Open  []string // ids of tasks of the state that are not done
}

// An Offer is a step out of the state of a case, with what blocks it.
type Offer struct {
	Transition
	Blocked []Block
}

// Free reports whether nothing blocks the step.
func (o Offer) Free() bool { return len(o.Blocked) == 0 }

// A Block is one thing that holds a step back.
//
//	tasks  tasks are open; Of are their ids
//	facts  the guard came upon facts that nobody stated; Of are ids of fields
//	guard  the guard says no; Text is the definition's own sentence
//	error  the guard failed; Of is what went wrong, in English
type Block struct {
	Kind string
	Text Text
	Of   []string
}

// Offers lists the steps out of the state of a case, in the order of the definition, each with
// what blocks it. Nobody's reason and second person are asked for here: an offer says that
// they are needed.
func (d *Definition) Offers(c Case) []Offer {
	var out []Offer
	for _, t := range d.Transitions {
		if slices.Contains(t.From, c.State) {
			out = append(out, Offer{Transition: t, Blocked: d.blocks(t, c)})
		}
	}
	return out
}

func (d *Definition) blocks(t Transition, c Case) (out []Block) {
	if open := d.holding(c); len(open) > 0 && !t.Anyway {
		out = append(out, Block{Kind: "tasks", Of: open})
	}
	switch v := d.judge(t.Guard, c.Facts); {
	case v.err != nil:
		out = append(out, Block{Kind: "error", Of: []string{v.err.Error()}})
	case len(v.lacking) > 0:
		out = append(out, Block{Kind: "facts", Text: t.Else, Of: v.lacking})
	case !v.yes:
		out = append(out, Block{Kind: "guard", Text: t.Else})
	}
	return out
}

// holding lists the open tasks that are not optional.
func (d *Definition) holding(c Case) (out []string) {
	s, _ := d.State(c.State)
	for _, t := range s.Tasks {
		if !t.Optional && slices.Contains(c.Open, t.ID) {
			out = append(out, t.ID)
		}
	}
	return out
}

// Asks lists the fields that apply, given what is known. A field whose condition is not known
// to hold does not apply yet; one whose condition fails does, for leaving it out would hide it.
func (d *Definition) Asks(facts Facts) []Field {
	var out []Field
	for _, f := range d.Fields {
		if d.Applies(f, facts) {
			out = append(out, f)
		}
	}
	return out
}

// Applies reports whether a field is asked, given what is known.
func (d *Definition) Applies(f Field, facts Facts) bool {
	v := d.judge(f.When, facts)
	return v.passes() || v.err != nil
}

// Lacks lists the required fields of a task that apply and that nobody has filled in. A task
// is done only when there are none.
func (d *Definition) Lacks(task string, facts Facts) (out []string) {
	t, _, _ := d.Task(task)
	for _, id := range t.Fields {
		if f, ok := d.Field(id); ok && f.Required && !facts.Known(id) && d.Applies(f, facts) {
			out = append(out, id)
		}
	}
	return out
}
