// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"net/http"
	"slices"

	"allmende/internal/fault"
	"allmende/internal/platform/web"
)

// VersionPage says what becomes of a case by the newest version of its procedure.
type VersionPage struct {
	Case                       Case
	TypeName, StateName        string
	To                         int
	Newer, Open, Stays         bool
	Standing                   string       // name of its state in that version; empty: there is none
	States                     []web.Choice // where it can stand there
	Ends, Begins, Asked, Steps []string     // names
	Lost                       []FactRow
	Seen                       int
	Reason                     string
	Clash                      string
}

// Status is that of the answer: others were faster, or all is well.
func (p VersionPage) Status() int { return clashed(p.Clash) }

func (s *Service) versionPage(r *http.Request) (p VersionPage, err error) {
	ctx := r.Context()
	way, err := s.Passage(ctx, r.PathValue("case"), r.FormValue("state"))
	if err != nil {
		return p, err
	}
	c := way.Case
	p = VersionPage{Case: c, TypeName: way.To.Name.In(tongue(ctx)), StateName: s.stateName(ctx, c), To: way.To.Version, Newer: way.Newer(), Open: c.Open() && !c.Broken, Stays: way.stays(), Seen: way.Seen}
	if state, ok := way.To.State(way.State); ok {
		p.Standing = state.Name.In(tongue(ctx))
	}
	for _, state := range way.May {
		p.States = append(p.States, web.Choice{Value: state.ID, Label: state.Name.In(tongue(ctx)), Chosen: state.ID == way.State})
	}
	for _, id := range way.Ends {
		p.Ends = append(p.Ends, s.taskName(ctx, c.Org, c.Type, c.Version, id))
	}
	for _, id := range way.Begins {
		p.Begins = append(p.Begins, s.taskName(ctx, c.Org, c.Type, way.To.Version, id))
	}
	for _, id := range way.Asked {
		f, _ := way.To.Field(id)
		p.Asked = append(p.Asked, f.Name.In(tongue(ctx)))
	}
	for _, t := range way.To.Transitions {
		if slices.Contains(way.Steps, t.ID) {
			p.Steps = append(p.Steps, t.Name.In(tongue(ctx)))
		}
	}
	for _, id := range way.Lost {
		row := FactRow{Name: id, Known: true}
		if way.old != nil {
			f, _ := way.old.Field(id)
			row.Name, row.Word = f.Name.In(tongue(ctx)), factWords(ctx, f, c.Facts[id])
		}
		p.Lost = append(p.Lost, row)
	}
	return p, nil
}

func (s *Service) advancePage(r *http.Request) (p VersionPage, next string, err error) {
	if p, err = s.versionPage(r); err != nil {
		return p, "", err
	}
	p.Reason = r.PostFormValue("reason")
	err = s.Advance(r.Context(), p.Case.ID, r.PostFormValue("state"), p.Reason, seen(r))
	if err != nil && fault.Say(err)[0].Key == "casework.version_moved" {
		p.Clash = sentence(r.Context(), err)
		return p, "", nil
	}
	return p, s.here(r), err
}
