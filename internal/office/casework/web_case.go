// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net/http"
	"strconv"

	"allmende/internal/fault"
	"allmende/internal/ospo"
	"allmende/internal/platform/approval"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/web"
)

// CasePage is one case.
type CasePage struct {
	Case                         Case
	TypeName, StateName          string
	Known                        bool
	Open, Past                   []TaskRow
	Facts                        []FactRow
	Steps                        []StepRow
	Events                       []EventRow
	Records                      []Record
	Vacant                       []string
	Waits                        approval.Proposal // for a second person; the zero one for none
	Land                         string            // whose holidays count; empty: nobody has said
	MayWrite, MayDecide, MayTalk bool
	Text, Reason, Step           string // as they were written
	Panels                       template.HTML
}

// A TaskRow is a task as the page of the case shows it.
type TaskRow struct {
	Task
	Name, RoleName        string
	IsLate, Mine, May     bool
	Optional, NotReckoned bool
}

// A FactRow is an answer in words.
type FactRow struct {
	Name, Word string
	Known      bool
	Lines      bool
}

// A StepRow is a step with the names of its roles.
type StepRow struct {
	Step
	RoleName, SecondName string
	Reason               bool
	Written              string // reason as it was written
}

// An EventRow is an event in words.
type EventRow struct {
	Event
	Says  string
	Lines []string
	Own   bool // a comment of the viewer, who can take it back
}

func (s *Service) casePage(r *http.Request) (p CasePage, err error) {
	ctx, v := r.Context(), door.From(r.Context())
	o, err := s.Show(ctx, r.PathValue("case"))
	if err != nil {
		return p, err
	}
	c := o.Case
	p = CasePage{Case: c, Known: o.Known, TypeName: s.typeName(ctx, c.Type, c.Version), StateName: s.stateName(ctx, c), Records: o.Records,
		MayWrite: v.May(mayWrite) && o.Known && c.Open(), MayDecide: leads(v) == nil && o.Known, MayTalk: o.Known && o.hand.talks(o.def)}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	for _, key := range o.Vacant {
		p.Vacant = append(p.Vacant, named(names, key))
	}
	for _, t := range o.Tasks {
		if row := s.taskRow(ctx, o, t, names); t.Result == "" {
			p.Open = append(p.Open, row)
		} else {
			p.Past = append(p.Past, row)
		}
	}
	for _, step := range o.Steps {
		p.Steps = append(p.Steps, StepRow{Step: step, RoleName: named(names, step.Role), SecondName: named(names, step.Second), Reason: step.Reason})
	}
	for _, e := range o.Events {
		p.Events = append(p.Events, s.eventRow(ctx, o, e))
	}
	if o.Known {
		for _, f := range o.def.Asks(c.Facts) {
			p.Facts = append(p.Facts, FactRow{Name: f.Name.In(tongue(ctx)), Word: factWords(ctx, f, c.Facts[f.ID]), Known: c.Facts.Known(f.ID), Lines: f.Type == "lines"})
		}
	}
	land, err := s.store.land(ctx, s.store.db.Read(), c.Org)
	if err != nil {
		return p, err
	}
	p.Land = landName(ctx, land)
	if s.Panels != nil {
		if p.Panels, err = s.Panels(ctx, c.ID); err != nil {
			return p, err
		}
	}
	if c.Open() {
		p.Waits, err = s.waits(ctx, c)
	}
	return p, err
}

func (s *Service) taskRow(ctx context.Context, o Dossier, t Task, names map[string]string) TaskRow {
	row := TaskRow{Task: t, Name: s.taskName(ctx, o.Case.Type, o.Case.Version, t.Task), RoleName: named(names, t.Role), IsLate: t.Late(s.today()),
		Mine: t.Person != "" && t.Person == door.From(ctx).Human(), May: o.Known && t.Result == "" && o.hand.does(t.Role) == nil}
	if o.Known {
		d, _, _ := o.def.Task(t.Task)
		row.Optional, row.NotReckoned = d.Optional, d.Days > 0 && t.Due == ""
	}
	return row
}

// told is what the body of an event can say.
type told struct {
	Step, From, To, Task, Second, Proposal, Record string
}

func (s *Service) eventRow(ctx context.Context, o Dossier, e Event) EventRow {
	row := EventRow{Event: e}
	if e.What == "facts" || e.What == "opened" {
		row.Says, row.Lines = say(ctx, "casework.event."+e.What), s.factLines(ctx, o, e)
		return row
	}
	var b told
	_ = json.Unmarshal([]byte(e.body), &b) // what it cannot say is left out
	name := func(id string) string {
		if o.def != nil {
			if state, ok := o.def.State(id); ok {
				return state.Name.In(tongue(ctx))
			}
		}
		return id
	}
	switch e.What {
	case "moved", "reopened":
		row.Says = say(ctx, "casework.event."+e.What, name(b.From), name(b.To))
		if second, err := s.store.person(ctx, ospo.PersonID(b.Second)); b.Second != "" && err == nil {
			row.Lines = []string{say(ctx, "casework.event.second", cmp.Or(second, b.Second))}
		}
	case "proposed":
		row.Says = say(ctx, "casework.event.proposed", b.Step)
		if o.def != nil {
			if t, ok := o.def.Transition(b.Step); ok {
				row.Says = say(ctx, "casework.event.proposed", t.Name.In(tongue(ctx)))
			}
		}
	case "taken", "returned", "done":
		row.Says = say(ctx, "casework.event."+e.What, s.taskName(ctx, o.Case.Type, o.Case.Version, b.Task))
	case "comment":
		row.Says = say(ctx, "casework.event.comment")
		if row.Own = e.Person == door.From(ctx).Human() && !e.gone; e.gone {
			row.Says = say(ctx, "casework.event.gone")
		}
	default:
		row.Says = say(ctx, "casework.event."+e.What)
	}
	return row
}

