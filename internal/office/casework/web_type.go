// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"io"
	"net/http"
	"strings"

	"allmende/internal/engine/process"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// TypePage is one procedure.
type TypePage struct {
	TypeRow
	Source, Checked string
	Picture         process.Picture
	All             []StateRow
	Moves           []MoveRow
	Fields          []AskedRow
	Vacant          []string // names of roles that it needs and that nobody holds here
	MayAsk          bool
}

// A StateRow is a state with its tasks.
type StateRow struct {
	Name, Outcome string
	Begin         bool
	Tasks         []DutyRow
}

// A DutyRow is a task of a state.
type DutyRow struct {
	Name, RoleName, Escalate string
	Days                     int
	Optional                 bool
}

// A MoveRow is a transition.
type MoveRow struct {
	Name, From, To, RoleName, Guard, Else, Second string
	Guards                                        []string // the guard in words
	Reason, Anyway                                bool
}

// An AskedRow is a field.
type AskedRow struct {
	Name, Type, When string
	Whens            []string // the same in words
	Required         bool
}

func (s *Service) typePage(r *http.Request) (p TypePage, err error) {
	ctx := r.Context()
	d, err := s.Type(r.Context(), door.From(r.Context()).Org, r.PathValue("type"))
	if err != nil {
		return p, err
	}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	p = TypePage{TypeRow: typeRow(ctx, d), Picture: d.Draw(tongue(ctx)), Source: d.Source, Checked: d.Checked, MayAsk: door.From(ctx).May(mayWrite) || door.From(ctx).May(mayAsk) && !d.Asked.Empty()}
	for i, state := range d.States {
		row := StateRow{Name: state.Name.In(tongue(ctx)), Outcome: state.Outcome, Begin: i == 0}
		for _, t := range state.Tasks {
			row.Tasks = append(row.Tasks, DutyRow{t.Name.In(tongue(ctx)), named(names, t.Role), named(names, t.Escalate), t.Days, t.Optional})
		}
		p.All = append(p.All, row)
	}
	for _, t := range d.Transitions {
		p.Moves = append(p.Moves, moveRow(ctx, d, t, names))
	}
	for _, f := range d.Fields {
		p.Fields = append(p.Fields, AskedRow{f.Name.In(tongue(ctx)), f.Type, f.When, guardWords(ctx, d, f.When), f.Required})
	}
	vacant, err := s.vacant(ctx, s.store.db.Read(), Case{Org: door.From(ctx).Org, Asker: door.From(ctx).Human()}, rolesOf(d))
	for _, key := range vacant {
		p.Vacant = append(p.Vacant, named(names, key))
	}
	return p, err
}

func moveRow(ctx context.Context, d *process.Definition, t process.Transition, names map[string]string) MoveRow {
	var from []string
	for _, id := range t.From {
		state, _ := d.State(id)
		from = append(from, state.Name.In(tongue(ctx)))
	}
	to, _ := d.State(t.To)
	return MoveRow{Name: t.Name.In(tongue(ctx)), From: strings.Join(from, ", "), To: to.Name.In(tongue(ctx)), RoleName: named(names, t.Role), Guard: t.Guard, Else: t.Else.In(tongue(ctx)), Second: named(names, t.FourEyes),
		Guards: guardWords(ctx, d, t.Guard), Reason: t.Reason || freezes(t, to) && t.Role != department, Anyway: t.Anyway}
}
func (s *Service) typeFile(r *http.Request) (web.Download, error) {
	d, err := s.Type(r.Context(), door.From(r.Context()).Org, r.PathValue("type"))
	if err != nil {
		return web.Download{}, err
	}
	body, err := d.BPMN(tongue(r.Context()))
	return web.Download{Name: say(r.Context(), "casework.type.file") + "-" + d.ID + ".bpmn", Type: "application/xml",
		Write: func(w io.Writer) error { _, err := w.Write(body); return err }}, err
}
