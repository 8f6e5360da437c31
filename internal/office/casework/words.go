// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/engine/process"
	"allmende/internal/ospo"
	"allmende/internal/platform/lang"
)

// factWords is what is known, in the reader's words.
func factWords(ctx context.Context, f process.Field, value any) string {
	switch v := value.(type) {
	case nil:
		return say(ctx, "casework.unknown")
	case bool:
		return say(ctx, "casework.yesno."+map[bool]string{true: "yes", false: "no"}[v])
	case float64:
		return figure(ctx, strconv.FormatFloat(v, 'f', -1, 64))
	case string:
		return textWords(ctx, f, v)
	}
	return say(ctx, "casework.unknown")
}

func textWords(ctx context.Context, f process.Field, v string) string {
	switch f.Type {
	case "choice":
		for _, c := range f.Choices {
			if c.ID == v {
				return c.Name.In(tongue(ctx))
			}
		}
	case "date":
		return lang.Date(tongue(ctx), day(v))
	case "money":
		return figure(ctx, v) + " €"
	}
	return v
}

// figure writes an exact decimal in the reader's form.
func figure(ctx context.Context, v string) string {
	whole, part, _ := strings.Cut(v, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return v
	}
	out := lang.Num(tongue(ctx), n)
	if n == 0 && strings.HasPrefix(whole, "-") {
		out = "-" + out
	}
	if part != "" {
		out += map[bool]string{true: ".", false: ","}[tongue(ctx) == "en"] + part
	}
	return out
}

// blockWords says what holds a step back.
func blockWords(ctx context.Context, d *process.Definition, b process.Block) string {
	var names []string
	for _, id := range b.Of {
		if t, _, ok := d.Task(id); ok && b.Kind == "tasks" {
			names = append(names, t.Name.In(tongue(ctx)))
		} else if f, ok := d.Field(id); ok && b.Kind == "facts" {
			names = append(names, say(ctx, "casework.quoted", f.Name.In(tongue(ctx))))
		} else {
			names = append(names, id)
		}
	}
	if b.Kind == "guard" {
		if b.Text.Empty() {
			return say(ctx, "casework.block.guard")
		}
		return b.Text.In(tongue(ctx))
	}
	out := say(ctx, "casework.block."+b.Kind, strings.Join(names, ", "))
	if !b.Text.Empty() {
		out += " " + b.Text.In(tongue(ctx))
	}
	return out
}

// roleName is what a role is called in the viewer's organisation.
func (s *Service) roleName(ctx context.Context, key string) string {
	names, err := s.RoleNames(ctx)
	if err != nil || names[key] == "" {
		return key
	}
	return names[key]
}

// stateName is what a state of a procedure is called; its id where the program does not know
// the version.
func (s *Service) stateName(ctx context.Context, c Case) string {
	if d, ok := s.definition(c.Org, c.Type, c.Version); ok {
		if state, ok := d.State(c.State); ok {
			return state.Name.In(tongue(ctx))
		}
	}
	return c.State
}

// typeName is what a procedure is called.
func (s *Service) typeName(ctx context.Context, org ospo.OrgID, id string, version int) string {
	if d, ok := s.definition(org, id, version); ok {
		return d.Name.In(tongue(ctx))
	}
	return id
}

// taskText is what a task is called, in the version that a case follows or, where it is of
// another one, there; its id where no version has it.
func (s *Service) taskText(org ospo.OrgID, typ string, version int, id string) process.Text {
	found := process.Text{DE: id, EN: id}
	all := s.Definitions
	if d, ok := s.definition(org, typ, version); ok {
		all = append([]*process.Definition{d}, all...)
	}
	for _, d := range all {
		if t, _, ok := d.Task(id); ok && d.ID == typ {
			if found = t.Name; d.Version == version {
				break
			}
		}
	}
	return found
}

// taskName is what a task is called, in the reader's language.
func (s *Service) taskName(ctx context.Context, org ospo.OrgID, typ string, version int, id string) string {
	return s.taskText(org, typ, version, id).In(tongue(ctx))
}

// Called is what a task is called, in the reader's language.
func (s *Service) Called(ctx context.Context, w Work) string {
	return s.taskName(ctx, w.Org, w.Type, w.Version, w.Task.Task)
}

// rolesOf lists the roles that a procedure needs: of tasks, steps and second persons.
func rolesOf(d *process.Definition) []string {
	out := slices.Clone(d.Roles)
	for _, t := range d.Transitions {
		if t.FourEyes != "" {
			out = append(out, t.FourEyes)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// frozenWords is what a record knows, in the reader's words.
func frozenWords(ctx context.Context, f Fact) string {
	if f.Word != nil {
		return f.Word.In(tongue(ctx))
	}
	return factWords(ctx, process.Field{ID: f.ID, Type: f.Type}, f.Value)
}
