// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"allmende/internal/engine/process"
	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// A FormPage asks for answers: when a case is opened, when facts are changed, when a task is
// done.
type FormPage struct {
	Kind         string // open, facts or task
	Action, Back string
	Title, About string
	Case         Case // none when one is opened
	Name         string
	Orgs         []web.Choice
	Fields       []FieldRow
	Note         string
	Shown        string // ids of the fields that were shown, for what comes up only by an answer
	Seen         int    // last event of the case
	Clash        string // why nothing was done: others were faster
	Over         bool   // the task is done by now: what was written is shown, and cannot be sent
	Misnamed     string // what is wrong with the title
	Hints        []Hint // what other rooms know of what is asked

	def    *process.Definition
	facts  process.Facts
	wanted func(process.Facts) []process.Field
}

// Status is that of the answer: others were faster, or all is well.
func (p FormPage) Status() int { return clashed(p.Clash) }

// A FieldRow is a field with what was written.
type FieldRow struct {
	ID, Name, Help, Type, Text string
	Required                   bool
	Choices                    []web.Choice
	Because                    string // the condition under which it is asked
	Fresh                      bool   // came up by the answers just given
	Theirs                     string // what somebody else wrote meanwhile
	Wrong                      string // why it is not taken
}

// HelpID reports whether something stands below the field that explains it.
func (f FieldRow) HelpID() bool {
	return f.Help != "" || f.Because != "" || f.Theirs != "" || f.Wrong != ""
}

// lay puts the fields that apply into the form, as they were written or are known.
func (p *FormPage) lay(ctx context.Context, facts process.Facts, written map[string]string) {
	p.Fields = nil
	var shown []string
	for _, f := range p.wanted(facts) {
		row := FieldRow{ID: f.ID, Name: f.Name.In(tongue(ctx)), Help: f.Help.In(tongue(ctx)), Type: f.Type, Text: plain(ctx, f, p.facts[f.ID]), Required: f.Required, Because: because(ctx, p.def, f)}
		if text, ok := written[f.ID]; ok {
			row.Text = text
		}
		switch f.Type {
		case "choice":
			for _, c := range f.Choices {
				row.Choices = append(row.Choices, web.Choice{Value: c.ID, Label: c.Name.In(tongue(ctx)), Chosen: c.ID == row.Text})
			}
		case "yesno":
			for _, c := range []string{"yes", "no"} {
				row.Choices = append(row.Choices, web.Choice{Value: c, Label: say(ctx, "casework.yesno."+c), Chosen: c == row.Text})
			}
		}
		shown = append(shown, f.ID)
		p.Fields = append(p.Fields, row)
	}
	p.Shown = strings.Join(shown, " ")
}

// plain is what is known as a person would write it into a form.
func plain(ctx context.Context, f process.Field, value any) string {
	switch v := value.(type) {
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if tongue(ctx) == "de" {
			return strings.Replace(text, ".", ",", 1)
		}
		return text
	case string:
		if f.Type == "money" && tongue(ctx) == "de" {
			return strings.Replace(v, ".", ",", 1)
		}
		return v
	}
	return ""
}

// because says under which condition a field is asked; nothing where it always is. Fields are
// named by their names.
func because(ctx context.Context, d *process.Definition, f process.Field) string {
	if f.When == "" {
		return ""
	}
	var names []string
	for _, other := range d.Fields {
		if slices.Contains(strings.FieldsFunc(f.When, func(r rune) bool {
			return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}), other.ID) {
			names = append(names, other.Name.In(tongue(ctx)))
		}
	}
	return say(ctx, "casework.because", strings.Join(names, ", "))
}

// blamed notes beside each field what is wrong with it, as the summary on top of the form says.
func (p *FormPage) blamed(ctx context.Context, err error) error {
	if err == nil || fault.Of(err) != fault.Invalid {
		return err
	}
	for _, e := range fault.Say(err) {
		if e.Field == "title" {
			p.Misnamed = sentence(ctx, e)
		}
		for i, f := range p.Fields {
			if fieldName(f.ID) == e.Field {
				p.Fields[i].Wrong = sentence(ctx, e)
			}
		}
	}
	return err
}

