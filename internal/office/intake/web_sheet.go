// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package intake

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/platform/web"
)

// A Sheet is a form with the questions of a procedure.
type Sheet struct {
	Fields []FieldRow
	Shown  string // ids of the fields that were shown, for what comes up only by an answer

	def    *process.Definition
	known  process.Facts
	plain  func(f process.Field) string // what is known, as a person writes it; nil for nothing
	wanted func(facts process.Facts) []process.Field
}

// A FieldRow is a question with what was written.
type FieldRow struct {
	ID, Name, Help, Type, Text string
	Required                   bool
	Fresh                      bool // came up by the answers just given
	Choices                    []web.Choice
}

// lay puts the questions into the form that apply, given the facts.
func (p *Sheet) lay(ctx context.Context, facts process.Facts, written map[string]string) {
	p.Fields = nil
	var shown []string
	for _, f := range p.wanted(facts) {
		row := FieldRow{ID: f.ID, Name: f.Name.In(tongue(ctx)), Help: f.Help.In(tongue(ctx)), Type: f.Type, Required: f.Required}
		if text, ok := written[f.ID]; ok {
			row.Text = text
		} else if p.plain != nil {
			row.Text = p.plain(f)
		}
		for _, c := range f.Choices {
			row.Choices = append(row.Choices, web.Choice{Value: c.ID, Label: c.Name.In(tongue(ctx)), Chosen: c.ID == row.Text})
		}
		if f.Type == "yesno" {
			for _, c := range []string{"yes", "no"} {
				row.Choices = append(row.Choices, web.Choice{Value: c, Label: say(ctx, "intake.yesno."+c), Chosen: c == row.Text})
			}
		}
		shown = append(shown, f.ID)
		p.Fields = append(p.Fields, row)
	}
	p.Shown = strings.Join(shown, " ")
}

// posted reads the answers of a form. Where they bring up further questions it comes back with those.
func (p *Sheet) posted(r *http.Request) (map[string]string, error) {
	out, facts := map[string]string{}, maps.Clone(p.known)
	for _, f := range p.def.Fields {
		text, ok := r.PostForm["x-"+f.ID]
		if !ok {
			continue
		}
		out[f.ID] = text[0]
		if v, err := p.def.Read(f, text[0]); err == nil && v != nil {
			facts[f.ID] = v
		} else if err == nil {
			delete(facts, f.ID)
		}
	}
	p.lay(r.Context(), facts, out)
	before := strings.Fields(r.PostFormValue("shown"))
	var fresh []string
	for i, f := range p.Fields {
		if !slices.Contains(before, f.ID) && out[f.ID] == "" {
			p.Fields[i].Fresh = true
			fresh = append(fresh, f.ID, f.Name)
		}
	}
	maps.DeleteFunc(out, func(id, _ string) bool { // what was asked no more, given the others
		return !slices.ContainsFunc(p.Fields, func(f FieldRow) bool { return f.ID == id })
	})
	if fresh != nil {
		return out, fault.At("x-"+fresh[0], "intake.more_asked", fresh[1])
	}
	return out, nil
}
