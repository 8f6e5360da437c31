// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package casework

import (
	"cmp"
	"context"
	"encoding/json"
	"html/template"
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
	Waits                        Waiting // for a second person; the zero one for none
	Newer                        int     // version of the procedure that the case could go on by; 0 for none
	Two                          bool    // reopening takes a second person
	Seen                         int     // last event
	Clash                        string  // why what was sent could not be done: others were faster
	Land                         string  // whose holidays count; empty: nobody has said
	MayWrite, MayDecide, MayTalk bool
	Text, Reason, Step           string // as they were written
	Ties                         []Tie
	Panels                       template.HTML
	Lost                         string // what was written for a step that is not there any more
	MayApprove                   bool   // proposals may be looked at
}

// Status is that of the answer: others were faster, or all is well.
func (p CasePage) Status() int { return clashed(p.Clash) }

func clashed(clash string) int {
	if clash != "" {
		return http.StatusConflict
	}
	return http.StatusOK
}

// A TaskRow is a task as the page of the case shows it.
type TaskRow struct {
	Task
	Name, RoleName        string
	RaisedName            string // of the role to which it was escalated
	IsLate, Mine, May     bool
	Optional, NotReckoned bool
	Heirs                 []web.Choice // to whom the viewer can hand it
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
	p = CasePage{Case: c, Known: o.Known, Seen: o.Seen, TypeName: s.typeName(ctx, c.Org, c.Type, c.Version), StateName: s.stateName(ctx, c), Records: o.Records,
		MayWrite: v.May(mayWrite) && o.Known && c.Open(), MayDecide: leads(v) == nil && o.Known, MayTalk: o.Known && o.hand.talks(o.def), MayApprove: v.May("approval.read")}
	names, err := s.RoleNames(ctx)
	if err != nil {
		return p, err
	}
	for _, key := range o.Vacant {
		p.Vacant = append(p.Vacant, named(names, key))
	}
	for _, t := range o.Tasks {
		row := s.taskRow(ctx, o, t, names)
		if row.Heirs, err = s.offerHeirs(ctx, s.store.db.Read(), o, t); err != nil {
			return p, err
		}
		if t.Result == "" {
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
	p.Facts = factRows(ctx, o)
	land, err := s.store.land(ctx, s.store.db.Read(), c.Org)
	if err != nil {
		return p, err
	}
	p.Land = landName(ctx, land)
	if err := s.besides(ctx, &p); err != nil {
		return p, err
	}
	if p.Waits, err = s.waits(ctx, c); err != nil {
		return p, err
	}
	if d, err := s.Type(ctx, c.Org, c.Type); err == nil && d.Version > c.Version && c.Open() && !c.Broken && leads(v) == nil {
		p.Newer = d.Version
	}
	p.Two = !c.Open() && lastStep(o.Events).Second != ""
	return p, nil
}

// factRows are what is known of a case. Without the procedure there are no names, and what is
// known is known all the same.
func factRows(ctx context.Context, o Dossier) (out []FactRow) {
	facts := o.Case.Facts
	if !o.Known {
		for _, id := range slices.Sorted(maps.Keys(facts)) {
			out = append(out, FactRow{Name: id, Word: factWords(ctx, process.Field{}, facts[id]), Known: true, Lines: true})
		}
		return out
	}
	for _, f := range o.def.Asks(facts) {
		out = append(out, FactRow{Name: f.Name.In(tongue(ctx)), Word: factWords(ctx, f, facts[f.ID]), Known: facts.Known(f.ID), Lines: f.Type == "lines"})
	}
	return out
}

// besides adds to a page what other rooms know of its case.
func (s *Service) besides(ctx context.Context, p *CasePage) (err error) {
	if s.Ties != nil {
		if p.Ties, err = s.Ties(ctx, p.Case); err != nil {
			return err
		}
	}
	if s.Panels != nil {
		p.Panels, err = s.Panels(ctx, p.Case.ID)
	}
	return err
}

func (s *Service) taskRow(ctx context.Context, o Dossier, t Task, names map[string]string) TaskRow {
	row := TaskRow{Task: t, Name: s.taskName(ctx, o.Case.Org, o.Case.Type, o.Case.Version, t.Task), RoleName: named(names, t.Role), RaisedName: named(names, t.Raised), IsLate: t.Late(s.today()),
		Mine: t.Person != "" && t.Person == door.From(ctx).Human(), May: o.Known && t.Result == "" && o.hand.does(t.Role) == nil}
	if o.Known {
		d, _, _ := o.def.Task(t.Task)
		row.Optional, row.NotReckoned = d.Optional, d.Days > 0 && t.Due == ""
	}
	return row
}

// told is what the body of an event can say.
type told struct {
	Step     string `json:"step,omitempty"`
	From     string `json:"from,omitempty"`
	To       string `json:"to,omitempty"`
	Task     string `json:"task,omitempty"`
	Second   string `json:"second,omitempty"`
	Proposal string `json:"proposal,omitempty"`
	Replaces string `json:"replaces,omitempty"` // the proposal that was stale
	Instead  string `json:"instead,omitempty"`  // role that nobody held
	Wanted   string `json:"wanted,omitempty"`   // role of the second person
	Why      string `json:"why,omitempty"`      // the second acted in place of it
	Role     string `json:"role,omitempty"`     // of an escalated task
	Alarm    string `json:"alarm,omitempty"`
	Raised   string `json:"raised,omitempty"`
	Was      string `json:"was,omitempty"` // version
	Is       string `json:"is,omitempty"`
}

func (s *Service) eventRow(ctx context.Context, o Dossier, e Event) EventRow {
	row := EventRow{Event: e}
	row.Name = cmp.Or(row.Name, actor(tongue(ctx), e.Person))
	if e.What == "facts" || e.What == "opened" {
		row.Says, row.Lines = say(ctx, "casework.event."+e.What), s.factLines(ctx, o, e)
		return row
	}
	var b told
	_ = json.Unmarshal([]byte(e.body), &b) // what it cannot say is left out
	switch e.What {
	case "moved", "reopened":
		s.movedRow(ctx, o, &row, b)
	case "version":
		row.Says = say(ctx, "casework.event.version", b.Was, b.Is)
		if b.From != b.To {
			row.Lines = []string{say(ctx, "casework.event.moved", stateOf(ctx, o, b.From), stateOf(ctx, o, b.To))}
		}
	case "escalated":
		s.escalatedRow(ctx, o, &row, b)
	case "proposed":
		proposedRow(ctx, o, &row, b)
	case "outside":
		var by Voice
		_ = json.Unmarshal([]byte(e.body), &by)
		row.Says, row.Name = say(ctx, "casework.event.outside", by.Source, by.Place), by.Name
		switch by.Proof {
		case "":
		case "none":
			row.Lines = []string{say(ctx, "casework.proof.none")}
		default:
			row.Lines = []string{say(ctx, "casework.proof.by", by.Proof)}
		}
	case "handed":
		to, err := s.store.person(ctx, ospo.PersonID(b.To))
		if err != nil || to == "" {
			to = b.To
		}
		row.Says = say(ctx, "casework.event.handed", s.taskName(ctx, o.Case.Org, o.Case.Type, o.Case.Version, b.Task), to)
	case "taken", "returned", "done":
		row.Says = say(ctx, "casework.event."+e.What, s.taskName(ctx, o.Case.Org, o.Case.Type, o.Case.Version, b.Task))
	case "comment":
		if row.Says = say(ctx, "casework.event.comment"); e.Told() {
			row.Says = say(ctx, "casework.event.told")
		}
		if row.Own = e.Person == door.From(ctx).Human() && !e.gone; e.gone {
			row.Says = say(ctx, "casework.event.gone")
		}
	default:
		row.Says = say(ctx, "casework.event."+e.What)
	}
	if b.Instead != "" {
		row.Lines = append(row.Lines, say(ctx, "casework.instead.vacant", s.roleName(ctx, b.Instead)))
	}
	return row
}

// stateOf is what a state of the case's procedure is called; its id where that is not at hand.
func stateOf(ctx context.Context, o Dossier, id string) string {
	if o.def != nil {
		if state, ok := o.def.State(id); ok {
			return state.Name.In(tongue(ctx))
		}
	}
	return id
}

func (s *Service) movedRow(ctx context.Context, o Dossier, row *EventRow, b told) {
	row.Says = say(ctx, "casework.event."+row.What, stateOf(ctx, o, b.From), stateOf(ctx, o, b.To))
	if second, err := s.store.person(ctx, ospo.PersonID(b.Second)); b.Second != "" && err == nil {
		row.Lines = []string{say(ctx, "casework.event.second", cmp.Or(second, b.Second))}
		if b.Why != "" {
			row.Lines[0] += ", " + say(ctx, "casework.instead."+b.Why, s.roleName(ctx, b.Wanted))
		}
	}
}

func (s *Service) escalatedRow(ctx context.Context, o Dossier, row *EventRow, b told) {
	row.Name = cmp.Or(row.Name, say(ctx, "casework.system"))
	row.Says = say(ctx, "casework.event.escalated."+b.Alarm, s.taskName(ctx, o.Case.Org, o.Case.Type, o.Case.Version, b.Task))
	if b.Alarm != "late" {
		row.Lines = []string{say(ctx, "casework.event.vacant", s.roleName(ctx, b.Role))}
	}
	if b.Raised != "" {
		row.Lines = append(row.Lines, say(ctx, "casework.event.raised", s.roleName(ctx, b.Raised)))
	}
}

func proposedRow(ctx context.Context, o Dossier, row *EventRow, b told) {
	step := cmp.Or(b.Step, say(ctx, "casework.reopen"))
	if o.def != nil {
		if t, ok := o.def.Transition(b.Step); ok {
			step = t.Name.In(tongue(ctx))
		}
	}
	if row.Says = say(ctx, "casework.event.proposed", step); b.Replaces != "" {
		row.Lines = []string{say(ctx, "casework.event.replaces")}
	}
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
		delete(pairs, f.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(pairs)) { // of another version: its words are not at hand
		value := pairs[id]
		if both, ok := value.([]any); ok && len(both) == 2 && e.What == "facts" {
			if value = both[1]; value == nil {
				out = append(out, say(ctx, "casework.dropped", id, factWords(ctx, process.Field{}, both[0])))
				continue
			}
		}
		out = append(out, id+": "+factWords(ctx, process.Field{}, value))
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
	ctx := r.Context()
	if p, err = s.casePage(r); err != nil {
		return p, "", err
	}
	_, err = s.Move(ctx, p.Case.ID, r.PostFormValue("step"), r.PostFormValue("reason"), seen(r))
	if err != nil && fault.Of(err) == fault.Conflict && strings.HasPrefix(fault.Say(err)[0].Key, "casework.") {
		if p, err = s.clashed(r, err); err != nil {
			return p, "", err
		}
		next = ""
	} else {
		next = s.here(r)
	}
	p.Step, p.Reason = r.PostFormValue("step"), r.PostFormValue("reason")
	there := false
	for i, step := range p.Steps {
		if step.ID == p.Step {
			p.Steps[i].Written, there = p.Reason, len(step.Blocks) == 0 && step.May
		}
	}
	p.Lost = when(p.Clash != "" && !there, p.Reason)
	if fault.Of(err) == fault.Invalid && err != nil {
		err = fault.At("reason-"+p.Step, fault.Say(err)[0].Key, fault.Say(err)[0].Args...)
	}
	return p, next, err
}

// clashed is the page as it is by now, with the sentence that says why something was not done.
func (s *Service) clashed(r *http.Request, because error) (CasePage, error) {
	p, err := s.casePage(r)
	p.Clash = sentence(r.Context(), because)
	return p, err
}

// sentence is what a fault says.
func sentence(ctx context.Context, err error) string { return texts().Say(tongue(ctx), err) }

// seen is the last event that whoever sent a form knew of.
func seen(r *http.Request) int {
	n, _ := strconv.Atoi(r.PostFormValue("seen")) // none: whatever stands there
	return n
}

func (s *Service) reopen(r *http.Request) (p CasePage, next string, err error) {
	if p, err = s.casePage(r); err != nil {
		return p, "", err
	}
	p.Reason = r.PostFormValue("reason")
	_, err = s.Reopen(r.Context(), p.Case.ID, p.Reason)
	return p, s.here(r), err
}

func (s *Service) take(r *http.Request) (string, error) {
	return s.here(r), s.Take(r.Context(), r.PathValue("case"), r.PathValue("todo"))
}