// posted reads the answers of a form. Where they bring up further required questions, the
// form comes back with those. All that is wrong is told at once.
func (p *FormPage) posted(r *http.Request) (written map[string]string, err error) {
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		return nil, fault.Because(err, fault.Invalid, "casework.form")
	}
	written = map[string]string{}
	for _, f := range p.def.Fields {
		if _, ok := r.PostForm[fieldName(f.ID)]; ok {
			written[f.ID] = r.PostFormValue(fieldName(f.ID))
		}
	}
	facts := maps.Clone(p.facts)
	bad := read(ctx, p.def, p.def.Fields, written, facts)
	p.lay(ctx, facts, written)
	before := strings.Fields(r.PostFormValue("shown"))
	for i, f := range p.Fields {
		switch fresh := !slices.Contains(before, f.ID); {
		case strings.TrimSpace(written[f.ID]) != "":
		case fresh:
			p.Fields[i].Fresh = true
			bad = errors.Join(bad, fault.At(fieldName(f.ID), "casework.more_asked", f.Name))
		case f.Required && p.Kind != "facts":
			bad = errors.Join(bad, fault.At(fieldName(f.ID), "casework.field_missing", f.Name))
		}
	}
	if bad != nil {
		return nil, bad
	}
	return written, nil
}

func (s *Service) openForm(r *http.Request) (p FormPage, err error) {
	ctx := r.Context()
	d, err := s.Type(ctx, door.From(ctx).Org, r.PathValue("type"))
	if err != nil {
		return p, err
	}
	p = FormPage{Kind: "open", Action: "/casework/new/" + d.ID, Back: "/casework/new", Title: d.Name.In(tongue(ctx)), About: d.About.In(tongue(ctx)), def: d, facts: process.Facts{}}
	if !d.Asked.Empty() {
		p.Title = d.Asked.In(tongue(ctx))
	}
	p.wanted = func(facts process.Facts) []process.Field { return Asked(d, facts) }
	p.lay(ctx, p.facts, nil)
	return p, s.offerOrgs(ctx, &p, door.From(ctx).Org)
}

func (s *Service) offerOrgs(ctx context.Context, p *FormPage, chosen ospo.OrgID) error {
	p.Orgs = nil
	orgs, err := s.store.places(ctx, door.From(ctx).Org)
	for _, o := range orgs {
		p.Orgs = append(p.Orgs, web.Choice{Value: o.id, Label: o.name, Chosen: o.id == string(chosen)})
	}
	return err
}

func (s *Service) open(r *http.Request) (p FormPage, next string, err error) {
	if p, err = s.openForm(r); err != nil {
		return p, "", err
	}
	written, bad := p.posted(r)
	maps.DeleteFunc(written, func(id, _ string) bool { // asked no more, given the others
		return !slices.Contains(strings.Fields(p.Shown), id) && !slices.Contains(later(p.def), id)
	})
	in := Input{Type: p.def.ID, Org: ospo.OrgID(r.PostFormValue("org")), Title: r.PostFormValue("title"), Facts: written}
	p.Name = in.Title
	if in.Org == "" {
		in.Org = door.From(r.Context()).Org
	}
	if err := s.offerOrgs(r.Context(), &p, in.Org); err != nil {
		return p, "", err
	}
	if bad != nil {
		_, untitled := line("title", in.Title, longestLine)
		return p, "", p.blamed(r.Context(), errors.Join(untitled, bad))
	}
	id, err := s.Open(r.Context(), in)
	return p, "/casework/case/" + id, p.blamed(r.Context(), err)
}

