// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"

	"allmende/internal/engine/process"
	"allmende/internal/office/casework"
	"allmende/internal/office/estate"
	"allmende/internal/office/intake"
	"allmende/internal/ospo"
	"allmende/internal/platform/db"
	"allmende/internal/platform/door"
	"allmende/internal/platform/lang"
)

// meetIntake lets requests become cases, and tells those who ask what there is already.
func (a *App) meetIntake() {
	i := a.Intake
	i.Desk, i.Alike, i.From = counter{a}, a.alike, a.Governance.Address
	i.UseMail(a.Mail)
	a.Casework.News = i.News
	a.Casework.Listen(func(ctx context.Context, tx *db.Tx, one casework.Case, e casework.Event) error {
		switch {
		case !e.Told():
			return nil
		case one.Asker == casework.Guest:
			return i.Told(ctx, tx, one.Org, one.ID)
		}
		return a.Desk.Told(ctx, tx, matterOf(one), e.N)
	})
	a.Casework.Listen(func(ctx context.Context, tx *db.Tx, one casework.Case, e casework.Event) error {
		if one.Created == "" || e.What != "outside" && (e.What != "comment" && e.What != "done" || e.Person != one.Asker) {
			return nil // what a case begins with, before it is there, is no news
		}
		return i.Spoke(ctx, tx, one.Org, one.ID)
	})
}

// A counter turns requests into cases.
type counter struct{ *App }

// Kind is the procedure that new cases of an organisation follow.
func (c counter) Kind(ctx context.Context, org ospo.OrgID, id string) (*process.Definition, error) {
	return c.Casework.Type(ctx, org, id)
}

// First are the fields that are asked when a case is opened.
func (c counter) First(d *process.Definition, facts process.Facts) []process.Field {
	return casework.Asked(d, facts)
}

// Open opens a case for the viewer.
func (c counter) Open(ctx context.Context, r intake.Request) (string, error) {
	return c.Casework.Open(ctx, casework.Input{Type: r.Type, Org: r.Org, Title: r.Title, Facts: r.Facts})
}

// Say adds a message of the viewer.
func (c counter) Say(ctx context.Context, id, text string) error {
	return c.Casework.Comment(ctx, id, text)
}

// Withdraw withdraws a case of the viewer.
func (c counter) Withdraw(ctx context.Context, id string) error { return c.Casework.Withdraw(ctx, id) }

// Land is the Land whose holidays count.
func (c counter) Land(ctx context.Context) (string, error) { return c.Casework.Land(ctx) }

// Admit opens a case for a guest.
func (c counter) Admit(ctx context.Context, tx *db.Tx, r intake.Request, who string) (id, number string, err error) {
	made, err := c.Casework.Admit(ctx, tx, casework.Input{Type: r.Type, Org: r.Org, Title: r.Title, Facts: r.Facts}, who)
	return made.ID, made.Number(), err
}

// Hear adds a message of a guest.
func (c counter) Hear(ctx context.Context, tx *db.Tx, org ospo.OrgID, id, text string) error {
	return c.Casework.Heard(ctx, tx, org, id, text)
}

// Recall withdraws the case of a guest.
func (c counter) Recall(ctx context.Context, tx *db.Tx, org ospo.OrgID, id string) error {
	return c.Casework.Recall(ctx, tx, org, id)
}

func (c counter) Reply(ctx context.Context, tx *db.Tx, org ospo.OrgID, id, task string, written map[string]string) error {
	return c.Casework.Reply(ctx, tx, org, id, task, written)
}

func (c counter) Deals(ctx context.Context, id string) (bool, error) {
	return c.Casework.Deals(ctx, id)
}

// turn is a task of the asker's as the counter asks it.
func turn(ctx context.Context, d *process.Definition, t process.Task, id, name string, known process.Facts) intake.Turn {
	return intake.Turn{Task: id, Name: name, Def: d, Known: known,
		Written: func(f process.Field) string { return casework.Written(ctx, f, known[f.ID]) },
		Asks: func(facts process.Facts) []process.Field {
			return slices.DeleteFunc(d.Asks(facts), func(f process.Field) bool { return !slices.Contains(t.Fields, f.ID) })
		}}
}

// Served are the cases that figures are made of.
func (c counter) Served(ctx context.Context, since time.Time) (out []intake.Served, err error) {
	all, err := c.Casework.Service(ctx, since.Format(db.Clock))
	for _, one := range all {
		out = append(out, intake.Served{Type: one.Type, Created: db.Time(one.Created), Answered: db.Time(one.Answered), Closed: db.Time(one.Closed), Outcome: one.Outcome})
	}
	return out, err
}

// Mine lists what the viewer has asked for, in few words.
func (c counter) Mine(ctx context.Context) (out []intake.Standing, err error) {
	all, err := c.Casework.Mine(ctx)
	for _, one := range all {
		s := intake.Standing{ID: one.ID, Number: one.Number(), Title: one.Title, Type: one.Type, TypeName: one.Type, State: one.State, Outcome: one.Outcome, Opened: one.Opened(), Asker: one.Asker,
			Waits: []intake.Wait{}, Past: []intake.Past{}, Answer: []intake.Said{}}
		if d, ok := c.Casework.Procedure(one); ok {
			state, _ := d.State(one.State)
			s.TypeName, s.State = d.Name.In(tongueOf(ctx)), state.Name.In(tongueOf(ctx))
		}
		out = append(out, s)
	}
	return out, err
}

// answering are the fields that hold the answer to a request, by procedure.
var answering = map[string][]string{
	"advice":           {"answer", "answer_source"},
	"licence_review":   {"opinion", "result", "duties", "valid_until"},
	"software_request": {"estate_software", "chosen", "conditions"},
	"publish":          {"own_licence", "address"},
}