// factLines says which answers an event changed.
func (s *Service) factLines(ctx context.Context, o Dossier, e Event) (out []string) {
	if o.def == nil {
		return nil
	}
	var pairs map[string]any
	if json.Unmarshal([]byte(e.body), &pairs) != nil {
		return nil
	}
	for _, f := range o.def.Fields {
		value, there := pairs[f.ID]
		if both, ok := value.([]any); ok && len(both) == 2 && e.What == "facts" {
			value = both[1]
		}
		if there {
			out = append(out, f.Name.In(tongue(ctx))+": "+factWords(ctx, f, value))
		}
	}
	return out
}

func (s *Service) here(r *http.Request) string { return "/casework/case/" + r.PathValue("case") }

func (s *Service) comment(r *http.Request) (p CasePage, next string, err error) {
	if p, err = s.casePage(r); err != nil {
		return p, "", err
	}
	p.Text = r.PostFormValue("text")
	return p, s.here(r) + "#timeline", s.Comment(r.Context(), p.Case.ID, p.Text)
}

// retract takes back the comment with a number.
func (s *Service) retract(r *http.Request) (string, error) {
	n, _ := strconv.Atoi(r.PostFormValue("n")) // none bears 0
	return s.here(r) + "#timeline", s.Retract(r.Context(), r.PathValue("case"), n)
}

func (s *Service) move(r *http.Request) (p CasePage, next string, err error) {
	if p, err = s.casePage(r); err != nil {
		return p, "", err
	}
	p.Step, p.Reason = r.PostFormValue("step"), r.PostFormValue("reason")
	for i, step := range p.Steps {
		if step.ID == p.Step {
			p.Steps[i].Written = p.Reason
		}
	}
	_, err = s.Move(r.Context(), p.Case.ID, p.Step, p.Reason)
	if fault.Of(err) == fault.Invalid && err != nil {
		err = fault.At("reason-"+p.Step, fault.Say(err)[0].Key, fault.Say(err)[0].Args...)
	}
	return p, s.here(r), err
}

func (s *Service) reopen(r *http.Request) (p CasePage, next string, err error) {
	if p, err = s.casePage(r); err != nil {
		return p, "", err
	}
	p.Reason = r.PostFormValue("reason")
	return p, s.here(r), s.Reopen(r.Context(), p.Case.ID, p.Reason)
}

func (s *Service) take(r *http.Request) (string, error) {
	return s.here(r), s.Take(r.Context(), r.PathValue("case"), r.PathValue("todo"))
}

// RecordPage is a justification as it was frozen.
type RecordPage struct {
	Record
	Of                     Justification
	Lines                  []FactRow
	Doings                 []DoingRow
	Asker, Decider, Second string
	SecondRole             string
	Rule, Step, From, To   string
	Others                 []Record
	Reopened               []Event // since: the decision may not stand any more
}

// A DoingRow is a task of a record in words.
type DoingRow struct {
	Doing
	Name, RoleName, Who string
}

func (s *Service) recordPage(r *http.Request) (p RecordPage, err error) {
	ctx := r.Context()
	c, record, j, err := s.record(ctx, r.PathValue("case"), r.URL.Query().Get("n"))
	if err != nil {
		return p, err
	}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	who := func(id ospo.PersonID) string {
		name, failed := s.store.person(ctx, id)
		if err = errorOr(err, failed); name == "" {
			return string(id)
		}
		return name
	}
	p = RecordPage{Record: record, Of: j, Decider: who(j.Decision.Decider), Asker: who(j.Asker), Rule: j.Procedure.Name.In(tongue(ctx)),
		From: j.Decision.From.In(tongue(ctx)), To: j.Decision.To.In(tongue(ctx)), Step: j.Decision.Name.In(tongue(ctx))}
	if j.Decision.Second != "" {
		p.Second, p.SecondRole = who(j.Decision.Second), named(names, j.Decision.SecondRole)
	}
	for _, f := range j.Facts {
		p.Lines = append(p.Lines, FactRow{Name: f.Name.In(tongue(ctx)), Word: frozenWords(ctx, f), Known: f.Value != nil, Lines: f.Type == "lines"})
	}
	for _, t := range j.Tasks {
		row := DoingRow{Doing: t, Name: t.Task.In(tongue(ctx)), RoleName: named(names, t.Role)}
		if t.Doer != "" {
			row.Who = who(t.Doer)
		}
		p.Doings = append(p.Doings, row)
	}
	all, more := s.store.records(ctx, s.store.db.Read(), c)
	for _, one := range all {
		if one.ID != record.ID {
			p.Others = append(p.Others, one)
		}
	}
	events, gone := s.store.events(ctx, s.store.db.Read(), c)
	for _, e := range events {
		if e.What == "reopened" && e.At >= record.Created {
			p.Reopened = append(p.Reopened, e)
		}
	}
	return p, errors.Join(err, more, gone)
}

// recordFile hands out the bytes that the sum is of.
func (s *Service) recordFile(r *http.Request) (web.Download, error) {
	c, record, _, err := s.record(r.Context(), r.PathValue("case"), r.URL.Query().Get("n"))
	return web.Download{Name: say(r.Context(), "casework.record.file") + "-" + c.Number() + "-" + db.Time(record.Created).Format("2006-01-02") + ".json", Type: "application/json",
		Write: func(w io.Writer) error { _, err := io.WriteString(w, record.Body); return err }}, err
}