func (s *Service) factsForm(r *http.Request) (p FormPage, err error) {
	c, err := s.Case(r.Context(), r.PathValue("case"))
	if err != nil {
		return p, err
	}
	d, err := s.pinned(c)
	if err != nil {
		return p, err
	}
	if !c.Open() {
		return p, fault.New(fault.Conflict, "casework.closed_now")
	}
	p = FormPage{Kind: "facts", Action: s.here(r) + "/facts", Back: s.here(r), Title: say(r.Context(), "casework.facts.edit"), About: say(r.Context(), "casework.facts.lead"), Case: c, def: d, facts: c.Facts}
	p.wanted = d.Asks
	p.lay(r.Context(), p.facts, nil)
	p.Seen, err = s.store.last(r.Context(), s.store.db.Read(), c)
	return p, err
}

// taken takes a refusal because of others onto the form: what was written stays, with theirs
// beside it. Sent once more it counts.
func (p *FormPage) taken(ctx context.Context, err error) error {
	c, ok := errors.AsType[*Clash](err)
	if !ok {
		return err
	}
	p.Clash = sentence(ctx, c)
	for i, f := range p.Fields {
		p.Fields[i].Theirs = c.Theirs[f.ID]
	}
	return nil
}

func (s *Service) setFacts(r *http.Request) (p FormPage, next string, err error) {
	if p, err = s.factsForm(r); err != nil {
		return p, "", err
	}
	written, err := p.posted(r)
	if err != nil {
		return p, "", p.blamed(r.Context(), err)
	}
	err = p.taken(r.Context(), s.SetFacts(r.Context(), p.Case.ID, written, seen(r)))
	return p, when(p.Clash == "", p.Back+"#facts"), p.blamed(r.Context(), err)
}

func (s *Service) taskForm(r *http.Request) (p FormPage, err error) {
	ctx := r.Context()
	c, d, h, err := s.own(ctx, r.PathValue("case"))
	if err != nil {
		return p, err
	}
	all, err := s.store.tasks(ctx, s.store.db.Read(), c)
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(all, func(t Task) bool { return t.ID == r.PathValue("todo") })
	if i < 0 {
		return p, notFound()
	}
	over := all[i].Result != ""
	if over && r.Method == http.MethodGet {
		return p, fault.New(fault.Conflict, "casework.task_over")
	}
	if err := h.does(all[i].Role); err != nil && !over {
		return p, err
	}
	t, _, _ := d.Task(all[i].Task)
	p = FormPage{Kind: "task", Action: s.here(r) + "/task/" + all[i].ID, Back: s.here(r), Title: t.Name.In(tongue(ctx)), About: say(ctx, "casework.task.lead"), Case: c, def: d, facts: c.Facts}
	p.wanted = func(facts process.Facts) []process.Field {
		return slices.DeleteFunc(d.Asks(facts), func(f process.Field) bool { return !slices.Contains(t.Fields, f.ID) })
	}
	p.lay(ctx, p.facts, nil)
	if p.Hints, err = s.hinted(ctx, c, t.ID); err != nil {
		return p, err
	}
	if p.Over = over; over {
		p.Clash = say(ctx, "casework.task_over")
	}
	p.Seen, err = s.store.last(ctx, s.store.db.Read(), c)
	return p, err
}

func (s *Service) complete(r *http.Request) (p FormPage, next string, err error) {
	if p, err = s.taskForm(r); err != nil {
		return p, "", err
	}
	p.Note = r.PostFormValue("note")
	written, err := p.posted(r)
	if p.Over {
		return p, "", nil
	}
	if err != nil {
		return p, "", p.blamed(r.Context(), err)
	}
	maps.DeleteFunc(written, func(id, _ string) bool { return !slices.Contains(strings.Fields(p.Shown), id) })
	err = p.taken(r.Context(), s.Complete(r.Context(), p.Case.ID, r.PathValue("todo"), p.Note, written, seen(r)))
	return p, when(p.Clash == "", p.Back), p.blamed(r.Context(), err)
}