// Standing tells where a case of an organisation stands, in words for its asker: what is said
// within the office stays there.
func (c counter) Standing(ctx context.Context, org ospo.OrgID, id string) (s intake.Standing, err error) {
	ctx = as(ctx, org)
	o, err := c.Casework.Show(ctx, id)
	if err != nil {
		return s, err
	}
	s = intake.Standing{ID: id, Number: o.Number, Title: o.Case.Title, Type: o.Case.Type, TypeName: o.Case.Type, State: o.Case.State, Outcome: o.Case.Outcome, Opened: o.Case.Opened(), Asker: o.Case.Asker,
		Withdrawable: c.Casework.Withdrawable(o.Case), Waits: []intake.Wait{}, Past: []intake.Past{}, Answer: []intake.Said{}}
	d, ok := c.Casework.Procedure(o.Case)
	if !ok {
		return s, nil
	}
	state, _ := d.State(o.Case.State)
	s.TypeName, s.State = d.Name.In(tongueOf(ctx)), state.Name.In(tongueOf(ctx))
	names, err := c.Role.Names(ctx)
	if err != nil {
		return s, err
	}
	today := lang.Day(c.DB.Now())
	for _, t := range o.Tasks {
		if t.Result != "" {
			continue
		}
		w := intake.Wait{Role: names[t.Role], Task: t.Task, Due: t.Due, Late: t.Late(today)}
		if w.Role == "" {
			w.Role = t.Role
		}
		if def, _, ok := d.Task(t.Task); ok {
			w.Task, w.Yours = def.Name.In(tongueOf(ctx)), casework.Asks(def)
			if w.Yours && s.Turn.Task == "" {
				s.Turn = turn(ctx, d, def, t.ID, w.Task, o.Case.Facts)
			}
		}
		s.Waits = append(s.Waits, w)
	}
	why := c.tell(ctx, &s, d, o.Case, o.Events)
	switch {
	case state.End || state.ID == "answered":
		s.Answer = answer(ctx, d, o.Case)
		if why != "" {
			s.Answer = append(s.Answer, intake.Said{Text: why})
		}
	case slices.ContainsFunc(s.Waits, func(w intake.Wait) bool { return w.Yours }):
		s.Question = why
	}
	return s, nil
}

// tell adds what has happened and returns the reason of the last step.
func (c counter) tell(ctx context.Context, s *intake.Standing, d *process.Definition, one casework.Case, events []casework.Event) (why string) {
	for _, e := range events {
		var body struct{ To, Task string }
		_ = json.Unmarshal(e.Body, &body) // ours; what has neither leads to neither
		p := intake.Past{Kind: e.What, At: e.Time()}
		to, _ := d.State(body.To)
		switch task, _, _ := d.Task(body.Task); {
		case e.What == "opened":
		case e.What == "moved", e.What == "reopened":
			p.Name, why = to.Name.In(tongueOf(ctx)), e.Text
			if e.What == "reopened" {
				why = "" // why the office takes it up again is its own affair
			}
		case e.What == "done":
			p.Name = task.Name.In(tongueOf(ctx))
		case e.What == "comment" && e.Person == one.Asker && !(e.N == 2 && e.Person == casework.Guest): // the second event says who a guest is
			p.Kind, p.Text = "message", e.Text
		case e.Told() && e.Text != "": // what was taken back is shown to nobody
			p.Kind, p.Text = "told", e.Text
		default:
			continue
		}
		s.Past = append(s.Past, p)
	}
	return why
}

func answer(ctx context.Context, d *process.Definition, c casework.Case) []intake.Said {
	out := []intake.Said{}
	for _, id := range answering[d.ID] {
		if f, ok := d.Field(id); ok && c.Facts.Known(id) {
			out = append(out, intake.Said{Name: f.Name.In(tongueOf(ctx)), Text: casework.Words(ctx, f, c.Facts[id])})
		}
	}
	return out
}

// mostAlike is how many things are shown that are called like something.
const mostAlike = 5

// alike finds what the viewer may see: software in the register, and open cases on a software
// of that name. Versions do not count: "Nextcloud 28" is Nextcloud.
func (a *App) alike(ctx context.Context, name string) (out []intake.Match, err error) {
	v := door.From(ctx)
	name = bare(name)
	if len(name) < 3 {
		return nil, nil
	}
	if v.May("estate.read") {
		all, _, err := a.Estate.List(ctx, estate.Filter{Text: name}, estate.Order{Sort: estate.Sorts[0], Size: 50})
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			if strings.Contains(" "+bare(one.Name)+" ", " "+name+" ") && len(out) < mostAlike {
				out = append(out, intake.Match{Kind: "software", Name: one.Name, Href: "/estate/software/" + string(one.ID)})
			}
		}
	}
	if !v.May("casework.read") {
		return out, nil
	}
	for _, d := range intake.Doors {
		if d.Name == "" {
			continue
		}
		all, _, err := a.Casework.Cases(ctx, casework.Sieve{Type: d.Type, Ended: "no", Desc: true, Size: 200})
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			said, _ := one.Facts[d.Name].(string)
			if (bare(said) == name || strings.Contains(" "+bare(one.Title)+" ", " "+name+" ")) && len(out) < 2*mostAlike {
				out = append(out, intake.Match{Kind: "case", Name: one.Number() + " " + one.Title, Href: "/casework/case/" + one.ID})
			}
		}
	}
	return out, nil
}

// bare is a name in small letters without the words that begin with a digit.
func bare(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".+#-", r)
	})
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return unicode.IsDigit([]rune(w)[0]) }), " ")
}
